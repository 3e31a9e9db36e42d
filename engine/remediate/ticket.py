"""Escalating a drift: a ticket in the tool that a source of the estate reads tickets from."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, ClassVar

from msgspec import Struct, to_builtins
from msgspec.json import encode

from engine.collectors.base import CancelledError
from engine.collectors.events import jira, servicenow
from engine.collectors.events.tickets.settings import TicketSettings
from engine.collectors.rest_client import Address, Client, RefusedError
from engine.errors import RemedyError, SourceError
from engine.model import SENSITIVE, Change
from engine.recommend.naming import printable, spoken_name
from engine.redact import redact_prose, redact_value
from engine.remediate.journal import Outcome
from engine.remediate.remedy import Draft, Say, Tool, digest, read_kept

#: The longest title that both tools take.
_TITLE = 150


class _Ticket(Struct, frozen=True):
    """What is sent: to the source of this name, at this path."""

    source: str
    path: str
    body: dict[str, Any]


class _Kind(Struct, frozen=True):
    """A tool: how a ticket is written for it, and what its answer calls the ticket."""

    name: str
    write: Callable[[str, str, str, str], tuple[str, dict[str, Any]]]
    number: Callable[[Any], str]


def _jira(opens: str, mark: str, title: str, text: str) -> tuple[str, dict[str, Any]]:
    project, _, kind = opens.partition("/")
    fields = {
        "project": {"key": project},
        "issuetype": {"name": kind or "Task"},
        "summary": title,
        "description": f"{{noformat}}\n{text.replace('{noformat}', '')}\n{{noformat}}",
        "labels": ["driftguard", mark],
    }
    return "/rest/api/2/issue", {"fields": fields}


def _servicenow(opens: str, mark: str, title: str, text: str) -> tuple[str, dict[str, Any]]:
    return f"/api/now/table/{opens}", {"short_description": title, "description": text, "correlation_id": mark}


_KINDS: dict[type[TicketSettings], _Kind] = {
    jira.Settings: _Kind("Jira", _jira, lambda answer: str(answer["key"])),
    servicenow.Settings: _Kind("ServiceNow", _servicenow, lambda answer: str(answer["result"]["number"])),
}


class OpenTicket(Tool):
    """Opens one ticket that says what drifted, and what is known about it."""

    name: ClassVar[str] = "ticket"
    artifact: ClassVar[str] = "ticket.json"

    def prepare(self, file: Path) -> Draft:
        settings, kind = self._tool()
        title, text = self._title(), self._text()
        path, body = kind.write(settings.opens or "", self._mark, title, text)
        return Draft(
            summary=f"open a ticket in {settings.opens} of {kind.name} ({settings.name})",
            shown=f"{title}\n\n{text}",
            world=self.world(file),
            artifact=encode(_Ticket(settings.name, path, body)),
        )

    def world(self, file: Path) -> str:
        return digest([self._tool()[0].name, to_builtins(self.plan.unprepared)])

    def apply(self, file: Path, say: Say) -> Outcome:
        ticket, (settings, kind) = read_kept(file, _Ticket), self._tool()
        try:
            address = Address(settings.url, settings.token, settings.user)
            with closing(Client(kind.name, settings.name, address, self.workplace.context())) as client:
                number = kind.number(client.post(ticket.path, ticket.body).body)
        except RefusedError as error:
            why = f"{kind.name} refuses it ({error.status}); check `opens` of source {settings.name!r} and its rights"
            return Outcome(done=False, said=why, left=("no ticket was opened",))
        except (SourceError, CancelledError, KeyError, TypeError) as error:
            why = str(error) if isinstance(error, SourceError) else f"{kind.name} gave no answer that is understood"
            return Outcome(done=False, said=why, left=self._unsure)
        return Outcome(done=True, said=f"opened {number} in {kind.name}", left=(f"{number} has to be seen to",))

    def aftermath(self, file: Path) -> Outcome:
        return Outcome(done=False, said="it was interrupted while a ticket was opened", left=self._unsure)

    @property
    def _mark(self) -> str:
        return f"driftguard-{self.plan.drift_id}"

    @property
    def _unsure(self) -> tuple[str, ...]:
        return (f"look for a ticket that is marked {self._mark} before another is opened",)

    def _tool(self) -> tuple[TicketSettings, _Kind]:
        for settings in self.workplace.sources:
            kind = _KINDS.get(type(settings))  # type: ignore[arg-type]
            if kind is not None and isinstance(settings, TicketSettings) and settings.opens and settings.url:
                return settings, kind
        raise RemedyError(
            "no source says where tickets are opened; set `url` and `opens` of one of kind jira or servicenow"
        )

    def _title(self) -> str:
        return redact_prose(printable(" ".join(self.plan.title.split())))[:_TITLE]

    def _text(self) -> str:
        ref, plan = self.plan.resource, self.plan
        lines = [
            f"{spoken_name(ref)} ({ref.type}, {ref.id or ref.address}) in {ref.scope or 'this estate'} is {plan.kind}.",
            *map(_told, plan.changes),
            plan.rationale,
            *plan.commands,
            f"Told by DriftGuard of drift {plan.drift_id}.",
        ]
        return redact_prose("\n".join(printable(" ".join(line.split())) for line in lines if line))


def _told(change: Change) -> str:
    if change.sensitive:
        return f"{change.path}: {SENSITIVE}"
    named = redact_value({change.path.rpartition(".")[2]: [change.declared, change.actual]})
    sides = next(iter(named.values()))
    declared, actual = sides if isinstance(sides, list) else (sides, sides)
    return f"{change.path}: declared {encode(declared).decode()}, live {encode(actual).decode()}"
