"""What doctor found of a thing, as lines for a terminal."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from driftguard_tui.formats import Paper
from driftguard_tui.text import plain

if TYPE_CHECKING:
    from engine.collectors.base import Access
    from engine.doctor import Finding

#: Sign and tone of each verdict.
SIGNS = {"ok": ("✓", "good"), "note": ("◐", "medium"), "broken": ("✗", "bad")}
#: Things that may be read that are named, so that the line stays one.
_SHOWN = 8


def lines(finding: "Finding", paper: Paper) -> Iterator[str]:
    """The finding, and what may be read of a source and what may not."""
    sign, tone = SIGNS[finding.verdict.value]
    yield f"  {paper.paint(sign, tone)} {plain(finding.name)}: {plain(finding.detail)}"
    for line in access_lines(finding.access):
        yield f"      {plain(line)}"


def access_lines(access: "Access | None") -> Iterator[str]:
    """What may be read, in a line, and a line for each thing that may not, with what it takes."""
    if access is None:
        return
    if access.may:
        rest = f" and {len(access.may) - _SHOWN} more" if len(access.may) > _SHOWN else ""
        yield f"may read {'; '.join(access.may[:_SHOWN])}{rest}"
    for lack in access.lacks:
        yield f"cannot read {lack.what}: needs {lack.needs}"
