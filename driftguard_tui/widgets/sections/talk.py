"""A conversation as lines: questions, answers with numbered sources, and questions that are offered."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from driftguard_tui import labels
from driftguard_tui.citing import Numbers
from driftguard_tui.formats.answer import cost
from driftguard_tui.interview import Exchange
from driftguard_tui.widgets.lines import BLANK, Line, Span, flow, line, width
from engine.assistant.conversation import Sentence, Style
from engine.model import Drift

_LINK = "key"
_INDENT = 2
_NARROWEST = 24
_LEADS = {Style.PROSE: "", Style.ITEM: "• ", Style.COMMAND: "$ "}


class Link(NamedTuple):
    """What a number in the text stands for: a mark of the exchange with this place in the conversation."""

    exchange: int
    mark: str


class Offer(NamedTuple):
    """A question that can be asked by choosing it."""

    question: str


class Stop(NamedTuple):
    """Where the cursor can be: cells of a row, and what is there."""

    row: int
    start: int
    end: int
    target: Link | Offer


class Sheet(NamedTuple):
    """The lines, where the cursor can be in them, and the rows in which questions stand."""

    lines: Sequence[Line] = ()
    stops: Sequence[Stop] = ()
    questions: Sequence[int] = ()


class _Writer:
    """Lays lines out from top to bottom, and notes the stops in them."""

    def __init__(self, cells: int) -> None:
        self.cells = max(_NARROWEST, cells)
        self.lines: list[Line] = []
        self.stops: list[Stop] = []
        self.questions: list[int] = []

    def write(self, spans: Sequence[Span], *, indent: int = 0, targets: Sequence[Link] = ()) -> None:
        """Running text; its links are `targets`, in the order in which they stand in it."""
        waiting = list(targets)
        for spans_of_row in flow(spans, self.cells, indent=indent):
            at = 0
            for span in spans_of_row:
                if waiting and span.tone == _LINK and span.text.strip():
                    self.stops.append(Stop(len(self.lines), at, at + span.width, waiting.pop(0)))
                at += span.width
            self.lines.append(spans_of_row)

    def offer(self, question: str) -> None:
        """A question that can be chosen, in one piece."""
        rows = flow((Span("› ", "muted"), Span(question, "accent")), self.cells, indent=_INDENT)
        self.stops.append(Stop(len(self.lines), _INDENT, width(rows[0]), Offer(question)))
        self.lines += rows

    def gap(self) -> None:
        """An empty line between what there is."""
        if self.lines:
            self.lines.append(BLANK)


def conversation(exchanges: Sequence[Exchange], drift: Drift | None, offered: Sequence[str], cells: int) -> Sheet:
    """The whole conversation; where nothing has been asked yet, what could be."""
    writer = _Writer(cells)
    if not exchanges:
        _beginning(writer, drift, offered)
    for place, exchange in enumerate(exchanges):
        writer.gap()
        _exchange(writer, place, exchange)
    if exchanges and exchanges[-1].answer is not None:
        _offers(writer, exchanges[-1].answer.next)
    return Sheet(writer.lines, writer.stops, writer.questions)


def one_exchange(exchange: Exchange, cells: int) -> Sheet:
    """One question with its answer."""
    writer = _Writer(cells)
    _answer(writer, 0, exchange)
    return Sheet(writer.lines, writer.stops, writer.questions)


def _beginning(writer: _Writer, drift: Drift | None, offered: Sequence[str]) -> None:
    if drift is None:
        writer.write(line(("Ask about the estate, a drift, a time or a person.", "")))
    else:
        writer.write(
            line(
                ("Ask about ", ""),
                (labels.resource_title(drift), "strong"),
                (", which is selected, or anything else.", ""),
            )
        )
    _offers(writer, offered)


def _offers(writer: _Writer, questions: Iterable[str]) -> None:
    for place, question in enumerate(questions):
        if place == 0:
            writer.gap()
        writer.offer(question)


def _exchange(writer: _Writer, place: int, exchange: Exchange) -> None:
    writer.questions.append(len(writer.lines))
    writer.write((Span("? ", "accent"), Span(exchange.question, "strong")), indent=_INDENT)
    _answer(writer, place, exchange)


def _answer(writer: _Writer, place: int, exchange: Exchange) -> None:
    numbers = Numbers()
    for sentence in exchange.sentences:
        _sentence(writer, place, sentence, numbers)
    if exchange.failed:
        writer.write(line(("✗ ", "bad"), (exchange.failed, "bad")), indent=_INDENT)
    elif exchange.given_up:
        writer.write(line(("given up", "muted")))
    elif exchange.is_open:
        writer.write(line(("looking …", "muted")))
    elif exchange.answer is not None and exchange.answer.used is not None:
        writer.write(line((f"{exchange.answer.backend}: {cost(exchange.answer.used)}", "muted")))


def _sentence(writer: _Writer, place: int, sentence: Sentence, numbers: Numbers) -> None:
    lead = _LEADS[sentence.style]
    tone = "accent" if sentence.style is Style.COMMAND else ""
    spans = [Span(lead, "muted")] if lead else []
    targets: list[Link] = []
    for piece in numbers.pieces(sentence.text):
        if isinstance(piece, int):
            spans.append(Span(f"[{piece}]", _LINK))
            targets.append(Link(place, numbers.marks[piece]))
        else:
            spans.append(Span(piece, tone))
    if sentence.unverified:
        spans.append(Span(" unverified", "medium"))
    writer.write(spans, indent=len(lead), targets=targets)
