"""`driftguard scan`."""

from datetime import datetime
from pathlib import Path

import click

from driftguard_tui.cli.options import Options, format_option, moment, with_options

_LEVELS = ("low", "medium", "high", "critical")


@click.command("scan")
@with_options
@format_option("table", "json", "ndjson", "sarif", "markdown")
@click.option("--bundle", type=click.Path(path_type=Path), metavar="DIR", help="Scan a folder of recorded inputs.")
@click.option("--as-of", type=moment, metavar="TIME", help="The time the scan is about; later events do not count.")
@click.option("--fail-on", type=click.Choice(_LEVELS), default="low", help="Exit with 2 only for drift this severe.")
@click.option("--show-hidden", is_flag=True, help="Report also what rules and known defaults would hide.")
@click.option("--no-record", is_flag=True, help="Leave the store alone.")
def command(
    options: Options,
    form: str,
    bundle: Path | None,
    as_of: datetime | None,
    fail_on: str,
    show_hidden: bool,
    no_record: bool,
) -> int:
    """Look once and print what drifted.

    \b
    Exit status:
      0  in sync, or all drift is below --fail-on
      2  drift found
      1  error, or no drift seen while a source of state could not be read

    With `ndjson` each drift is a line, and a last line has the scan and its summary.
    """
    from driftguard_tui.cli.scanning import scan_and_print
    from engine.model import Level

    config = options.load_or_bundle(bundle)
    store = None if no_record else options.store_of(config)
    return scan_and_print(config, store, form=form, as_of=as_of, fail_on=Level(fail_on), show_hidden=show_hidden)
