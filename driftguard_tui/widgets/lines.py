"""Lines of toned text: what the console's widgets draw.

A tone is a role (`muted`, `added`, `critical`), not a colour: `themes/vocabulary/tones.toml` gives each its look. Lines
are made by plain functions that know nothing of widgets, and are drawn one by one, so a long list costs what is seen.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast

from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from driftguard_tui import text
from themes.for_textual import TonedTheme
from themes.palette import tones

TONES = tuple(tones())

#: No border is longer.
_TITLE_CELLS = 500


class Span:
    """A piece of a line in one tone, and how many cells it takes.

    Its text is made safe to show here, so that no unsafe one can be drawn.
    """

    __slots__ = ("text", "tone", "width")

    def __init__(self, content: str, tone: str = "") -> None:
        self.text = text.plain(content)
        self.tone = tone
        self.width = text.width(self.text)

    @classmethod
    def drawn(cls, cells: str, tone: str = "") -> "Span":
        """A piece of a drawing: of signs of our own, and of texts that have been made safe one by one."""
        span = cls.__new__(cls)
        span.text, span.tone, span.width = cells, tone, text.width(cells)
        return span

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Span) and (self.text, self.tone) == (other.text, other.tone)

    def __hash__(self) -> int:
        return hash((self.text, self.tone))

    def __repr__(self) -> str:
        return f"Span({self.text!r}, {self.tone!r})"


Line = tuple[Span, ...]
BLANK: Line = ()


def line(*parts: Span | str | tuple[str, str]) -> Line:
    """A line of spans, plain strings and (text, tone) pairs."""
    return tuple(
        part if isinstance(part, Span) else Span(part) if isinstance(part, str) else Span(*part) for part in parts
    )


def width(spans: Iterable[Span]) -> int:
    """The cells that the spans take."""
    return sum([span.width for span in spans])  # many are short: a list is faster


def cut(spans: Line, cells: int) -> Line:
    """The line if it fits, else its beginning and `…`."""
    if width(spans) <= cells:
        return spans
    kept: list[Span] = []
    left = cells
    for span in spans:
        if span.width >= left:
            kept.append(Span(text.head(span.text, max(0, left - 1)) + text.ELLIPSIS, span.tone))
            break
        kept.append(span)
        left -= span.width
    return tuple(kept)


def fit(spans: Line, cells: int) -> Line:
    """The line cut or filled to exactly this many cells."""
    space = cells - width(spans)
    return (*spans, Span.drawn(" " * space)) if space > 0 else cut(spans, cells)


def spread(left: Line, right: Line, cells: int) -> Line:
    """One line with a part at each end. The left part gives way first."""
    right = cut(right, cells)
    room = cells - width(right)
    return (*fit(left, room - 2), Span("  "), *right) if room > 2 else right


def flow(spans: Sequence[Span], cells: int, *, indent: int = 0, limit: int | None = None) -> list[Line]:
    """The spans as running text, wrapped at spaces; following lines start with `indent` spaces."""
    start = [Span(" " * indent)] if indent else []
    rows: list[list[Span]] = [[]]
    room = cells
    for words in _unbroken(spans):
        if room < width(words) <= cells - indent:
            rows.append(list(start))
            room = cells - indent
        for word in words:
            rest = word
            while rest.width > room:
                if rest.width > cells - indent and room > 0:  # longer than a whole line: it is broken where it stands
                    fitting = text.head(rest.text, max(1, room)) or rest.text[0]
                    rows[-1].append(Span(fitting, rest.tone))
                    rest = Span(rest.text[len(fitting) :], rest.tone)
                rows.append(list(start))
                room = cells - indent
            if rest.text == " " and room == cells - indent and len(rows) > 1:
                continue
            rows[-1].append(rest)
            room -= rest.width
    if limit is not None and len(rows) > limit:
        rows = rows[:limit]
        rows[-1] = list(cut((*rows[-1], Span(" " + text.ELLIPSIS, "muted")), cells))
    return [tuple(row) for row in rows]


def packed(pieces: Iterable[Line], cells: int, gap: int = 3) -> list[Line]:
    """Pieces beside each other in as few lines as it takes. None is broken, unless it is longer than a line."""
    rows: list[Line] = []
    for piece in pieces:
        joined = (*rows[-1], Span(" " * gap), *piece) if rows else piece
        if rows and width(joined) <= cells:
            rows[-1] = joined
        else:
            rows += flow(piece, cells)
    return rows


def spaced(lines: Sequence[Line]) -> tuple[list[Line], list[int]]:
    """Running text with air between its lines, and where in it each line is now."""
    rows: list[Line] = []
    places: list[int] = []
    for spans in lines:
        if rows and rows[-1] and spans:
            rows.append(BLANK)
        places.append(len(rows))
        rows.append(spans)
    return rows, places


def beside(left: Sequence[Line], right: Sequence[Line], cells: int, gap: int) -> list[Line]:
    """Two columns of lines as one; `cells` is the width of the left one."""
    rows = max(len(left), len(right))
    return [
        (
            *fit(left[row] if row < len(left) else BLANK, cells),
            Span(" " * gap),
            *(right[row] if row < len(right) else BLANK),
        )
        for row in range(rows)
    ]


def _unbroken(spans: Iterable[Span]) -> Iterator[list[Span]]:
    """Words with what follows them without a space, such as the full stop after a link; each space by itself."""
    words: list[Span] = []
    for word in _words(spans):
        if word.text == " ":
            yield from ([words, [word]] if words else [[word]])
            words = []
        else:
            words.append(word)
    if words:
        yield words


def _words(spans: Iterable[Span]) -> Iterable[Span]:
    """Words and the spaces between them, each a span."""
    for span in spans:
        for index, word in enumerate(span.text.split(" ")):
            if index:
                yield Span(" ", span.tone)
            if word:
                yield Span(word, span.tone)


class Toned(Widget):
    """A widget that draws lines, under one of our themes."""

    #: Its own style and the looks of tones while lines are drawn: Textual works them out anew each time it is asked.
    _under: Style | None = None
    _looks: "_Looks | None" = None

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draws the lines that are asked for."""
        self._under = super().rich_style
        self._looks = self._find_looks()
        try:
            return super().render_lines(crop)
        finally:
            self._under = self._looks = None

    @property
    def rich_style(self) -> Style:
        """Its own style."""
        return self._under or super().rich_style

    def strip(self, spans: Line, cells: int, over: Style | None = None) -> Strip:
        """The line as Textual draws it, cut and filled to the width; `over` is laid over its tones."""
        looks = self._looks or self._find_looks()
        segments = [Segment(span.text, looks[span.tone]) for span in fit(spans, cells)]
        if over is not None:
            segments = list(Segment.apply_style(segments, post_style=over))
        return Strip(segments, cells)

    def _find_looks(self) -> "_Looks":
        return _Looks(self.rich_style, cast(TonedTheme, self.app.current_theme).tones)


