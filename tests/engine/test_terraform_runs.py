"""Recorded runs of Terraform, read from every source that one of them has: what is drift then, and what is not."""

from pathlib import Path
from typing import Any

import pytest

from engine.collectors.base import Context, Found
from engine.collectors.declared import terraform_code, terraform_plan, terraform_state
from tests.support.paths import SHARED_DATA, needs_shared_data
from tests.support.terraform_code import cache
from tests.support.terraform_plans import compared, drift

pytestmark = [pytest.mark.usefixtures(cache.__name__), needs_shared_data]
__all__ = ["cache"]

#: What the code has its say in. Everything else is as the plan's `resource_drift` has it.
WITH_CODE: dict[str, dict[str, Any]] = {
    "code_change": {
        "aws_s3_bucket.a": {"tags.env": ("prod", None)},
        "aws_s3_bucket.ren": {"bucket": ("cc-ren-2", "cc-ren")},
    },
    "drift_and_code": {"aws_s3_bucket.both": {"tags.team": ("b", "c")}},
    "ignored_only": {},
    "import": {},
    "moved": {'aws_s3_bucket.c["one"]': {"tags.team": ("core", "x")}},
    "removed_block": {},
    "no_drift": {},
    "deleted": {"aws_s3_bucket.gone": "missing", "aws_security_group.web": "missing"},
    "computed_only": {"aws_sqs_queue.jobs": {"visibility_timeout_seconds": (30, 120)}},
    "set_attribute": {
        "aws_security_group.web": {
            "ingress_cidrs": (
                ["10.0.0.0/8", "192.168.0.0/16"],
                ["0.0.0.0/0", "10.0.0.0/8", "192.168.0.0/16"],
            )
        }
    },
}


def found_in(folder: Path, *, plan: str, state: bool) -> list[Found]:
    sources: list[Any] = [
        terraform_code.Source(terraform_code.Settings(name="code", kind="terraform_code", path=".", base=folder)),
        terraform_plan.Source(terraform_plan.Settings(name="plan", kind="terraform_plan", path=plan, base=folder)),
    ]
    if state:
        settings = terraform_state.Settings(name="state", kind="terraform_state", path="terraform.tfstate", base=folder)
        sources.append(terraform_state.Source(settings))
    return [item for source in sources for item in source.collect(Context())]


@pytest.mark.parametrize("state", [False, True], ids=["code_and_plan", "and_state"])
@pytest.mark.parametrize("case", sorted(WITH_CODE))
def test_code_has_its_say_over_a_refresh_only_plan(case: str, state: bool) -> None:
    folder = SHARED_DATA / "recorded/terraform" / case
    assert drift(compared(found_in(folder, plan="plan_refresh_only.json", state=state))) == WITH_CODE[case]


def test_pending_changes_that_the_code_shows_are_drift() -> None:
    folder = SHARED_DATA / "recorded/terraform/code_change"
    found = drift(compared(found_in(folder, plan="plan_normal.json", state=False)))
    assert found == WITH_CODE["code_change"] | {"aws_s3_bucket.new": "missing"}


def test_an_import_that_changes_something_is_pending() -> None:
    folder = SHARED_DATA / "recorded/terraform/import"
    found = drift(compared(found_in(folder, plan="plan_normal.json", state=False)))
    assert found == {"aws_s3_bucket.found": {"tags.team": ("core", "hand")}}


@pytest.mark.parametrize("case", ["foreach_modules", "tags_update", "tainted_and_check"])
def test_code_that_says_what_its_state_has_changes_nothing(case: str) -> None:
    folder = SHARED_DATA / "recorded/terraform" / case
    alone = compared([item for item in found_in(folder, plan="plan_normal.json", state=False) if not _is_code(item)])
    assert drift(compared(found_in(folder, plan="plan_normal.json", state=True))) == drift(alone)


def _is_code(item: Found) -> bool:
    return getattr(item, "source", "") == "code"
