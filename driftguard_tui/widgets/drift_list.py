"""The list of drifts: under headings or not, some of them marked. Draws the rows that are seen, whatever its length."""

from collections.abc import Callable, Collection, Sequence

from driftguard_tui import labels, text
from driftguard_tui.grouping import Heading, Row
from driftguard_tui.listing import Listing, Wanted
from driftguard_tui.widgets.drift_columns import GAP, USUAL, DriftColumn, widths
from driftguard_tui.widgets.lines import Line, Span, cut, fit, line, spread
from driftguard_tui.widgets.rows import Rows
from engine.model import Drift

_SPACE = Span(" " * GAP)
_SIGN_CELLS = 2  # `~ ` before the resource
_MARK_CELLS = 2  # `✓ ` before a row, while anything is marked


class DriftList(Rows[Row]):
    """It is given a listing and says which drift is under the cursor."""

    def __init__(self) -> None:
        super().__init__((), lambda row: row.key if isinstance(row, Heading) else row.id, "drifts")
        self.listing = Listing(Wanted())
        self.columns: tuple[str, ...] = USUAL
        self.marked: Collection[str] = ()
        self._counts: dict[str, int] = {}

    @property
    def drift(self) -> Drift | None:
        """The drift under the cursor; None on a heading and where nothing is listed."""
        row = self.selected
        return row if isinstance(row, Drift) else None

    @property
    def heading(self) -> Heading | None:
        """The heading under the cursor."""
        row = self.selected
        return row if isinstance(row, Heading) else None

    @property
    def drifts(self) -> Sequence[Drift]:
        """The drifts that are wanted, in order."""
        return self.listing.drifts

    def take(self, listing: Listing) -> None:
        """Lists these; the cursor stays on its drift or its heading if that is still there, else at the top."""
        before = self.selected
        self.end_jump()
        self.listing, self._items, self._counts = listing, listing.rows, {}
        self.extend(len(listing.rows) + 1 if listing.rows else 0)
        self.select(self._place(before))

    def explain(self, notice: Callable[[int], Sequence[Line]]) -> None:
        """What to draw, at a width, while nothing is listed."""
        self._notice = notice
        self.refresh()

    def choose_columns(self, columns: tuple[str, ...]) -> None:
        """Shows these columns, in this order."""
        self.columns = columns
        self.refresh()

    def mark(self, marked: Collection[str]) -> None:
        """Shows which drifts are marked, by their ids."""
        self.marked, self._counts = marked, {}
        self.border_subtitle = self._remark()
        self.refresh()

    def move(self, rows: int) -> None:
        """Moves the cursor, as far as there are rows."""
        self.select(self.cursor + rows)

    def next_drift(self, step: int) -> None:
        """To the next drift, past headings, or to the one before with -1."""
        row = self.cursor + step
        while 0 <= row < len(self._items) and isinstance(self._items[row], Heading):
            row += step
        if 0 <= row < len(self._items):
            self.select(row)

    def heading_above(self) -> int | None:
        """The row of the heading that the cursor's drift is under."""
        above = range(self.cursor - 1, -1, -1)
        return next((row for row in above if isinstance(self._items[row], Heading)), None) if self.drift else None

    def _place(self, row: Row | None) -> int:
        if isinstance(row, Heading):
            return next((number for number, other in enumerate(self._items) if _is_same(other, row)), 0)
        return (self.listing.row_of(row.id) or 0) if row is not None else 0

    def _remark(self) -> str:
        place = f"{self.cursor + 1:,} of {len(self._items):,}" if self._items else ""
        return labels.join((f"{len(self.marked):,} marked" if self.marked else "", place))

    def _layout_of(self, cells: int) -> list[tuple[DriftColumn, int]]:
        """The columns with their widths, without the one that the headings tell."""
        told = "" if self.listing.wanted.group == "severity" else self.listing.wanted.group
        names = tuple(name for name in self.columns if name != told) or self.columns
        return widths(names, cells - (_MARK_CELLS if self.marked else 0))

    def _marked_under(self, heading: Heading) -> int:
        """Counted once: a heading may have very many drifts, and is drawn at every key."""
        if not self.marked:
            return 0
        if heading.key not in self._counts:
            self._counts[heading.key] = sum(drift.id in self.marked for drift in heading.drifts)
        return self._counts[heading.key]

    def _titles(self, cells: int) -> Line:
        wanted = self.listing.wanted
        spans: list[Span] = [Span(" " * _MARK_CELLS)] if self.marked else []
        for column, size in self._layout_of(cells):
            title, tone = column.title, "muted"
            if column.order and column.order == wanted.order:
                title, tone = f"{title} {'▲' if wanted.backwards else '▼'}", "accent"
            if column.title == "resource":
                title = " " * _SIGN_CELLS + title
            spans += [Span(text.fit(title, size, right=column.right), tone), _SPACE]
        return tuple(spans[:-1])

    def _row(self, item: Row, cells: int) -> Line:
        if isinstance(item, Heading):
            return _heading(item, self._marked_under(item), cells)
        spans: list[Span] = []
        if self.marked:
            spans.append(Span("✓ ", "accent") if item.id in self.marked else Span(" " * _MARK_CELLS))
        for column, size in self._layout_of(cells):
            spans += [*fit(column.draw(item, size), size), _SPACE]
        return tuple(spans[:-1])


def _is_same(row: Row, heading: Heading) -> bool:
    return isinstance(row, Heading) and (row.field, row.key) == (heading.field, heading.key)


def _heading(heading: Heading, marked: int, cells: int) -> Line:
    """Whether it is open, what its drifts have in common, how many they are and how grave the gravest is."""
    level = heading.level
    left = line((f"{'▾' if heading.is_open else '▸'} ", "accent"), (heading.title[: cells + 1], "title"))
    count = labels.count(len(heading.drifts), "drift")
    right = line(
        (f"{marked:,} marked  " if marked else "", "accent"),
        (f"{count}  ", "muted"),
        (text.fit(f"{labels.LEVEL_SIGNS[level]} {level}", 10), level.value),
    )
    return spread(cut(left, cells), right, cells)
