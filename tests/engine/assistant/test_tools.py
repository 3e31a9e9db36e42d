"""The tools: typed arguments, limits that hold, facts with marks, and nothing that writes."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.assistant import tables
from engine.assistant.facts import (
    AdviceFact,
    AuditFact,
    DriftDetail,
    DriftFact,
    EventFact,
    MetricFact,
    PersonFact,
    RequestFact,
    VersionFact,
    mark,
)
from engine.assistant.names import Names
from engine.assistant.tools import _TOOLS, ToolError, Tools
from engine.model import SENSITIVE, Actor, ActorKind, Change, Report, Series
from engine.store import open_stores
from engine.workflow.requests import Requests
from tests.support.samples import at, make_drift, make_event, make_report

MIA = Actor("mia.berg@example.org", ActorKind.HUMAN)


def a_report(drifts: int = 1) -> Report:
    return make_report("s1", 20, *(make_drift(f"{n:06x}a1", changed_at=at(-n), actor=MIA) for n in range(drifts)))


def test_the_table_and_the_tools_are_the_same() -> None:
    assert set(tables.tools()) == set(_TOOLS)
    for name, (arguments, _) in _TOOLS.items():
        fields = set(arguments.__struct_fields__)
        assert set(tables.tools()[name].parameters) <= fields, name
        assert fields - set(tables.tools()[name].parameters) <= {"limit"}, name


@pytest.mark.parametrize(
    ("tool", "arguments", "says"),
    [
        ("drop_table", {}, "there is no tool 'drop_table'"),
        ("find_drifts", {"sql": "1=1"}, "unknown field `sql`"),
        ("find_drifts", {"level": "awful"}, "Invalid enum value 'awful'"),
        ("show_drift", {}, "missing required field `drift`"),
        ("find_drifts", {"limit": 0}, "limit must be 1 or more"),
        ("find_drifts", {"text": "x" * 401}, "text is longer than 400 characters"),
        ("timeline_between", {"start": "soon", "end": "later"}, "timeline_between"),
    ],
)
def test_what_a_tool_does_not_take_is_refused(tool: str, arguments: dict[str, object], says: str) -> None:
    with pytest.raises(ToolError, match=says):
        Tools(a_report()).call(tool, **arguments)


def test_no_call_returns_more_rows_than_the_table_allows_and_it_says_how_many_there_are() -> None:
    found = Tools(a_report(80)).call("find_drifts", limit=500)
    assert (len(found.facts), found.more, found.total) == (50, 30, 80)


def test_no_call_returns_more_bytes_than_the_table_allows(tmp_path: Path) -> None:
    names = tuple(f"{n}{'x' * 400}" for n in range(8))
    events = [make_event(f"e{n}", n / 100, summary="long " * 400, touches=names) for n in range(60)]
    with open_stores(tmp_path) as stores:
        stores.record_scan(a_report(), (), events)
        found = Tools(a_report(), stores).call("timeline_between", start=at(-1), end=at(10))
    size = sum(len(msgspec.json.encode(fact)) for fact in found.facts)
    assert size <= tables.tools()["timeline_between"].bytes
    assert found.total == 60


def test_a_drift_is_found_by_words_of_its_name_type_attributes_and_values() -> None:
    tools = Tools(a_report())
    for text in ("security group", "000000a1", "firewall", "ingress"):
        assert tools.call("find_drifts", text=text).of(DriftFact), text
    nothing = tools.call("find_drifts", text="kafka")
    assert (nothing.facts, nothing.unknown) == ((), ("kafka",))


def test_a_misspelt_name_is_found_and_told() -> None:
    found = Tools(a_report()).call("find_drifts", text="securty")
    assert (found.misread, len(found.facts)) == ((("securty", "security"),), 1)


def test_a_drift_in_full_without_what_is_sensitive() -> None:
    drift = make_drift("abc123", changes=(Change("password", "hunter2-old", "hunter2-new", sensitive=True),))
    [fact] = Tools(make_report("s1", 20, drift)).call("show_drift", drift="abc").of(DriftDetail)
    assert fact.mark == "d:abc123"
    assert (fact.changes[0].declared, fact.changes[0].actual) == (SENSITIVE, SENSITIVE)
    assert b"hunter2" not in msgspec.json.encode(fact)


def test_without_a_store_the_report_is_known_and_the_rest_is_said_to_be_missing() -> None:
    tools = Tools(a_report())
    assert tools.call("recommendations", drift="000000a1").of(AdviceFact)
    for tool in ("resource_history", "change_requests", "audit_entries", "metric_values"):
        arguments = {
            "resource_history": {"drift": "000000a1"},
            "metric_values": {"start": at(0), "end": at(1)},
        }.get(tool, {})
        assert "no store is open" in tools.call(tool, **arguments).missing


def test_what_the_stores_have(tmp_path: Path) -> None:
    report = a_report()
    load = Series("prometheus", "load", (at(-5), at(-1)), (0.5, 0.9), {"service": "shop"})
    with open_stores(tmp_path) as stores:
        stores.record_scan(report, (), [make_event("e1", -5, actor=MIA)], series=[load])
        asked = Requests(stores.ledger, "mia").create("000000a1", reason="INC-1")
        tools = Tools(report, stores)
        [request] = tools.call("change_requests").of(RequestFact)
        [entry] = tools.call("audit_entries", who="mia").of(AuditFact)
        [metric] = tools.call("metric_values", start=at(-10), end=at(0), name="load").of(MetricFact)
        [event] = tools.call("timeline_between", start=at(-10), end=at(0), actor="berg").of(EventFact)
        [person] = tools.call("find_people", name="Mia Berg").of(PersonFact)
        versions = tools.call("resource_history", drift="000000a1").of(VersionFact)
    assert (request.request, request.reason, entry.action) == (asked.id, "INC-1", "request.create")
    assert (metric.low, metric.high, metric.last) == (0.5, 0.9, 0.9)
    assert (event.actor, person.drifts, versions) == ("mia.berg@example.org", 1, [])


def test_a_mark_never_holds_what_would_end_it() -> None:
    assert mark("e", "git:0a1b/2c") == "e:git:0a1b/2c"
    hostile = mark("e", "x] [d:fake")
    assert hostile.startswith("e:")
    assert not set(hostile) & set("[] ")


@given(st.lists(st.text(max_size=40), max_size=8))
def test_any_words_can_be_looked_up(words: list[str]) -> None:
    match = NAMES.match(words)
    assert set(match.known) | set(match.unknown) <= set(words)


NAMES = Names(a_report(3))
