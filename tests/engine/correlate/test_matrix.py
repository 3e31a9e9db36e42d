"""Heatmaps: counts by place and time, and which cells stand out."""

from datetime import UTC, datetime, timedelta

import numpy as np
from msgspec import structs

from engine.correlate.history import History, kind_of
from engine.correlate.matrix import over_time, side_by_side
from engine.correlate.significance import Integers
from engine.model import EventKind, TicketType
from tests.support.cases import PIPELINE, SCALER, commit, moment, report, set_multi_az

START = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def moments(*hours: float) -> Integers:
    return np.array([round((START + hour * HOUR).timestamp() * 1e6) for hour in sorted(hours)], dtype=np.int64)


def test_counts_by_service_and_time() -> None:
    matrix = over_time(
        "services over time", {"cart": [moments(0.1, 5.5)], "mail": [moments(5.2), moments(5.3)]},
        START, START + 6 * HOUR, 2 * HOUR,
    )  # fmt: skip
    assert matrix.rows == ("cart", "mail")
    assert matrix.columns == ("2026-03-01T00:00:00Z", "2026-03-01T02:00:00Z", "2026-03-01T04:00:00Z")
    assert {(cell.row, cell.column): (cell.count, cell.expected) for cell in matrix.cells} == {
        (0, 0): (1, 0.5), (0, 2): (1, 1.5), (1, 2): (2, 1.5),
    }  # fmt: skip


def test_a_storm_on_one_service_stands_out_and_a_busy_day_of_all_does_not() -> None:
    chance = np.random.default_rng(7)
    rows = {name: [moments(*chance.uniform(0, 240, 120)) for _ in range(5)] for name in ("cart", "mail", "search")}
    storm = [moments(*(97 + chance.uniform(0, 10, 18))) for _ in range(5)]
    busy = {name: [moments(*(40 + chance.uniform(0, 6, 6))) for _ in range(5)] for name in rows}
    rows = {name: [*kinds, *busy[name], *(storm if name == "cart" else [])] for name, kinds in rows.items()}
    matrix = over_time("services over time", rows, START, START + 240 * HOUR, 12 * HOUR, timedelta(minutes=5))
    standing_out = {(matrix.rows[cell.row], cell.column) for cell in matrix.cells if cell.significant}
    assert standing_out == {("cart", 8)}


def test_a_burst_of_one_kind_does_not_stand_out() -> None:
    quiet = [moments(*range(0, 240, 12)), moments(*range(5, 240, 12))]
    burst = moments(*(100 + np.arange(300) / 60))
    matrix = over_time("t", {"cart": [*quiet, burst], "mail": quiet}, START, START + 240 * HOUR, 12 * HOUR)
    assert not any(cell.significant for cell in matrix.cells)
    assert max(cell.count for cell in matrix.cells) == 3


def test_nothing_is_an_empty_matrix() -> None:
    assert over_time("t", {}, START, START + HOUR, HOUR).cells == ()
    assert side_by_side("t", {}).cells == ()


def test_what_follows_on_what() -> None:
    first = moments(*range(0, 240, 12))
    matrix = side_by_side("sources", {"alerts": first, "calls": first + 60_000_000})
    [cell] = [cell for cell in matrix.cells if cell.row == 0]
    assert (cell.column, cell.count, cell.significant) == (1, 20, True)


def test_a_history_by_kind_service_and_source() -> None:
    alert = report("14 08:00", EventKind.ALERT, ("checkout-svc",), title="down")
    later = structs.replace(alert, id="again", at=moment("14 09:00"))
    calls = [set_multi_az(at, True, touches=("acme-checkout-db",)) for at in ("14 08:05", "14 08:10")]
    read = set_multi_az("14 08:06", True, writes=False)
    refused = set_multi_az("14 08:07", True, writes=False, error="AccessDenied", touches=("billing-db",))
    history = History.of([alert, later, *calls, read, refused])
    assert {kind: len(times) for kind, times in history.by_kind().items()} == {
        "alert checkout is down": 2,
        "ModifyDBInstance called by a person": 2,
        "ModifyDBInstance failed by a person": 1,
    }
    assert {name: len(times) for name, times in history.by_source().items()} == {"ops": 2, "trail": 3}
    assert {name: len(kinds) for name, kinds in history.kinds_of_services().items()} == {"checkout": 2}
    assert history.first == moment("14 08:00")


def test_tickets_are_told_apart_by_what_they_are_and_callers_by_their_kind() -> None:
    events = [
        report("14 08:00", EventKind.INCIDENT, ("cart",), type=TicketType.TASK),
        report("14 08:00", EventKind.INCIDENT, ("cart",)),
        report("14 08:00", EventKind.DEPLOY, ("cart",), type=TicketType.CHANGE),
        commit("14 08:00", "aws_db_instance.shop"),
        set_multi_az("14 08:00", True, PIPELINE),
        set_multi_az("14 08:00", True, SCALER),
    ]
    assert list(map(kind_of, events)) == [
        "task", "incident", "planned change", "commit in code", "ModifyDBInstance called by Terraform",
        "ModifyDBInstance called by the provider",
    ]  # fmt: skip
