"""The `/` filter: which drifts to list.

front                     a regular expression, anywhere in what is known about a drift
severity:critical         a regular expression in one field
!cause:automated          what does not match
after:2026-03-14T14:05    what came about at that time or later, in UTC; and before:TIME
kind:missing actor:anna   terms separated by spaces must all hold; "quotes" keep spaces together
"""

import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple, TypeVar

from driftguard_tui import labels
from engine.model import Drift

Item = TypeVar("Item")
Field = Callable[[Drift], Iterable[str]]
Predicate = Callable[[Drift], bool]

#: Values that are offered to complete a field.
_OFFERED = 20

_TERM = re.compile(r'(?P<not>!)?(?:(?P<field>[a-z]+):)?(?P<value>"[^"]*"?|\S*)')
#: A value without any of these is looked for as it is, which is much faster.
_SPECIAL = frozenset("\\.^$*+?{}[]|()")
#: Patterns that mean the same for lower case: no capitals, and neither escapes nor flags.
_CASELESS = re.compile(r"(?:(?!\(\?)[ -@\[\]-~])*")


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


class Term(NamedTuple):
    """What must hold: that the pattern is found in one of the fields; or, when inverse, in none of them.

    `literal` is the same in lower case where the pattern is a plain text, else empty. `lowered` finds the same in texts
    in lower case, where there is such a pattern: it takes half as long as one that does not care for case.
    """

    fields: tuple[str, ...]
    pattern: re.Pattern[str]
    literal: str
    lowered: re.Pattern[str] | None
    inverse: bool

    def holds(self, texts: str) -> bool:
        """Whether it is found in texts that are joined by `joined`."""
        return self.found([texts.lower() if self.in_lower_case else texts])[0] is not self.inverse

    @property
    def in_lower_case(self) -> bool:
        """Whether it is looked for in texts that are in lower case."""
        return bool(self.literal) or self.lowered is not None

    def found(self, texts: Sequence[str]) -> list[bool]:
        """Of each text, which is in lower case if it has to be, whether it is found in it."""
        if self.literal:
            literal = self.literal
            return [literal in text for text in texts]
        search = (self.lowered or self.pattern).search
        return [search(text) is not None for text in texts]


class Moment(NamedTuple):
    """What must hold of the time at which a drift came about."""

    compare: Callable[[datetime, datetime], bool]
    limit: datetime
    inverse: bool

    def holds(self, drift: Drift) -> bool:
        """Whether it does."""
        return self.compare(drift.changed_at or drift.detected_at, self.limit) is not self.inverse


class Filter(NamedTuple):
    """An expression, read. All its parts must hold."""

    terms: tuple[Term, ...] = ()
    moments: tuple[Moment, ...] = ()


def joined(texts: Iterable[str]) -> str:
    """The texts of fields as one, in which a pattern's `^` and `$` are the ends of each."""
    return "\n".join(texts)


def read(expression: str) -> Filter:
    """What an expression asks of drifts. Raises FilterError."""
    matches = list(_TERM.finditer(expression))
    moments = tuple(_moment(match) for match in matches if match["field"] in MOMENTS)
    return Filter(_terms(FIELDS, (match for match in matches if match["field"] not in MOMENTS)), moments)


def parse(expression: str) -> Predicate:
    """Whether a drift is wanted. An empty expression wants all. Raises FilterError."""
    asked = read(expression)
    others = _predicate(FIELDS, asked.terms)
    return lambda drift: others(drift) and all(moment.holds(drift) for moment in asked.moments)


def completions(typed: str, drifts: Iterable[Drift]) -> list[str]:
    """What a filter can become when its last term is completed: by a field, or by a value that a drift has."""
    return completions_for(FIELDS, typed, drifts)


def parse_for(fields: Mapping[str, Callable[[Item], Iterable[str]]], expression: str) -> Callable[[Item], bool]:
    """The same for other things than drifts, which have these fields."""
    return _predicate(fields, _terms(fields, _TERM.finditer(expression)))


def completions_for(
    fields: Mapping[str, Callable[[Item], Iterable[str]]], typed: str, items: Iterable[Item]
) -> list[str]:
    """What a filter of things with these fields can become."""
    return complete(fields, typed, lambda name: {text for item in items for text in fields[name](item)})


def complete(fields: Iterable[str], typed: str, values: Callable[[str], Iterable[str]]) -> list[str]:
    """What a filter can become where `values` gives the values that a field has."""
    known = tuple(fields)
    before, space, last = typed.rpartition(" ")
    sign = "!" if last.startswith("!") else ""
    name, colon, value = last.removeprefix("!").partition(":")
    if not colon:
        found = [f"{field}:" for field in known if name and field.startswith(name)]
    elif name in known:
        fitting = {text for text in values(name) if text.startswith(value) and " " not in text}
        found = [f"{name}:{re.escape(text)}" for text in sorted(fitting - {value, ""})[:_OFFERED]]
    else:
        found = []
    return [f"{before}{space}{sign}{term}" for term in found]


def _predicate(fields: Mapping[str, Callable[[Item], Iterable[str]]], terms: Iterable[Term]) -> Callable[[Item], bool]:
    wanted = tuple(terms)
    return lambda item: all(
        term.holds(joined(text for name in term.fields for text in fields[name](item))) for term in wanted
    )


def _moment(match: re.Match[str]) -> Moment:
    try:
        at = datetime.fromisoformat(match["value"].strip('"'))
    except ValueError:
        raise FilterError(f"{match['value']!r} is no time: write it as 2026-03-14T14:05") from None
    limit = at if at.tzinfo else at.replace(tzinfo=UTC)
    return Moment(MOMENTS[match["field"]], limit, match["not"] is not None)


def _terms(fields: Iterable[str], matches: Iterable[re.Match[str]]) -> tuple[Term, ...]:
    known = tuple(fields)
    return tuple(_term(known, match) for match in matches if match["value"] or match["field"])


def _term(fields: tuple[str, ...], match: re.Match[str]) -> Term:
    name, value = match["field"], match["value"].strip('"')
    if name is not None and name not in fields:  # `aws:sqs` is text that holds a colon
        name, value = None, f"{name}:{value}"
    try:
        pattern = re.compile(value, re.IGNORECASE | re.MULTILINE)
    except re.error as error:
        raise FilterError(f"{value!r} is not a regular expression: {error.msg}") from None
    literal = "" if _SPECIAL & set(value) else value.lower()
    lowered = re.compile(value, re.MULTILINE) if _CASELESS.fullmatch(value) else None
    return Term((name,) if name else fields, pattern, literal, lowered, match["not"] is not None)
