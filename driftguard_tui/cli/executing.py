"""Carrying a request out from the shell: what is done is streamed, and an interrupt lets the tool end what it is at."""

import asyncio
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

import click

from driftguard_tui.cli.options import Options, paper
from driftguard_tui.cli.status import FAILED, IN_SYNC
from driftguard_tui.text import plain
from engine.errors import WorkflowError
from engine.model import ChangeRequest, RequestStatus

if TYPE_CHECKING:
    from engine.config import Config
    from engine.store import Stores


def execute(options: Options, request_id: str, *, reason: str, asks: bool) -> int:
    """Shows what will be done, asks unless told not to, does it, and returns the exit status.

    Raises DriftGuardError when it may not be done, or cannot be.
    """
    from driftguard_tui.formats import requests
    from engine.store import open_stores
    from engine.workflow.local import Workflow

    config = options.load()
    over = threading.Event()
    with open_stores(options.store_of(config), config.shared_url(), config.encryption) as stores:
        workflow = Workflow(config, stores.ledger, stores.folder)
        request = workflow.requests.find(request_id)
        if request.status is not RequestStatus.EXECUTING:
            click.echo(requests.render_request(request, paper()))
            if asks:
                _ask(request)
        fulfilment = workflow.fulfilment(lambda: look(config, stores), over)
        with _interrupting(over):
            ended = fulfilment.execute(request.id, plan_hash=request.plan_hash, say=_say, reason=reason)
    click.echo(requests.render_end(ended), nl=False)
    return FAILED if ended.status is RequestStatus.FAILED else IN_SYNC


def look(config: "Config", stores: "Stores") -> None:
    """Scans the estate and records what is found."""
    from engine.pipeline import scan

    asyncio.run(scan(config, stores=stores))


def _ask(request: ChangeRequest) -> None:
    if not sys.stdin.isatty():
        raise WorkflowError(f"nobody can be asked here whether to carry request {request.id} out: give --yes")
    click.confirm(f"Carry out exactly this (plan {request.plan_hash[:12]})?", abort=True)


def _say(line: str) -> None:
    click.echo(plain(line))


@contextmanager
def _interrupting(over: threading.Event) -> Iterator[None]:
    """The first interrupt asks the tool to stop, the next one ends this program."""

    def interrupted(_number: int, _frame: FrameType | None) -> None:
        if over.is_set():
            raise KeyboardInterrupt
        over.set()
        click.echo("driftguard: ending what can be ended; interrupt again to leave it", err=True)

    before = signal.signal(signal.SIGINT, interrupted)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
