"""Why it happened: a bar for each cause, the interval of the likeliest, what counted, what was ruled out."""

from driftguard_tui import labels, text
from driftguard_tui.widgets.lines import Line, Span, cut, flow, line
from engine.model import Category, Cause, Drift

_NAME_CELLS = max(len(name) for name in labels.CAUSES.values())
_MOST_BAR_CELLS = 40


def cause(drift: Drift, cells: int) -> list[Line]:
    """Five bars, most likely first."""
    found = drift.cause
    ranked = sorted(Category, key=lambda category: -found.distribution.get(category, 0.0))
    bar_cells = max(6, min(_MOST_BAR_CELLS, cells - _NAME_CELLS - 16))
    lines = [cut(_bar_line(found, category, bar_cells), cells) for category in ranked]
    lines.append(cut(line((f"{'':{_NAME_CELLS}}  {found.model}", "muted")), cells))
    if len(found.possible) > 1:
        names = labels.join_words(labels.CAUSES[category] for category in found.possible)
        lines += flow([Span("still possible  ", "muted"), Span(names)], cells, indent=2, limit=2)
    if found.learned_from:
        lines += flow([Span(f"It learned from {text.plain(found.learned_from)}.", "muted")], cells, limit=3)
    return lines


def ruled_out(drift: Drift, cells: int) -> list[Line]:
    """What it was not, and why."""
    lines: list[Line] = []
    for item in drift.ruled_out:
        spans = [Span("✗ ", "bad"), Span(labels.CAUSES[item.category], "strong"), Span(f"  {item.because}", "muted")]
        lines += flow(spans, cells, indent=2, limit=3)
    return lines


def bar(share: float, cells: int, tone: str) -> Line:
    """A share (0 to 1) as a bar on a track."""
    filled = round(max(0.0, min(1.0, share)) * cells)
    return line(("━" * filled, tone), ("─" * (cells - filled), "faint"))


def _bar_line(found: Cause, category: Category, cells: int) -> Line:
    share = found.distribution.get(category, 0.0)
    name = text.fit(labels.CAUSES[category], _NAME_CELLS)
    if category is not found.category:
        return (Span(f"{name}  ", "muted"), *bar(share, cells, "muted"), Span(f" {labels.percent(share):>4}", "muted"))
    low, high = found.interval
    return (
        Span(f"{name}  ", "strong"),
        *_interval_bar(found.confidence, low, high, cells),
        Span(f" {labels.percent(found.confidence):>4}", "strong"),
        Span(f"  {round(low * 100)}–{labels.percent(high)}", "muted"),
    )


def _interval_bar(share: float, low: float, high: float, cells: int) -> Line:
    """A bar up to the share: bright as far as the interval's lower end, soft beyond; a soft line to its upper end."""
    sure, full, possible = (round(max(0.0, min(1.0, value)) * cells) for value in (low, share, high))
    sure, possible = min(sure, full), max(possible, full)
    return line(
        ("━" * sure, "accent"),
        ("━" * (full - sure), "range"),
        ("─" * (possible - full), "range"),
        ("─" * (cells - possible), "faint"),
    )
