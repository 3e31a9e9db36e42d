"""What drifts can be listed under: their cause, their scope, and what else many of them have in common."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from driftguard_tui import labels
from engine.model import CauseGroup, Drift, Level

#: No grouping.
NONE = "none"

_NO_ORIGIN = "", "no shared origin"
_KEY = Callable[[Drift], tuple[str, str]]


class Heading(NamedTuple):
    """The row above drifts that are alike in something. `level` is the gravest of theirs, `drifts` all of them.

    `field` is what they are grouped by and `key` which group of that it is.
    """

    field: str
    key: str
    title: str
    level: Level
    drifts: tuple[Drift, ...]
    is_open: bool
    group: CauseGroup | None = None


Row = Drift | Heading


def _cause(drift: Drift) -> tuple[str, str]:
    if not labels.determined(drift.cause):
        return "undetermined", "undetermined"
    return drift.cause.category.value, labels.CAUSES[drift.cause.category]


def _same(text: str, otherwise: str) -> tuple[str, str]:
    return text, text or otherwise


#: The name of a grouping → the key and the title of the group that a drift is in.
_KEYS: Mapping[str, _KEY] = {
    "severity": lambda drift: (drift.severity.level.value, drift.severity.level.value),
    "cause": _cause,
    "scope": lambda drift: _same(drift.resource.scope, "no scope"),
    "actor": lambda drift: _same(drift.actor.principal or "", "unknown"),
    "type": lambda drift: _same(drift.resource.type, "no type"),
}
#: In the order in which a key goes through them.
GROUPINGS = (NONE, "cause", "origin", "actor", "scope", "type", "severity")


def grouped(
    drifts: Iterable[Drift], field: str, origins: Iterable[CauseGroup], folded: frozenset[str]
) -> list[Heading]:
    """The drifts under their headings: the headings in the order of their first drifts, the drifts in theirs.

    `origins` are the cause groups, for the grouping `origin`; `folded` are the keys of the groups that are closed.
    """
    by_id = {id_: group for group in origins for id_ in group.drifts} if field == "origin" else {}
    key_of = _KEYS.get(field) or _by_origin(by_id)
    groups: dict[tuple[str, str], list[Drift]] = {}
    for drift in drifts:
        groups.setdefault(key_of(drift), []).append(drift)
    return [
        Heading(field, key, title, _worst(members), tuple(members), key not in folded, by_id.get(members[0].id))
        for (key, title), members in groups.items()
    ]


def _by_origin(by_id: Mapping[str, CauseGroup]) -> _KEY:
    def key(drift: Drift) -> tuple[str, str]:
        group = by_id.get(drift.id)
        return (group.id, group.label) if group else _NO_ORIGIN

    return key


def _worst(drifts: Iterable[Drift]) -> Level:
    levels = {drift.severity.level for drift in drifts}
    return next(level for level in labels.LEVELS if level in levels)
