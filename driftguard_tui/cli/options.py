"""What every command takes: where the configuration and the store are, and what standard output can show."""

import os
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from msgspec import Struct, structs

if TYPE_CHECKING:
    from driftguard_tui.formats import Paper
    from engine.config import Config

Command = TypeVar("Command", bound=Callable[..., Any])


class Options(Struct, frozen=True):
    """`--config` and `--store`, as given for the command or before it."""

    config: Path | None = None
    store: Path | None = None

    def load(self) -> "Config":
        """The configuration. Raises ConfigError with a line for each problem.

        Whoever names a store works in that alone: a shared database is then left out.
        """
        from engine.config import load_config

        config = load_config(self.config)
        return structs.replace(config, shared=None) if self.store else config

    def load_or_bundle(self, bundle: Path | None) -> "Config":
        """The configuration of a bundle if one is given, else as `load`. Raises ConfigError, UsageError for both."""
        if bundle is None:
            return self.load()
        if self.config is not None:
            raise click.UsageError("give --bundle or --config, not both")
        from engine.config import bundle_config

        return bundle_config(bundle.expanduser())

    def store_of(self, config: "Config") -> Path:
        """The store folder: the one given, else the configuration's."""
        return self.store.expanduser().absolute() if self.store else config.store

    def find_store(self) -> Path:
        """As `store_of`, for commands that need a configuration for nothing else."""
        return self.store.expanduser().absolute() if self.store else self.load().store

    def shared_url(self) -> str | None:
        """Where the shared database is, likewise; None for whoever names a store or has no such database."""
        return None if self.store else self.load().shared_url()


def with_options(command: Command) -> Command:
    """Adds `--config` and `--store` to a command and passes them on as `options`."""

    @click.option("--config", "config", type=click.Path(path_type=Path), metavar="FILE", help="The configuration file.")
    @click.option("--store", "store", type=click.Path(path_type=Path), metavar="DIR", help="The folder of the stores.")
    @wraps(command)
    def wrapped(*args: Any, config: Path | None, store: Path | None, **kwargs: Any) -> Any:
        given = click.get_current_context().find_object(Options) or Options()
        return command(*args, options=Options(config or given.config, store or given.store), **kwargs)

    return wrapped  # type: ignore[return-value]


def format_option(*names: str) -> Callable[[Command], Command]:
    """Adds `--format` with these forms, of which the first is the default."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(names),
        default=names[0],
        show_default=True,
        help="The form of the output.",
    )


def moment(text: str) -> datetime:
    """A time as people and logs write it; UTC when it names no zone."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is no time; write it as 2026-03-14T03:12:00Z or 2026-03-14") from error
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def is_terminal() -> bool:
    """Whether standard output is a terminal."""
    return sys.stdout.isatty()


def paper() -> "Paper":
    """What standard output can show: colours on a terminal, unless NO_COLOR is set or the terminal has none."""
    from driftguard_tui.formats import Paper

    if not is_terminal():
        return Paper()
    color = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Paper(width=shutil.get_terminal_size().columns, color=color)
