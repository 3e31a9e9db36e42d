"""Tickets: answers of Jira's search, or of ServiceNow's tables."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from ml.scenarios.chance import Chance
from ml.scenarios.organisation import Organisation, Person
from ml.scenarios.render.kit import encode, iso, local
from ml.scenarios.story import Ticket
from ml.scenarios.thing import Values

if TYPE_CHECKING:
    from ml.scenarios.scenario import Scenario

_JIRA_TYPES = {"incident": "Incident", "task": "Task", "change": "Change", "problem": "Problem"}
_JIRA_PRIORITIES = ("Highest", "High", "Medium", "Low", "Lowest")
_CLASSES = {"incident": "incident", "task": "task", "change": "change_request", "problem": "problem"}
_PREFIXES = {"incident": "INC", "task": "TASK", "change": "CHG", "problem": "PRB"}


def files(scenario: "Scenario") -> Iterator[tuple[str, bytes]]:
    """The tickets, in the format of the organisation's tool."""
    if not scenario.tickets:
        return
    organisation = scenario.organisation
    if organisation.tickets == "jira":
        issues = [_issue(ticket, organisation) for ticket in scenario.tickets]
        answer = {"startAt": 0, "maxResults": 100, "total": len(issues), "issues": issues}
        yield "jira/search_0.json", encode(answer, indent=1)
    else:
        rows = [_row(ticket, organisation) for ticket in scenario.tickets]
        if organisation.recording.displayed:
            rows = [_displayed(row) for row in rows]
        yield "servicenow/table.json", encode({"result": rows}, indent=1)


def _issue(ticket: Ticket, organisation: Organisation) -> Values:
    site = f"https://{organisation.short}.atlassian.net/rest/api/2"

    def at(moment: datetime | None) -> str | None:
        return local(moment, organisation.offset).strftime("%Y-%m-%dT%H:%M:%S.000%z") if moment else None

    def user(person: Person) -> Values:
        account = Chance(person.email).digits(24)
        return {"self": f"{site}/user?accountId={account}", "accountId": account, "emailAddress": person.email,
                "displayName": person.name, "active": True}  # fmt: skip

    status = ("Done", "done") if ticket.closed else ("In Progress", "indeterminate")
    outcome = _declined(ticket, organisation) if ticket.refused else "Done"
    return {
        "id": str(10_000 + ticket.number),
        "self": f"{site}/issue/{10_000 + ticket.number}",
        "key": f"OPS-{ticket.number}",
        "fields": {
            "summary": ticket.title,
            "description": _document(ticket.text) if organisation.recording.displayed else ticket.text,
            "issuetype": {"name": _JIRA_TYPES[ticket.type], "subtask": False},
            "priority": {"name": _JIRA_PRIORITIES[ticket.priority - 1], "id": str(ticket.priority)},
            "status": {"name": status[0], "statusCategory": {"key": status[1]}},
            "created": at(ticket.opened),
            "updated": at(ticket.closed or ticket.opened),
            "resolutiondate": at(ticket.closed),
            "resolution": {"name": outcome} if ticket.closed else None,
            "reporter": user(ticket.reporter),
            "creator": user(ticket.reporter),
            "assignee": user(ticket.assignee),
            "labels": list(ticket.names),
            "components": [{"name": ticket.service}] if ticket.service else [],
            "project": {"key": "OPS", "name": "Operations"},
            "comment": {"comments": [], "total": 0, "maxResults": 0, "startAt": 0},
        },
    }


def _declined(ticket: Ticket, organisation: Organisation) -> str:
    """The organisation's word for what is not going to be done."""
    return Chance(f"{organisation.short}-{ticket.type}").pick(organisation.pool.declined)


def _document(text: str) -> Values | None:
    """A text as the newer search API gives it."""
    if not text:
        return None
    paragraph = {"type": "paragraph", "content": [{"type": "text", "text": text}]}
    return {"type": "doc", "version": 1, "content": [paragraph]}


def _row(ticket: Ticket, organisation: Organisation) -> Values:
    def at(moment: datetime | None) -> str:
        return iso(moment).replace("T", " ").removesuffix("Z") if moment else ""

    def user(person: Person) -> Values:
        key = Chance(person.email).hex(32)
        return {
            "link": f"https://{organisation.short}.service-now.com/api/now/table/sys_user/{key}",
            "value": person.login,
        }

    row: Values = {
        "sys_id": Chance(f"{organisation.short}-{ticket.number}").hex(32),
        "number": f"{_PREFIXES[ticket.type]}{ticket.number:07}",
        "sys_class_name": _CLASSES[ticket.type],
        "short_description": ticket.title,
        "description": ticket.text,
        "priority": str(ticket.priority),
        "urgency": str(min(ticket.priority, 3)),
        "impact": str(min(ticket.priority, 3)),
        "state": "6" if ticket.closed else "2",
        "active": "false" if ticket.closed else "true",
        "opened_at": at(ticket.opened),
        "sys_created_on": at(ticket.opened),
        "sys_updated_on": at(ticket.closed or ticket.opened),
        "resolved_at": at(ticket.closed),
        "closed_at": "",
        "opened_by": user(ticket.reporter),
        "assigned_to": user(ticket.assignee),
        "assignment_group": f"{ticket.service or 'it'}-team",
        "cmdb_ci": ticket.names[0] if ticket.names else ticket.service,
        "category": "software",
        "work_notes": "",
        "comments": "",
    }
    if ticket.refused and ticket.closed:
        row |= {"state": "4", "approval": "rejected", "close_code": _declined(ticket, organisation)}
    if ticket.type == "change":
        row |= {"start_date": at(ticket.opened), "end_date": at(ticket.closed)}
    return row


def _displayed(row: Values) -> Values:
    """The row as it is answered when both the values and the words shown for them are asked for."""
    found: Values = {}
    for name, value in row.items():
        if isinstance(value, dict):
            found[name] = {**value, "display_value": value["value"]}
        else:
            found[name] = {"display_value": _DISPLAYED.get((name, value), value), "value": value}
    return found


_DISPLAYED = {
    ("priority", "1"): "1 - Critical",
    ("priority", "2"): "2 - High",
    ("priority", "3"): "3 - Moderate",
    ("priority", "4"): "4 - Low",
    ("priority", "5"): "5 - Planning",
    ("state", "2"): "In Progress",
    ("state", "4"): "Canceled",
    ("state", "6"): "Resolved",
}
