"""The `/` filter: which drifts to list.

front                     a regular expression, anywhere in what is known about a drift
severity:critical         a regular expression in one field
!cause:automated          what does not match
after:2026-03-14T14:05    what came about at that time or later, in UTC; and before:TIME
kind:missing actor:anna   terms separated by spaces must all hold; "quotes" keep spaces together
"""

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import TypeVar

from driftguard_tui import labels
from engine.model import Drift

Item = TypeVar("Item")
Field = Callable[[Drift], Iterable[str]]
Predicate = Callable[[Drift], bool]

#: Values that are offered to complete a field.
_OFFERED = 20

_TERM = re.compile(r'(?P<not>!)?(?:(?P<field>[a-z]+):)?(?P<value>"[^"]*"?|\S*)')


def _resource(drift: Drift) -> Iterable[str]:
    return drift.resource.address, drift.resource.id, drift.resource.name


def _actor(drift: Drift) -> Iterable[str]:
    return drift.actor.principal or "unknown", drift.actor.source_ip or ""


def _cause(drift: Drift) -> Iterable[str]:
    named = () if labels.determined(drift.cause) else ("undetermined",)
    return drift.cause.category.value, labels.CAUSES[drift.cause.category], *named


FIELDS: dict[str, Field] = {
    "severity": lambda drift: (drift.severity.level.value,),
    "cause": _cause,
    "kind": lambda drift: (drift.kind.value,),
    "resource": _resource,
    "type": lambda drift: (drift.resource.type,),
    "provider": lambda drift: (drift.resource.provider,),
    "scope": lambda drift: (drift.resource.scope,),
    "actor": _actor,
    "via": lambda drift: (drift.actor.via.value,),
    "by": lambda drift: (drift.actor.kind.value,),
    "path": lambda drift: [change.path for change in drift.changes],
    "action": lambda drift: [advice.action.value for advice in drift.recommendations],
    "id": lambda drift: (drift.id,),
}


#: What compares the time at which a drift came about with the one that is given.
MOMENTS = {"after": operator.ge, "before": operator.lt}


class FilterError(ValueError):
    """The filter cannot be understood; the text says why."""


def parse(expression: str) -> Predicate:
    """Whether a drift is wanted. An empty expression wants all. Raises FilterError."""
    rest: list[re.Match[str]] = []
    times: list[re.Match[str]] = []
    for match in _TERM.finditer(expression):
        (times if match["field"] in MOMENTS else rest).append(match)
    others = parse_for(FIELDS, " ".join(match[0] for match in rest))
    came_about = [_moment(match) for match in times]
    return lambda drift: others(drift) and all(wanted(drift) for wanted in came_about)


def completions(typed: str, drifts: Iterable[Drift]) -> list[str]:
    """What a filter can become when its last term is completed: by a field, or by a value that a drift has."""
    return completions_for(FIELDS, typed, drifts)


def parse_for(fields: Mapping[str, Callable[[Item], Iterable[str]]], expression: str) -> Callable[[Item], bool]:
    """The same for other things than drifts, which have these fields."""
    terms = [_term(fields, match) for match in _TERM.finditer(expression) if match["value"] or match["field"]]
    return lambda item: all(term(item) for term in terms)


def completions_for(
    fields: Mapping[str, Callable[[Item], Iterable[str]]], typed: str, items: Iterable[Item]
) -> list[str]:
    """What a filter of things with these fields can become."""
    before, space, last = typed.rpartition(" ")
    sign = "!" if last.startswith("!") else ""
    name, colon, value = last.removeprefix("!").partition(":")
    if not colon:
        found = [f"{field}:" for field in fields if name and field.startswith(name)]
    elif name in fields:
        values = {text for item in items for text in fields[name](item) if text.startswith(value) and " " not in text}
        found = [f"{name}:{re.escape(text)}" for text in sorted(values - {value, ""})[:_OFFERED]]
    else:
        found = []
    return [f"{before}{space}{sign}{term}" for term in found]


def _moment(match: re.Match[str]) -> Predicate:
    compare, inverse = MOMENTS[match["field"]], match["not"] is not None
    try:
        at = datetime.fromisoformat(match["value"].strip('"'))
    except ValueError:
        raise FilterError(f"{match['value']!r} is no time: write it as 2026-03-14T14:05") from None
    limit = at if at.tzinfo else at.replace(tzinfo=UTC)
    return lambda drift: inverse != compare(drift.changed_at or drift.detected_at, limit)


def _term(fields: Mapping[str, Callable[[Item], Iterable[str]]], match: re.Match[str]) -> Callable[[Item], bool]:
    name, value = match["field"], match["value"].strip('"')
    if name is not None and name not in fields:  # `aws:sqs` is text that holds a colon
        name, value = None, f"{name}:{value}"
    try:
        wanted = re.compile(value, re.IGNORECASE)
    except re.error as error:
        raise FilterError(f"{value!r} is not a regular expression: {error.msg}") from None
    looked_at = [fields[name]] if name else list(fields.values())
    inverse = match["not"] is not None
    return lambda item: inverse != any(wanted.search(text) for field in looked_at for text in field(item))
