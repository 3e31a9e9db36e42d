"""Patches for Terraform code: what they say, where they go, and when there is none."""

from typing import Any

import hcl2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from engine.model import SENSITIVE, Against, Category, Change, DriftKind, ResourceRef
from engine.recommend import hcl
from engine.recommend.patches import ignore_changes, live_values
from tests.support.advice import drift_of

GROUP = ResourceRef("aws", "aws_autoscaling_group", "web", "1/eu-west-1", "aws_autoscaling_group.web", "web")


def scaled(*changes: Change, address: str = GROUP.address) -> Any:
    resource = structs.replace(GROUP, address=address)
    return drift_of(
        Category.AUTOMATED_PROCESS, resource=resource, changes=changes or (Change("desired_capacity", 2, 6),)
    )


def code(patch: str | None) -> str:
    assert patch is not None
    return "".join(f"{line[1:]}\n" for line in patch.splitlines() if line.startswith("+") and line[:3] != "+++")


def test_what_software_sets_is_left_to_it() -> None:
    assert ignore_changes(scaled()) == (
        "--- /dev/null\n+++ b/aws_autoscaling_group_web_override.tf\n@@ -0,0 +1,6 @@\n"
        "+# jana@example.com sets this: an apply leaves it alone. (drift d1)\n"
        '+resource "aws_autoscaling_group" "web" {\n+  lifecycle {\n'
        "+    ignore_changes = [desired_capacity]\n+  }\n+}\n"
    )


def test_what_is_live_is_put_into_the_code() -> None:
    patch = live_values(
        scaled(Change("desired_capacity", 2, 6), Change("zones", ["a"], ["a", "b"]), Change("on", True, False))
    )

    assert code(patch).splitlines()[2:-1] == [
        "  desired_capacity = 6",
        '  zones            = ["a", "b"]',
        "  on               = false",
    ]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("tags.Owner", 'tags["Owner"]'),
        ('tags["Cost Center"]', 'tags["Cost Center"]'),
        ("scaling_config[0].desired_size", "scaling_config[0].desired_size"),
        ("ingress[2].cidr_blocks[0]", "ingress"),
        ("environment[0].variables.TOKEN", "environment"),
    ],
)
def test_an_attribute_is_left_alone_as_closely_as_terraform_lets_it(path: str, name: str) -> None:
    assert f"ignore_changes = [{name}]" in code(ignore_changes(scaled(Change(path, 1, 2))))


@pytest.mark.parametrize(
    ("address", "declared_in", "file"),
    [
        ("aws_autoscaling_group.web", "prod.tfstate", "aws_autoscaling_group_web_override.tf"),
        ("aws_autoscaling_group.web", "infra/main.tf", "infra/aws_autoscaling_group_web_override.tf"),
        (
            "module.shop.aws_autoscaling_group.web",
            "modules/shop/web.tf",
            "modules/shop/aws_autoscaling_group_web_override.tf",
        ),
        (
            'module.shop["a.b"].module.c[0].aws_autoscaling_group.web["x"]',
            "m/w.tf",
            "m/aws_autoscaling_group_web_override.tf",
        ),
    ],
)
def test_it_goes_beside_the_code(address: str, declared_in: str, file: str) -> None:
    assert f"+++ b/{file}\n" in (ignore_changes(scaled(address=address), declared_in) or "")


@pytest.mark.parametrize("declared_in", ["", "prod.tfstate", "/srv/code/web.tf", "../elsewhere/web.tf"])
def test_where_the_code_of_a_module_is_not_known_there_is_none(declared_in: str) -> None:
    assert ignore_changes(scaled(address="module.shop.aws_autoscaling_group.web"), declared_in) is None


@pytest.mark.parametrize(
    "drift",
    [
        scaled(Change("password", SENSITIVE, SENSITIVE, sensitive=True)),
        scaled(Change("settings", {}, {"password": SENSITIVE})),
        scaled(Change("ingress[0].from_port", 1, 2)),
        scaled(Change("size", 1, 2), Change("block[0].size", 1, 2)),
        scaled(Change("size", 1, 2, Against.BASELINE)),
        scaled(address="aws_autoscaling_group.web[0]"),
        structs.replace(scaled(), kind=DriftKind.MISSING),
        structs.replace(scaled(), resource=ResourceRef("aws", "AWS::SQS::Queue", "q", "", "shop/Jobs")),
    ],
    ids=["secret", "secret inside", "in a block", "partly", "undeclared", "one of several", "missing", "no Terraform"],
)
def test_what_cannot_be_said_exactly_is_not_said(drift: Any) -> None:
    assert live_values(drift) is None


@given(
    st.text(max_size=30),
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=30), st.lists(st.text(max_size=9))),
)
def test_any_name_and_value_is_code_that_says_just_that(name: str, value: Any) -> None:
    drift = structs.replace(scaled(Change("size", 1, value)), actor=structs.replace(scaled().actor, principal=name))
    read = hcl2.loads(code(ignore_changes(drift)) + code(live_values(drift)))

    assert len(read["resource"]) == 2


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("a\nb", '"a\\nb"'),
        ("${x} %{y}", '"$${x} %%{y}"'),
        ('say "hi" \\', '"say \\"hi\\" \\\\"'),
        (1.5, "1.5"),
        (None, "null"),
        ([], "[]"),
        ([1, "a"], '[1, "a"]'),
        ({"a": 1}, None),
        ([[1]], None),
    ],
)
def test_values_are_written_as_code(value: Any, written: str | None) -> None:
    assert hcl.scalar(value) == written
