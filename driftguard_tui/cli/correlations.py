"""`driftguard correlations`: what hangs together."""

from datetime import timedelta

import click

from driftguard_tui.cli.options import Options, format_option, paper, with_options
from driftguard_tui.cli.timeline import length, open_recorded

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
