"""The assistant's tools: they read, and nothing else. The same for whatever answers.

Arguments are checked against types, and limits hold whatever is asked for: an answer of a tool has no more rows and
bytes than the table allows, and says how many rows it leaves out.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import msgspec
from msgspec import Struct

from engine.assistant import lookup, tables
from engine.assistant.facts import Fact
from engine.assistant.known import Known
from engine.errors import DriftGuardError
from engine.model import Category, DriftKind, EventKind, Level, RequestStatus

if TYPE_CHECKING:
    from engine.model import Report
    from engine.store import Stores

_LONGEST_TEXT = 400

F = TypeVar("F", bound=Fact)


class ToolError(DriftGuardError):
    """A tool cannot be used so: there is none of this name, or an argument is not what it takes."""


class Arguments(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a tool is asked. Texts are never patterns, nor anything that could be carried out."""

    limit: int = 1_000


class FindDrifts(Arguments, frozen=True):
    text: str = ""
    actor: str = ""
    level: Level | None = None
    kind: DriftKind | None = None
    cause: Category | None = None
    since: datetime | None = None
    until: datetime | None = None
    order: Literal["gravest", "newest", "oldest"] = "gravest"
    as_of: datetime | None = None


class OneDrift(Arguments, frozen=True):
    drift: str


class MaybeDrift(Arguments, frozen=True):
    drift: str = ""


class Between(Arguments, frozen=True):
    start: datetime
    end: datetime
    actor: str = ""
    kind: EventKind | None = None
    touching: str = ""


class OfScope(Arguments, frozen=True):
    scope: str = ""


class OfRequests(MaybeDrift, frozen=True):
    status: RequestStatus | None = None


class OfAudit(Arguments, frozen=True):
    who: str = ""
    what: str = ""
    subject: str = ""


class OfMetrics(Arguments, frozen=True):
    start: datetime
    end: datetime
    name: str = ""


class OfPeople(Arguments, frozen=True):
    name: str = ""


class Found(Struct, frozen=True):
    """What a tool returned. `more` rows than these there are; `missing` says why nothing can be known, if so.

    `mark` is how an answer cites the call itself: that nothing was found, or how much. `unknown` are the words that no
    name has, `misread` those that were taken for others.
    """

    mark: str
    tool: str
    arguments: Arguments
    facts: tuple[Fact, ...] = ()
    more: int = 0
    missing: str = ""
    unknown: tuple[str, ...] = ()
    misread: tuple[tuple[str, str], ...] = ()

    def of(self, kind: type[F]) -> list[F]:
        """The facts of one kind."""
        return [fact for fact in self.facts if isinstance(fact, kind)]

    @property
    def total(self) -> int:
        """How many there are, those that are left out among them."""
        return len(self.facts) + self.more


#: Tool → what it is asked, and what finds the answer.
_TOOLS: Mapping[str, tuple[type[Arguments], Callable[[Known, Any], lookup.Rows]]] = {
    "find_drifts": (FindDrifts, lookup.find_drifts),
    "show_drift": (OneDrift, lookup.show_drift),
    "evidence_around": (OneDrift, lookup.evidence_around),
    "timeline_between": (Between, lookup.timeline_between),
    "resource_history": (OneDrift, lookup.resource_history),
    "estate_standing": (Arguments, lookup.estate_standing),
    "estate_coverage": (OfScope, lookup.estate_coverage),
    "correlations": (MaybeDrift, lookup.correlations),
    "recommendations": (OneDrift, lookup.recommendations),
    "change_requests": (OfRequests, lookup.change_requests),
    "audit_entries": (OfAudit, lookup.audit_entries),
    "metric_values": (OfMetrics, lookup.metric_values),
    "sources": (Arguments, lookup.sources),
    "find_people": (OfPeople, lookup.find_people),
}


def arguments_of(tool: str) -> type[Arguments]:
    """What a tool is asked."""
    return _TOOLS[tool][0]


class Tools:
    """The tools over one report and the stores behind it, and a record of what they returned in a conversation."""

    def __init__(self, report: "Report", stores: "Stores | None" = None, *, calls: int = 0) -> None:
        """`calls` is how many calls the conversation had before, so that each has a number of its own."""
        self.known = Known(report, stores)
        self.calls: list[Found] = []
        self._before = calls

    @property
    def facts(self) -> dict[str, Fact | Found]:
        """All that may be cited, by mark: every fact that was returned, and every call."""
        return {
            **{fact.mark: fact for found in self.calls for fact in found.facts},
            **{found.mark: found for found in self.calls},
        }

    def call(self, name: str, /, **arguments: Any) -> Found:
        """What a tool returns. Raises ToolError for what is no tool or argument of one, StoreError from the stores."""
        if name not in _TOOLS:
            raise ToolError(f"there is no tool {name!r}; there are {', '.join(_TOOLS)}")
        kind, look = _TOOLS[name]
        asked = _checked(name, kind, arguments)
        rows = look(self.known, asked)
        facts, more = _within(rows.facts, min(asked.limit, tables.tools()[name].rows), tables.tools()[name].bytes)
        found = Found(
            mark=f"t:{self._before + len(self.calls) + 1}",
            tool=name,
            arguments=asked,
            facts=tuple(facts),
            more=more + rows.more,
            missing=rows.missing,
            unknown=rows.unknown,
            misread=rows.misread,
        )
        self.calls.append(found)
        return found


def _checked(name: str, kind: type[Arguments], given: Mapping[str, Any]) -> Arguments:
    too_long = next((key for key, value in given.items() if isinstance(value, str) and len(value) > _LONGEST_TEXT), "")
    if too_long:
        raise ToolError(f"{name}: {too_long} is longer than {_LONGEST_TEXT} characters")
    try:
        asked = msgspec.convert(given, kind)
    except msgspec.ValidationError as error:
        raise ToolError(f"{name}: {error}") from error
    if asked.limit < 1:
        raise ToolError(f"{name}: limit must be 1 or more")
    times = ((key, getattr(asked, key)) for key in asked.__struct_fields__)
    in_utc = {
        key: time.replace(tzinfo=UTC) for key, time in times if isinstance(time, datetime) and time.tzinfo is None
    }
    return msgspec.structs.replace(asked, **in_utc)


def _within(facts: Iterable[Fact], rows: int, size: int) -> tuple[list[Fact], int]:
    """So many of the facts, in no more than so many bytes of JSON, and how many are left out. One is always kept."""
    kept: list[Fact] = []
    left = size
    more = 0
    for fact in facts:
        if (len(kept) < rows and (left := left - len(msgspec.json.encode(fact))) >= 0) or not kept:
            kept.append(fact)
        else:
            more += 1
    return kept, more
