"""The report as a table: drawn with Rich on a terminal with colours, aligned plain text everywhere else."""

import io
from collections.abc import Sequence

from driftguard_tui import labels
from driftguard_tui.formats import Paper, phrases, unmanaged
from driftguard_tui.text import plain, width
from engine.model import Drift, Report

COLUMNS = ("ID", "SEVERITY", "KIND", "RESOURCE", "WHAT CHANGED", "WHO", "WHEN (UTC)", "CAUSE")

#: Columns of plain text are not padded beyond this: one long name must not push all others away.
_WIDEST = 60
#: From this many cells on, who and why have columns of their own.
_WIDE = 110


def render(report: Report, paper: Paper) -> str:
    """The drifts, many unmanaged ones in groups, the totals, what drifts share, what is hidden, what went wrong."""
    told, groups = unmanaged.split(report.drifts)
    table = drift_table(told, paper) if told else ""
    below = [f"unmanaged: {unmanaged.sentence(group)}" for group in groups]
    below += [f"{phrases.headline(report)}: {phrases.totals(report.summary)}", *phrases.origins(report)]
    below += phrases.hidden(report)
    below += [phrases.health(source) for source in phrases.troubled(report)]
    return "\n".join([*([table] if table else []), *below]) + "\n"


def drift_table(drifts: Sequence[Drift], paper: Paper) -> str:
    """The drifts as a table, a row each."""
    if paper.color:
        return _drawn(drifts, paper)
    return aligned([COLUMNS, *(cells(drift) for drift in drifts)])


def cells(drift: Drift) -> tuple[str, ...]:
    """A drift in the cells of `COLUMNS`."""
    return (
        plain(drift.id[: phrases.SHORT_ID]),
        phrases.severity(drift),
        drift.kind.value,
        phrases.resource(drift),
        phrases.changed(drift),
        phrases.who(drift.actor),
        phrases.when(drift.changed_at),
        phrases.why(drift.cause),
    )


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Rows of plain text with their columns under each other."""
    widths = [min(_WIDEST, max(map(width, column))) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        padded = (cell + " " * (size - width(cell)) for cell, size in zip(row, widths, strict=True))
        lines.append("  ".join(padded).rstrip() + "\n")
    return "".join(lines)


def _drawn(drifts: Sequence[Drift], paper: Paper) -> str:
    """A few lines a drift, so that it reads well from 80 cells on."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from themes.for_rich import rich_style

    muted, strong = rich_style("muted"), rich_style("strong")
    cells_wide = paper.width or 120
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style=strong, leading=1)
    table.add_column("SEVERITY", no_wrap=True)
    table.add_column("DRIFT", overflow="fold")
    if cells_wide >= _WIDE:
        table.add_column("WHO, WHEN", overflow="fold", max_width=28)
        table.add_column("CAUSE", overflow="fold", max_width=20)
    for drift in drifts:
        short_id, severity, kind, resource, changed, who, when, cause = cells(drift)
        level = Text.assemble((severity, rich_style(drift.severity.level)), "\n", (short_id, muted))
        what = Text.assemble((resource, strong), "\n", f"{kind}: {changed}")
        if cells_wide >= _WIDE:
            table.add_row(level, what, Text.assemble(who, "\n", (when, muted)), Text(cause))
        else:
            table.add_row(level, Text.assemble(what, "\n", (labels.join((who, when, cause)), muted)))
    console = Console(file=io.StringIO(), force_terminal=True, width=cells_wide, highlight=False)
    with console.capture() as capture:
        console.print(table)
    return "\n".join(line.rstrip() for line in capture.get().split("\n")).strip("\n") + "\n"
