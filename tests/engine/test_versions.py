"""The versions of a drift's resource, as scans have seen them."""

from pathlib import Path

from engine.model import DriftKind, ResourceState
from engine.store import open_stores
from engine.versions import Version, versions_of
from tests.support.samples import at, make_drift, make_report, make_state


def record(folder: Path, *seen: list[ResourceState]) -> tuple[Version, ...]:
    drift = make_drift("a", resource=make_state("sg-a").ref)
    with open_stores(folder) as stores:
        for number, states in enumerate(seen):
            stores.record_scan(make_report(f"s{number}", number * 60, drift), states)
        return versions_of(stores, drift)


def test_each_version_says_what_changed_since_the_one_before(tmp_path: Path) -> None:
    newest, first = record(
        tmp_path,
        [make_state("sg-a", port=22, tags={"team": "web"})],
        [make_state("sg-a", port=443, tags={"team": "web"})],
    )
    assert (first.at, first.is_first, first.changes) == (at(0), True, ())
    assert newest.at == at(60)
    assert [(change.path, change.declared, change.actual) for change in newest.changes] == [("port", 22, 443)]


def test_what_went_and_came_back_says_so(tmp_path: Path) -> None:
    versions = record(tmp_path, [make_state("sg-a", port=22)], [], [make_state("sg-a", port=22)])
    assert [version.is_gone for version in versions] == [False, True, False]


def test_of_what_is_missing_the_declaration_is_told(tmp_path: Path) -> None:
    state = make_state("sg-a", side="declared", port=22)
    drift = make_drift("a", kind=DriftKind.MISSING, resource=state.ref)
    with open_stores(tmp_path) as stores:
        stores.record_scan(make_report("s", 0, drift), [state])
        assert [version.is_first for version in versions_of(stores, drift)] == [True]
