"""`driftguard demo`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from driftguard_tui.cli.console import open_or_print, with_console_options
from driftguard_tui.cli.options import Options, with_options

if TYPE_CHECKING:
    from engine.preferences import Preferences


@click.command("demo")
@with_options
@with_console_options
def command(options: Options, wanted: "Preferences") -> int:
    """Open the console on a made-up company after an incident.

    It needs no account, no configuration and no network, and what it records is kept only with --store. Where
    standard output is not a terminal, it prints the report and exits with 2, since there is drift.
    """
    from tempfile import TemporaryDirectory

    import platformdirs

    from driftguard_tui.demo import build_demo
    from engine.config import bundle_config

    config = bundle_config(build_demo(platformdirs.user_cache_path("driftguard") / "demo"))
    if options.store:
        return open_or_print(config, options.store_of(config), wanted)
    with TemporaryDirectory(prefix="driftguard-demo-") as store:
        return open_or_print(config, Path(store), wanted)
