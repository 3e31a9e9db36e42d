"""Citations as people read them: numbers in the text of an answer, and below it what each of them is."""

from collections.abc import Iterator, Mapping

from driftguard_tui import labels
from engine.assistant.conversation import MARK, Answer, Looked
from engine.assistant.facts import (
    AdviceFact,
    AuditFact,
    DriftFact,
    EventFact,
    Fact,
    GroupFact,
    RequestFact,
)

_KINDS: tuple[tuple[type[Fact], str], ...] = (
    (DriftFact, "drift"),
    (EventFact, "event"),
    (AdviceFact, "recommendation"),
    (RequestFact, "request"),
    (AuditFact, "audit entry"),
    (GroupFact, "drifts of one origin:"),
)


class Numbers:
    """Gives each mark a number, from 1 in the order in which they are cited."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def pieces(self, text: str) -> Iterator[str | int]:
        """A sentence as texts and the numbers between them."""
        done = 0
        for match in MARK.finditer(text):
            before = text[done : match.start()]
            yield before.rstrip() if done or before.endswith(" ") else before
            yield self._numbers.setdefault(match[1], len(self._numbers) + 1)
            done = match.end()
        yield text[done:]

    @property
    def marks(self) -> Mapping[int, str]:
        """The marks by their numbers."""
        return {number: mark for mark, number in self._numbers.items()}


def source(mark: str, answer: Answer) -> str:
    """What a mark stands for, in a line."""
    fact = answer.facts.get(mark)
    if fact is not None:
        kind = next((name for type_, name in _KINDS if isinstance(fact, type_)), "")
        when = f" ({labels.moment(fact.at)})" if fact.at and not isinstance(fact, DriftFact) else ""
        return f"{kind} {fact.label}".strip() + when
    return next((looked_up(call) for call in answer.looked if call.mark == mark), "")


def looked_up(call: Looked) -> str:
    """A call of a tool, in a line."""
    return f"looked up: {call.tool.replace('_', ' ')}, {call.total:,} found"
