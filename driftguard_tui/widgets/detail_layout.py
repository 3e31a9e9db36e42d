"""How all that is known about a drift is laid out: in sections, one column of them, or two where there is room."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from driftguard_tui import labels, text
from driftguard_tui.widgets.lines import BLANK, Line, beside, cut, line, spaced
from driftguard_tui.widgets.sections import (
    advice,
    cause,
    claims,
    company,
    diff,
    evidence,
    history,
    lanes,
    narrative,
)
from engine.model import CauseGroup, Drift, Event
from engine.versions import Version

_TWO_COLUMNS = 100
_GAP = 4
#: It is laid out for so many cells at least.
NARROWEST = 20


class Known(NamedTuple):
    """A drift and what is known around it: the events, the versions of its resource, the origin that it shares."""

    drift: Drift
    events: Sequence[Event] = ()
    versions: Sequence[Version] = ()
    group: CauseGroup | None = None


class Section(NamedTuple):
    """`draw` is given what is known and a width. A section without lines is left out, one without a name untitled."""

    name: str
    draw: Callable[[Known, int], list[Line]]
    title: Callable[[Drift], str] | None = None


class Laid(NamedTuple):
    """The lines, at which of them each section starts, in their order, and the claims that are on some, by number."""

    lines: list[Line]
    starts: list[tuple[int, str]]
    claims: Mapping[int, Sequence[int]]

    def below(self, rows: int) -> "Laid":
        """The same, so many rows lower, without what is above it."""
        starts = [(rows + start, name) for start, name in self.starts]
        return Laid(self.lines, starts, {rows + row: numbers for row, numbers in self.claims.items()})

    def spaced(self) -> "Laid":
        """The same, with air between its lines."""
        lines, places = spaced(self.lines)
        starts = [(places[start], name) for start, name in self.starts]
        return Laid(lines, starts, {places[row]: numbers for row, numbers in self.claims.items()})


_STORY = (
    Section("", lambda known, cells: narrative.identity(known.drift, cells)),
    Section("", lambda known, cells: narrative.narrative(known.drift, cells)),
)
_CHANGED = Section("What changed", lambda known, cells: diff.diff(known.drift, cells), diff.heading)
_ADVICE = Section("What to do", lambda known, cells: advice.advice(known.drift, cells))
_HISTORY = Section("History", lambda known, cells: history.history(known.versions, cells))
_EVIDENCE = Section("Evidence", lambda known, cells: evidence.evidence(known.drift, cells))
_WHY = (
    Section("Why", lambda known, cells: cause.cause(known.drift, cells)),
    Section("Around it", lambda known, cells: lanes.lanes(known.drift, known.events, cells)),
    _EVIDENCE,
    Section("Shared origin", lambda known, cells: company.company(known.group, cells) if known.group else []),
    Section("What counted", lambda known, cells: evidence.signals(known.drift, cells)),
    Section("Ruled out", lambda known, cells: cause.ruled_out(known.drift, cells)),
)
_WHAT = (_CHANGED, _ADVICE, _HISTORY)
#: With one column, the story reads from what over why to what to do.
_ONE_COLUMN = (*_STORY, _CHANGED, *_WHY[:3], _ADVICE, *_WHY[3:], _HISTORY)


def describe(known: Known, cells: int, folded: Collection[str] = (), current: str = "") -> Laid:
    """All of it. Of `folded` sections the title alone is shown; that of the `current` one stands out."""
    cells = max(NARROWEST, cells)
    if cells < _TWO_COLUMNS:
        return _stack(_ONE_COLUMN, known, cells, folded, current)
    head = _stack(_STORY, known, cells, folded, current)
    half = (cells - _GAP) // 2
    left = _stack(_WHAT, known, half, folded, current)
    right = _stack(_WHY, known, cells - _GAP - half, folded, current)
    left, right = left.below(len(head.lines) + 1), right.below(len(head.lines) + 1)
    lines = [*head.lines, BLANK, *beside(left.lines, right.lines, half, _GAP)]
    starts = [(0, ""), *sorted((*left.starts, *right.starts))]
    return Laid(lines, starts, {**head.claims, **left.claims, **right.claims})


def as_text(drift: Drift, events: Sequence[Event] = (), cells: int = 100) -> str:
    """The same, as plain text for the clipboard."""
    laid = _stack(_ONE_COLUMN, Known(drift, events), cells)
    body = ["".join(span.text for span in spans).rstrip() for spans in laid.lines]
    return "\n".join((text.plain(labels.resource_title(drift)), *body, ""))


def _stack(
    sections: Iterable[Section], known: Known, cells: int, folded: Collection[str] = (), current: str = ""
) -> Laid:
    lines: list[Line] = []
    starts: list[tuple[int, str]] = []
    made: dict[int, Sequence[int]] = {}
    for section in sections:
        body = section.draw(known, cells)
        if not body:
            continue
        if lines:
            lines.append(BLANK)
        starts.append((len(lines), section.name))
        if section.name:
            lines.append(_title(section, known.drift, cells, section.name in folded, section.name == current))
        if not section.name or section.name not in folded:
            made |= _claims(section, body, len(lines))
            lines += [cut(spans, cells) for spans in body]
    return Laid(lines, starts, made)


def _claims(section: Section, body: Iterable[Line], first: int) -> dict[int, Sequence[int]]:
    """The claims by row. A piece of evidence may take several rows, of which the first has its number."""
    made: dict[int, Sequence[int]] = {}
    above: Sequence[int] = ()
    for row, spans in enumerate(body, first):
        found = claims.named_in(spans) or (above if section is _EVIDENCE else ())
        if found:
            made[row] = above = found
    return made


def _title(section: Section, drift: Drift, cells: int, is_folded: bool, is_current: bool) -> Line:
    title = section.title(drift) if section.title is not None else section.name
    shown = line((title, "tab" if is_current else "title"), (" ▸" if is_folded else "", "accent"))
    rule = "─" * max(0, cells - sum(span.width for span in shown) - 1)
    return cut((*shown, *line((f" {rule}", "faint"))), cells)