class _Looks(dict[str, Style]):
    """The looks of tones over a widget's own style, worked out as they are asked for."""

    def __init__(self, under: Style, tones: Mapping[str, Style]) -> None:
        super().__init__({"": under})
        self._tones = tones

    def __missing__(self, tone: str) -> Style:
        tones, under = self._tones, self[""]
        look = self[tone] = under + tones[tone] if tone in tones else under
        return look


class Lines(Toned):
    """A few fixed lines, such as a header or a status line."""

    def lines(self, cells: int) -> Sequence[Line]:
        """What to draw at this width."""
        raise NotImplementedError

    def render_line(self, y: int) -> Strip:
        """Draws one line."""
        cells = self.size.width
        shown = self.lines(cells)
        return self.strip(shown[y] if y < len(shown) else BLANK, cells)


class Pages(ScrollView, Toned, inherit_bindings=False, can_focus=True):
    """Lines that scroll. Its keys come from the action table, so it has no bindings of its own."""

    def on_mount(self) -> None:
        """Scrollbars appear without moving the text."""
        self.show_horizontal_scrollbar = False

    def entitle(self, title: str) -> None:
        """Puts a title into the border: as text, where Textual would read markup."""
        self.border_title = Content(text.plain(title[:_TITLE_CELLS]))

    def scroll_lines(self, lines: int) -> None:
        """Moves the view down, or up by a negative number."""
        self.scroll_to(y=self.scroll_offset.y + lines, animate=False)

    # The keys of the action table

    def do_down(self) -> None:
        self.scroll_lines(1)

    def do_up(self) -> None:
        self.scroll_lines(-1)

    def do_page_down(self) -> None:
        self.scroll_lines(self.page)

    def do_page_up(self) -> None:
        self.scroll_lines(-self.page)

    def do_top(self) -> None:
        self.scroll_to(y=0, animate=False)

    def do_bottom(self) -> None:
        self.scroll_to(y=self.virtual_size.height, animate=False)

    @property
    def page(self) -> int:
        """The lines of a page down."""
        return max(1, self.size.height - 2)

    @property
    def is_shown_to_a_room(self) -> bool:
        """Whether it is to be read from the back of a room."""
        return self.app.has_class("-presenter")

    def extend(self, lines: int) -> None:
        """Says how many lines there are.

        (Were Textual told by assigning the size, it would lay out the whole screen: only the scrollbar depends on it.
        It does so for a scrollbar that comes or goes as well: once there, one stays, unseen while all fits.)
        """
        if lines > self.container_size.height > 0:
            self.styles.overflow_y = "scroll"
        size = Size(self.size.width, lines)
        if size != self.virtual_size:
            self.set_reactive(Pages.virtual_size, size)
            self._scroll_update(size)
