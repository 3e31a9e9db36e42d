"""An answer as text: its sentences as they come, then what they rest on."""

from collections.abc import Iterator

from driftguard_tui.citing import Numbers, source
from driftguard_tui.formats import Paper
from driftguard_tui.text import plain, wrap
from engine.assistant.conversation import Answer, Sentence, Style, Used
from engine.assistant.facts import DriftFact

_LEADS = {Style.PROSE: "", Style.ITEM: "- ", Style.COMMAND: "  $ "}
_SHORT_ID = 8
#: A narrower terminal wraps by itself.
_NARROWEST = 30


class Page:
    """Writes one answer, sentence by sentence."""

    def __init__(self, paper: Paper) -> None:
        self._paper = paper
        self._numbers = Numbers()

    def sentence(self, sentence: Sentence) -> str:
        """A sentence with numbers for its marks, ending in a line break. A command is never broken."""
        pieces = self._numbers.pieces(sentence.text)
        text = "".join(f" [{piece}]" if isinstance(piece, int) else plain(piece) for piece in pieces)
        lead = _LEADS[sentence.style]
        if sentence.unverified:
            text = f"{text} {self._paper.paint('(unverified)', 'medium')}"
        width = self._paper.width
        if sentence.style is Style.COMMAND or not width or width < _NARROWEST:
            return f"{lead}{text}\n"
        first, *rest = wrap(text, width - len(lead))
        return "".join([f"{lead}{first}\n", *(f"{' ' * len(lead)}{line}\n" for line in rest)])

    def sources(self, answer: Answer) -> str:
        """What the numbers stand for."""
        lines = [
            f"  [{number}] {plain(source(mark, answer))}{_shown_by(mark, answer)}\n"
            for number, mark in self._numbers.marks.items()
        ]
        return "".join([f"\n{self._paper.paint('Sources', 'strong')}\n", *lines]) if lines else ""

    def footer(self, says: str, used: Used | None = None) -> str:
        """Who answered, and at what cost."""
        return f"\n{self._paper.paint('; '.join(filter(None, (says, cost(used)))), 'muted')}\n"


def cost(used: Used | None) -> str:
    """`1,204 tokens sent, 312 received, $0.0012`; of what costs nothing nothing."""
    if used is None:
        return ""
    dollars = f", ${used.dollars:.4f}" if used.dollars is not None else ""
    return f"{used.sent:,} tokens sent, {used.received:,} received{dollars}"


def render(answer: Answer, says: str, paper: Paper) -> str:
    """A whole answer."""
    page = Page(paper)
    return "".join(_parts(page, answer, says))


def _parts(page: Page, answer: Answer, says: str) -> Iterator[str]:
    yield from (page.sentence(sentence) for sentence in answer.sentences)
    yield page.sources(answer)
    yield page.footer(says, answer.used)


def _shown_by(mark: str, answer: Answer) -> str:
    fact = answer.facts.get(mark)
    return f"  (driftguard drifts show {fact.drift[:_SHORT_ID]})" if isinstance(fact, DriftFact) else ""
