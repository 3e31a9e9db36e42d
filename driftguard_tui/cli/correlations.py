"""`driftguard correlations`: what hangs together."""

from datetime import timedelta
from typing import TYPE_CHECKING

import click

from driftguard_tui.cli.options import Options, format_option, moment, paper, with_options
from driftguard_tui.cli.timeline import length, open_recorded

if TYPE_CHECKING:
    from driftguard_tui.heatmap.grid import Grid, Place
    from engine.correlating import Heatmap
    from engine.heatmaps import Heatmaps

_HEATMAPS = ("services", "sources", "kinds", "source-pairs")


@click.group("correlations")
def command() -> None:
    """The origins that drifts share, and the events that occur together."""


@command.command("list")
@with_options
@format_option("table", "json", "ndjson")
@click.option(
    "--by",
    type=click.Choice(["groups", "lift", *_HEATMAPS]),
    help="Only drifts by origin (groups) or pairs of events (lift); or counts over time by service or source, or of "
    "each kind or source after each other.",
)
@click.option(
    "--within", type=length, default="30m", show_default=True, metavar="TIME", help="What counts as together."
)
@click.option("--reach", type=length, default="90d", show_default=True, metavar="TIME", help="How long a history.")
@click.option("--all", "every", is_flag=True, help="Pairs and counts that may well be chance, too.")
def list_(options: Options, form: str, by: str | None, within: timedelta, reach: timedelta, every: bool) -> None:
    """List the origins that drifts of the last scans share, and what occurs together more than by chance.

    Together says nothing of why. Of a burst of one kind only the beginning counts.
    """
    from driftguard_tui.formats import as_json, correlations
    from engine.correlating import Heatmap, cause_groups, links
    from engine.heatmaps import Heatmaps

    with open_recorded(options) as stores:
        if by in _HEATMAPS:
            counted = Heatmaps.read(stores, reach=reach, window=within).matrix(Heatmap(by))
            if form == "json":
                click.echo(as_json.document(counted))
            else:
                told = correlations.cells(counted, every)
                table = correlations.render_matrix(counted, every, paper())
                click.echo(as_json.listing(told, form, lambda: table), nl=False)
            return
        groups = cause_groups(stores) if by != "lift" else ()
        pairs = links(stores, reach=reach, window=within) if by != "groups" else ()
    pairs = tuple(pair for pair in pairs if every or pair.significant)
    if form == "json":
        click.echo(as_json.document({"groups": groups, "lifts": pairs}))
    elif form == "ndjson":
        click.echo(as_json.lines([*groups, *pairs]), nl=False)
    else:
        click.echo(correlations.render(groups, pairs, by, within, paper()), nl=False)


def _with_history(command: click.decorators.FC) -> click.decorators.FC:
    """The options that say of what a heatmap is, and from what history."""
    for option in (
        click.option(
            "--reach", type=length, default="90d", show_default=True, metavar="TIME", help="How long a history."
        ),
        click.option(
            "--within", type=length, default="30m", show_default=True, metavar="TIME", help="What counts as together."
        ),
        click.option(
            "--by", type=click.Choice(_HEATMAPS), default="services", show_default=True, help="What is counted."
        ),
    ):
        command = option(command)
    return command


@command.command("map")
@with_options
@_with_history
@click.option("--shade", type=click.Choice(["count", "chance", "rarity"]), default="count", show_default=True)
def map_(options: Options, by: str, within: timedelta, reach: timedelta, shade: str) -> None:
    """Draw a heatmap, as the console does.

    Its cells are shaded by how much is counted, by how many times chance that is, or by how rare it would be by chance.
    """
    from driftguard_tui.formats import heatmap
    from driftguard_tui.heatmap.ramp import Shade
    from driftguard_tui.heatmap.telling import TITLES
    from engine.correlating import Heatmap
    from engine.heatmaps import Heatmaps

    what = Heatmap(by)
    with open_recorded(options) as stores:
        grid = _grid(Heatmaps.read(stores, reach=reach, window=within), what)
    if not grid.rows:
        click.echo("Too little is recorded to hang together.")
        return
    shades = {"count": Shade.COUNT, "chance": Shade.LIFT, "rarity": Shade.RARITY}
    click.echo(heatmap.render(grid, TITLES[what], shades[shade], paper()), nl=False)


@command.command("cell")
@with_options
@format_option("table", "json")
@_with_history
@click.argument("row")
@click.argument("column")
def cell(options: Options, form: str, by: str, within: timedelta, reach: timedelta, row: str, column: str) -> None:
    """Tell what a cell of a heatmap counts: how sure it is, and the drifts and events behind it.

    ROW and COLUMN are as `list` has them; a time may be any in the column's.
    """
    from driftguard_tui.formats import as_json, heatmap
    from engine.correlating import Heatmap
    from engine.heatmaps import Heatmaps

    what = Heatmap(by)
    with open_recorded(options) as stores:
        heatmaps = Heatmaps.read(stores, reach=reach, window=within)
        grid = _grid(heatmaps, what)
        place = _place(grid, row, column)
        behind = heatmaps.behind(stores, what, grid.rows[place[0]], grid.columns[place[1]])
        known = {drift.id: drift for report in stores.timeline.last_reports() for drift in report.drifts}
    if form == "json":
        click.echo(as_json.document(heatmap.document(grid, place, behind)))
    else:
        click.echo(heatmap.render_cell(grid, place, behind, known, within, paper()), nl=False)


def _grid(heatmaps: "Heatmaps", what: "Heatmap") -> "Grid":
    from driftguard_tui.heatmap.grid import of_pairs, over_time

    matrix = heatmaps.matrix(what)
    return of_pairs(matrix) if what.is_of_pairs else over_time(matrix, heatmaps.step)


def _place(grid: "Grid", row: str, column: str) -> "Place":
    """Where a cell is. Raises BadParameter when there is no such row or column."""
    if row not in grid.rows:
        raise click.BadParameter(f"there is no {row!r} in it; `driftguard correlations map` shows what there is")
    if grid.begin is None:
        at = grid.columns.index(column) if column in grid.columns else -1
    else:
        at = (moment(column) - grid.begin) // grid.step
    if not 0 <= at < len(grid.columns):
        raise click.BadParameter(
            f"there is no column {column!r} in it; `driftguard correlations map` shows what there is"
        )
    return grid.rows.index(row), at
