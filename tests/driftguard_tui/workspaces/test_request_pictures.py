"""How Requests and Audit look. `UPDATE_SNAPSHOTS=1` accepts a new look; see tests/support/snapshots.py."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import structs

from driftguard_tui.widgets import request_list
from engine.model import Action, ChangeRequest, Comment, Decision, Drift, Report, RequestStatus, Role, Verdict, plan_of
from engine.store import Stores, open_stores
from tests.support.console import console, press, settle
from tests.support.reports import AS_OF, RecordedEngine, a_report
from tests.support.snapshots import assert_snapshot

PICTURES = Path(__file__).parent.parent / "snapshots"
#: Nothing expires while the tests are run.
FAR = timedelta(days=36_500)


def the_report() -> Report:
    """The company's, in which each recommendation has an id of its own as it has in the ledger."""
    drifts = [
        structs.replace(
            drift,
            recommendations=tuple(
                structs.replace(advice, id=f"{advice.id}-{drift.id}") for advice in drift.recommendations
            ),
        )
        for drift in a_report().drifts
    ]
    return a_report(drifts)


def a_request(number: int, drift: Drift, action: Action, minutes: int, **fields: object) -> ChangeRequest:
    advice = next(advice for advice in drift.recommendations if advice.action is action)
    plan = plan_of(drift, advice)
    request = ChangeRequest(
        id=f"{number}c0ffee00000"[:12],
        estate="shop-prod",
        status=RequestStatus.REQUESTED,
        level=drift.severity.level,
        plan=plan,
        plan_hash=plan.hash,
        requested_by=("anna", "boris.lind")[number % 2],
        requested_at=AS_OF - timedelta(minutes=minutes),
        expires_at=AS_OF + FAR,
        reason="the incident is over" if number == 1 else "",
    )
    return structs.replace(request, **fields)


@pytest.fixture
def stores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stores]:
    """Five requests, decided on or not, with what the audit log says of them."""
    monkeypatch.setattr(request_list, "now", lambda: AS_OF)
    report = the_report()
    by_name = {drift.resource.address or drift.resource.id: drift for drift in report.drifts}
    front = by_name["module.web.aws_security_group.front"]
    orders = by_name['module.db.aws_db_instance.orders["primary"]']
    requests = [
        a_request(1, front, Action.REVERT, 12),
        a_request(2, orders, Action.ADOPT, 31),
        a_request(3, by_name["aws_iam_role.deployer"], Action.REVERT, 95),
        a_request(4, by_name["aws_lambda_function.thumbnails"], Action.REVERT, 300, closed_at=AS_OF, closed_by="anna"),
        a_request(5, by_name["module.billing.aws_s3_bucket.invoices"], Action.REVERT, 400),
    ]
    with open_stores(tmp_path) as opened:
        opened.record_scan(report)
        with opened.ledger.request_book(writes=True) as book:
            for request in reversed(requests):
                book.add(request)
                told = {"resource": request.plan.resource.address, "plan": request.plan_hash, "reason": request.reason}
                book.audit(request.requested_by, "request.create", request.id, told, request.requested_at)
            _decide(book, requests[2], Verdict.APPROVE, RequestStatus.APPROVED, "close it today")
            _decide(book, requests[4], Verdict.REJECT, RequestStatus.REJECTED, "after the audit")
            book.move(requests[3], RequestStatus.WITHDRAWN, closed_at=AS_OF, closed_by="anna")
            book.remark(requests[0], Comment("dora", AS_OF, "the partners are reachable again"))
        yield opened


def _decide(book, request, verdict, status, words) -> None:  # type: ignore[no-untyped-def]
    """Writes a decision down as the service would."""
    decision = Decision(
        verdict=verdict, by="carla.mendes", role=Role.ADMIN, at=AS_OF, plan_hash=request.plan_hash, comment=words
    )
    book.move(request, status, closed_at=None if verdict is Verdict.APPROVE else AS_OF)
    book.decide(request, decision)
    told = {"resource": request.plan.resource.address, "plan": request.plan_hash, "comment": words}
    book.audit(decision.by, f"request.{verdict}", request.id, told, AS_OF)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (240, 60)], ids=str)
def test_requests_and_audit(stores: Stores, size: tuple[int, int]) -> None:
    async def run() -> None:
        engine = RecordedEngine(the_report())
        engine.stores = stores
        async with console(engine, size=size) as pilot:
            for key, name in (("6", "requests"), ("9", "audit")):
                await press(pilot, key)
                await settle(pilot)
                assert_snapshot(pilot.app, PICTURES, f"{name}-{size[0]}x{size[1]}")

    asyncio.run(run())


def test_the_choice_of_a_fix_and_the_question_before_an_approval(stores: Stores) -> None:
    async def run() -> None:
        engine = RecordedEngine(the_report())
        engine.stores = stores
        async with console(engine, size=(80, 24), theme="ansi") as pilot:
            await press(pilot, "2", "f")
            await settle(pilot)
            assert_snapshot(pilot.app, PICTURES, "fix-80x24")
            await press(pilot, "escape", "6")
            await settle(pilot)
            await press(pilot, "enter", "a")
            await settle(pilot)
            assert_snapshot(pilot.app, PICTURES, "approve-80x24")

    asyncio.run(run())
