"""The columns of the list of drifts: what each shows, how wide it may be, and which give way where there is no room."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from driftguard_tui import labels, text
from driftguard_tui.widgets.lines import Line, Span, cut, line
from engine.model import Drift, DriftKind, Level

GAP = 2
#: What the resource has beyond its least width before a column that can give way is there.
_AIR = 10


class DriftColumn(NamedTuple):
    """At least `cells` wide and at most `most`. `gives_way` says how early: the largest first, 0 never.

    `order` is the order that the column shows, where there is one.
    """

    title: str
    cells: int
    most: int
    gives_way: int
    draw: Callable[[Drift, int], Line]
    order: str = ""
    right: bool = False


#: What is the same in very many rows.
_SEVERITIES = {level: line((f"{labels.LEVEL_SIGNS[level]} {level}", level.value)) for level in Level}
_SIGNS = {kind: Span(f"{labels.KIND_SIGNS[kind]} ", labels.KIND_TONES[kind]) for kind in DriftKind}


def _severity(drift: Drift, _: int) -> Line:
    return _SEVERITIES[drift.severity.level]


def _resource(drift: Drift, cells: int) -> Line:
    sign = _SIGNS[drift.kind]
    name = Span(labels.resource_name(drift)[: cells + 1], "strong")
    return cut((sign, name, Span(f"  {drift.resource.type[: cells + 1]}", "muted")), cells)


def _actor(drift: Drift, cells: int) -> Line:
    return line((labels.actor_name(drift.actor)[: cells + 1], "muted" if drift.actor.principal is None else ""))


def _cause(drift: Drift, _: int) -> Line:
    return line((labels.cause_short(drift.cause), "" if labels.determined(drift.cause) else "muted"))


def _age(drift: Drift, cells: int) -> Line:
    age = labels.span(drift.detected_at - drift.changed_at) if drift.changed_at else "–"
    return line((text.fit(age, cells, right=True), "muted"))


def _texts(tone: str, content: Callable[[Drift], str], *, right: bool = False) -> Callable[[Drift, int], Line]:
    def draw(drift: Drift, cells: int) -> Line:
        shown = content(drift)[: cells + 1]
        return line((text.fit(text.plain(shown), cells, right=True) if right else shown, tone))

    return draw


#: Every column that there is, by its name.
COLUMNS = {
    column.title: column
    for column in (
        DriftColumn("severity", 10, 10, 0, _severity, "severity"),
        DriftColumn("resource", 20, 1_000, 0, _resource, "resource"),
        DriftColumn("change", 20, 44, 6, _texts("", labels.what_changed)),
        DriftColumn("actor", 18, 32, 5, _actor, "actor"),
        DriftColumn("cause", 12, 12, 0, _cause, "cause"),
        DriftColumn("sure", 4, 4, 4, _texts("muted", lambda d: labels.percent(d.cause.confidence), right=True),
                    right=True),
        DriftColumn("time", 6, 6, 3, _age, "time", right=True),
        DriftColumn("kind", 9, 9, 7, _texts("", lambda d: d.kind.value), "kind"),
        DriftColumn("type", 16, 34, 8, _texts("muted", lambda d: d.resource.type)),
        DriftColumn("scope", 16, 34, 9, _texts("muted", lambda d: d.resource.scope)),
        DriftColumn("provider", 10, 10, 10, _texts("muted", lambda d: d.resource.provider)),
        DriftColumn("score", 5, 5, 2, _texts("", lambda d: str(d.severity.score), right=True), right=True),
        DriftColumn("risk", 4, 4, 2,
                    _texts("", lambda d: labels.percent(d.risk.disruption_probability), right=True), right=True),
        DriftColumn("environment", 11, 11, 11, _texts("", lambda d: d.surroundings.environment.value)),
        DriftColumn("address", 20, 90, 12, _texts("", lambda d: d.resource.address or d.resource.id)),
        DriftColumn("id", 12, 24, 13, _texts("muted", lambda d: d.id)),
    )
}  # fmt: skip

#: Those that are shown unless others are chosen.
USUAL = ("severity", "resource", "change", "actor", "cause", "sure", "time")


@lru_cache(maxsize=64)
def widths(names: tuple[str, ...], cells: int) -> list[tuple[DriftColumn, int]]:
    """The columns that there is room for, in their order, each with its width."""
    shown = [COLUMNS[name] for name in names]
    while len(shown) > 1 and _needed(shown) > cells:
        shown.remove(max(reversed(shown), key=lambda column: column.gives_way))
    sizes = {column.title: min(column.cells, cells) for column in shown}
    spare = cells - sum(sizes.values()) - GAP * (len(shown) - 1)
    # First the resource is made legible, then what may grow grows, and the resource takes what is left.
    for column, most in (*((column, 46) for column in shown if column.title == "resource"), *_growing(shown)):
        grown = max(0, min(spare, most - sizes[column.title]))
        sizes[column.title] += grown
        spare -= grown
    return [(column, sizes[column.title]) for column in shown]


def _growing(shown: Sequence[DriftColumn]) -> list[tuple[DriftColumn, int]]:
    others = sorted((column for column in shown if column.most > column.cells), key=lambda column: column.most)
    return [(column, column.most) for column in others]


def _needed(shown: Sequence[DriftColumn]) -> int:
    air = _AIR if any(column.gives_way for column in shown) else 0
    return sum(column.cells for column in shown) + GAP * (len(shown) - 1) + air
