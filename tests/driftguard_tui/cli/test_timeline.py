"""`driftguard timeline`: what happened around a drift, or between two times."""

import json
from pathlib import Path

import pytest

from engine.model import EventKind
from engine.store import open_stores
from tests.support.command import driftguard
from tests.support.samples import at, make_drift, make_event, make_report, make_state


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A drift that came about at noon, an hour after an incident began."""
    change = make_event("change", 0, summary="AuthorizeSecurityGroupIngress sg-0a1 by mia@example.org")
    events = [
        make_event("ticket", -60, source="jira", scope="", kind=EventKind.INCIDENT, summary="OPS-1 (P1): \x1b[31mdown"),
        make_event("read", -5, writes=False, summary="DescribeSecurityGroups"),
        make_event("refused", -3, writes=False, error="AccessDenied", summary="GetSecretValue (failed: AccessDenied)"),
        change,
        make_event("far", 600, summary="much later"),
    ]
    drift = make_drift("abc123", changed_at=change.at)
    folder = tmp_path / "store"
    with open_stores(folder) as stores:
        stores.record_scan(make_report("s1", -90, drift), [make_state("sg-1", port=1)])
        stores.record_scan(make_report("s2", 5, drift), [make_state("sg-1", port=2)], events)
    return folder


def test_around_a_drift(store: Path) -> None:
    status, out, err = driftguard("timeline", "--around", "abc1", "--store", store)

    assert (status, err) == (0, "")
    assert out.index("OPS-1 (P1)") < out.index("GetSecretValue") < out.index("AuthorizeSecurityGroupIngress")
    assert "changed (actual), seen by a scan" in out
    assert "DescribeSecurityGroups" not in out, "calls that only read are left out"
    assert "much later" not in out
    assert "\x1b" not in out


def test_reads_kinds_and_sources_can_be_chosen(store: Path) -> None:
    around = ("timeline", "--around", "abc1", "--store", store)
    assert "DescribeSecurityGroups" in driftguard(*around, "--reads").out
    tickets = driftguard(*around, "--kind", "incident").out
    assert "OPS-1" in tickets
    assert "GetSecretValue" not in tickets
    assert "OPS-1" not in driftguard(*around, "--source", "trail").out
    assert "Nothing is recorded" in driftguard(*around, "--source", "no such source").out


def test_what_was_under_way_already_stands_apart(store: Path) -> None:
    lines = driftguard("timeline", "--around", "abc1", "--within", "30m", "--store", store).out.splitlines()
    apart = next(place for place, line in enumerate(lines) if "above: under way already" in line)
    assert "OPS-1 (P1)" in lines[apart - 1]
    assert "GetSecretValue" in lines[apart + 1]


def test_between_two_times_as_json(store: Path) -> None:
    start, end = (f"{moment:%Y-%m-%dT%H:%M:%SZ}" for moment in (at(-70), at(1)))
    out = driftguard("timeline", "--from", start, "--to", end, "--store", store, "--format", "json").out
    document = json.loads(out)

    assert [event["id"] for event in document["events"]] == ["ticket", "refused", "change"]
    assert document["more"] == 0
    lines = driftguard("timeline", "--from", start, "--to", end, "--store", store, "--format", "ndjson").out
    assert [json.loads(line)["id"] for line in lines.splitlines()] == ["ticket", "refused", "change"]


def test_as_of_an_earlier_time(store: Path) -> None:
    moment = f"{at(-4):%Y-%m-%dT%H:%M:%SZ}"
    out = driftguard("timeline", "--around", "abc1", "--as-of", moment, "--store", store).out
    assert "OPS-1" in out
    assert "AuthorizeSecurityGroupIngress" not in out


def test_a_limit_says_how_much_more_there_is(store: Path) -> None:
    out = driftguard("timeline", "--around", "abc1", "--limit", "1", "--store", store).out
    assert "2 more events: narrow it by" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "give --around DRIFT, or --from TIME"),
        (("--around", "abc1", "--from", "2026-03-14"), "give --around DRIFT, or --from TIME"),
        (("--around", "abc1", "--within", "soon"), "'soon' is no length of time; write it as 90s"),
        (("--around", "abc1", "--within", "²h"), "'²h' is no length of time"),
        (("--from", "2026-03-14", "--to", "2026-03-13"), "--to is before --from"),
        (("--around", "nothing"), "nothing"),
    ],
)
def test_what_cannot_be_answered_is_said_in_a_sentence(store: Path, arguments: tuple[str, ...], words: str) -> None:
    status, out, err = driftguard("timeline", *arguments, "--store", store)
    assert (status, out) == (1, "")
    assert words in err
    assert err.count("\n") == 1


def test_without_a_store(tmp_path: Path) -> None:
    status, _, err = driftguard("timeline", "--from", "2026-03-14", "--store", tmp_path)
    assert status == 1
    assert "no scan is recorded" in err


def test_lanes_are_drawn_as_in_the_console(store: Path) -> None:
    out = driftguard("timeline", "--around", "abc1", "--by", "source", "--store", store).out
    lines = out.splitlines()
    assert lines[0].startswith("What happened, in UTC · lanes by source · ")
    assert any(line.startswith("this drift") and "abc123: 0 s until it" in line for line in lines)
    assert any(line.startswith("incidents") and "OPS-1 (P1)" in line for line in lines)
    assert any(line.startswith("trail") and "✗" in line for line in lines)
    assert "\x1b" not in out


def test_how_much_happened_when_as_json(store: Path) -> None:
    start, end = (f"{moment:%Y-%m-%dT%H:%M:%SZ}" for moment in (at(-70), at(10)))
    around = ("timeline", "--from", start, "--to", end, "--by", "kind", "--store", store, "--format", "json")
    document = json.loads(driftguard(*around).out)
    assert sum(document["lanes"]["api_call"].values()) == 2
    assert sum(document["begun"]["incident"].values()) == 1
    assert [scan["id"] for scan in document["scans"]] == ["s2"]
    assert sum(json.loads(driftguard(*around, "--reads").out)["lanes"]["api_call"].values()) == 3
    assert json.loads(driftguard(*around, "--source", "jira").out)["lanes"] == {}
    assert json.loads(driftguard(*around, "--scope", "111122223333").out)["lanes"]
    assert json.loads(driftguard(*around, "--scope", "999999999999").out)["lanes"] == {}
