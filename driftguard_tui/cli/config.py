"""`driftguard config`: writing and checking the configuration."""

from pathlib import Path

import click

from driftguard_tui.cli.options import Options, format_option, with_options
from driftguard_tui.cli.status import FAILED, IN_SYNC


@click.group("config")
def command() -> None:
    """The configuration file."""


@command.command("init")
@with_options
@format_option("table", "json", "ndjson")
@click.option("--yes", is_flag=True, help="Take what is likely, and ask nothing.")
@click.option("--force", is_flag=True, help="Replace the configuration that is there.")
def init(options: Options, form: str, yes: bool, force: bool) -> int:
    """Find sources on this machine and write a driftguard.toml that names them.

    States, code, manifests and checkouts in this folder, profiles, contexts and subscriptions of the providers' own
    tools: files are read, nobody is asked. On a terminal you choose, and each chosen source is tried; elsewhere the
    proposals are listed, and nothing is written without --yes.
    """
    from driftguard_tui.cli.initialising import initialise
    from engine.config import FILE_NAME

    return initialise(options.config or Path(FILE_NAME), yes=yes, force=force, form=form)


@command.command("check")
@with_options
@format_option("table", "json", "ndjson")
def check(options: Options, form: str) -> int:
    """Hold the configuration against what is there, and list its sources. Exits with 1 if anything is wrong."""
    from driftguard_tui.formats import as_json
    from driftguard_tui.formats.table import aligned
    from driftguard_tui.text import plain
    from engine.errors import ConfigError
    from engine.judging import load_judging

    config = options.load()
    if config.file is None:
        raise ConfigError("there is no configuration; `driftguard config init` writes one")
    load_judging(config.knowledge)
    rows = [
        {
            "name": source.name,
            "kind": source.kind,
            "role": source.role.value,
            "reads": ", ".join(source.settings.paths) or "live",
        }
        for source in config.sources
    ]
    if form == "json":
        click.echo(as_json.document(rows))
    elif form == "ndjson":
        click.echo(as_json.lines(rows), nl=False)
    else:
        click.echo(f"{config.file}: estate {plain(config.name)}, store {options.store_of(config)}\n")
        titles = ("NAME", "KIND", "ROLE", "READS")
        click.echo(aligned([titles, *(tuple(map(plain, row.values())) for row in rows)]), nl=False)
    missing = config.missing_paths()
    for line in missing:
        click.echo(f"driftguard: {line}", err=True)
    return FAILED if missing else IN_SYNC
