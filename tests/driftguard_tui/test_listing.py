"""What the list of drifts shows: found, ordered and grouped as one filter, one order and one grouping say."""

import asyncio
import sys
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from driftguard_tui import filters
from driftguard_tui.grouping import GROUPINGS, NONE, Heading
from driftguard_tui.listing import Catalogue, Listing, Wanted
from driftguard_tui.sorting import ORDERS
from driftguard_tui.workspaces.drifts import DriftsWorkspace
from engine.model import CauseGroup, Drift, GroupOrigin, Level
from tests.support.console import console, press, settle
from tests.support.reports import RecordedEngine, a_report
from tests.support.samples import NOON, make_drift, make_report

REPORT = a_report()
CATALOGUE = Catalogue(REPORT)

_TERMS = (
    "invoices", "INV", "severity:critical", "!severity:low", "cause:undetermined", "actor:^anna", "type:^aws_lb$",
    "path:ingress", "web[0-9]?", "!by:human", "after:2026-03-14", "!before:2026-03-13T10:00", "kind:", "a.*b",
    "A.*B", r"web\d", "(?i)anna", "[^a-z]front",
    "nothing-like-it",
)  # fmt: skip


def titles(listing: Listing) -> list[str]:
    """The rows, a heading in brackets."""
    return [f"[{row.title}]" if isinstance(row, Heading) else row.id for row in listing.rows]


@given(st.lists(st.sampled_from(_TERMS), max_size=3))
def test_many_are_filtered_as_one_is(terms: list[str]) -> None:
    expression = " ".join(terms)
    wanted = filters.parse(expression)
    found = CATALOGUE.listed(Wanted(filter=filters.read(expression)))
    assert {drift.id for drift in found.drifts} == {drift.id for drift in REPORT.drifts if wanted(drift)}


@pytest.mark.parametrize("order", ORDERS)
def test_an_order_turned_round_keeps_all(order: str) -> None:
    there = CATALOGUE.listed(Wanted(order=order)).drifts
    back = CATALOGUE.listed(Wanted(order=order, backwards=True)).drifts
    key = ORDERS[order].key
    assert [key(drift) for drift in back] == [key(drift) for drift in reversed(there)]


@pytest.mark.parametrize("group", [name for name in GROUPINGS if name != NONE])
def test_under_headings_are_all_drifts_in_their_order(group: str) -> None:
    listing = CATALOGUE.listed(Wanted(group=group))
    assert sum(len(heading.drifts) for heading in listing.headings) == len(REPORT.drifts)
    assert len(listing.rows) == len(REPORT.drifts) + len(listing.headings)
    for heading in listing.headings:
        assert heading.level is max((drift.severity.level for drift in heading.drifts), key=lambda level: level.rank)


def test_a_group_that_is_closed_is_a_heading_with_its_number() -> None:
    drifts = [make_drift("a"), make_drift("b", level=Level.LOW, score=3), make_drift("c", level=Level.LOW, score=2)]
    catalogue = Catalogue(make_report("s", 0, *drifts))
    wanted = Wanted(group="severity")
    assert titles(catalogue.listed(wanted)) == ["[critical]", "a", "[low]", "b", "c"]
    closed = catalogue.listed(wanted._replace(folded=frozenset({"low"})))
    assert titles(closed) == ["[critical]", "a", "[low]"]
    assert len(closed.headings[1].drifts) == 2
    assert closed.row_of("a") == 1
    assert closed.row_of("b") is None


def test_drifts_of_one_origin_are_under_its_name() -> None:
    drifts = [make_drift("a"), make_drift("b"), make_drift("c")]
    group = CauseGroup("g", GroupOrigin.SESSION, "mia, break-glass", ("a", "c"), Level.CRITICAL, 2)
    catalogue = Catalogue(replace(make_report("s", 0, *drifts), groups=(group,)))
    listing = catalogue.listed(Wanted(group="origin"))
    assert titles(listing) == ["[mia, break-glass]", "a", "c", "[no shared origin]", "b"]
    assert listing.headings[0].group is group


def test_a_drift_is_found_by_the_beginning_of_its_name() -> None:
    listing = Catalogue(make_report("s", 0, make_drift("alpha"), make_drift("beta"))).listed(Wanted())
    assert listing.find("aws_security_group.be") == 1
    assert listing.find("sg-al") == 0
    assert listing.find("gamma") is None


def test_values_are_offered_once_they_are_known_and_while_they_are_few() -> None:
    drifts: list[Drift] = [
        make_drift(f"d{number}", changed_at=NOON - timedelta(minutes=number)) for number in range(2_100)
    ]
    index = Catalogue(make_report("s", 0, *drifts)).index
    assert index.values("severity") == ()
    index.prepare()
    assert set(index.values("severity")) == {"critical"}
    assert index.values("id") == ()


def test_the_work_of_a_key_does_not_grow_with_the_rows() -> None:
    """Rows that are drawn, and calls that Python makes for a page down: as many with 4,000 drifts as with 200."""

    def calls(count: int) -> int:
        made = 0

        def note(_: object, event: str, __: object) -> None:
            nonlocal made
            made += event == "call"

        async def run() -> None:
            drifts = [make_drift(f"{number:05}", score=count - number) for number in range(count)]
            async with console(RecordedEngine(make_report("s", 0, *drifts)), size=(80, 24)) as pilot:
                await press(pilot, "2")
                await settle(pilot)
                workspace = pilot.app.screen
                assert isinstance(workspace, DriftsWorkspace)
                assert len(workspace.list.items) == count
                sys.setprofile(note)
                try:
                    workspace.list.do_page_down()
                    for y in range(workspace.list.size.height):
                        workspace.list.render_line(y)
                finally:
                    sys.setprofile(None)

        asyncio.run(run())
        return made

    few, many = calls(200), calls(4_000)
    assert many <= few * 1.1
