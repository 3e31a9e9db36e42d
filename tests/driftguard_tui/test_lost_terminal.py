"""The terminal goes away in the middle of an approval: the ledger is right, whatever had been done by then."""

import signal
import time
from contextlib import closing
from pathlib import Path

from engine.model import RequestStatus
from engine.store.ledger import Ledger
from engine.workflow.requests import Requests
from tests.support.command import driftguard_process
from tests.support.terminal import Terminal


def approve_and_lose_the_terminal(store: Path, seconds: float) -> None:
    """Approves what waits in the console, and hangs up so long after the last key."""
    with Terminal("demo", "--store", store) as terminal:
        terminal.read_until(lambda shown: "drifts in" in shown)
        terminal.press("6")
        terminal.read_until(lambda shown: "1 waiting" in shown)
        terminal.press("ga")  # the console remembers where its cursor was
        terminal.read_until(lambda shown: "Approve " in shown)
        terminal.press("y\r")
        time.sleep(seconds)
        terminal.signal(signal.SIGHUP)
        assert terminal.status() == 128 + signal.SIGHUP


def test_a_hang_up_in_the_middle_of_an_approval_leaves_the_ledger_right(tmp_path: Path) -> None:
    store = tmp_path / "store"
    driftguard_process("demo", "--store", store)
    for seconds in (0.0, 0.05):
        with closing(Ledger.open(store)) as ledger:
            for request in (one for one in Requests(ledger, "anna").all() if one.is_open):
                Requests(ledger, "anna").withdraw(request.id)
            asked = Requests(ledger, "anna").create(ledger.drifts()[0].id)
        approve_and_lose_the_terminal(store, seconds)

        with closing(Ledger.open(store)) as ledger:
            known = Requests(ledger, "anna").find(asked.id)
            logged = [entry.action for entry in ledger.audit_entries() if entry.subject == asked.id]
            decided = known.status is RequestStatus.APPROVED
            assert decided or known.status is RequestStatus.REQUESTED
            assert (len(known.decisions), logged.count("request.approve")) == ((1, 1) if decided else (0, 0))
            assert ledger.verify_audit().intact
