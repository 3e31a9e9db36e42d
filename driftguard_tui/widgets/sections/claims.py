"""What is claimed of a drift, by number: a sentence of the story and the evidence for it have the same."""

import re
from collections.abc import Iterable, Sequence

from driftguard_tui.widgets.lines import Span
from engine.model import Drift, EventKind, Evidence

#: Kinds of events by which something is changed; others only go on at the same time.
_DEEDS = frozenset({EventKind.API_CALL, EventKind.AUDIT, EventKind.COMMIT, EventKind.DEPLOY})

_MARK, _MARK_TONE = re.compile(r"\[(\d+)\]"), "key"


def numbered(drift: Drift) -> Sequence[tuple[int, Evidence]]:
    """The evidence with its numbers, from 1, the weightiest first."""
    return list(enumerate(sorted(drift.evidence, key=lambda item: -item.weight), 1))


def deed(drift: Drift) -> int | None:
    """The number of the event that made the two sides differ, where it is known."""
    of_it = (number for number, item in numbered(drift) if item.kind in _DEEDS and item.at == drift.changed_at)
    return next(of_it, None)


def mark(number: int) -> Span:
    """The number as it stands behind a claim."""
    return Span(f"[{number}]", _MARK_TONE)


def named_in(spans: Iterable[Span]) -> list[int]:
    """The numbers of the claims that are marked in a line."""
    marks = (_MARK.fullmatch(span.text) for span in spans if span.tone == _MARK_TONE)
    return [int(mark[1]) for mark in marks if mark]
