"""One drift, or what is under a heading, to be read from top to bottom: with a cursor, sections that close, claims."""

from collections.abc import Iterable, Sequence

from rich.style import Style
from textual import events as keys
from textual.message import Message
from textual.strip import Strip

from driftguard_tui import labels
from driftguard_tui.grouping import Heading
from driftguard_tui.widgets.cursored import Cursored
from driftguard_tui.widgets.detail_layout import NARROWEST, Known, Laid, describe
from driftguard_tui.widgets.lines import BLANK
from driftguard_tui.widgets.sections import claims, company
from engine.model import CauseGroup, Drift, Event, Evidence
from engine.versions import Version

_MARGIN = 2  # the scrollbar, whether it is there or not, and air before it
_NOTHING = Laid([], [], {})


class Detail(Cursored):
    """It is about a subject from `take` on, and draws it at `draw`: what need not be seen at once costs nothing.

    Enter opens the record behind the claim that the cursor is on; on other lines it closes the section.
    """

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
        self._subject: Known | Heading | None = None
        self._drawn: Known | Heading | None = None
        self._laid = _NOTHING
        self._current = ""
        self._waits_for_number = False

    @property
    def drift(self) -> Drift | None:
        """The drift that it is about."""
        return self._subject.drift if isinstance(self._subject, Known) else None

    @property
    def events(self) -> Sequence[Event]:
        """The events that are known around the drift."""
        return self._subject.events if isinstance(self._subject, Known) else ()

    def take(self, subject: Known | Heading | None) -> None:
        """Is about this from now on; `draw` shows it."""
        if not _is_same(subject, self._subject):
            self._wait_for_number(False)
        self._subject = subject

    def draw(self) -> None:
        """Shows what it is about, from its beginning; with the same drift as before, stays where it is."""
        if self._subject is self._drawn:
            return
        subject, before = self._subject, self._drawn
        self._drawn = subject
        self.entitle(_title(subject))
        is_same = _is_same(subject, before)
        if not is_same:
            self._current, self.cursor = "", 0
        self._describe()
        if not is_same:
            self.scroll_to(y=0, animate=False)

    def show(
        self,
        drift: Drift | None,
        events: Sequence[Event] = (),
        versions: Sequence[Version] = (),
        group: CauseGroup | None = None,
    ) -> None:
        """Is about a drift, and shows it."""
        self.take(Known(drift, events, versions, group) if drift is not None else None)
        self.draw()

    # Moving

    def select(self, row: int) -> None:
        """Puts the cursor on a line, or on the nearest there is."""
        self.draw()
        if self._current:
            self._current = ""
            self._describe()
        super().select(row)
        self._remark()

    @property
    def count(self) -> int:
        """How many lines there are."""
        return len(self._laid.lines)

    def over(self, row: int) -> Style | None:
        """The cursor is seen while keys move it."""
        return super().over(row) if self.has_focus and self.count else None

    def on_click(self, event: keys.Click) -> None:
        """A click puts the cursor there; a double click opens."""
        row = self.row_at(event)
        if row is not None:
            self.select(row)
            if event.chain > 1:
                self.do_open()

    # Sections

    def section(self, step: int) -> None:
        """Goes to the next section, or to the one before with -1."""
        self.draw()
        named = [start for start in self._laid.starts if start[1]]
        if not named:
            return
        at = next((index for index, (_, name) in enumerate(named) if name == self._current), None)
        if at is None:  # from the line that the cursor is on
            above = sum(row <= self.cursor for row, _ in named)
            at = above - 1 if step > 0 or not above or named[above - 1][0] == self.cursor else above
        if at + step < 0:
            self.cursor, self._current = 0, ""
        else:
            self.cursor, self._current = named[min(len(named) - 1, at + step)]
        self.scroll_to(y=self.cursor, animate=False)
        self._describe()
        self._remark()

    def do_open(self) -> None:
        """The record behind the claim under the cursor; closes the section where there is none, or opens it again."""
        self.draw()
        numbers = () if self._current else self._laid.claims.get(self.cursor, ())
        if len(numbers) == 1:
            self.do_original(str(numbers[0]))
        elif numbers:
            self._wait_for_number(True)
        else:
            self._turn_section()

    def _turn_section(self) -> None:
        """The section that was gone to, else the one that the cursor is in; above all of them, the first."""
        named = [start for start in self._laid.starts if start[1]]
        names = [name for row, name in named if row <= self.cursor] or [name for _, name in named[:1]]
        name = self._current or (names[-1] if names else "")
        if name:
            self.folded ^= {name}
            self._current = name
            self._describe()
            self.cursor = next((row for row, other in self._laid.starts if other == name), self.cursor)

    # Evidence

    def do_original(self, number: str = "") -> None:
        """Opens the record of a claim by its number, or waits for the number."""
        found = {str(each): item for each, item in claims.numbered(self.drift)} if self.drift else {}
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

    def on_focus(self) -> None:
        """It has the keys: what they are about is seen."""
        self.draw()
        self._remark()

    def on_blur(self) -> None:
        """Something else has the keys."""
        self._waits_for_number = False
        self._remark()

    def _wait_for_number(self, waits: bool) -> None:
        if waits is not self._waits_for_number:
            self._waits_for_number = waits
            self._remark()

    def _remark(self) -> None:
        """The lower border says what is waited for, else where the cursor is while keys move it."""
        place = f"{self.cursor + 1:,} of {self.count:,}" if self.has_focus and self.count else ""
        self.border_subtitle = "which [number]?" if self._waits_for_number else place

    # Drawing

    def on_resize(self) -> None:
        """Lays the text out for the new width."""
        self._describe()

    def render_line(self, y: int) -> Strip:
        """Draws one line of what is in view."""
        row, lines = self.scroll_offset.y + y, self._laid.lines
        spans = lines[row] if row < len(lines) else BLANK
        return self.lettered(self.strip(spans, self.size.width, self.over(row)), row)

    def _describe(self) -> None:
        cells = self.size.width - _MARGIN
        self._laid = self._lay_out(cells) if cells > 0 else _NOTHING
        if self.is_shown_to_a_room:
            self._laid = self._laid.spaced()
        self.cursor = max(0, min(self.count - 1, self.cursor))
        self.extend(len(self._laid.lines))
        self.refresh()

    def _lay_out(self, cells: int) -> Laid:
        if isinstance(self._drawn, Heading):
            return Laid(company.gathered(self._drawn, max(NARROWEST, cells)), [], {})
        return _NOTHING if self._drawn is None else describe(self._drawn, cells, self.folded, self._current)


def _is_same(one: Known | Heading | None, other: Known | Heading | None) -> bool:
    """Whether both are about one drift, of which more may be known by now."""
    return isinstance(one, Known) and isinstance(other, Known) and one.drift.id == other.drift.id


def _title(subject: Known | Heading | None) -> str:
    if isinstance(subject, Heading):
        return subject.title
    return labels.resource_title(subject.drift) if subject is not None else ""
