"""What has been read of the timeline, kept, so that looking at it again from another place reads nothing."""

from collections import OrderedDict
from typing import NamedTuple

from driftguard_tui.timeline.scale import Scale
from engine.store.stretches import WRITES, Stretch, Wanted

#: Stretches that are kept; one holds up to some thousands of events.
_KEPT = 24


class Question(NamedTuple):
    """What is to be drawn: a scale, and events of which kind in which lanes."""

    scale: Scale
    by: str = "source"
    names: tuple[str, ...] = ()
    wanted: Wanted = WRITES

    def widened(self) -> "Question":
        """The same with half as much time before and after it, so that moving on has it there already."""
        margin = self.scale.columns // 2
        scale = self.scale.moved(-margin)._replace(columns=self.scale.columns + 2 * margin)
        return self._replace(scale=scale)


class Kept:
    """Stretches by the questions that they answer; those used last stay."""

    def __init__(self) -> None:
        self._stretches: OrderedDict[Question, Stretch] = OrderedDict()

    def add(self, question: Question, stretch: Stretch) -> None:
        """Keeps an answer."""
        self._stretches[question] = stretch
        while len(self._stretches) > _KEPT:
            self._stretches.popitem(last=False)

    def answer(self, question: Question) -> Stretch | None:
        """A stretch that holds all of what is asked for in columns of the same width; None when it must be read."""
        for known in reversed(self._stretches):
            if known[1:] == question[1:] and covers(known.scale, question.scale):
                self._stretches.move_to_end(known)
                return self._stretches[known]
        return None

    def clear(self) -> None:
        """Forgets everything: there is something new in the timeline."""
        self._stretches.clear()


def covers(known: Scale, wanted: Scale) -> bool:
    """Whether one scale shows all that another does, in the same columns."""
    return (
        known.width == wanted.width
        and known.first <= wanted.first
        and known.first + known.columns >= wanted.first + wanted.columns
    )
