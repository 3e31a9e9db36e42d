"""Heatmaps of what stores hold, and what is behind their cells."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import structs

from engine.correlating import Heatmap
from engine.heatmaps import Heatmaps
from engine.model import Actor, ActorKind, Cell, Event, EventKind, Evidence, Matrix, Via
from engine.store import Stores, open_stores
from tests.support.samples import at, make_drift, make_event, make_report

MIA = Actor("mia@example.org", ActorKind.HUMAN, Via.CONSOLE)
A_DAY = 24 * 60


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    """Forty daily alerts of which thirty had a deploy ten minutes later, the last of those explaining a drift."""
    events: list[Event] = []
    for day in range(40):
        alert = make_event(f"alert-{day}", -day * A_DAY, kind=EventKind.ALERT, operation="Slow", source="metrics")
        events.append(structs.replace(alert, touches=("orders-svc",)))
        if day < 30:
            deploy = make_event(f"deploy-{day}", 10 - day * A_DAY, operation="UpdateService", actor=MIA)
            events.append(structs.replace(deploy, touches=("orders-api",)))
    reason = Evidence("deploy-0", "trail", EventKind.API_CALL, at(10), 0.9, "the change")
    drift = make_drift("d-1", changed_at=at(10), actor=MIA, evidence=(reason,))
    with open_stores(tmp_path_factory.mktemp("store")) as stores:
        stores.record_scan(make_report("s1", 20, drift), (), events)
        yield stores


def cell(matrix: Matrix, row: str, column: str) -> Cell:
    [found] = [one for one in matrix.cells if (matrix.rows[one.row], matrix.columns[one.column]) == (row, column)]
    return found


def test_columns_begin_with_days_where_days_are_what_they_count(stores: Stores) -> None:
    heatmaps = Heatmaps.read(stores)
    matrix = heatmaps.matrix(Heatmap.SERVICES)
    assert heatmaps.step == timedelta(hours=12)
    assert {column[11:] for column in matrix.columns} == {"00:00:00Z", "12:00:00Z"}
    assert len(matrix.columns) <= 92


def test_behind_a_step_of_time_are_its_events_and_the_drifts_that_they_explain(stores: Stores) -> None:
    heatmaps = Heatmaps.read(stores)
    matrix = heatmaps.matrix(Heatmap.SERVICES)
    column = matrix.columns[-1]
    behind = heatmaps.behind(stores, Heatmap.SERVICES, "orders", column)
    assert [event.id for event in behind.events] == ["alert-0", "deploy-0"]
    assert behind.total == cell(matrix, "orders", column).count == 2
    assert [mark.id for mark in behind.drifts] == ["d-1"]
    assert behind.start.isoformat() == column.replace("Z", "+00:00")
    assert behind.end == at(20), "nothing is known after the last scan"


def test_behind_a_pair_are_the_times_that_one_followed_on_the_other(stores: Stores) -> None:
    heatmaps = Heatmaps.read(stores)
    alert, deploy = "alert Slow", "UpdateService called by a person"
    found = cell(heatmaps.matrix(Heatmap.KINDS), alert, deploy)
    assert (found.count, found.of, found.significant) == (30, 40, True)
    assert found.p_value is not None
    assert found.q_value is not None
    assert found.p_value <= found.q_value < 0.01
    behind = heatmaps.behind(stores, Heatmap.KINDS, alert, deploy)
    assert len(behind.times) == 30
    assert (behind.times[0].first_at, behind.times[0].second_at) == (at(0), at(10))
    assert {event.id for event in behind.events} >= {"alert-0", "deploy-0", "alert-19", "deploy-19"}
    assert [mark.id for mark in behind.drifts] == ["d-1"]


def test_behind_a_source_are_its_own_events_only(stores: Stores) -> None:
    heatmaps = Heatmaps.read(stores)
    column = heatmaps.matrix(Heatmap.SOURCES).columns[-1]
    assert [event.id for event in heatmaps.behind(stores, Heatmap.SOURCES, "metrics", column).events] == ["alert-0"]
    drifts = heatmaps.behind(stores, Heatmap.SOURCES, "drifts", column)
    assert (drifts.total, [mark.id for mark in drifts.drifts]) == (0, ["d-1"])
    pair = heatmaps.behind(stores, Heatmap.SOURCE_PAIRS, "metrics", "trail")
    assert len(pair.times) == 30


def test_in_the_past_what_came_later_is_not_known(stores: Stores) -> None:
    heatmaps = Heatmaps.read(stores, until=at(-5 * A_DAY))
    matrix = heatmaps.matrix(Heatmap.SERVICES)
    assert sum(cell.count for cell in matrix.cells) == 35 + 24
    assert heatmaps.end == at(-5 * A_DAY)


def test_nothing_recorded_is_empty(tmp_path: Path) -> None:
    with open_stores(tmp_path) as empty:
        heatmaps = Heatmaps.read(empty)
        assert heatmaps.length == timedelta(0)
        assert [heatmaps.matrix(what).cells for what in Heatmap] == [(), (), (), ()]


def test_a_step_is_as_short_as_what_is_dense_allows(tmp_path: Path) -> None:
    first = make_event("first", -60 * A_DAY, touches=("orders-svc",))
    week = [make_event(f"e{hour}", -hour * 60, touches=("orders-svc",)) for hour in range(7 * 24)]
    with open_stores(tmp_path) as stores:
        stores.record_scan(make_report("s1", 20), (), [first, *week])
        heatmaps = Heatmaps.read(stores)
        assert heatmaps.step == timedelta(hours=4), "which shows the week by parts of days, and all of it in 368 steps"
        assert len(heatmaps.matrix(Heatmap.SERVICES).columns) <= 368
