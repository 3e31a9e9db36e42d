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
def init(options: Options) -> None:
    """Write a driftguard.toml from what is found in this folder. Never overwrites one."""
    from driftguard_tui.text import plain
    from engine.config import FILE_NAME
    from engine.errors import ConfigError
    from engine.setup import propose

    file = options.config or Path(FILE_NAME)
    proposal = propose(file.absolute().parent)
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(proposal.text)
    except FileExistsError as error:
        raise ConfigError(
            f"{file} exists already and is left as it is; edit it, or name another with --config"
        ) from error
    except OSError as error:
        raise ConfigError(f"{file} cannot be written ({error.strerror}); name another place with --config") from error
    click.echo(f"Wrote {file}.")
    for line in proposal.found or ("nothing to read was found here: see the comments in it",):
        click.echo(f"  {plain(line)}")
    click.echo("Next: `driftguard doctor` tries each source, `driftguard scan` looks for drift.")


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
