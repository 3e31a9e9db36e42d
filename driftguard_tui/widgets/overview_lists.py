"""What the overview lists: the worst drifts, and the origins that drifts share."""

from collections.abc import Callable, Sequence
from datetime import datetime

from driftguard_tui import labels
from driftguard_tui.formats import phrases
from driftguard_tui.widgets.lines import Line, Span, cut, line
from driftguard_tui.widgets.rows import Column, Rows
from engine.model import CauseGroup, Drift


class WorstList(Rows[Drift]):
    """The gravest drifts."""

    def __init__(self) -> None:
        super().__init__(_DRIFTS, lambda drift: drift.id, "worst")
        self.entitle("Worst drifts")

    def do_open(self) -> None:
        self.post_message(self.Opened(self))


class GroupList(Rows[CauseGroup]):
    """Origins, those that matter most first. Ages are counted from the time that is shown."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(_group_columns(now), lambda group: group.id, "groups")
        self.entitle("Origins they share")

    def do_open(self) -> None:
        self.post_message(self.Opened(self))


def expression(group: CauseGroup) -> str:
    """The filter that lists a group's drifts."""
    return f"id:^({'|'.join(group.drifts)})$"


def _severity(drift: Drift, _: int) -> Line:
    return _level(drift.severity.level)


def _resource(drift: Drift, cells: int) -> Line:
    sign = Span(f"{labels.KIND_SIGNS[drift.kind]} ", labels.KIND_TONES[drift.kind])
    name = Span(labels.resource_name(drift)[: cells + 1], "strong")
    return cut((sign, name, Span(f"  {labels.what_changed(drift)[: cells + 1]}", "muted")), cells)


def _actor(drift: Drift, cells: int) -> Line:
    known = drift.actor.principal is not None
    return line((labels.actor_name(drift.actor)[: cells + 1], "" if known else "muted"))


def _cause(drift: Drift, _: int) -> Line:
    return line((labels.cause_short(drift.cause), "" if labels.determined(drift.cause) else "muted"))


def _age(drift: Drift, _: int) -> Line:
    age = labels.span(drift.detected_at - drift.changed_at) if drift.changed_at else "–"
    return line((f"{age:>6}", "muted"))


def _level(level: object) -> Line:
    found = next(one for one in labels.LEVELS if one is level)
    return line((f"{labels.LEVEL_SIGNS[found]} {found.value}", found.value))


_DRIFTS: Sequence[Column[Drift]] = (
    Column("severity", 10, 0, _severity),
    Column("resource", 0, 0, _resource),
    Column("who", 30, 96, _actor),
    Column("cause", 12, 0, _cause),
    Column("time", 6, 0, _age, right=True),
)


def _group_columns(now: Callable[[], datetime]) -> Sequence[Column[CauseGroup]]:
    def age(group: CauseGroup, _: int) -> Line:
        since = labels.span(now() - group.first_at) if group.first_at else "–"
        return line((f"{since:>6}", "muted"))

    def reach(group: CauseGroup, _: int) -> Line:
        return line((f"{group.resources:>5,}", "strong"))

    def services(group: CauseGroup, cells: int) -> Line:
        return cut(line((", ".join(group.services)[: cells + 1], "muted")), cells)

    return (
        Column("severity", 10, 0, lambda group, _: _level(group.level)),
        Column("origin", 0, 0, lambda group, cells: cut(line(phrases.origin(group)), cells)),
        Column("services", 24, 90, services),
        Column("reach", 5, 0, reach, right=True),
        Column("age", 6, 0, age, right=True),
    )
