"""A question that is understood, with all that its answer needs."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from engine.assistant.analyst.sentences import name, remark, say
from engine.assistant.analyst.subject import Subject
from engine.assistant.analyst.understanding import Asked
from engine.assistant.conversation import Focus, Said
from engine.assistant.facts import DriftDetail, DriftFact, StandingFact
from engine.assistant.tools import Found, Tools

#: Of several drifts so many are told in full, or in a sentence each.
IN_FULL, IN_SHORT = 2, 8


class Query(Struct, frozen=True):
    """`now` is the time that the report is about; the past is told from there."""

    asked: Asked
    subject: Subject
    focus: Focus
    tools: Tools
    now: datetime

    @property
    def drifts(self) -> tuple[DriftFact, ...]:
        """What it is about, if it is about drifts."""
        return self.subject.drifts

    def detail(self, drift: DriftFact) -> DriftDetail:
        """All about one of them."""
        if isinstance(drift, DriftDetail):
            return drift
        return self.tools.call("show_drift", drift=drift.drift).of(DriftDetail)[0]

    def about(self, most: int) -> tuple[list[DriftDetail], int]:
        """The first of its drifts in full, and how many others there are."""
        total = self.subject.found.total if self.subject.found else len(self.drifts)
        shown = [self.detail(drift) for drift in self.drifts[:most]]
        return shown, max(0, total - len(shown))

    @property
    def filters(self) -> dict[str, str]:
        """The properties that the drifts asked for are to have, as `find_drifts` takes them."""
        asked, person = self.asked, self.subject.person
        given = {"level": asked.level, "kind": asked.kind, "cause": asked.cause}
        chosen = {name: value.value for name, value in given.items() if value is not None}
        return {**chosen, "actor": person.principal} if person and not self.subject.pointed else chosen

    def standing(self) -> StandingFact:
        """How the estate stands."""
        return self.tools.call("estate_standing").of(StandingFact)[0]


def which(query: Query) -> Iterator[Said]:
    """Says that it is not known which drift is meant, or that there is nothing of that name."""
    subject = query.subject
    if subject.unknown or (subject.found is not None and not subject.drifts and query.asked.names):
        words = " ".join(subject.unknown or query.asked.names)
        yield say(f"No drift has “{words}” in its names, attributes or values", subject.found)
        yield remark(
            "I know the drifts of the last scan and what was recorded around them; what did not drift I cannot tell of."
        )
        return
    if query.focus.drifts:
        yield say("The drift that was talked about is not in this report any more", subject.found)
        return
    yield remark("Which drift do you mean? Select one, or call it by a name, a type or a person.")
    worst = query.tools.call("find_drifts", limit=1)
    for drift in worst.of(DriftFact):
        yield say(f"The gravest is {name(drift)}", drift)


def others(more: int, found: Found | None) -> Iterator[Said]:
    """Says that there are more of them."""
    if more:
        yield say(f"{more:,} more {'fits' if more == 1 else 'fit'} these words", found)
