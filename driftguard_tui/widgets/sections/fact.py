"""What a claim rests on: one fact that a tool returned, as lines."""

from collections.abc import Iterable
from functools import singledispatch

from driftguard_tui import labels
from driftguard_tui.citing import looked_up
from driftguard_tui.widgets.lines import BLANK, Line, Span, flow, line
from engine.assistant.conversation import Looked
from engine.assistant.facts import AdviceFact, DriftDetail, DriftFact, EventFact, Fact, GroupFact, RequestFact

_NARROWEST = 20
_SHOWN = 6
_NAME_CELLS = 11


def fact_lines(fact: Fact | Looked | None, cells: int) -> list[Line]:
    """All that is known of it, and what opening it does."""
    cells = max(_NARROWEST, cells)
    if fact is None:
        return flow(line(("What a claim rests on is shown here: j and k go from number to number.", "muted")), cells)
    if isinstance(fact, Looked):
        return [
            *flow(line(looked_up(fact)), cells),
            BLANK,
            *flow(line(("How much there is rests on this search.", "muted")), cells),
        ]
    lines = flow(line((fact.label, "strong")), cells)
    for name, value in _rows(fact):
        if value:
            lines += flow(line((f"{name:<{_NAME_CELLS}}", "muted"), *_spans(value)), cells, indent=_NAME_CELLS)
    hint = _opens(fact)
    return [*lines, BLANK, line(("enter", "key"), (f" {hint}", "muted"))] if hint else lines


def _spans(value: str | Span) -> tuple[Span, ...]:
    return (value,) if isinstance(value, Span) else (Span(value),)


def _when(fact: Fact) -> str:
    return labels.moment(fact.at) if fact.at else ""


@singledispatch
def _rows(fact: Fact) -> Iterable[tuple[str, str | Span]]:
    """Names and values of what there is to say of it."""
    yield "when", _when(fact)


@_rows.register
def _(fact: DriftFact) -> Iterable[tuple[str, str | Span]]:
    yield "severity", Span(f"{labels.LEVEL_SIGNS[fact.level]} {fact.level.value} {fact.score}", fact.level.value)
    yield "kind", fact.kind.value
    yield "when", _when(fact) or "unknown"
    yield "who", fact.actor or "unknown"
    cause = fact.cause if fact.determined else f"undetermined, leaning to {fact.cause}"
    yield "cause", f"{cause} ({labels.percent(fact.confidence)})"
    yield "where", fact.scope
    if isinstance(fact, DriftDetail):
        for change in fact.changes[:_SHOWN]:
            yield "differs", f"{change.path}: {change.declared} → {change.actual}"
    else:
        yield "differs", ", ".join(fact.changed)


@_rows.register
def _(fact: EventFact) -> Iterable[tuple[str, str | Span]]:
    yield "when", _when(fact)
    yield "source", fact.source
    yield "operation", fact.operation if fact.operation != fact.label else ""
    yield "who", fact.actor or ""
    yield "error", Span(fact.error, "bad") if fact.error else ""
    yield "where", fact.scope
    yield "touches", ", ".join(fact.touches[:_SHOWN])
    yield "over", labels.moment(fact.ended_at) if fact.ended_at else ""
    yield "weight", f"{fact.weight:.2f}" if fact.weight else ""


@_rows.register
def _(fact: AdviceFact) -> Iterable[tuple[str, str | Span]]:
    yield "action", fact.action
    yield "why", fact.rationale
    yield "sure", labels.percent(fact.confidence)
    yield "role", fact.requires_role.value
    for command in fact.commands[:_SHOWN]:
        yield "command", Span(command, "accent")


@_rows.register
def _(fact: RequestFact) -> Iterable[tuple[str, str | Span]]:
    yield "status", fact.status.value
    yield "asked by", fact.requested_by
    yield "when", _when(fact)
    yield "reason", fact.reason
    for decided in fact.decided:
        yield "decided", decided
    yield "outdated", fact.outdated


@_rows.register
def _(fact: GroupFact) -> Iterable[tuple[str, str | Span]]:
    yield "origin", fact.origin
    yield "drifts", str(len(fact.drifts))
    yield "gravest", Span(f"{labels.LEVEL_SIGNS[fact.level]} {fact.level.value}", fact.level.value)
    yield "from", _when(fact)
    yield "to", labels.moment(fact.last_at) if fact.last_at else ""


def _opens(fact: Fact) -> str:
    if isinstance(fact, EventFact):
        return "shows it on the timeline"
    if isinstance(fact, RequestFact):
        return "shows the request"
    if fact.drift or isinstance(fact, GroupFact):
        return "opens the drift" if not isinstance(fact, GroupFact) else "opens the gravest of them"
    return ""
