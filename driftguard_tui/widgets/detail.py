"""All that is known about one drift, in sections: one column of them, or two where there is room."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from textual.strip import Strip

from driftguard_tui import labels, text
from driftguard_tui.widgets.lines import BLANK, Line, Pages, beside, cut, line, spaced
from driftguard_tui.widgets.sections import advice, cause, diff, evidence, lanes, narrative
from engine.model import Drift, Event

_TWO_COLUMNS = 100
_GAP = 4
_NARROWEST = 20
_MARGIN = 2  # the scrollbar, whether it is there or not, and air before it


class Section(NamedTuple):
    """`draw` is given the drift, the events around it and a width. A section without lines is left out."""

    title: str | Callable[[Drift], str]
    draw: Callable[[Drift, Sequence[Event], int], list[Line]]


_STORY = (
    Section("", lambda drift, _, cells: narrative.identity(drift, cells)),
    Section("", lambda drift, _, cells: narrative.narrative(drift, cells)),
)
_WHAT = (
    Section(diff.heading, lambda drift, _, cells: diff.diff(drift, cells)),
    Section("What to do", lambda drift, _, cells: advice.advice(drift, cells)),
)
_WHY = (
    Section("Why", lambda drift, _, cells: cause.cause(drift, cells)),
    Section("Around it", lanes.lanes),
    Section("Evidence", lambda drift, _, cells: evidence.evidence(drift, cells)),
    Section("What counted", lambda drift, _, cells: evidence.signals(drift, cells)),
    Section("Ruled out", lambda drift, _, cells: cause.ruled_out(drift, cells)),
)
#: With one column, the story reads from what over why to what to do.
_ONE_COLUMN = (*_STORY, _WHAT[0], *_WHY[:3], _WHAT[1], *_WHY[3:])


def describe(drift: Drift, events: Sequence[Event], cells: int) -> tuple[list[Line], list[int]]:
    """The lines, and the numbers of those at which sections start."""
    cells = max(_NARROWEST, cells)
    if cells < _TWO_COLUMNS:
        return _stack(_ONE_COLUMN, drift, events, cells)
    head, _ = _stack(_STORY, drift, events, cells)
    half = (cells - _GAP) // 2
    left, left_starts = _stack(_WHAT, drift, events, half)
    right, right_starts = _stack(_WHY, drift, events, cells - _GAP - half)
    below = len(head) + 1
    starts = sorted({0, *(below + start for start in (*left_starts, *right_starts))})
    return [*head, BLANK, *beside(left, right, half, _GAP)], starts


def as_text(drift: Drift, events: Sequence[Event] = (), cells: int = 100) -> str:
    """The same, as plain text for the clipboard."""
    lines, _ = _stack(_ONE_COLUMN, drift, events, cells)
    body = ["".join(span.text for span in spans).rstrip() for spans in lines]
    return "\n".join((text.plain(labels.resource_title(drift)), *body, ""))


def _stack(
    sections: Iterable[Section], drift: Drift, events: Sequence[Event], cells: int
) -> tuple[list[Line], list[int]]:
    lines: list[Line] = []
    starts: list[int] = []
    for section in sections:
        body = section.draw(drift, events, cells)
        if not body:
            continue
        if lines:
            lines.append(BLANK)
        starts.append(len(lines))
        title = section.title if isinstance(section.title, str) else section.title(drift)
        if title:
            rule = "─" * max(0, cells - len(title) - 1)
            body = [line((title, "title"), (f" {rule}", "faint")), *body]
        lines += [cut(spans, cells) for spans in body]
    return lines, starts


class Detail(Pages):
    """One drift, read from top to bottom."""

    def __init__(self) -> None:
        super().__init__(id="detail")
        self._drift: Drift | None = None
        self._events: Sequence[Event] = ()
        self._lines: list[Line] = []
        self._starts: list[int] = []

    def show(self, drift: Drift | None, events: Sequence[Event] = ()) -> None:
        """Shows a drift from its beginning; with the same drift, stays where it is."""
        again = drift is not None and self._drift is not None and drift.id == self._drift.id
        self._drift, self._events = drift, events
        self.entitle(labels.resource_title(drift) if drift else "")
        self._describe()
        if not again:
            self.scroll_to(y=0, animate=False)

    @property
    def events(self) -> Sequence[Event]:
        """The events that are shown around the drift."""
        return self._events

    def section(self, step: int) -> None:
        """Scrolls to the next section, or the one before with -1."""
        top = self.scroll_offset.y
        ahead = [start for start in self._starts if (start > top if step > 0 else start < top)]
        if ahead:
            self.scroll_to(y=ahead[0] if step > 0 else ahead[-1], animate=False)

    def on_resize(self) -> None:
        """Lays the text out for the new width."""
        self._describe()

    def render_line(self, y: int) -> Strip:
        """Draws one line of what is in view."""
        row = self.scroll_offset.y + y
        return self.strip(self._lines[row] if row < len(self._lines) else BLANK, self.size.width)

    def _describe(self) -> None:
        cells = self.size.width - _MARGIN
        if self._drift is None or cells <= 0:
            self._lines, self._starts = [], []
        else:
            self._lines, self._starts = describe(self._drift, self._events, cells)
        if self.is_shown_to_a_room:
            self._lines, places = spaced(self._lines)
            self._starts = [places[start] for start in self._starts]
        self.extend(len(self._lines))
        self.refresh()
