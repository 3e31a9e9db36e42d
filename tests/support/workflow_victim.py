"""Processes that decide on change requests until somebody kills them, or until others got there first."""

import time
from contextlib import closing, suppress
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path

from engine.errors import WorkflowError
from engine.model import RequestStatus
from engine.store.ledger import Ledger
from engine.workflow.executions import Executions
from engine.workflow.requests import Requests
from tests.support.samples import at


def clock() -> datetime:
    """The time of the samples, an hour after noon."""
    return at(60)


def approve_all(folder: Path, signs: Connection) -> None:
    """Approves whatever waits, with a sign of life before each approval."""
    with closing(Ledger.open(folder)) as ledger:
        service = Requests(ledger, "ben", clock)
        for request in service.all(status=RequestStatus.REQUESTED):
            signs.send("approving")
            service.approve(request.id, plan_hash=request.plan_hash)
    signs.send("done")


def stop_half_way(folder: Path, signs: Connection) -> None:
    """Takes the first half of an approval, and stays there: the request has moved, the audit entry is missing."""
    with closing(Ledger.open(folder)) as ledger, ledger.request_book(writes=True) as book:
        [request] = book.requests(status=RequestStatus.REQUESTED)
        assert book.move(request, RequestStatus.APPROVED, closed_at=clock())
        signs.send("half-way")
        time.sleep(60)


def decide_all(folder: Path, signs: Connection, person: str, rejects: bool) -> None:
    """Decides on every request there is, as soon as it is told to, and says on which the decision was its own."""
    with closing(Ledger.open(folder)) as ledger:
        service, won = Requests(ledger, person, clock), []
        requests = service.all()
        signs.send("ready")
        signs.recv()
        for request in requests:
            try:
                if rejects:
                    service.reject(request.id)
                else:
                    service.approve(request.id, plan_hash=request.plan_hash)
            except WorkflowError:
                continue
            won.append(request.id)
    signs.send(won)


def execute_and_stay(config_file: Path, request_id: str, signs: Connection) -> None:
    """Carries a request out, and stays where it would be verified."""
    from engine.config import load_config
    from engine.workflow.local import Workflow

    def stay() -> None:
        signs.send("applied")
        time.sleep(60)

    config = load_config(config_file)
    with closing(Ledger.open(config.store)) as ledger:
        workflow = Workflow(config, ledger, config.store)
        plan_hash = workflow.requests.find(request_id).plan_hash
        workflow.fulfilment(stay).execute(request_id, plan_hash=plan_hash, say=lambda _: None)


def begin_all(folder: Path, signs: Connection, person: str) -> None:
    """Begins to carry out every request there is, as soon as it is told to, and says which it got."""
    with closing(Ledger.open(folder)) as ledger:
        steps, won = Executions(ledger, person, clock), []
        requests = Requests(ledger, person, clock).all()
        signs.send("ready")
        signs.recv()
        for request in requests:
            with suppress(WorkflowError):
                steps.begin(request.id, plan_hash=request.plan_hash)
                won.append(request.id)
    signs.send(won)
