"""Of each type that a live scan reads, what was done through the API is shown in Terraform's words, and nothing else.

One account holds them all. Of each type there are two that Terraform made; after a first scan one of them is changed
and one deleted, and a third appears that nobody declared.
"""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from engine.providers import load_knowledge
from tests.support.live_account import CHANGED, DELETED, STRAY, LiveAccount
from tests.support.moto_server import empty_account, moto_server  # noqa: F401 - a fixture
from tests.support.terraform import groups
from tests.support.terraform.case import Case

GROUPS = sorted(file.stem for file in Path(groups.__path__[0]).glob("*.py") if file.stem != "places")
CASES = [case for name in GROUPS for case in import_module(f"{groups.__name__}.{name}").CASES]
each_type = pytest.mark.parametrize("case", CASES, ids=lambda case: case.type)


class Reports:
    """What is told of the account before and after it was touched."""

    def __init__(self, account: LiveAccount) -> None:
        self.made = account.made
        self.before = account.scan()
        account.touch()
        self.after = account.scan()
        self._declared = {drift["resource"]["address"]: drift for drift in self.after["drifts"]}

    def of(self, case: Case, name: str) -> dict[str, Any] | None:
        """The drift of a declared resource."""
        return self._declared.get(f"{case.type}.{name}")

    def undeclared(self) -> set[tuple[str, str]]:
        """The types and ids of what nobody declares."""
        found = (drift["resource"] for drift in self.after["drifts"] if drift["kind"] == "unmanaged")
        return {(resource["type"], resource["id"]) for resource in found}

    def identities(self, case: Case) -> set[tuple[str, str]]:
        """By what the undeclared one of a type may be told: all of them are Terraform's own words for it."""
        state = self.made[STRAY].get(case.type, {})
        return {
            (case.type, state[key])
            for key in ("id", "arn", "name", "stage_name", "application_id", "dashboard_arn")
            if state.get(key)
        }


@pytest.fixture(scope="module")
def reports(moto_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reports]:  # noqa: F811
    with pytest.MonkeyPatch.context() as patch:
        empty_account(moto_server, patch)
        yield Reports(LiveAccount(moto_server, tmp_path_factory.mktemp("account"), CASES))


def test_an_account_as_terraform_left_it_is_in_sync(reports: Reports) -> None:
    assert reports.before["drifts"] == []
    summary = reports.before["summary"]
    assert summary["in_sync"] == summary["declared"] == sum(2 - case.single for case in CASES)
    assert (summary["unmanaged"], summary["not_compared"], summary["coverage"]) == (0, 0, 1.0)
    types = load_knowledge().types
    assert len({types[case.type].native for case in CASES}) >= 80


@each_type
def test_changes_show_themselves(reports: Reports, case: Case) -> None:
    drift = reports.of(case, CHANGED)
    changes = drift["changes"] if drift else []
    assert {change["path"]: (change["declared"], change["actual"]) for change in changes} == case.shown
    assert drift is None or drift["kind"] == "modified"


@each_type
def test_a_deleted_one_is_missing(reports: Reports, case: Case) -> None:
    drift = reports.of(case, DELETED)
    assert (drift["kind"] if drift else None) == ("missing" if case.lost and not case.single else None)


@each_type
def test_an_undeclared_one_is_unmanaged(reports: Reports, case: Case) -> None:
    found = reports.undeclared() & reports.identities(case)
    assert len(found) == (case.stray and not case.single)


def test_nothing_else_is_told(reports: Reports) -> None:
    kinds = [drift["kind"] for drift in reports.after["drifts"]]
    assert kinds.count("modified") == sum(bool(case.shown) for case in CASES)
    assert kinds.count("missing") == sum(case.lost and not case.single for case in CASES)
    assert kinds.count("unmanaged") == sum(case.stray and not case.single for case in CASES)
