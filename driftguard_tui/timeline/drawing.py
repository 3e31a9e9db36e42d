"""Lanes as lines: signs while they are few, heights with their numbers where they are many, bars for what lasts."""

import math
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import NamedTuple

from driftguard_tui import text
from driftguard_tui.timeline.lanes import Bar, Lane, Mark
from driftguard_tui.timeline.track import Track

HEIGHTS = "▁▂▃▄▅▆▇█"
BAR, BAR_END, BAR_ON, BAR_BEFORE = "━", "┥", "▶", "◀"
_LEADER, _CORNER = "│", "└"
#: A label that has to be cut to less says nothing.
_LEAST_LABEL, _LEAST_BELOW, _LONGEST_LABEL = 9, 16, 48
#: Rows that a lane can make use of.
_MOST_BAR_ROWS, _MOST_DENSE_ROWS, _MOST_LABEL_ROWS = 4, 4, 4
#: So tall heights are drawn where nothing else has use for the room.
_TALLEST = 10


class Drawn(NamedTuple):
    """A lane's rows, from top to bottom, and how many of its bars found no room."""

    rows: Sequence[Track]
    hidden: int = 0


def draw_all(lanes: Sequence[Lane], columns: int, room: int) -> list[Drawn]:
    """The lanes in so many rows in all. What is left is kept for air between them if it does, and used for heights."""
    found = [_closed(draw(lane, columns, rows)) for lane, rows in zip(lanes, _shared(lanes, room), strict=True)]
    dense = [place for place, lane in enumerate(lanes) if lane.dense]
    spare = room - sum(len(drawn.rows) for drawn in found)
    if spare >= len(lanes):
        spare -= len(lanes)
    for number, place in enumerate(dense):
        more = min(_TALLEST - len(found[place].rows), spare // (len(dense) - number))
        if more > 0:
            found[place] = draw(lanes[place], columns, len(found[place].rows) + more)
            spare -= more
    return found


def _closed(drawn: Drawn) -> Drawn:
    """Without the rows at its end that nothing was put into."""
    used = max((row for row, track in enumerate(drawn.rows) if any(track.tones)), default=0)
    return drawn._replace(rows=drawn.rows[: used + 1])


def _shared(lanes: Sequence[Lane], room: int) -> list[int]:
    """How many rows each lane gets: one, and what is left goes to those that can make use of more."""
    given = [1] * len(lanes)
    wants = [wanted_rows(lane) for lane in lanes]
    spare = room - len(lanes)
    while spare > 0 and any(have < want for have, want in zip(given, wants, strict=True)):
        for place, want in enumerate(wants):
            if given[place] < want and spare > 0:
                given[place] += 1
                spare -= 1
    return given


def draw(lane: Lane, columns: int, rows: int) -> Drawn:
    """The lane in so many rows."""
    tracks = [Track(columns) for _ in range(rows)]
    hidden = _draw_bars(tracks, lane.bars)
    if lane.dense:
        _draw_heights(tracks, lane.marks)
    else:
        _draw_signs(tracks, lane.marks)
    return Drawn(tracks, hidden)


def short(number: int) -> str:
    """A number in at most four cells: 1,204 is `1.2k`."""
    for unit, size in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if number >= size:
            share = number / size
            return f"{share:.1f}{unit}" if share < 9.95 else f"{share:.0f}{unit}"
    return str(number)


def wanted_rows(lane: Lane) -> int:
    """How many rows a lane can make use of."""
    if lane.dense:
        return _MOST_DENSE_ROWS
    if lane.bars:
        return len(_packed(lane.bars, _MOST_BAR_ROWS)[0])
    return min(_MOST_LABEL_ROWS, max(1, sum(1 for mark in lane.marks.values() if mark.label)))


def _draw_bars(tracks: Sequence[Track], bars: Sequence[Bar]) -> int:
    packed, hidden = _packed(bars, len(tracks))
    for track, row in zip(tracks, packed, strict=False):
        for bar, following in zip_longest(row, row[1:]):
            _draw_bar(track, bar, len(track.signs) if following is None else following.first)
    return hidden


def _packed(bars: Sequence[Bar], rows: int) -> tuple[list[list[Bar]], int]:
    """Bars in rows so that none lies on another, and how many found none."""
    packed: list[list[Bar]] = []
    hidden = 0
    for bar in sorted(bars, key=lambda bar: bar.first):
        row = next((row for row in packed if _end(row[-1]) < bar.first), None)
        if row is not None:
            row.append(bar)
        elif len(packed) < rows:
            packed.append([bar])
        else:
            hidden += 1
    return packed, hidden


def _end(bar: Bar) -> float:
    return math.inf if bar.last is None else max(bar.last, bar.first)


def _draw_bar(track: Track, bar: Bar, end: int) -> None:
    """Sign, then a line to the end; the label in it where it is long enough, else behind it."""
    columns = len(track.signs)
    last = columns - 1 if bar.last is None else bar.last
    track.fill(bar.first, last, BAR, bar.tone)
    if bar.last is None or last >= columns:
        track.put(columns - 1, BAR_ON, bar.tone)
    elif last > bar.first:
        track.put(last, BAR_END, bar.tone)
    start = bar.first
    if start < 0:
        start = 0
        track.put(0, BAR_BEFORE, bar.tone)
    else:
        track.put(start, bar.sign, bar.tone)
    label = text.plain(bar.label)
    if not _write(track, start + 1, label, min(last, columns - 1) - start - 3, bar.tone):
        _write(track, last + 1, label, min(end, columns) - last - 2, "muted")


def _draw_signs(tracks: Sequence[Track], marks: Mapping[int, Mark]) -> None:
    """Signs in the first row, and what they are beside them; what has no room there goes below, on a leader."""
    first = tracks[0]
    for column, mark in marks.items():
        if mark.number or first.free(column):
            first.put(column, mark.sign, mark.tone)
    for column in sorted(marks, reverse=True):
        label = marks[column].label
        if label and not _write_beside(first, column, label):
            _write_below(tracks, column, label)


def _write_beside(track: Track, column: int, label: str) -> bool:
    """Whether there was room enough to say something."""
    room = track.room(column + 1) - 2
    return room > 0 and _write(track, column + 1, text.plain(label), room, "muted")


def _write_below(tracks: Sequence[Track], column: int, label: str) -> None:
    """Below the sign, in the first row with room enough that a leader can reach."""
    shown = ""
    for row, track in enumerate(tracks[1:], 1):
        room = track.room(column, _LONGEST_LABEL + 3) - 3
        if room > 0:
            shown = shown or text.cut(text.plain(label), _LONGEST_LABEL)
            if room >= min(_LEAST_BELOW, text.width(shown)):
                for between in tracks[1:row]:
                    between.put(column, _LEADER, "faint")
                track.put(column, _CORNER, "faint")
                _write(track, column + 1, shown, room, "muted")
                return
        if not track.free(column):
            return


def _write(track: Track, column: int, label: str, room: int, tone: str) -> bool:
    """The plain label with a space on both sides, cut where it is too long; nothing where little would be left."""
    if room < 1 or room < min(_LEAST_LABEL, text.width(label[:_LEAST_LABEL])):
        return False
    track.write(column, f" {text.cut(label, room)} ", tone)
    return True


def _draw_heights(tracks: Sequence[Track], marks: Mapping[int, Mark]) -> None:
    """Each cell as high as it holds much, by the logarithm: one thing is seen beside a thousand."""
    most = max(mark.number for mark in marks.values())
    eighths = 8 * len(tracks)
    for column, mark in marks.items():
        height = max(1, round(eighths * math.log1p(mark.number) / math.log1p(most)))
        for below, track in enumerate(reversed(tracks)):
            if height > 8 * below:
                track.put(column, HEIGHTS[min(8, height - 8 * below) - 1], mark.tone)
    for first, last in _runs(sorted(marks)):
        number = short(sum(marks[column].number for column in range(first, last + 1)))
        if tracks[-1].room(last + 1) >= len(number) + 2:
            tracks[-1].write(last + 2, number, "muted")


def _runs(columns: Sequence[int]) -> list[tuple[int, int]]:
    """Columns beside each other as pairs of the first and the last."""
    found: list[tuple[int, int]] = []
    for column in columns:
        if found and found[-1][1] == column - 1:
            found[-1] = found[-1][0], column
        else:
            found.append((column, column))
    return found
