"""The accepted baseline as a table."""

from collections.abc import Sequence

from driftguard_tui import labels
from driftguard_tui.formats import Paper, phrases
from driftguard_tui.formats.table import aligned
from driftguard_tui.text import cut, plain
from engine.model import Accepted

_COLUMNS = ("RESOURCE", "PROPERTY", "ACCEPTED VALUE", "BY", "WHEN (UTC)")


def render_accepted(accepted: Sequence[Accepted], paper: Paper) -> str:
    """A line for each accepted value, one for a resource of which none is kept; then how many there are."""
    if not accepted:
        return "Nothing is accepted here.\n"
    rows = [row for item in accepted for row in _rows(item)]
    titles, *lines = aligned([_COLUMNS, *rows]).splitlines(keepends=True)
    values = labels.count(sum(len(item.values) for item in accepted), "value")
    total = f"{values} of {labels.count(len(accepted), 'resource')}"
    return f"{paper.paint(titles, 'strong') if paper.color else titles}{''.join(lines)}\n{total}\n"


def _rows(item: Accepted) -> list[tuple[str, ...]]:
    name = phrases.name_of(item.resource)
    signed = (cut(plain(item.accepted_by), 30), phrases.when(item.accepted_at))
    if not item.values:
        return [(name, "(unmanaged)", "", *signed)]
    return [(name, plain(path), phrases.value(value), *signed) for path, value in sorted(item.values.items())]
