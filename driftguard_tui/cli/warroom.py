"""`driftguard warroom`: what was noted, pinned and decided in the console, afterwards."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from driftguard_tui.cli.options import Options, format_option, paper, with_options

if TYPE_CHECKING:
    from engine.warroom import Session


@click.group("warroom")
def command() -> None:
    """War rooms: what was looked at, noted, pinned and decided in the console, by whom and when."""


@command.command("list")
@with_options
@format_option("table", "json", "ndjson")
def list_(options: Options, form: str) -> None:
    """List the war rooms of this store, the newest first."""
    from driftguard_tui.formats import as_json, warroom
    from engine.warroom import folder_of, sessions

    found = sessions(folder_of(options.find_store()))
    starts = [session.start for session in found]
    click.echo(as_json.listing(starts, form, lambda: warroom.render_list(found, paper())), nl=False)


@command.command("show")
@click.argument("id_", metavar="ID")
@with_options
@format_option("table", "json", "ndjson")
@click.option("--all", "everything", is_flag=True, help="What was looked at, too.")
def show(id_: str, options: Options, form: str, everything: bool) -> None:
    """Show what was said and pinned in one. The beginning of its ID will do."""
    from driftguard_tui.formats import as_json, warroom

    session = _find(options, id_)
    text = as_json.listing(
        session.entries, form, lambda: warroom.render_session(session, paper(), everything=everything)
    )
    click.echo(text, nl=False)


@command.command("export")
@click.argument("id_", metavar="ID")
@with_options
@format_option("markdown", "html")
@click.option("--mask", is_flag=True, help="Replace people, addresses and accounts by tokens.")
@click.option("--output", "-o", type=click.Path(path_type=Path), metavar="FILE", help="Write it there.")
def export(id_: str, options: Options, form: str, mask: bool, output: Path | None) -> None:
    """Print one as an incident report: timeline, evidence, decisions and notes."""
    from driftguard_tui.formats.export import exported

    text = exported(_find(options, id_), form, mask=mask)
    if output is None:
        click.echo(text, nl=False)
    else:
        from driftguard_tui.formats.export import write

        write(text, output)
        click.echo(f"{output} written", err=True)


def _find(options: Options, id_: str) -> "Session":
    from engine.warroom import folder_of
    from engine.warroom.sessions import find

    return find(folder_of(options.find_store()), id_)
