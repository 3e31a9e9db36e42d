"""What speaks for it: each linked event with its number and its weight."""

from driftguard_tui.widgets.lines import Line, Span, flow, line
from driftguard_tui.widgets.sections.cause import bar
from driftguard_tui.widgets.sections.claims import mark, numbered
from engine.model import Drift

_BAR_CELLS = 6


def evidence(drift: Drift, cells: int) -> list[Line]:
    """The evidence in the order of its weight: when, from where, what. The story's claims have the same numbers."""
    lines: list[Line] = []
    found = numbered(drift)
    digits = len(str(len(found))) + 2
    for number, item in found:
        label = mark(number)
        spans = [
            label,
            Span(" " * (digits - label.width + 1)),
            *bar(item.weight, _BAR_CELLS, "accent"),
            Span(f" {item.weight:4.2f}  ", "muted"),
            Span(f"{item.at:%H:%M} ", ""),
            Span(f"{item.source}  ", "muted"),
            Span(item.summary),
        ]
        lines += flow(spans, cells, indent=digits + 1, limit=3)
    return lines or [line(("No recorded event explains it.", "muted"))]


def signals(drift: Drift, cells: int) -> list[Line]:
    """What moved the cause's probabilities, in the model's words."""
    lines: list[Line] = []
    for signal in drift.cause.signals:
        weight = signal.weights.get(drift.cause.category, 0.0)
        sign, tone = ("+", "added") if weight > 0 else ("−", "removed") if weight < 0 else ("·", "muted")
        lines += flow([Span(f"{sign} ", tone), Span(signal.reason, "muted")], cells, indent=2, limit=2)
    return lines
