"""The audit log: whether its chain holds, and one entry in full."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any

import msgspec

from driftguard_tui import labels, text
from driftguard_tui.widgets.lines import BLANK, Line, Span, cut, flow, line
from engine.workflow.audit import GENESIS, AuditEntry, AuditVerdict

_SHORT_HASH = 12
_NARROWEST = 20
_NAME_CELLS = 10


def chain(verdict: AuditVerdict | None, cells: int) -> Line:
    """The state of the chain, in a line."""
    if verdict is None:
        return line(("… following the chain", "muted"))
    held = labels.count(verdict.entries, "entry", "entries")
    if not verdict.intact:
        broken = f"✗ the chain breaks at entry {verdict.broken_at:,}: {verdict.reason}"
        return cut(line((broken, "bad"), (f"   {held} before it hold together", "muted")), cells)
    head = line((" · head ", "muted"), f"{verdict.head[:_SHORT_HASH]}…") if verdict.head != GENESIS else ()
    return cut((*line(("✓ ", "good"), f"verified {held}"), *head), cells)


def entry_lines(entry: AuditEntry, cells: int) -> list[Line]:
    """Who did what, with everything that was written down of it."""
    cells = max(_NARROWEST, cells)
    lines = flow([Span(entry.actor, "strong"), Span("  "), Span(entry.action, act_tone(entry.action))], cells)
    lines += _field("when", f"{entry.at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f} UTC", cells)
    lines += _field("subject", entry.subject, cells)
    lines += _field("entry", f"{entry.number:,}", cells)
    if entry.details:
        lines += [BLANK, line(("Details", "title")), *_details(entry.details, cells)]
    lines += [BLANK, line(("Chain", "title"))]
    lines += _field("before", "none: the first entry" if entry.previous_hash == GENESIS else entry.previous_hash, cells)
    return [*lines, *_field("this", entry.hash, cells)]


def about(entry: AuditEntry) -> str:
    """What an entry is about, as people call it where that was written down."""
    resource = entry.details.get("resource")
    return labels.last_name(resource) if isinstance(resource, str) else entry.subject


def act_tone(action: str) -> str:
    """How an act looks: what says yes, what says no, and what is neither."""
    return _TONES.get(action.rpartition(".")[2], "accent")


_TONES = {"approve": "good", "promote": "good", "reject": "bad", "rollback": "bad", "expire": "muted",
          "withdraw": "muted", "comment": "muted"}  # fmt: skip


def summary(details: Mapping[str, Any]) -> str:
    """The details in a few words: what people said first, hashes cut short, what is empty left out."""
    said = [name for name in ("comment", "reason") if details.get(name)]
    told = ("resource", *said)
    others = [name for name in details if name not in told and details[name] not in ("", None, False)]
    return labels.join_words(
        [*(f"“{details[name]}”" for name in said), *(f"{name} {_short(details[name])}" for name in others)]
    )


def _short(value: Any) -> str:
    written = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return written if len(written) < 40 else f"{written[:_SHORT_HASH]}…"


def _details(details: Mapping[str, Any], cells: int) -> list[Line]:
    lines: list[Line] = []
    for name, value in details.items():
        written = value if isinstance(value, str) else msgspec.json.encode(value).decode()
        lines += _field(name, written or "–", cells)
    return lines


def _field(name: str, value: str, cells: int) -> list[Line]:
    label = Span(text.fit(text.plain(name), max(_NAME_CELLS, text.width(name))), "muted")
    return flow([label, Span(" "), Span(value)], cells, indent=_NAME_CELLS + 1)
