"""The command line. Each group of commands is a file, imported when one of its commands is run."""

import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

import click

from driftguard_tui.cli.console import open_or_print, with_console_options
from driftguard_tui.cli.options import Options, with_options
from driftguard_tui.cli.status import FAILED, IN_SYNC, INTERRUPTED, PIPE_CLOSED
from engine import __version__
from engine.errors import DriftGuardError

if TYPE_CHECKING:
    from engine.preferences import Preferences

#: Command, the file that has it, and its line in the help, which is thus written without importing any file.
COMMANDS = {
    "demo": ("demo", "Open the console on a made-up company after an incident."),
    "scan": ("scan", "Look once, print what drifted, exit with 2 if anything did."),
    "watch": ("watch", "Keep scanning, and print a line for each drift that appears or goes."),
    "overview": ("overview", "Show how an estate stands, and how it came to that."),
    "estate": ("estate", "Show what there is as a tree, with what drifted."),
    "drifts": ("drifts", "List the recorded drifts, show one in full, confirm a cause."),
    "timeline": ("timeline", "Show what happened around a drift, or between two times."),
    "correlations": ("correlations", "List the origins that drifts share, and what occurs together."),
    "ask": ("ask", "Answer a question in words from what is recorded, with its sources."),
    "warroom": ("warroom", "Show what was noted and decided in an incident, or export it as a report."),
    "metrics": ("metrics", "Say where a metric was not as usual."),
    "baseline": ("baseline", "Accept what nobody declared as it is, or list what was accepted."),
    "sources": ("sources", "Show how each source was read, and try whether it can be."),
    "config": ("config", "Write a configuration, or check the one there is."),
    "requests": ("requests", "Ask for a fix, and decide on what is asked for."),
    "notifications": ("notifications", "List what people were told, and try whether they can be."),
    "db": ("db", "Set up the shared database, and say who may do what in it."),
    "audit": ("audit", "Say who did what, and whether the record of it is whole."),
    "model": ("model", "List the models that tell causes, put one into use or take it out of it."),
    "keys": ("keys", "List what can be done in the console, with its keys and commands."),
    "doctor": ("doctor", "Say what works and what does not, source by source."),
}

_HELP = """Finds where your cloud differs from your code, and says who changed it, when, why, and what to do.

Without a command it opens the console, or prints the report where standard output is not a terminal.
"""
_EPILOG = "First time here? `driftguard demo` needs no account and no configuration."


class _Commands(click.Group):
    """Knows its commands by name and imports one only when it is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"driftguard_tui.cli.{COMMANDS[cmd_name][0]}").command
        return command if isinstance(command, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            from engine.checking import suggest

            ctx.fail(f"there is no command {args[0]!r}{suggest(args[0], COMMANDS)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(
    cls=_Commands,
    help=_HELP,
    epilog=_EPILOG,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@with_options
@with_console_options
@click.version_option(__version__, prog_name="driftguard")
@click.pass_context
def cli(ctx: click.Context, options: Options, wanted: "Preferences") -> int | None:
    ctx.obj = options
    if ctx.invoked_subcommand is not None:
        return None
    config = options.load()
    return open_or_print(config, options.store_of(config), wanted)


def run(args: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit status. What a user can put right is said in a sentence."""
    try:
        status = cli.main(args, prog_name="driftguard", standalone_mode=False)
        sys.stdout.flush()
    except click.Abort:
        return _interrupted()
    except click.ClickException as error:
        _complain(f"{error.format_message()} (see `driftguard --help`)")
        return FAILED
    except DriftGuardError as error:
        _complain(str(error))
        return FAILED
    except KeyboardInterrupt:
        return _interrupted()
    except BrokenPipeError:
        _stop_writing()
        return PIPE_CLOSED
    return status if isinstance(status, int) else IN_SYNC


def main() -> None:
    """The command `driftguard`."""
    # Without a handler the providers' SDKs would write their warnings over the screen; what matters of them is told
    # as the reason of a source.
    logging.getLogger().addHandler(logging.NullHandler())
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    status = run()
    if threading.active_count() > 1:
        # A thread still waits for a provider. The stores are whole at any moment, so there is nothing to wait for.
        sys.stderr.flush()
        os._exit(status)
    sys.exit(status)


def _complain(text: str) -> None:
    for line in text.splitlines():
        click.echo(f"driftguard: {line}", err=True)


def _interrupted() -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    click.echo("driftguard: interrupted", err=True)
    return INTERRUPTED


def _stop_writing() -> None:
    """Whoever read standard output has gone: nothing more is written, and nothing is said about it."""
    sys.stdout = None
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
