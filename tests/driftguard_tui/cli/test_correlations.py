"""`driftguard correlations`: the origins that drifts share, and what occurs together."""

import json
from pathlib import Path

import pytest
from msgspec import structs

from engine.model import Actor, ActorKind, Event, EventKind, Report, Via
from engine.store import open_stores
from tests.support.command import driftguard
from tests.support.samples import at, make_drift, make_event, make_report

MIA = Actor("mia@example.org", ActorKind.HUMAN, Via.CONSOLE)
A_DAY = 24 * 60


def of_estate(report: Report, name: str) -> Report:
    return structs.replace(report, scan=structs.replace(report.scan, estate=name))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One person's sitting across two estates, and forty alerts of which thirty had a deploy soon after them."""
    events: list[Event] = []
    for day in range(40):
        alert = make_event(
            f"alert-{day}", -day * A_DAY, kind=EventKind.ALERT, operation="Slow\x1b[31m", source="metrics"
        )
        events.append(structs.replace(alert, touches=("orders-svc",)))
        if day < 30:
            events.append(make_event(f"deploy-{day}", 10 - day * A_DAY, operation="UpdateService", actor=MIA))
    here = make_drift("abc123", changed_at=at(-30), actor=MIA)
    there = make_drift("def456", changed_at=at(-10), actor=MIA)
    folder = tmp_path_factory.mktemp("store")
    with open_stores(folder) as stores:
        stores.record_scan(of_estate(make_report("s1", 20, here), "shop"), (), events)
        stores.record_scan(of_estate(make_report("s2", 20, there), "shop-eu"))
    return folder


def test_origins_and_pairs(store: Path) -> None:
    status, out, err = driftguard("correlations", "list", "--store", store)

    assert (status, err) == (0, "")
    assert "Drifts by origin" in out
    assert "session of mia@example.org" in out
    assert "shop, shop-eu" in out
    assert "30 of 40 within 30 min, expected 2." in out
    assert "\x1b" not in out
    assert "cause" not in out.lower()


def test_only_one_of_them(store: Path) -> None:
    groups = driftguard("correlations", "list", "--store", store, "--by", "groups").out
    pairs = driftguard("correlations", "list", "--store", store, "--by", "lift").out
    assert ("mia@example.org" in groups, "within 30 min" in groups) == (True, False)
    assert ("session of" in pairs, "within 30 min" in pairs) == (False, True)


def test_as_json_and_by_line(store: Path) -> None:
    document = json.loads(driftguard("correlations", "list", "--store", store, "--format", "json").out)
    [group], [lift] = document["groups"], document["lifts"]
    assert (group["drifts"], group["estates"]) == (["abc123", "def456"], ["shop", "shop-eu"])
    assert (lift["first"], lift["together"], lift["count"], lift["significant"]) == ("alert Slow\x1b[31m", 30, 40, True)
    lines = driftguard("correlations", "list", "--store", store, "--format", "ndjson").out.splitlines()
    assert [json.loads(line) for line in lines] == [group, lift]


def test_the_window_can_be_chosen(store: Path) -> None:
    out = driftguard("correlations", "list", "--store", store, "--by", "lift", "--within", "5m").out
    assert out == "Nothing recorded occurs together more often than by chance.\n"


@pytest.mark.parametrize("by", ["services", "sources", "kinds", "source-pairs"])
def test_heatmaps(store: Path, by: str) -> None:
    arguments = ("correlations", "list", "--store", store, "--by", by)
    matrix = json.loads(driftguard(*arguments, "--format", "json").out)
    assert set(matrix) == {"title", "rows", "columns", "cells"}
    rows = {"services": "orders", "sources": "drifts", "kinds": "alert Slow\x1b[31m", "source-pairs": "metrics"}
    assert rows[by] in matrix["rows"]
    told = [json.loads(line) for line in driftguard(*arguments, "--all", "--format", "ndjson").out.splitlines()]
    assert len(told) == len(matrix["cells"])
    assert "\x1b" not in driftguard(*arguments, "--all").out


def test_a_heatmap_is_drawn(store: Path) -> None:
    out = driftguard("correlations", "map", "--store", store, "--by", "kinds").out
    assert out.startswith("What follows on what\n")
    assert "2 alert Slow␛[31m" in out
    assert "◆30" in out
    assert "◆ more than by chance  by count" in out
    assert "by times chance" in driftguard("correlations", "map", "--store", store, "--shade", "chance").out
    assert "1 in 100" in driftguard("correlations", "map", "--store", store, "--shade", "rarity").out
    assert "\x1b" not in out


def test_a_cell_is_told_of(store: Path) -> None:
    pair = ("alert Slow\x1b[31m", "UpdateService called by a person")
    arguments = ("correlations", "cell", "--store", store, "--by", "kinds", *pair)
    out = driftguard(*arguments).out
    for expected in ("30 of 40 times the second followed within 30 min", "That stands out", "Times it was so  30"):
        assert expected in out
    told = json.loads(driftguard(*arguments, "--format", "json").out)
    assert (told["row"], told["column"], told["cell"]["of"], len(told["times"])) == (*pair, 40, 30)
    day = at(0).isoformat()
    assert "Events  1" in driftguard("correlations", "cell", "--store", store, "orders", day).out
    for row, column in (("nobody", day), ("orders", "2001-01-01")):
        status, out, err = driftguard("correlations", "cell", "--store", store, row, column)
        assert (status, out) == (1, "")
        assert "`driftguard correlations map` shows what there is" in err


def test_nothing_recorded_is_a_sentence(tmp_path: Path) -> None:
    status, out, err = driftguard("correlations", "list", "--store", tmp_path)
    assert (status, out) == (1, "")
    assert "run `driftguard scan`" in err
    with open_stores(tmp_path / "empty") as stores:
        stores.record_scan(make_report("s1", 0))
    assert "No drifts of the last scans share" in driftguard("correlations", "list", "--store", tmp_path / "empty").out
    out = driftguard("correlations", "list", "--store", tmp_path / "empty", "--by", "services").out
    assert out == "Of services over time nothing stands out.\n"
    out = driftguard("correlations", "map", "--store", tmp_path / "empty").out
    assert out == "Too little is recorded to hang together.\n"
