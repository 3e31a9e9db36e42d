"""What a resource stands in is told by tags, names, types and the change, and moves the scores that rules gave."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from engine.model import (
    Attribution,
    Category,
    Cause,
    Change,
    Difference,
    DriftKind,
    Environment,
    ResourceRef,
    Severity,
    Surroundings,
)
from ml.severity import assess_severity
from ml.severity_rules import load_scale
from ml.surroundings import load_surroundings, surroundings_of

UNSURE = Cause(Category.MANUAL_TROUBLESHOOTING, 0.3, (0.0, 1.0), dict.fromkeys(Category, 0.2), "test@1")
PRODUCTION, STAGING = Environment.PRODUCTION, Environment.STAGING
DEVELOPMENT, UNKNOWN = Environment.DEVELOPMENT, Environment.UNKNOWN


def group(name: str = "front", **more: Any) -> Difference:
    """A security group that lets in more than the code says; what is not one of its fields is a tag."""
    fields: dict[str, Any] = {
        "type_": "aws_security_group", "scope": "123456789012/eu-west-1", "address": "",
        "path": "ingress[0].cidr_blocks", "before": ["10.0.0.0/8"], "after": ["10.0.0.0/8", "10.9.0.0/16"],
    }  # fmt: skip
    given = {key: more.pop(key, value) for key, value in fields.items()}
    ref = ResourceRef("aws", given["type_"], "x-1", given["scope"], given["address"], name)
    change = Change(given["path"], given["before"], given["after"])
    return Difference(ref, DriftKind.MODIFIED, (change,), tags=more)


def severity(difference: Difference, cause: Cause = UNSURE, shared_by: int = 0) -> Severity:
    return assess_severity(difference, cause, Attribution(), surroundings_of(difference, shared_by=shared_by))


class TestEnvironment:
    @pytest.mark.parametrize(
        ("difference", "environment"),
        [
            (group(Environment="Production"), PRODUCTION),
            (group(env="prd-eu"), PRODUCTION),
            (group(**{"example.com/environment": "live"}), PRODUCTION),
            (group(stage="UAT"), STAGING),
            (group(**{"deployment-environment": "dev3"}), DEVELOPMENT),
            (group(Env="non-prod"), DEVELOPMENT),
            (group("shop-prod-front"), PRODUCTION),
            (group("shopProdFront"), PRODUCTION),
            (group("shop-nonprod-front"), DEVELOPMENT),
            (group("shop_non_prod_front"), DEVELOPMENT),
            (group("preprod-front"), STAGING),
            (group(scope="shop-prd-6635"), PRODUCTION),
            (group(address="module.staging.aws_security_group.front"), STAGING),
            (group("product-catalogue"), UNKNOWN),
            (group("device-list"), UNKNOWN),
            (group(), UNKNOWN),
        ],
    )
    def test_it_is_told_by_tags_and_names(self, difference: Difference, environment: Environment) -> None:
        assert surroundings_of(difference).environment is environment

    def test_a_tag_says_more_than_a_name(self) -> None:
        assert surroundings_of(group("shop-prod", env="sandbox")).environment is DEVELOPMENT

    def test_the_nearest_name_counts(self) -> None:
        assert surroundings_of(group("shop-dev", scope="everything-prod")).environment is DEVELOPMENT

    def test_a_namespace_is_a_name(self) -> None:
        ref = ResourceRef("kubernetes", "apps/v1/Deployment", "apps/Deployment/shop-prod/web", "one", "", "web")

        assert surroundings_of(Difference(ref, DriftKind.UNMANAGED)).environment is PRODUCTION


class TestExposure:
    @pytest.mark.parametrize(
        "difference",
        [
            group(after=["0.0.0.0/0"]),
            group("public-front"),
            group(exposure="internet-facing"),
            group(type_="aws_cloudfront_distribution", path="comment", before="a", after="b"),
            group(type_="AWS::Lambda::Url", path="AuthType", before="AWS_IAM", after="NONE"),
            group(type_="networking.k8s.io/v1/Ingress", path="spec.rules[0].host", before="a", after="b"),
        ],
        ids=["by the change", "by name", "by tag", "by type", "by its type's other name", "by kind"],
    )
    def test_what_the_internet_reaches(self, difference: Difference) -> None:
        assert surroundings_of(difference).exposed

    def test_what_it_does_not(self) -> None:
        assert not surroundings_of(group()).exposed
        assert not surroundings_of(group(path="egress[0].cidr_blocks", after=["0.0.0.0/0"])).exposed


@pytest.mark.parametrize(
    ("tags", "data"),
    [
        ({"DataClassification": "Confidential"}, "confidential"),
        ({"data-class": "PII"}, "personal"),
        ({"contains-pii": "true"}, "personal"),
        ({"pii": "false"}, ""),
        ({"compliance": "pci-dss"}, "payment"),
        ({"data_sensitivity": "phi"}, "health"),
        ({"data-class": "public"}, "public"),
        ({"Database": "customer-main"}, ""),
        ({"Team": "data"}, ""),
    ],
)
def test_the_class_of_the_data_is_told_by_tags(tags: dict[str, str], data: str) -> None:
    assert surroundings_of(group(**tags)).data == data


def test_much_hangs_on_some_types() -> None:
    key = group(type_="aws_kms_key", path="policy", before="{}", after="{}")

    assert surroundings_of(key).foundation
    assert surroundings_of(group(type_="AWS::EC2::VPC", path="EnableDnsSupport", before=True, after=False)).foundation
    assert not surroundings_of(group()).foundation


class TestSeverity:
    def test_production_weighs_more_than_nothing_known_and_that_more_than_development(self) -> None:
        capacity = {"type_": "aws_autoscaling_group", "path": "min_size", "before": 4, "after": 0}
        live, unknown, trial = (
            severity(group(**capacity, **tags)).score for tags in ({"env": "prod"}, {}, {"env": "dev"})
        )

        assert live > unknown > trial

    def test_what_protected_data_is_behind_weighs_more(self) -> None:
        plain, guarded = (severity(group(**tags)) for tags in ({}, {"data-class": "pii"}))

        assert guarded.dimensions.security == plain.dimensions.security + 10
        assert guarded.reasons[-1] == "Its tags say that it holds data that needs protection (DG-CTX-008)"

    def test_a_circumstance_adds_to_no_dimension_that_no_rule_gave(self) -> None:
        tagged = severity(group(path="tags.Owner", before="a", after="b", env="prod", **{"data-class": "pii"}))

        assert (tagged.dimensions.security, tagged.dimensions.performance) == (0, 0)

    def test_what_changes_nothing_is_not_a_reason(self) -> None:
        worst = severity(group(after=["0.0.0.0/0"], path="ingress[0].cidr_blocks", env="prod"))

        assert worst.dimensions.security == 100
        assert len(set(worst.reasons)) == len(worst.reasons)
        assert not any("DG-CTX-009" in reason for reason in worst.reasons)

    def test_one_of_many_unauthorised_changes_weighs_more_than_a_single_one(self) -> None:
        shares = dict.fromkeys(Category, 0.1) | {Category.UNAUTHORIZED_CHANGE: 0.4}
        breach = Cause(Category.UNAUTHORIZED_CHANGE, 0.4, (0.0, 1.0), shares, "test@1")
        one, many = (severity(group(), breach, shared_by) for shared_by in (1, 12))

        assert many.dimensions.security > one.dimensions.security
        assert many.reasons[-1].endswith("(DG-CTX-011)")

    def test_what_others_refer_to_weighs_more(self) -> None:
        opened = group(path="ingress[0]", before={"from_port": 443, "cidr_blocks": ["10.0.0.0/8"]}, after=None)
        alone, referred_to = severity(opened), severity(structs.replace(opened, dependents=9))

        assert referred_to.dimensions.performance > alone.dimensions.performance
        assert referred_to.reasons[-1] == "Other resources refer to it (DG-CTX-012)"

    def test_rules_name_the_control_and_what_it_asks_for(self) -> None:
        opened = severity(
            group(path="ingress[0]", before=None, after={"from_port": 22, "to_port": 22, "cidr_blocks": ["0.0.0.0/0"]})
        )

        assert "CIS AWS Foundations 3.0, 5.2 and 5.3: no remote administration from anywhere" in opened.reasons[0]


@given(
    st.builds(
        Surroundings,
        environment=st.sampled_from(Environment),
        exposed=st.booleans(),
        data=st.sampled_from(["", "personal", "public"]),
        foundation=st.booleans(),
        dependents=st.integers(0, 50),
        shared_by=st.integers(0, 50),
    ),
    st.sampled_from(Category),
)
def test_no_surroundings_lead_out_of_the_scale(around: Surroundings, category: Category) -> None:
    why = Cause(category, 0.9, (0.0, 1.0), dict.fromkeys(Category, 0.025) | {category: 0.9}, "test@1")
    found = assess_severity(group(after=["0.0.0.0/0"]), why, Attribution(), around)

    assert all(0 <= score <= 100 for score in structs.astuple(found.dimensions))
    assert found.score == max(structs.astuple(found.dimensions))


def test_the_tables_know_one_another() -> None:
    known = {sort.name for sort in load_surroundings().data}

    for item in load_scale().adjustments:
        assert set(item.data) <= known
    assert [sort.name for sort in load_surroundings().environments] == ["development", "staging", "production"]
