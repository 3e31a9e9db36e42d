"""The ledger's listings."""

from collections.abc import Sequence

from driftguard_tui import labels
from driftguard_tui.formats import Paper, phrases
from driftguard_tui.formats.table import aligned
from driftguard_tui.text import cut, plain
from engine.store.records import DriftRecord

_COLUMNS = ("ID", "SEVERITY", "STATUS", "KIND", "RESOURCE", "CAUSE", "WHO", "FIRST SEEN (UTC)", "LAST SEEN (UTC)")


def render_records(records: Sequence[DriftRecord], paper: Paper) -> str:
    """A line for each record, then how many there are."""
    total = f"{labels.count(len(records), 'drift')}\n" if records else "No drift is recorded here.\n"
    if not records:
        return total
    lines = aligned([_COLUMNS, *map(_cells, records)]).splitlines(keepends=True)
    if paper.color:
        styled = (_colored(line, record, paper) for line, record in zip(lines[1:], records, strict=True))
        lines = [paper.paint(lines[0], "strong"), *styled]
    return f"{''.join(lines)}\n{total}"


def _cells(record: DriftRecord) -> tuple[str, ...]:
    level = record.level
    return (
        plain(record.id[: phrases.SHORT_ID]),
        f"{labels.LEVEL_SIGNS[level]} {level.value}",
        record.status.value,
        record.kind.value,
        phrases.name_of(record.resource),
        phrases.likely(record.category, record.confidence),
        cut(plain(record.principal), 40) if record.principal else "unknown",
        phrases.when(record.first_detected_at),
        phrases.when(record.last_seen_at),
    )


def _colored(line: str, record: DriftRecord, paper: Paper) -> str:
    word = f"{labels.LEVEL_SIGNS[record.level]} {record.level.value}"
    return line.replace(word, paper.paint(word, record.level), 1)
