"""One scan from the shell: run it, print it, and judge it by an exit status."""

import asyncio
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from driftguard_tui.cli.options import paper
from driftguard_tui.cli.progress import ProgressLine
from driftguard_tui.cli.status import DRIFT, FAILED, IN_SYNC
from driftguard_tui.formats import render
from driftguard_tui.text import plain
from engine.errors import ConfigError, DriftGuardError
from engine.model import Level, Report, SourceHealth, SourceRole, SourceStatus

if TYPE_CHECKING:
    from engine.config import Config
    from engine.notify.telling import Telling
    from engine.store import Stores


def scan_and_print(
    config: "Config",
    store: Path | None,
    *,
    form: str = "table",
    as_of: datetime | None = None,
    fail_on: Level = Level.LOW,
    show_hidden: bool = False,
) -> int:
    """Scans once, records it in the store if there is one, prints the report, and returns the exit status.

    Raises ConfigError when there is nothing to scan, StoreError when the store cannot be used.
    """
    if not config.sources:
        raise ConfigError(nothing_to_scan(config))
    report = _scan(config, store, as_of, show_hidden)
    click.echo(render(report, form, paper()), nl=False)
    for line in config.missing_paths():
        say(line)
    status, sentence = judge(report, fail_on)
    if sentence:
        say(sentence)
    return status


def judge(report: Report, fail_on: Level) -> tuple[int, str]:
    """The exit status of a report, and a sentence when the status needs one."""
    failed = [source for source in report.scan.sources if _matters(source)]
    names = _listed([_named(source) for source in failed])
    if any(drift.severity.level.rank >= fail_on.rank for drift in report.drifts):
        return DRIFT, f"there may be more drift: {names} could not be read" if failed else ""
    if failed:
        return FAILED, f"cannot say that the estate is in sync: {names} could not be read"
    if not any(source.role is SourceRole.ACTUAL for source in report.scan.sources):
        return FAILED, "cannot say that the estate is in sync: no source of actual state is configured"
    return IN_SYNC, ""


def _scan(config: "Config", store: Path | None, as_of: datetime | None, show_hidden: bool) -> Report:
    from engine.notify.telling import Telling
    from engine.pipeline import scan
    from engine.store import open_stores

    with ExitStack() as stack:
        stores = stack.enter_context(open_stores(store, config.shared_url(), config.encryption)) if store else None
        # What was is no news, and what rules hide nobody is to be told of.
        telling = Telling(config, None if as_of or show_hidden else stores)
        with ProgressLine(config) as listener:
            report = asyncio.run(scan(config, as_of=as_of, stores=stores, listener=listener, show_hidden=show_hidden))
        # Who may only look leaves it to others to say what became of a change.
        if stores is not None and stores.ledger.takes_scans:
            settle(config, stores)
        tell(telling, report)
        return report


def settle(config: "Config", stores: "Stores") -> None:
    """Says what became of changes that were carried out, or cut off while they were. A scan is as good without."""
    from engine.workflow.local import Workflow

    try:
        settled = Workflow(config, stores.ledger, stores.folder).settle(say)
    except DriftGuardError as error:
        say(str(error))
        return
    for request in settled:
        say(f"request {request.id} is {request.status}: {plain(request.plan.title)}")


def tell(telling: "Telling", report: Report) -> None:
    """A scan is as good when nobody could be told of it."""
    try:
        telling.keep(report)
        failures = telling.deliver()
    except DriftGuardError as error:
        failures = [f"nobody could be told of it: {error}"]
    for sentence in failures:
        say(sentence)


def _matters(source: SourceHealth) -> bool:
    """Whether drift may hide behind the source's failure."""
    return source.status is SourceStatus.FAILED and source.role is not SourceRole.EVENTS


def _named(source: SourceHealth) -> str:
    return plain(source.name if source.name == source.kind else f"{source.name} ({source.kind})")


def _listed(names: list[str]) -> str:
    """`a, b and c`."""
    *first, last = names or [""]
    return f"{', '.join(first)} and {last}" if first else last


def nothing_to_scan(config: "Config") -> str:
    if config.file is not None:
        return f"{config.file.name}: source: there is none; add a [[source]], as `driftguard config init` writes them"
    return (
        "there is no configuration: write one with `driftguard config init`, name one with --config, "
        "scan a bundle with `driftguard scan --bundle DIR`, or look at `driftguard demo`"
    )


def say(sentence: str) -> None:
    click.echo(f"driftguard: {sentence}", err=True)
