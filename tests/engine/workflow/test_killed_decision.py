"""A decision that is cut off in the middle, or taken by two at once, leaves the ledger right."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from engine.model import RequestStatus, Verdict
from tests.support import workflow_victim
from tests.support.executing import approved
from tests.support.forked import PROCESSES
from tests.support.people import ROLES, Room, fixable, register

REQUESTS = 12


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path / "store")
    register(room.folder, **ROLES)
    yield room
    room.ledger.close()


def ask_for_all(room: Room, number: int = REQUESTS) -> None:
    room.scan(*(fixable(f"d-{index}") for index in range(number)))
    for index in range(number):
        room("anna").create(f"d-{index}")


@contextmanager
def process(victim: Callable[..., None], *arguments: Any) -> Iterator[tuple[int, Connection]]:
    """A process of its own that is gone at the end: its id, and what it says."""
    here, there = PROCESSES.Pipe()
    child = PROCESSES.Process(target=victim, args=(arguments[0], there, *arguments[1:]), daemon=True)
    child.start()
    there.close()
    assert child.pid is not None
    try:
        yield child.pid, here
    finally:
        child.join(60)
        child.close()
        here.close()


def said(signs: Connection) -> Any:
    assert signs.poll(60), "the process shows no sign of life"
    return signs.recv()


def check_whole(room: Room) -> int:
    """Asserts that each decision is there with its entry in the log or not at all, and returns how many are."""
    requests = room("dora").all()
    approved = {request.id for request in requests if request.status is RequestStatus.APPROVED}
    decided = {request.id for request in requests if request.decisions}
    logged = [entry.subject for entry in room.ledger.audit_entries() if entry.action == "request.approve"]
    assert approved == decided == set(logged)
    assert len(logged) == len(approved)
    assert room.ledger.verify_audit().intact
    return len(approved)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGHUP, signal.SIGTERM])
def test_a_decision_that_is_cut_off_half_way_was_never_taken(room: Room, number: signal.Signals) -> None:
    ask_for_all(room, 1)
    with process(workflow_victim.stop_half_way, room.folder) as (pid, signs):
        assert said(signs) == "half-way"
        os.kill(pid, number)

    assert check_whole(room) == 0
    [request] = room("ben").all(status=RequestStatus.REQUESTED)
    assert room("ben").approve(request.id, plan_hash=request.plan_hash).status is RequestStatus.APPROVED


def test_killed_at_any_moment_it_leaves_whole_decisions(room: Room) -> None:
    ask_for_all(room)
    before = 0
    for moment in range(8):
        with process(workflow_victim.approve_all, room.folder) as (pid, signs):
            said(signs)
            time.sleep(moment * 0.0015)
            os.kill(pid, signal.SIGKILL)
        now = check_whole(room)
        assert now >= before
        before = now


def test_of_two_who_decide_at_once_one_does(room: Room) -> None:
    ask_for_all(room)
    with (
        process(workflow_victim.decide_all, room.folder, "ben", False) as (_, ben),
        process(workflow_victim.decide_all, room.folder, "carl", True) as (_, carl),
    ):
        assert (said(ben), said(carl)) == ("ready", "ready")
        for signs in (ben, carl):
            signs.send("go")
        approved, rejected = said(ben), said(carl)

    requests = room("dora").all()
    assert sorted(approved + rejected) == sorted(request.id for request in requests)
    for request in requests:
        [decision] = request.decisions
        expected = (Verdict.APPROVE, "ben") if request.id in approved else (Verdict.REJECT, "carl")
        assert (decision.verdict, decision.by) == expected
    assert len([action for _, action in room.log if action != "request.create"]) == REQUESTS
    assert room.ledger.verify_audit().intact


def test_of_two_who_carry_out_at_once_one_does(room: Room) -> None:
    room.scan(*(fixable(f"d-{index}") for index in range(REQUESTS)))
    requests = [approved(room, f"d-{index}") for index in range(REQUESTS)]
    with (
        process(workflow_victim.begin_all, room.folder, "ben") as (_, ben),
        process(workflow_victim.begin_all, room.folder, "carl") as (_, carl),
    ):
        assert (said(ben), said(carl)) == ("ready", "ready")
        for signs in (ben, carl):
            signs.send("go")
        won = {"ben": said(ben), "carl": said(carl)}

    assert sorted(won["ben"] + won["carl"]) == sorted(request.id for request in requests)
    for request in room("dora").all():
        [execution] = request.executions
        assert request.id in won[execution.by]
    assert [action for _, action in room.log].count("request.execute") == REQUESTS
