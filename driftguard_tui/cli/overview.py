"""`driftguard overview`: an estate at one glance."""

from datetime import datetime

import click

from driftguard_tui.cli.options import Options, format_option, moment, paper, with_options
from driftguard_tui.cli.timeline import open_recorded


@click.command("overview")
@with_options
@format_option("table", "json")
@click.option("--estate", metavar="NAME", help="Which estate (default: the one that was scanned last).")
@click.option("--as-of", type=moment, metavar="TIME", help="How it stood then.")
@click.option("--since", type=moment, metavar="TIME", help="Say what has changed since then, too.")
def command(options: Options, form: str, estate: str | None, as_of: datetime | None, since: datetime | None) -> None:
    """Show how an estate stands: drift by severity and cause, its trend, how fast it is found and resolved, coverage,
    how fresh the sources are, which origins drifts share, and the worst of them."""
    from driftguard_tui.formats import as_json
    from driftguard_tui.formats import overview as overviews
    from engine.errors import StoreError
    from engine.overview import overview

    with open_recorded(options) as stores:
        found = overview(stores, estate, as_of=as_of, since=since)
    if found is None:
        which = f" of {estate!r}" if estate else ""
        when = f" up to {as_of:%Y-%m-%d %H:%M} UTC" if as_of else ""
        raise StoreError(f"no scan{which}{when} is recorded: run `driftguard scan`, or ask for another one")
    if form == "json":
        click.echo(as_json.document(found))
    else:
        click.echo(overviews.render(found, paper()), nl=False)
