"""A window of the timeline as text: a line for each thing that happened, what bears on the drift marked."""

from datetime import UTC, datetime

from driftguard_tui import labels
from driftguard_tui.formats import Paper, phrases
from driftguard_tui.formats.table import aligned
from driftguard_tui.text import cut, plain
from engine.model import Drift, Event
from engine.store.records import ResourceChange, Window

_COLUMNS = ("", "TIME (UTC)", "KIND", "SOURCE", "WHO", "WHAT")
_WHO, _WHAT = 36, 120


def render(window: Window, drift: Drift | None, span: tuple[datetime, datetime], paper: Paper) -> str:
    """The head, the lines in order of time, and how much more there is."""
    entries = [(event.at, _event(event, drift)) for event in window.events]
    entries += [(change.at, _change(change)) for change in window.changes]
    entries.sort(key=lambda entry: entry[0])
    lines = aligned([_COLUMNS, *(cells for _, cells in entries)]).splitlines() if entries else []
    if lines:
        lines[0] = paper.paint(lines[0], "strong")
        lines[1:] = [paper.paint(line, "strong" if line.startswith(("▶", "·")) else "") for line in lines[1:]]
        under_way = sum(at < span[0] for at, _ in entries)
        if 0 < under_way < len(entries):
            lines.insert(1 + under_way, f"   {'─' * 19}  above: under way already")
    return "\n".join([*_head(drift, span, paper), "", *lines, *_foot(window, drift)]) + "\n"


def _head(drift: Drift | None, span: tuple[datetime, datetime], paper: Paper) -> list[str]:
    between = f"from {_time(span[0])} to {_time(span[1])} UTC"
    if drift is None:
        return [paper.paint(f"What happened {between}", "strong")]
    said = f"{phrases.severity(drift)} · {phrases.changed(drift)}"
    return [paper.paint(f"Around {phrases.resource(drift)}", "strong"), said, between]


def _foot(window: Window, drift: Drift | None) -> list[str]:
    lines = []
    if not window.events and not window.changes:
        lines.append("Nothing is recorded of this time.")
    if drift is not None and any(_mark(event, drift) for event in window.events):
        lines += ["", "▶ the change   · evidence for its cause (`driftguard drifts show` has the reasons)"]
    if window.more:
        lines += [
            "",
            f"{labels.count(window.more, 'more event')}: narrow it by --source, --kind or --scope, or raise --limit",
        ]
    return lines


def _event(event: Event, drift: Drift | None) -> tuple[str, ...]:
    name = event.kind.value.replace("_", " ")
    lasted = f", over {_time(event.ended_at)}" if event.ended_at else ""
    return (
        _mark(event, drift),
        _time(event.at),
        f"{labels.EVENT_SIGNS[event.kind]} {name}",
        plain(event.source),
        cut(plain(labels.actor_name(event.actor)), _WHO),
        cut(plain(event.summary or event.operation), _WHAT) + lasted,
    )


def _change(change: ResourceChange) -> tuple[str, ...]:
    what = f"{phrases.name_of(change.resource)}: {change.what} ({change.side}), seen by a scan"
    return ("", _time(change.at), "◇ resource", plain(change.source), "–", cut(what, _WHAT))


def _mark(event: Event, drift: Drift | None) -> str:
    """Whether the event is the drift's change or among its evidence."""
    if drift is None or all(item.event_id != event.id for item in drift.evidence):
        return ""
    return "▶" if event.at == drift.changed_at else "·"


def _time(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
