"""What people decided not to be told of is left out, and counted."""

from datetime import date

import pytest

from engine.compare import Ignoring
from engine.model import Change, Difference, DriftKind, IgnoreRule, ResourceRef, RuleState

GROUP = ResourceRef(
    "aws", "aws_autoscaling_group", "web-asg", "123456789012/eu-west-1", "module.web.aws_autoscaling_group.this"
)
DEPLOYMENT = ResourceRef("kubernetes", "apps/v1/Deployment", "apps/Deployment/shop/cart.v2", "prod")


def modified(ref: ResourceRef, *paths: str) -> Difference:
    return Difference(ref, DriftKind.MODIFIED, tuple(Change(path, 1, 2) for path in paths))


def paths_kept(difference: Difference, *patterns: str) -> list[str] | None:
    kept = Ignoring([IgnoreRule(match=pattern) for pattern in patterns]).kept(difference)
    return None if kept is None else [change.path for change in kept.changes]


@pytest.mark.parametrize(
    ("patterns", "kept"),
    [
        (["aws_autoscaling_group"], None),
        (["aws_autoscaling_group.web-asg"], None),
        (["aws_autoscaling_group.*"], None),
        (["aws_autoscaling_group.web-*"], None),
        (["*"], None),
        (["aws_autoscaling_group.*.desired_capacity"], ["tags.Owner", "tag[0].value"]),
        (["aws_autoscaling_group.web-asg.tags"], ["desired_capacity", "tag[0].value"]),
        (["aws_autoscaling_group.*.tags.Owner"], ["desired_capacity", "tag[0].value"]),
        (["**.tags.Owner"], ["desired_capacity", "tag[0].value"]),
        (["aws_autoscaling_group.*.tag.*.value"], ["desired_capacity", "tags.Owner"]),
        (["module.web.aws_autoscaling_group.this"], None),
        (["module.web.aws_autoscaling_group.this.desired_capacity"], ["tags.Owner", "tag[0].value"]),
        (["module.web"], None),
        (["aws_autoscaling_group.other"], ["desired_capacity", "tags.Owner", "tag[0].value"]),
        (["aws_autoscaling_group.*", "!*.web-asg"], ["desired_capacity", "tags.Owner", "tag[0].value"]),
        (["# a comment", ""], ["desired_capacity", "tags.Owner", "tag[0].value"]),
    ],
)  # fmt: skip
def test_patterns_are_those_of_gitignore_over_type_id_and_attribute(
    patterns: list[str], kept: list[str] | None
) -> None:
    assert paths_kept(modified(GROUP, "desired_capacity", "tags.Owner", "tag[0].value"), *patterns) == kept


@pytest.mark.parametrize(
    ("pattern", "kept"),
    [
        ("apps/v1/Deployment.apps/Deployment/shop/cart\\.v2.spec.replicas", ['metadata.annotations["a.b/c"]']),
        ("apps/v1/Deployment.*.spec", ['metadata.annotations["a.b/c"]']),
        ("apps/v1/Deployment.*.metadata.annotations.a\\.b/c", ["spec.replicas"]),
        ("apps/v1/Deployment.apps/Deployment/shop/cart.v2", ["spec.replicas", 'metadata.annotations["a.b/c"]']),
    ],
)
def test_slashes_belong_to_names_and_dots_of_names_are_escaped(pattern: str, kept: list[str]) -> None:
    assert paths_kept(modified(DEPLOYMENT, "spec.replicas", 'metadata.annotations["a.b/c"]'), pattern) == kept


def test_what_was_hidden_is_counted_by_rule_and_rules_that_do_nothing_are_told() -> None:
    ignoring = Ignoring(
        [
            IgnoreRule(match="aws_autoscaling_group.*.desired_capacity", reason="scaled", origin=".driftignore:2"),
            IgnoreRule(match="aws_iam_user.*", author="ana", expires=date(2026, 1, 31), origin="ignore[0]"),
            IgnoreRule(match="aws_s3_buckett.*", origin="ignore[1]"),
            IgnoreRule(match="!aws_iam_user.keep", origin="ignore[2]"),
        ],
        today=date(2026, 2, 1),
    )
    for _ in range(2):
        ignoring.kept(modified(GROUP, "desired_capacity", "min_size"))
    ignoring.count("the default security group of a VPC", "built in", 3)
    ignoring.kept(Difference(ResourceRef("aws", "aws_iam_user", "joe"), DriftKind.UNMANAGED))

    told = [(hidden.rule, hidden.count, hidden.state) for hidden in ignoring.hidden()]

    assert told == [
        ("the default security group of a VPC", 3, RuleState.ACTIVE),
        ("aws_autoscaling_group.*.desired_capacity", 2, RuleState.ACTIVE),
        ("aws_iam_user.*", 0, RuleState.EXPIRED),
        ("aws_s3_buckett.*", 0, RuleState.UNUSED),
    ]


def test_a_rule_holds_to_the_end_of_its_last_day() -> None:
    rule = IgnoreRule(match="aws_autoscaling_group", expires=date(2026, 1, 31))
    difference = modified(GROUP, "min_size")

    assert Ignoring([rule], today=date(2026, 1, 31)).kept(difference) is None
    assert Ignoring([rule], today=date(2026, 2, 1)).kept(difference) is difference
