"""All that is known about one drift, in sections: one column of them, or two where there is room."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from textual import events as keys
from textual.message import Message
from textual.strip import Strip

from driftguard_tui import labels, text
from driftguard_tui.grouping import Heading
from driftguard_tui.widgets.lines import BLANK, Line, Pages, beside, cut, line, spaced
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
from engine.model import CauseGroup, Drift, Event, Evidence
from engine.versions import Version

_TWO_COLUMNS = 100
_GAP = 4
_NARROWEST = 20
_MARGIN = 2  # the scrollbar, whether it is there or not, and air before it


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
    """The lines, and at which of them each section starts, in their order."""

    lines: list[Line]
    starts: list[tuple[int, str]]


_STORY = (
    Section("", lambda known, cells: narrative.identity(known.drift, cells)),
    Section("", lambda known, cells: narrative.narrative(known.drift, cells)),
)
_CHANGED = Section("What changed", lambda known, cells: diff.diff(known.drift, cells), diff.heading)
_ADVICE = Section("What to do", lambda known, cells: advice.advice(known.drift, cells))
_HISTORY = Section("History", lambda known, cells: history.history(known.versions, cells))
_WHY = (
    Section("Why", lambda known, cells: cause.cause(known.drift, cells)),
    Section("Around it", lambda known, cells: lanes.lanes(known.drift, known.events, cells)),
    Section("Evidence", lambda known, cells: evidence.evidence(known.drift, cells)),
    Section("Shared origin", lambda known, cells: company.company(known.group, cells) if known.group else []),
    Section("What counted", lambda known, cells: evidence.signals(known.drift, cells)),
    Section("Ruled out", lambda known, cells: cause.ruled_out(known.drift, cells)),
)
_WHAT = (_CHANGED, _ADVICE, _HISTORY)
#: With one column, the story reads from what over why to what to do.
_ONE_COLUMN = (*_STORY, _CHANGED, *_WHY[:3], _ADVICE, *_WHY[3:], _HISTORY)


def describe(known: Known, cells: int, folded: Collection[str] = (), current: str = "") -> Laid:
    """All of it. Of `folded` sections the title alone is shown; that of the `current` one stands out."""
    cells = max(_NARROWEST, cells)
    if cells < _TWO_COLUMNS:
        return _stack(_ONE_COLUMN, known, cells, folded, current)
    head = _stack(_STORY, known, cells, folded, current)
    half = (cells - _GAP) // 2
    left = _stack(_WHAT, known, half, folded, current)
    right = _stack(_WHY, known, cells - _GAP - half, folded, current)
    below = len(head.lines) + 1
    starts = sorted((below + start, name) for start, name in (*left.starts, *right.starts))
    return Laid([*head.lines, BLANK, *beside(left.lines, right.lines, half, _GAP)], [(0, ""), *starts])


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
            lines += [cut(spans, cells) for spans in body]
    return Laid(lines, starts)


def _title(section: Section, drift: Drift, cells: int, is_folded: bool, is_current: bool) -> Line:
    title = section.title(drift) if section.title is not None else section.name
    shown = line((title, "tab" if is_current else "title"), (" ▸" if is_folded else "", "accent"))
    rule = "─" * max(0, cells - sum(span.width for span in shown) - 1)
    return cut((*shown, *line((f" {rule}", "faint"))), cells)


class Detail(Pages):
    """One drift, read from top to bottom. Sections close; the number of a claim opens the record behind it."""

    class Recorded(Message):
        """The original record of an event is to be seen."""

        def __init__(self, evidence: Evidence) -> None:
            self.evidence = evidence
            super().__init__()

        @property
        def subject(self) -> str:
            """What names the event: when it happened, and its id."""
            return f"{self.evidence.at.isoformat()} {self.evidence.event_id}"

    def __init__(self, folded: Iterable[str] = ()) -> None:
        super().__init__(id="detail")
        self.folded: set[str] = set(folded)
        self._known: Known | None = None
        self._heading: Heading | None = None
        self._lines: list[Line] = []
        self._starts: list[tuple[int, str]] = []
        self._current = ""
        self._waits_for_number = False

    def show(
        self,
        drift: Drift | None,
        events: Sequence[Event] = (),
        versions: Sequence[Version] = (),
        group: CauseGroup | None = None,
    ) -> None:
        """Shows a drift from its beginning; with the same drift, stays where it is."""
        again = drift is not None and self._known is not None and drift.id == self._known.drift.id
        self._known = Known(drift, events, versions, group) if drift is not None else None
        self._heading = None
        self.entitle(labels.resource_title(drift) if drift else "")
        self._wait_for_number(False)
        self._describe()
        if not again:
            self._current = ""
            self.scroll_to(y=0, animate=False)

    def gather(self, heading: Heading) -> None:
        """Shows what is under a heading."""
        self.show(None)
        self._heading = heading
        self.entitle(heading.title)
        self._describe()

    @property
    def events(self) -> Sequence[Event]:
        """The events that are shown around the drift."""
        return self._known.events if self._known else ()

    # Sections

    def section(self, step: int) -> None:
        """Goes to the next section, or to the one before with -1."""
        named = [start for start in self._starts if start[1]]
        at = next((index for index, (_, name) in enumerate(named) if name == self._current), -1)
        if not named:
            return
        if at + step < 0:
            self._current = ""
            self.scroll_to(y=0, animate=False)
        else:
            row, self._current = named[min(len(named) - 1, at + step)]
            self.scroll_to(y=row, animate=False)
        self._describe()

    def do_open(self) -> None:
        """Closes the current section, or opens it again: the one that was gone to, else the first in view."""
        name = self._current or next((name for row, name in self._starts if name and row >= self.scroll_offset.y), "")
        if name:
            self.folded ^= {name}
            self._current = name
            self._describe()

    # Evidence

    def do_original(self, number: str = "") -> None:
        """Opens the record of a claim by its number, or waits for the number."""
        found = {str(each): item for each, item in claims.numbered(self._known.drift)} if self._known else {}
        if number in found or len(found) == 1:
            self.post_message(self.Recorded(found[number] if number in found else found["1"]))
        elif found and not number:
            self._wait_for_number(True)

    def on_key(self, event: keys.Key) -> None:
        """While a number is waited for, a digit opens what it is of, and any other key leaves it."""
        if self._waits_for_number:
            event.stop()
            event.prevent_default()
            self._wait_for_number(False)
            if event.key.isdecimal():
                self.do_original(event.key)

    def on_blur(self) -> None:
        """Something else has the keys."""
        self._wait_for_number(False)

    def _wait_for_number(self, waits: bool) -> None:
        self._waits_for_number = waits
        self.border_subtitle = "which [number]?" if waits else ""

    # Drawing

    def on_resize(self) -> None:
        """Lays the text out for the new width."""
        self._describe()

    def render_line(self, y: int) -> Strip:
        """Draws one line of what is in view."""
        row = self.scroll_offset.y + y
        return self.strip(self._lines[row] if row < len(self._lines) else BLANK, self.size.width)

    def _describe(self) -> None:
        cells = self.size.width - _MARGIN
        self._lines, self._starts = [], []
        if cells <= 0:
            return
        if self._heading is not None:
            self._lines = company.gathered(self._heading, max(_NARROWEST, cells))
        elif self._known is not None:
            self._lines, self._starts = describe(self._known, cells, self.folded, self._current)
        if self.is_shown_to_a_room:
            self._lines, places = spaced(self._lines)
            self._starts = [(places[start], name) for start, name in self._starts]
        self.extend(len(self._lines))
        self.refresh()
