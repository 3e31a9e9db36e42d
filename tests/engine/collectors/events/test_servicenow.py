"""Recorded answers of ServiceNow: tables, states, dates as people and machines write them."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.collectors.base import Context
from engine.collectors.events.servicenow import Settings, Source
from engine.collectors.events.servicenow.fields import form_of
from engine.collectors.events.servicenow.records import read_record
from engine.collectors.events.tickets.dates import DateForm
from engine.collectors.events.tickets.reading import Reading
from engine.errors import SourceError
from engine.model import Event, EventKind, Ticket, TicketType
from tests.support.servicenow_server import both, record

SETTINGS = Settings(name="tickets", kind="servicenow")
OPENED = "2024-07-16 10:16:27"
AT = datetime(2024, 7, 16, 10, 16, 27, tzinfo=UTC)


def read(folder: Path, context: Context | None = None, **settings: Any) -> list[Event]:
    source = Source(Settings(name="tickets", kind="servicenow", path=str(folder), **settings))
    return list(source.collect(context or Context()))  # type: ignore[arg-type]


def write(folder: Path, *records: dict[str, Any], name: str = "table.json") -> Path:
    (folder / name).write_text(json.dumps({"result": list(records)}))
    return folder


def one(folder: Path, item: dict[str, Any], **settings: Any) -> Event:
    [event] = read(write(folder, item), **settings)
    return event


def ticket(event: Event) -> Ticket:
    return msgspec.json.decode(event.request, type=Ticket)


def test_an_incident_says_when_who_and_what(tmp_path: Path) -> None:
    event = one(
        tmp_path,
        record(
            "INC0012345",
            "Checkout answers 503",
            OPENED,
            state="6",
            active="false",
            close_code="Fixed",
            sys_updated_on="2024-07-17 02:50:30",
            resolved_at="2024-07-17 02:00:00",
            cmdb_ci={"value": "checkout-svc", "link": ""},
            business_service={"display_value": "Online shop", "link": ""},
            assigned_to={"value": "karim.lambert", "link": ""},
        ),
    )
    assert (event.kind, event.at, event.operation) == (EventKind.INCIDENT, AT, "INC0012345")
    assert event.ended_at == datetime(2024, 7, 17, 2, tzinfo=UTC)
    assert event.recorded_at == datetime(2024, 7, 17, 2, 50, 30, tzinfo=UTC)
    assert event.actor.principal == "jana.reyes"
    assert event.touches[:2] == ("checkout-svc", "Online shop")
    told = ticket(event)
    assert (told.type, told.priority, told.status) == (TicketType.INCIDENT, "1", "Resolved, Fixed")
    assert told.people == ("karim.lambert",)


def test_with_both_values_the_stored_times_count_and_the_shown_names(tmp_path: Path) -> None:
    item = record(
        "INC1",
        "x",
        "",
        opened_at=both(OPENED, "16/07/2024 12:16:27"),
        sys_updated_on=both(OPENED, "16/07/2024 12:16:27"),
        opened_by=both(f"{1:032x}", "Jana Reyes"),
        state=both("2", "In Progress"),
        priority=both("1", "1 - Critical"),
    )
    event = one(tmp_path, item, timezone="Europe/Madrid")
    assert (event.at, event.actor.principal) == (AT, "Jana Reyes")
    assert (ticket(event).status, ticket(event).priority) == ("In Progress", "1 - Critical")


@pytest.mark.parametrize(
    ("opened", "other"),
    [
        ("16-07-2024 12:16:27", "01-07-2024 00:00:00"),
        ("07/16/2024 12:16:27 PM", "07/01/2024 01:00:00 AM"),
        ("16.07.2024 12:16:27", "01.07.2024 00:00:00"),
        ("2024-07-16 12:16:27", "2024-07-01 00:00:00"),
    ],
)
def test_shown_times_are_read_in_the_users_form_and_zone(tmp_path: Path, opened: str, other: str) -> None:
    shown = {"state": "In Progress", "priority": "1 - Critical", "opened_by": {"display_value": "Jana", "link": "x"}}
    write(tmp_path, record("INC1", "x", opened, **shown), record("INC2", "x", other, **shown))
    context = Context()
    events = read(tmp_path, context, timezone="Europe/Madrid")
    assert [event.at for event in events] == [AT, datetime(2024, 6, 30, 22 + (" AM" in other), tzinfo=UTC)]
    assert context.problems == []


def test_one_date_above_twelve_tells_for_all_files(tmp_path: Path) -> None:
    write(tmp_path, record("INC1", "x", "05/07/2024 10:00:00"), name="a.json")
    write(tmp_path, record("INC2", "x", "16/07/2024 10:00:00"), name="b.json")
    assert [event.at.month for event in read(tmp_path)] == [7, 7]


def test_what_cannot_be_later_tells_as_well(tmp_path: Path) -> None:
    item = record("INC1", "x", "05/07/2024 10:00:00", sys_updated_on="04/08/2024 10:00:00")
    assert one(tmp_path, item).at == datetime(2024, 7, 5, 10, tzinfo=UTC)


def test_a_date_that_nothing_tells_is_not_guessed(tmp_path: Path) -> None:
    write(tmp_path, record("INC1", "x", "05/07/2024 10:00:00"))
    context = Context()
    assert read(tmp_path, context) == []
    assert context.problems[-1].endswith(
        "INC1: whether the day or the month is first in `opened_at` cannot be told; set `day_first`"
    )
    assert read(tmp_path, day_first=True)[0].at.month == 7
    assert read(tmp_path, day_first=False)[0].at.month == 5


def test_shown_times_without_a_zone_are_told_of(tmp_path: Path) -> None:
    write(tmp_path, record("INC1", "x", "16-07-2024 10:16:27"))
    context = Context()
    assert read(tmp_path, context)[0].at == AT
    assert "set `timezone`" in context.problems[0]
    assert context.skipped == 0


def test_an_unknown_zone_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="`timezone` of source 'tickets' is no time zone"):
        one(tmp_path, record("INC1", "x", OPENED), timezone="Mars/Olympus")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"sys_class_name": "incident"}, TicketType.INCIDENT),
        ({"sys_class_name": "problem"}, TicketType.PROBLEM),
        ({"sys_class_name": "change_request"}, TicketType.CHANGE),
        ({"sys_class_name": "Change Request"}, TicketType.CHANGE),
        ({"sys_class_name": "Requested Item", "number": "RITM0000001"}, TicketType.TASK),
        ({"sys_class_name": "sc_req_item"}, TicketType.TASK),
        ({"sys_class_name": "", "number": "CHG0000001"}, TicketType.CHANGE),
        ({"sys_class_name": "", "number": "CTASK0000001"}, TicketType.TASK),
        ({"sys_class_name": "u_major_incident", "number": "MI0001"}, TicketType.INCIDENT),
    ],
)
def test_what_a_record_is(tmp_path: Path, fields: dict[str, str], expected: TicketType) -> None:
    event = one(tmp_path, record(fields.pop("number", "X1"), "x", OPENED, **fields))
    assert ticket(event).type is expected
    assert event.kind is (EventKind.DEPLOY if expected is TicketType.CHANGE else EventKind.INCIDENT)


def test_a_change_is_when_work_on_it_began_or_was_to_begin(tmp_path: Path) -> None:
    window = {
        "start_date": "2024-07-20 20:00:00",
        "end_date": "2024-07-20 22:00:00",
        "sys_class_name": "change_request",
    }
    worked = {"work_start": "2024-07-20 20:10:00", "work_end": "2024-07-20 20:40:00"}
    planned = record("CHG1", "Resize orders-db", OPENED, state="-2", **window)
    done = record("CHG2", "Resize cart-db", OPENED, state="3", **worked, **window)
    first, second = read(write(tmp_path, planned, done))
    assert (first.at, first.ended_at) == (datetime(2024, 7, 20, 20, tzinfo=UTC), None)
    assert ticket(first).status == "Scheduled"
    assert ticket(first).planned_end == datetime(2024, 7, 20, 22, tzinfo=UTC)
    assert (second.at.minute, second.ended_at) == (10, datetime(2024, 7, 20, 20, 40, tzinfo=UTC))


def test_a_rejected_request_says_so(tmp_path: Path) -> None:
    decision = {"state": "7", "approval": "rejected", "close_code": "Won't Do"}
    item = record("RITM1", "Open jobs-sg to us", OPENED, sys_class_name="sc_req_item", **decision)
    assert ticket(one(tmp_path, item)).status == "Closed Skipped, Won't Do, rejected"


def test_an_incident_opened_late_began_when_it_says(tmp_path: Path) -> None:
    assert one(tmp_path, record("INC1", "x", OPENED, u_impact_start="2024-07-16 08:00:00")).at.hour == 8
    assert one(tmp_path, record("INC1", "x", OPENED, description="Began 15:38 IST, still going on.")).at.minute == 8
    assert one(tmp_path, record("INC1", "x", OPENED, work_start="2024-07-16 08:00:00")).at == AT


def test_an_end_is_the_last_change_where_only_the_state_tells(tmp_path: Path) -> None:
    item = record("INC1", "x", OPENED, state="7", active="false", sys_updated_on="2024-07-17 00:00:00")
    assert one(tmp_path, item).ended_at == datetime(2024, 7, 17, tzinfo=UTC)


def test_notes_that_say_what_was_done_name_things(tmp_path: Path) -> None:
    notes = "16:00 - Kenji (Work notes)\nis it cart-db ?\n\n15:00 - Jana (Work notes)\nmediaservice changed by hand"
    event = one(tmp_path, record("INC1", "x", OPENED, work_notes=notes))
    assert "mediaservice" in event.touches
    assert "cart-db" not in event.touches
    assert ticket(event).people == ("Kenji", "Jana")


def test_single_records_and_what_is_none(tmp_path: Path) -> None:
    (tmp_path / "single.json").write_text(json.dumps({"result": record("INC1", "x", OPENED)}))
    write(tmp_path, record("INC2", "x", ""), {"what": 1}, record("INC3", "x", OPENED), record("INC3", "x", OPENED))
    context = Context()
    assert [event.operation for event in read(tmp_path, context)] == ["INC1", "INC3", "INC3"]
    assert context.skipped == 2


def test_only_what_was_written_since(tmp_path: Path) -> None:
    write(tmp_path, record("INC1", "x", OPENED), record("INC2", "x", OPENED, sys_updated_on="2024-07-18 00:00:00"))
    context = Context(since=datetime(2024, 7, 17, tzinfo=UTC))
    assert [event.operation for event in read(tmp_path, context)] == ["INC2"]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["value", "display_value"]), inner),
    max_leaves=6,
)
FIELDS = (*record("INC1", "x", OPENED), "work_start", "start_date", "u_impact_start", "u_affected_service")


@given(st.dictionaries(st.sampled_from(FIELDS), anything))
def test_no_record_breaks_the_reader(fields: dict[str, Any]) -> None:
    item = record("INC1", "x", OPENED) | fields
    form = form_of([item], DateForm())
    for event in Reading("tickets", Context()).take("x", "INC1", lambda: read_record(item, form, SETTINGS)):
        assert event.recorded_at
