"""Proposed sources as a table, and the words for how sure they are."""

from collections.abc import Sequence

from driftguard_tui.formats import Paper
from driftguard_tui.formats.table import aligned
from driftguard_tui.text import cut, plain
from engine.discovery import Proposal

TITLES = ("TAKE", "NO.", "NAME", "KIND", "READS", "WHY")
#: A cell that could be long is cut here: the whole of it stands in the file.
_READS, _WHY = 44, 60
_WIDE = 140


def taken(proposal: Proposal, chosen: bool) -> str:
    """Whether a proposal is taken, or what keeps it from being read."""
    if proposal.asks and not chosen:
        return "asks"
    return "yes" if chosen else "no"


def table(proposals: Sequence[Proposal], chosen: frozenset[int], paper: Paper) -> str:
    """The proposals in rows, numbered from 1; `chosen` are the places of those that are taken.

    Where the paper is narrow, the file alone says why.
    """
    rows = [
        (
            taken(proposal, place in chosen),
            str(place + 1),
            plain(proposal.name),
            proposal.kind,
            cut(plain(proposal.reads), _READS) or "–",
            cut(plain(proposal.reason), _WHY) or "–",
        )
        for place, proposal in enumerate(proposals)
    ]
    shown = len(TITLES) if paper.width is None or paper.width >= _WIDE else len(TITLES) - 1
    return aligned([row[:shown] for row in (TITLES, *rows)])
