"""Recorded answers of Jira: which issues are incidents, when they began and ended, what they are about."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.collectors.base import Context
from engine.collectors.events.jira import Settings, Source
from engine.collectors.events.jira.records import read_issue
from engine.collectors.events.tickets.reading import Reading
from engine.model import ActorKind, Event, EventKind, Ticket, TicketType
from tests.support.jira_server import document, issue, user

SETTINGS = Settings(name="tickets", kind="jira")
WORDS = ["type", "content", "text", "attrs", "name", "value", "key", "comments", "body", "author", "histories", "items"]
CREATED = "2025-01-07T14:41:36.353+1000"


def read(folder: Path, context: Context | None = None, **settings: Any) -> list[Event]:
    source = Source(Settings(name="tickets", kind="jira", path=str(folder), **settings))
    return list(source.collect(context or Context()))  # type: ignore[arg-type]


def write(folder: Path, *issues: dict[str, Any], name: str = "page.json", **answer: Any) -> Path:
    (folder / name).write_text(json.dumps({"startAt": 0, "total": len(issues), **answer, "issues": list(issues)}))
    return folder


def ticket(event: Event) -> Ticket:
    return msgspec.json.decode(event.request, type=Ticket)


def one(folder: Path, item: dict[str, Any], **answer: Any) -> Event:
    [event] = read(write(folder, item, **answer))
    return event


def test_an_incident_says_when_who_and_what(tmp_path: Path) -> None:
    event = one(
        tmp_path,
        issue(
            "OPS-17",
            "Checkout answers 503",
            CREATED,
            updated="2025-01-07T16:00:00.000+1000",
            resolutiondate="2025-01-07T15:30:00.000+1000",
            resolution={"name": "Fixed"},
            status={"name": "Resolved", "statusCategory": {"key": "done"}},
            components=[{"name": "checkout-svc"}],
            assignee=user("Karim Lambert"),
            comment={"comments": [{"author": user("Ben Diaz"), "body": "looking"}]},
        ),
    )
    assert event.kind is EventKind.INCIDENT
    assert event.at == datetime(2025, 1, 7, 4, 41, 36, 353000, UTC)
    assert event.ended_at == datetime(2025, 1, 7, 5, 30, tzinfo=UTC)
    assert event.recorded_at == datetime(2025, 1, 7, 6, 0, tzinfo=UTC)
    assert (event.actor.principal, event.actor.kind) == ("jana.reyes@shop.example", ActorKind.HUMAN)
    assert (event.operation, event.summary) == ("OPS-17", "OPS-17 (incident, High): Checkout answers 503")
    assert "checkout-svc" in event.touches
    told = ticket(event)
    assert (told.type, told.priority, told.status) == (TicketType.INCIDENT, "High", "Resolved, Fixed")
    assert told.people == ("jana.reyes@shop.example", "karim.lambert@shop.example", "ben.diaz@shop.example")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"issuetype": {"name": "[System] Incident"}}, TicketType.INCIDENT),
        ({"issuetype": {"name": "Störung"}}, TicketType.INCIDENT),
        ({"issuetype": {"name": "Incident follow-up"}}, TicketType.TASK),
        ({"issuetype": {"name": "Change"}}, TicketType.CHANGE),
        ({"issuetype": {"name": "Change"}, "labels": ["incident"]}, TicketType.CHANGE),
        ({"issuetype": {"name": "Problem"}}, TicketType.PROBLEM),
        ({"issuetype": {"name": "Service Request"}}, TicketType.TASK),
        ({"issuetype": {"name": "Bug"}}, TicketType.TASK),
        ({"issuetype": {"name": "Bug"}, "labels": ["sev1"]}, TicketType.INCIDENT),
        ({"issuetype": {"name": "Task"}, "labels": ["incident-review-notes"]}, TicketType.TASK),
        ({"issuetype": {"name": "Task"}, "summary": "SEV2: cart is down"}, TicketType.INCIDENT),
        ({"issuetype": {"name": "Task"}, "summary": "Write down how incidents are handled"}, TicketType.TASK),
        ({"issuetype": {"name": "Task"}, "customfield_1": {"requestType": {"name": "Outage"}}}, TicketType.INCIDENT),
    ],
)  # fmt: skip
def test_which_issues_are_incidents(tmp_path: Path, fields: dict[str, Any], expected: TicketType) -> None:
    item = issue("OPS-1", fields.pop("summary", "x"), CREATED, **fields)
    event = one(tmp_path, item, names={"customfield_1": "Request Type"})
    assert ticket(event).type is expected
    assert event.kind is (EventKind.DEPLOY if expected is TicketType.CHANGE else EventKind.INCIDENT)


@pytest.mark.parametrize(
    ("status", "resolution", "refused"),
    [
        ("Done", "Won't Do", True),
        ("Rejected", None, True),
        ("Closed", "Declined", True),
        ("Cancelled", None, True),
        ("Abgelehnt", None, True),
        ("Cerrado", "Rechazado", True),
        ("Concluído", "Recusado", True),
        ("Terminé", "Refusée", True),
        ("完了", "却下", True),
        ("Done", "Done", False),
        ("Waiting for approval", None, False),
        ("Resolved", "Cannot Reproduce", False),
        ("Closed", "Duplicate", False),
        ("Resolvido", "Feito", False),
    ],
)
def test_what_was_not_to_be_done(tmp_path: Path, status: str, resolution: str | None, refused: bool) -> None:
    fields = {"status": {"name": status}, "resolution": {"name": resolution} if resolution else None}
    assert ticket(one(tmp_path, issue("OPS-1", "open the gate", CREATED, **fields))).refused is refused


def test_a_users_own_words_come_first(tmp_path: Path) -> None:
    write(tmp_path, issue("OPS-1", "x", CREATED, issuetype={"name": "Störfall B"}, labels=["x"]))
    [event] = read(tmp_path, types={TicketType.INCIDENT: ["störfall b"]})
    assert ticket(event).type is TicketType.INCIDENT


def test_an_incident_opened_late_began_when_it_says(tmp_path: Path) -> None:
    names = {"customfield_7": "Impact start", "customfield_8": "Impact end", "customfield_9": "Affected services"}
    item = issue(
        "OPS-1",
        "x",
        "2025-01-07T14:00:00.000Z",
        customfield_7="2025-01-07T09:30:00.000+0100",
        customfield_8="2025-01-07T13:00:00.000Z",
        customfield_9=[{"value": "payments"}, {"value": "prod"}],
    )
    event = one(tmp_path, item, names=names)
    assert event.at == datetime(2025, 1, 7, 8, 30, tzinfo=UTC)
    assert event.ended_at == datetime(2025, 1, 7, 13, 0, tzinfo=UTC)
    assert event.touches == ("payments",)


def test_fields_without_names_are_told_by_the_settings(tmp_path: Path) -> None:
    write(tmp_path, issue("OPS-1", "x", CREATED, customfield_9={"name": "payments"}))
    assert read(tmp_path)[0].touches == ()
    assert read(tmp_path, fields={"customfield_9": "about"})[0].touches == ("payments",)


@pytest.mark.parametrize(
    ("description", "began"),
    [
        ("Seen by monitoring at 14:05 IST. Investigating.", "08:35"),
        ("Impacto confirmado, início pelas 08:20 UTC.", "08:20"),
        ("First seen 18:31 UTC+10.", "08:31"),
        ("Since 03:30 EST all carts are empty", "08:30"),
        ("Since 14:05 all carts are empty", "08:42"),
        ("Runbook says 21:00 UTC", "08:42"),
    ],
)
def test_a_description_may_tell_when_it_began(tmp_path: Path, description: str, began: str) -> None:
    event = one(tmp_path, issue("OPS-1", "x", "2025-01-07T08:42:00.000Z", description=description))
    assert f"{event.at:%H:%M}" == began


def test_a_planned_change_has_its_window(tmp_path: Path) -> None:
    names = {"customfield_1": "Change start date", "customfield_2": "Change completion date"}
    item = issue(
        "CHG-4",
        "Resize orders-db",
        "2025-01-02T08:00:00.000Z",
        issuetype={"name": "Change"},
        customfield_1="2025-01-07T20:00:00.000Z",
        customfield_2="2025-01-07T22:00:00.000Z",
    )
    event = one(tmp_path, item, names=names)
    assert (event.kind, event.at.hour, event.recorded_at) == (EventKind.DEPLOY, 20, datetime(2025, 1, 2, 8, tzinfo=UTC))
    assert ticket(event).planned_end == datetime(2025, 1, 7, 22, tzinfo=UTC)


def test_the_end_comes_from_the_history_where_nothing_else_tells(tmp_path: Path) -> None:
    item = issue("OPS-1", "x", CREATED, status={"name": "Erledigt", "statusCategory": {"key": "done"}})
    item["changelog"] = {
        "histories": [
            {"created": "2025-01-07T08:00:00.000+0000", "items": [{"field": "status", "toString": "Erledigt"}]},
            {"created": "2025-01-07T09:00:00.000+0000", "items": [{"field": "labels", "toString": "x"}]},
        ]
    }
    assert one(tmp_path, item).ended_at == datetime(2025, 1, 7, 8, tzinfo=UTC)


def test_texts_in_the_document_format_are_read(tmp_path: Path) -> None:
    queue = "arn:aws:sqs:eu-west-1:123456789012:jobs"
    text = document(f"Queue of {queue} grows", "deployment/cart restarts")
    said = {"type": "paragraph", "content": [{"type": "mention", "attrs": {"text": "@Ben"}}]}
    text["content"].append({"type": "bulletList", "content": [{"type": "listItem", "content": [said]}]})
    event = one(tmp_path, issue("OPS-1", "sg-0a1b2c3d is open", CREATED, description=text))
    assert ticket(event).text == f"Queue of {queue} grows\ndeployment/cart restarts\n@Ben"
    assert event.touches == ("sg-0a1b2c3d", queue, "jobs", "cart")


def test_of_comments_only_those_that_say_what_was_done_name_things(tmp_path: Path) -> None:
    comments = [
        {"author": user("Ben Diaz"), "body": text} for text in ("ruled out cart-db", "I changed jobs-sg by hand")
    ]
    event = one(tmp_path, issue("OPS-1", "x", CREATED, comment={"comments": comments}))
    assert event.touches == ("jobs-sg",)
    assert "cart-db" in ticket(event).text


def test_linked_issues_are_touched(tmp_path: Path) -> None:
    links = [{"type": {"name": "Relates"}, "outwardIssue": {"key": "OPS-9"}}, {"inwardIssue": {"key": "CHG-3"}}]
    assert one(tmp_path, issue("OPS-1", "x", CREATED, issuelinks=links)).touches == ("OPS-9", "CHG-3")


def test_secrets_in_texts_are_masked(tmp_path: Path) -> None:
    key = "-----BEGIN RSA PRIVATE KEY-----\nMIIEabc\n-----END RSA PRIVATE KEY-----"
    body = f"login with password: hunter2xyz\n{key}\nthanks"
    event = one(tmp_path, issue("OPS-1", "token=abcdef123456 leaked", CREATED, description=body))
    for text in (event.request, event.original, event.summary):
        assert not any(secret in text for secret in ("hunter2xyz", "MIIEabc", "abcdef123456"))
    assert ticket(event).text.endswith("thanks")


def test_software_that_opens_issues_is_automation(tmp_path: Path) -> None:
    app = {"accountId": "557058", "displayName": "Alerts for Jira", "accountType": "app"}
    assert one(tmp_path, issue("OPS-1", "x", CREATED, creator=app)).actor.kind is ActorKind.AUTOMATION


def test_pages_lists_lines_and_single_issues_compressed_or_not(tmp_path: Path) -> None:
    items = [issue(f"OPS-{number}", "x", CREATED) for number in range(1, 8)]
    write(tmp_path, *items[:2])
    (tmp_path / "list.json.gz").write_bytes(gzip.compress(json.dumps([{"issues": items[2:3]}, items[3]]).encode()))
    (tmp_path / "lines.ndjson").write_text("\n".join(json.dumps(item) for item in items[4:6]))
    single = items[6] | {"names": {"customfield_1": "Affected service"}}
    single["fields"]["customfield_1"] = {"value": "payments"}
    (tmp_path / "single.json").write_text(json.dumps(single))
    context = Context()
    events = read(tmp_path, context)
    assert {event.operation for event in events} == {f"OPS-{number}" for number in range(1, 8)}
    assert [event.touches for event in events if event.operation == "OPS-7"] == [("payments",)]
    assert context.skipped == 0


def test_bad_repeated_and_cut_records_cost_only_themselves(tmp_path: Path) -> None:
    good, later = issue("OPS-1", "x", CREATED), issue("OPS-1", "y", CREATED, updated="2025-02-01T00:00:00.000Z")
    write(tmp_path, good, {"key": "OPS-2", "fields": {"summary": "no time"}}, {"nonsense": 1}, good, later)
    cut = json.dumps({"issues": [issue("OPS-3", "z", CREATED), issue("OPS-4", "z", CREATED)]})
    (tmp_path / "cut.json").write_text(cut[:-300])
    (tmp_path / "odd.json").write_text(
        '{"issues": [{"key": "OPS-5", "fields": {"created": 5, "labels": 3, "comment": []}}]}'
    )
    context = Context()
    events = read(tmp_path, context)
    assert [event.summary[:6] for event in events] == ["OPS-3 ", *["OPS-1 "] * 3], "the gatherer takes the last written"
    assert context.skipped == 4  # cut, no time, nonsense, odd
    assert any("OPS-2: it does not say when it was created" in problem for problem in context.problems)


def test_only_what_was_written_since(tmp_path: Path) -> None:
    write(tmp_path, issue("OPS-1", "x", CREATED), issue("OPS-2", "x", CREATED, updated="2025-01-09T00:00:00.000Z"))
    context = Context(since=datetime(2025, 1, 8, tzinfo=UTC))
    assert [event.operation for event in read(tmp_path, context)] == ["OPS-2"]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=3),
    max_leaves=8,
)
FIELDS = (*issue("OPS-1", "x", CREATED)["fields"], "issuelinks", "parent", "environment", "customfield_1")


@given(st.dictionaries(st.sampled_from(FIELDS), anything), anything, anything)
def test_no_issue_breaks_the_reader(fields: dict[str, Any], changelog: Any, names: Any) -> None:
    item = {"key": "OPS-1", "fields": {"created": CREATED, **fields}, "changelog": changelog}
    for event in Reading("tickets", Context()).take("x", "OPS-1", lambda: read_issue(item, names, SETTINGS)):
        assert event.touches is not None
