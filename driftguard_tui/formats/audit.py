"""The audit log as a table, and what holding its chain together found."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

import msgspec

from driftguard_tui import labels
from driftguard_tui.formats import Paper
from driftguard_tui.formats.table import aligned
from driftguard_tui.text import cut, plain
from engine.workflow.audit import GENESIS, AuditEntry, AuditVerdict

_COLUMNS = ("NUMBER", "WHEN (UTC)", "WHO", "WHAT", "SUBJECT", "DETAILS")
_WHO, _SUBJECT, _DETAILS = 32, 24, 100
_HASH = re.compile(r"[0-9a-f]{64}")
_SHORT_HASH = 12


def render_entries(entries: Sequence[AuditEntry], paper: Paper) -> str:
    """A line for each entry, as they come."""
    if not entries:
        return "No entry matches.\n"
    titles, *lines = aligned([_COLUMNS, *map(_cells, entries)]).splitlines(keepends=True)
    return paper.paint(titles, "strong") + "".join(lines)


def render_verdict(verdict: AuditVerdict, paper: Paper) -> str:
    """Whether the chain holds; where and why it breaks if not."""
    held = labels.count(verdict.entries, "entry", "entries")
    if verdict.intact:
        head = f", head {verdict.head}" if verdict.head != GENESIS else ""
        return paper.paint(f"✓ verified {held}{head}", "good") + "\n"
    broken = f"✗ the chain breaks at entry {verdict.broken_at:,}: {verdict.reason}"
    return f"{paper.paint(broken, 'bad')}\n{held} before it hold together, head {verdict.head}\n"


def told(details: Mapping[str, Any]) -> str:
    """What an entry adds to who did what, on one line: hashes cut short, what is empty left out."""
    parts = (f"{name}={_value(value)}" for name, value in details.items() if value not in ("", None, False))
    return labels.join_words(map(plain, parts))


def _value(value: Any) -> str:
    if isinstance(value, str):
        return value[:_SHORT_HASH] if _HASH.fullmatch(value) else value
    return msgspec.json.encode(value).decode()


def _cells(entry: AuditEntry) -> tuple[str, ...]:
    return (
        f"{entry.number}",
        f"{entry.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
        cut(plain(entry.actor), _WHO),
        plain(entry.action),
        cut(plain(entry.subject), _SUBJECT),
        cut(told(entry.details), _DETAILS),
    )
