"""Around the change: a lane of time for each kind of event, the moment marked, and the nearest events below."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter

from driftguard_tui import labels, text
from driftguard_tui.widgets.lines import BLANK, Line, Span, cut, line
from engine.model import Drift, Event, EventKind

_LABEL_CELLS = 10
_NEAREST = 8
_LEAST_REACH = timedelta(minutes=15)


class Happening:
    """Something to draw: an event of the timeline, or a piece of evidence where there is no timeline."""

    __slots__ = ("at", "evidence", "kind", "text", "who", "writes")

    def __init__(
        self, at: datetime, kind: EventKind, summary: str, *, evidence: bool, who: str = "", writes: bool = True
    ) -> None:
        self.at, self.kind, self.text, self.evidence, self.who, self.writes = at, kind, summary, evidence, who, writes


def happenings(drift: Drift, events: Sequence[Event]) -> list[Happening]:
    """The events, those marked that are evidence; or the evidence alone when no events are known."""
    known = {item.event_id for item in drift.evidence}
    found = [
        Happening(
            event.at,
            event.kind,
            event.summary or event.operation,
            evidence=event.id in known,
            who=labels.actor_name(event.actor) if event.actor.principal else "",
            writes=event.writes,
        )
        for event in events
    ]
    seen = {event.id for event in events}
    found += [
        Happening(item.at, item.kind, item.summary, evidence=True)
        for item in drift.evidence
        if item.event_id not in seen
    ]
    return sorted(found, key=lambda item: item.at)


def lanes(drift: Drift, events: Sequence[Event], cells: int) -> list[Line]:
    """The drawing and the list; a sentence when nothing is known."""
    found = happenings(drift, events)
    if not found:
        return [line(("Nothing is recorded around it.", "muted"))]
    at = drift.changed_at or drift.detected_at
    reach = max(_LEAST_REACH, *(abs(item.at - at) for item in found if item.evidence), timedelta())
    reach = min(reach * 1.15, timedelta(days=30))
    shown = [item for item in found if abs(item.at - at) <= reach]
    track = max(11, cells - _LABEL_CELLS)
    track -= 1 - track % 2  # the moment stands in the middle
    kinds = [kind for kind in EventKind if any(item.kind is kind for item in shown)]
    drawing = [_lane(kind, [item for item in shown if item.kind is kind], at, reach, track) for kind in kinds]
    return [_pointer(track), *drawing, *_axis(at, reach, track), BLANK, *_nearest(shown, at, cells)]


def _pointer(track: int) -> Line:
    return line(" " * (_LABEL_CELLS + track // 2), ("▼", "strong"))


def _lane(kind: EventKind, items: Sequence[Happening], at: datetime, reach: timedelta, track: int) -> Line:
    places: dict[int, bool] = {}
    for item in items:
        place = min(track - 1, max(0, round((0.5 + (item.at - at) / reach / 2) * (track - 1))))
        places[place] = places.get(place, False) or item.evidence
    cells = [("─", "faint")] * track
    cells[track // 2] = ("│", "strong")
    for place, is_evidence in places.items():
        cells[place] = (labels.EVENT_SIGNS[kind], labels.EVENT_TONES[kind]) if is_evidence else ("·", "muted")
    runs = groupby(cells, itemgetter(1))
    drawn = [Span("".join([sign for sign, _ in run]), tone) for tone, run in runs]
    return (Span(text.fit(labels.EVENT_NAMES[kind], _LABEL_CELLS), "muted"), *drawn)


def _axis(at: datetime, reach: timedelta, track: int) -> list[Line]:
    middle = track // 2
    start, end = f"−{labels.span(reach)}", f"+{labels.span(reach)}"
    now = labels.clock(at)
    left = start + " " * (middle - len(start) - len(now) // 2)
    right = " " * (track - len(left) - len(now) - len(end)) + end
    return [line(" " * _LABEL_CELLS, (left, "muted"), (now, "strong"), (right, "muted"))]


def _nearest(items: Sequence[Happening], at: datetime, cells: int) -> list[Line]:
    """Evidence first, then what changed something, then what is nearest in time; shown oldest first."""
    chosen = sorted(items, key=lambda item: (not item.evidence, not item.writes, abs(item.at - at)))[:_NEAREST]
    lines = []
    for item in sorted(chosen, key=lambda item: item.at):
        tone = "" if item.evidence else "muted"
        spans = [
            Span(f"{labels.clock(item.at)} ", "muted"),
            Span(f"{labels.EVENT_SIGNS[item.kind]} ", labels.EVENT_TONES[item.kind] if item.evidence else "muted"),
            Span(item.text, tone),
        ]
        if item.who and item.who.partition("@")[0] not in item.text:
            spans.append(Span(f"  {item.who}", "muted"))
        lines.append(cut(tuple(spans), cells))
    if len(items) > len(chosen):
        lines.append(line((f"… and {len(items) - len(chosen):,} more events", "muted")))
    return lines
