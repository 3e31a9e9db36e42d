"""The timeline of an incident as a drawing: a lane for each kind of thing, time to the right."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape

from driftguard_tui import labels
from driftguard_tui.formats.incident import Moment
from driftguard_tui.text import cut, plain

_WIDTH, _LANE, _LEFT, _RIGHT, _TOP = 960, 26, 110, 16, 22
_RADIUS = 5
_LONGEST = 120
_TICKS = 6
#: The colours of the themes, by lane; all others are quiet.
_COLORS = {
    "drifts": "severity-critical", "incidents": "severity-critical", "alerts": "severity-high", "decisions": "accent",
    "notes": "accent", "pins": "severity-medium", "commits": "good", "deploys": "good",
}  # fmt: skip


def draw(rows: Sequence[Moment]) -> str:
    """An SVG element. What a mark is shows when the mouse is over it, and in the table below it."""
    lanes = list(dict.fromkeys(row.lane for row in rows))
    start, end = rows[0].at, max(row.at for row in rows)
    length = max(end - start, timedelta(minutes=1))
    height = _TOP + _LANE * len(lanes) + 24
    parts = [f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="Timeline">\n']
    for number, lane in enumerate(lanes):
        y = _TOP + _LANE * number
        parts.append(f'<text x="0" y="{y + 4}" fill="var(--muted)">{escape(lane)}</text>\n')
        parts.append(f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y}" y2="{y}" stroke="var(--faint)"/>\n')
        parts += [_mark(row, _place(row.at, start, length), y) for row in rows if row.lane == lane]
    parts += [_tick(start + length * step / _TICKS, start, length, height) for step in range(_TICKS + 1)]
    return "".join([*parts, "</svg>\n"])


def _mark(row: Moment, x: float, y: int) -> str:
    color = _COLORS.get(row.lane, "interval")
    said = escape(cut(plain(labels.join((labels.moment(row.at), row.who, row.text, row.about))), _LONGEST))
    return f'<circle cx="{x:.1f}" cy="{y}" r="{_RADIUS}" fill="var(--{color})"><title>{said}</title></circle>\n'


def _tick(at: datetime, start: datetime, length: timedelta, height: int) -> str:
    x = _place(at, start, length)
    anchor = "start" if at == start else "end" if at == start + length else "middle"
    return (
        f'<text x="{x:.1f}" y="{height - 4}" fill="var(--muted)" text-anchor="{anchor}">{_clock(at, length)}</text>\n'
    )


def _place(at: datetime, start: datetime, length: timedelta) -> float:
    return _LEFT + (at - start) / length * (_WIDTH - _LEFT - _RIGHT)


def _clock(at: datetime, length: timedelta) -> str:
    if length < timedelta(days=1):
        return f"{at:%H:%M}"
    return f"{at:%-d %b %H:%M}" if length < timedelta(days=30) else f"{at:%-d %b %Y}"
