"""A company's stores, so that every workspace has something to show: for pictures of the console.

Everything in them is at fixed times and has fixed ids, and so is the same in every run.
"""

from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from msgspec import structs

from engine.correlate import groups_of
from engine.model import (
    Action,
    ChangeRequest,
    Comment,
    Decision,
    Drift,
    Event,
    Report,
    RequestStatus,
    ResourceState,
    Role,
    Verdict,
    plan_of,
)
from engine.store import Stores, open_stores
from tests.support import correlations_console
from tests.support.reports import AS_OF, RecordedEngine, a_report, events_around
from tests.support.samples import at, make_state

ESTATE = "shop-prod"
#: Nothing expires while the tests are run.
_FAR = timedelta(days=36_500)


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
    report = a_report(drifts)
    return structs.replace(report, scan=structs.replace(report.scan, estate=ESTATE), groups=groups_of({ESTATE: drifts}))


def recorded(folder: Path) -> Stores:
    """The company's stores, in this folder: copying them is quicker than making them."""
    return open_stores(Path(copytree(_prepared().name, folder, dirs_exist_ok=True)))


def an_engine(stores: Stores) -> RecordedEngine:
    """An engine that finds the company's report and has its stores."""
    engine = RecordedEngine(the_report(), estate=ESTATE)
    engine.stores = stores
    return engine


@cache
def _prepared() -> TemporaryDirectory[str]:
    """Two months of events, what is declared and there, and requests decided on or not with their audit log."""
    folder = TemporaryDirectory()
    report = the_report()
    with open_stores(Path(folder.name)) as stores:
        stores.record_scan(report, events=list(_history(report)), resources=list(_both_sides(report)))
        _ask_and_decide(stores, {drift.resource.address: drift for drift in report.drifts})
    return folder


def _history(report: Report) -> Iterator[Event]:
    """What goes on all the time, and what bears on the gravest drifts."""
    later = AS_OF - at(0)
    for event in correlations_console.history():
        yield structs.replace(event, at=event.at + later)
    for drift in report.drifts[:8]:
        for event in events_around(drift):
            yield structs.replace(event, id=f"{drift.id}-{event.id}", touches=(drift.resource.id,))


def _both_sides(report: Report) -> Iterator[ResourceState]:
    for drift in report.drifts:
        for side in ("declared", "actual"):
            state = make_state("sg", side, ingress=[side, drift.id], description="office and VPN")
            yield structs.replace(state, ref=drift.resource)


def _ask_and_decide(stores: Stores, by_address: dict[str, Drift]) -> None:
    """Five requests, decided on or not, with what the audit log says of them."""
    requests = [
        _a_request(1, by_address["module.web.aws_security_group.front"], Action.REVERT, 12),
        _a_request(2, by_address['module.db.aws_db_instance.orders["primary"]'], Action.ADOPT, 31),
        _a_request(3, by_address["aws_iam_role.deployer"], Action.REVERT, 95),
        _a_request(4, by_address["aws_lambda_function.thumbnails"], Action.REVERT, 300),
        _a_request(5, by_address["module.billing.aws_s3_bucket.invoices"], Action.REVERT, 400),
    ]
    with stores.ledger.request_book(writes=True) as book:
        for request in reversed(requests):
            book.add(request)
            told = {"resource": request.plan.resource.address, "plan": request.plan_hash, "reason": request.reason}
            book.audit(request.requested_by, "request.create", request.id, told, request.requested_at)
        _decide(book, requests[2], Verdict.APPROVE, RequestStatus.APPROVED, "close it today")
        _decide(book, requests[4], Verdict.REJECT, RequestStatus.REJECTED, "after the audit")
        book.move(requests[3], RequestStatus.WITHDRAWN, closed_at=AS_OF, closed_by="anna")
        book.remark(requests[0], Comment("dora", AS_OF, "the partners are reachable again"))


def _a_request(number: int, drift: Drift, action: Action, minutes: int) -> ChangeRequest:
    advice = next(advice for advice in drift.recommendations if advice.action is action)
    plan = plan_of(drift, advice)
    return ChangeRequest(
        id=f"{number}c0ffee00000"[:12],
        estate=ESTATE,
        status=RequestStatus.REQUESTED,
        level=drift.severity.level,
        plan=plan,
        plan_hash=plan.hash,
        requested_by=("anna", "boris.lind")[number % 2],
        requested_at=AS_OF - timedelta(minutes=minutes),
        expires_at=AS_OF + _FAR,
        reason="the incident is over" if number == 1 else "",
    )


def _decide(book, request, verdict, status, words) -> None:  # type: ignore[no-untyped-def]
    """Writes a decision down as the service would."""
    decision = Decision(
        verdict=verdict, by="carla.mendes", role=Role.ADMIN, at=AS_OF, plan_hash=request.plan_hash, comment=words
    )
    book.move(request, status, closed_at=None if verdict is Verdict.APPROVE else AS_OF)
    book.decide(request, decision)
    told = {"resource": request.plan.resource.address, "plan": request.plan_hash, "comment": words}
    book.audit(decision.by, f"request.{verdict}", request.id, told, AS_OF)
