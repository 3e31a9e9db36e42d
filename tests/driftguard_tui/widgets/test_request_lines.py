"""A request and an audit entry as lines, without a screen."""

from datetime import timedelta

import pytest
from msgspec import structs

from driftguard_tui.widgets.lines import Line, width
from driftguard_tui.widgets.request_list import status, waiting_first
from driftguard_tui.widgets.sections.audit import chain, entry_lines
from driftguard_tui.widgets.sections.request import request_lines, size_of
from engine.model import (
    ChangeRequest,
    Comment,
    Decision,
    DriftKind,
    Level,
    RequestStatus,
    Role,
    Verdict,
    plan_of,
)
from engine.store.audit import AuditVerdict, next_entry
from tests.support.people import fixable
from tests.support.samples import at

PATCH = "--- a/front.tf\n+++ b/front.tf\n@@ -1,2 +1,2 @@\n-  cidr = 1\n+  cidr = 2\n" + "".join(
    f"   line {number}\n" for number in range(200)
)


def a_request(id_: str = "d-1", minutes: float = 0, **fields: object) -> ChangeRequest:
    plan = structs.replace(plan_of(fixable(id_), fixable(id_).recommendations[1]), patch=PATCH)
    request = ChangeRequest(
        id=f"request-of-{id_}",
        estate="",
        status=RequestStatus.REQUESTED,
        level=Level.HIGH,
        plan=plan,
        plan_hash=plan.hash,
        requested_by="anna",
        requested_at=at(minutes),
        expires_at=at(minutes) + timedelta(days=7),
    )
    return structs.replace(request, **fields)


def texts(lines: list[Line]) -> list[str]:
    return ["".join(span.text for span in line) for line in lines]


def test_a_plan_is_shown_to_its_last_line_with_its_patch_in_colours() -> None:
    lines = request_lines(a_request(), 60)

    tones = {"".join(span.text for span in line).strip(): line[0].tone for line in lines if line}
    assert tones["-  cidr = 1"] == "removed"
    assert tones["+  cidr = 2"] == "added"
    assert tones["@@ -1,2 +1,2 @@"] == "accent"
    assert "   line 199" in texts(lines)


@pytest.mark.parametrize("cells", [20, 33, 80, 200])
def test_no_line_is_wider_than_its_pane_and_nothing_of_a_command_is_lost(cells: int) -> None:
    command = "terraform apply -target=" + "x" * 90 + " -auto-approve=false"
    request = a_request()
    request = structs.replace(request, plan=structs.replace(request.plan, commands=(command,)))
    lines = request_lines(request, cells)

    assert max(map(width, lines)) <= cells
    assert command.replace(" ", "") in "".join(texts(lines)).replace(" ", "")


def test_decisions_and_remarks_come_in_the_order_of_time() -> None:
    request = a_request()
    decision = Decision(
        verdict=Verdict.APPROVE, by="ben", role=Role.ADMIN, at=at(30), plan_hash=request.plan_hash, comment="go on"
    )
    request = structs.replace(
        request,
        status=RequestStatus.WITHDRAWN,
        decisions=(decision,),
        comments=(Comment("anna", at(40), "too late"), Comment("dora", at(20), "is it safe?")),
        closed_at=at(41),
        closed_by="anna",
    )
    told = " ".join(texts(request_lines(request, 200)))
    places = [
        told.index(words) for words in ("dora: is it safe?", "✓ approved by ben", "anna: too late", "withdrawn by")
    ]
    assert places == sorted(places)
    assert "holding all roles" not in told


def test_what_waits_longest_of_the_gravest_comes_first() -> None:
    low, late, early = (
        a_request("low", 0, level=Level.LOW),
        a_request("late", 9, level=Level.CRITICAL),
        a_request("early", 1, level=Level.CRITICAL),
    )
    approved = a_request("ok", 5, status=RequestStatus.APPROVED)
    over = a_request("over", 50, status=RequestStatus.EXPIRED)
    assert waiting_first([over, low, approved, late, early]) == [early, late, low, approved, over]


def test_a_status_is_told_by_sign_and_word_and_what_is_outdated_says_so() -> None:
    assert texts([status(a_request())]) == ["◷ waiting"]
    assert texts([status(a_request(outdated="the drift is gone"))]) == ["! outdated"]


def test_the_size_of_a_plan() -> None:
    plan = a_request().plan
    assert size_of(plan) == "1 change, 1 command, a patch"
    assert size_of(structs.replace(plan, kind=DriftKind.MISSING, changes=(), commands=(), patch=None)) == (
        "a resource that is missing"
    )


def test_an_entry_is_shown_with_all_that_was_written_down() -> None:
    first = next_entry(None, at(0), "anna", "request.create", "r-1", {"reason": "open\x1b[31m", "plan": "f" * 64})
    told = " ".join(texts(entry_lines(first, 120)))
    for expected in ("anna", "request.create", "r-1", "open␛[31m", "f" * 64, first.hash, "none: the first entry"):
        assert expected in told


def test_the_chain_in_a_line() -> None:
    whole = AuditVerdict(1204, head="3fa9c01b2d4e" + "0" * 52)
    assert texts([chain(whole, 80)]) == ["✓ verified 1,204 entries · head 3fa9c01b2d4e…"]
    broken = AuditVerdict(2, 3, "entry 3 was altered")
    assert texts([chain(broken, 120)]) == [
        "✗ the chain breaks at entry 3: entry 3 was altered   2 entries before it hold together"
    ]
    assert width(chain(broken, 30)) == 30
    assert texts([chain(None, 80)]) == ["… following the chain"]
