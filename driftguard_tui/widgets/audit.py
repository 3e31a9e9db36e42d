"""The audit log's widgets: the state of its chain, its entries, and the one that is read."""

from collections.abc import Sequence

from driftguard_tui.screens.reading import Text
from driftguard_tui.widgets.lines import Line, Lines, line
from driftguard_tui.widgets.rows import Column, Rows
from driftguard_tui.widgets.sections import audit
from engine.workflow.audit import AuditEntry, AuditVerdict


class ChainState(Lines):
    """Whether the log is whole, in a line above it."""

    def __init__(self) -> None:
        super().__init__(id="chain")
        self._verdict: AuditVerdict | None = None

    def show(self, verdict: AuditVerdict | None) -> None:
        """Shows a verdict; none while the chain is followed."""
        self._verdict = verdict
        self.refresh()

    def lines(self, cells: int) -> Sequence[Line]:
        """One line."""
        return [audit.chain(self._verdict, cells)]


class EntryDetail(Text):
    """An entry in full."""

    def __init__(self) -> None:
        super().__init__("Entry")
        self._entry: AuditEntry | None = None

    def show(self, entry: AuditEntry | None) -> None:
        """Shows another entry, or none."""
        self._entry = entry
        self.entitle(f"Entry {entry.number:,}" if entry else "Entry")
        self.lay_out()
        self.scroll_to(y=0, animate=False)

    def draw(self, cells: int) -> Sequence[Line]:
        """The entry at this width."""
        return audit.entry_lines(self._entry, cells) if self._entry else ()


def entry_list() -> Rows[AuditEntry]:
    """The entries, newest first."""
    return Rows(_COLUMNS, lambda entry: entry.number, "entries-list")


_COLUMNS: Sequence[Column[AuditEntry]] = (
    Column("when (UTC)", 16, 0, lambda entry, _: line((f"{entry.at:%Y-%m-%d %H:%M}", "muted"))),
    Column("who", 12, 0, lambda entry, cells: line((entry.actor[: cells + 1], ""))),
    Column("what", 16, 0, lambda entry, _: line((entry.action, audit.act_tone(entry.action)))),
    Column("about", 0, 50, lambda entry, cells: line((audit.about(entry)[: cells + 1], ""))),
    Column("details", 60, 130, lambda entry, cells: line((audit.summary(entry.details)[: cells + 1], "muted"))),
)
