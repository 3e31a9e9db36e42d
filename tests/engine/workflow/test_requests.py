"""Change requests: who may do what with them, and what every step leaves behind."""

from datetime import timedelta

import pytest
from msgspec import structs

from engine.errors import StoreError, WorkflowError
from engine.model import Action, Change, Drift, RequestStatus, Role, Verdict
from tests.support.people import Room, fixable


class TestAsking:
    def test_the_best_that_changes_something_is_asked_for(self, room: Room) -> None:
        request = room("anna").create("d-1", reason="it is open to the world")

        assert (request.status, request.requested_by) == (RequestStatus.REQUESTED, "anna")
        assert (request.plan.action, request.plan.commands) == (Action.REVERT, ("terraform apply",))
        assert request.plan.changes == fixable().changes
        assert request.plan_hash == request.plan.hash
        assert room("dora").find(request.id) == request
        [entry] = room.ledger.audit_entries()
        assert (entry.actor, entry.action, entry.subject) == ("anna", "request.create", request.id)
        assert entry.details == {
            "resource": "aws_security_group.d-1", "drift": "d-1",
            "plan": request.plan_hash, "asks_for": "revert", "reason": "it is open to the world",
            "policy": "production",
        }  # fmt: skip

    def test_another_recommendation_may_be_asked_for(self, room: Room) -> None:
        plans = room("anna").drafts("d-1")
        assert [plan.action for plan in plans] == [Action.REVERT, Action.ADOPT]

        request = room("anna").create("d-1", recommendation_id=plans[1].recommendation_id, plan_hash=plans[1].hash)
        assert request.plan == plans[1]

    @pytest.mark.parametrize(
        ("person", "choice", "reason"),
        [
            ("dora", {}, "needs the role edit, and yours is view"),
            ("stranger", {}, "needs the role edit, and yours is view"),
            (
                "anna",
                {"recommendation_id": "r-ask-d-1"},
                r"cannot be requested for this drift: there is r-d-1 \(revert",
            ),
            ("anna", {"plan_hash": "0" * 64}, "has changed meanwhile: look at it again"),
        ],
    )
    def test_what_cannot_be_asked_for(self, room: Room, person: str, choice: dict[str, str], reason: str) -> None:
        with pytest.raises(WorkflowError, match=reason):
            room(person).create("d-1", **choice)
        assert room.ledger.audit_entries() == []
        assert room("anna").all() == []

    def test_an_investigation_alone_needs_nobodys_approval(self, room: Room) -> None:
        room.scan(fixable(recommendations=fixable().recommendations[:1]))
        with pytest.raises(WorkflowError, match="nothing that would change anything is recommended"):
            room("anna").create("d-1")

    def test_a_drift_that_is_gone_or_never_was(self, room: Room) -> None:
        room.scan()
        with pytest.raises(WorkflowError, match="the drift d-1 is gone"):
            room("anna").create("d-1")
        with pytest.raises(StoreError, match="no drift has an id that begins with 'x'"):
            room("anna").create("x")

    def test_a_drift_has_one_open_request(self, room: Room) -> None:
        first = room("anna").create("d-1")
        with pytest.raises(WorkflowError, match=f"request {first.id} is requested for this drift already"):
            room("ben").create("d-1")

        room("anna").withdraw(first.id, comment="not now")
        second = room("ben").create("d-1")
        assert {request.id: request.status for request in room("dora").all()} == {
            first.id: RequestStatus.WITHDRAWN,
            second.id: RequestStatus.REQUESTED,
        }

    def test_secrets_in_a_reason_are_not_kept(self, room: Room) -> None:
        request = room("anna").create("d-1", reason="password=hunter2-hunter2")
        assert "hunter2" not in request.reason
        assert "hunter2" not in str(room.ledger.audit_entries())


class TestDeciding:
    def test_an_admin_approves_the_plan_that_was_shown(self, room: Room) -> None:
        asked = room("anna").create("d-1")
        approved = room("ben").approve(asked.id, plan_hash=asked.plan_hash, comment="close it")

        assert approved.status is RequestStatus.APPROVED
        [decision] = approved.decisions
        assert (decision.verdict, decision.by, decision.role) == (Verdict.APPROVE, "ben", Role.ADMIN)
        assert (decision.plan_hash, decision.comment, decision.alone) == (asked.plan_hash, "close it", False)
        assert room.log == [("anna", "request.create"), ("ben", "request.approve")]

    def test_an_admin_rejects(self, room: Room) -> None:
        asked = room("anna").create("d-1")
        rejected = room("ben").reject(asked.id, comment="after the freeze")

        assert (rejected.status, rejected.closed_by) == (RequestStatus.REJECTED, "ben")
        assert rejected.decisions[0].comment == "after the freeze"

    @pytest.mark.parametrize("person", ["dora", "anna", "stranger"])
    def test_nobody_else_decides(self, room: Room, person: str) -> None:
        asked = room("anna").create("d-1")
        with pytest.raises(WorkflowError, match="approving needs the role admin"):
            room(person).approve(asked.id, plan_hash=asked.plan_hash)
        with pytest.raises(WorkflowError, match="rejecting needs the role admin"):
            room(person).reject(asked.id)
        assert room.log == [("anna", "request.create")]

    def test_nobody_approves_their_own_request(self, room: Room) -> None:
        asked = room("ben").create("d-1")
        with pytest.raises(WorkflowError, match="nobody approves their own: another admin has to decide"):
            room("ben").approve(asked.id, plan_hash=asked.plan_hash)

        assert room("carl").approve(asked.id, plan_hash=asked.plan_hash).status is RequestStatus.APPROVED

    def test_alone_one_person_holds_all_roles_and_the_decision_says_so(self, alone: Room) -> None:
        asked = alone("mia").create("d-1")
        [decision] = alone("mia").approve(asked.id, plan_hash=asked.plan_hash).decisions

        assert (decision.by, decision.role, decision.alone) == ("mia", Role.ADMIN, True)
        assert alone.ledger.audit_entries()[-1].details["alone"] is True

    def test_another_plan_than_the_one_that_was_shown_is_not_approved(self, room: Room) -> None:
        asked = room("anna").create("d-1")
        with pytest.raises(WorkflowError, match="is not the one you saw"):
            room("ben").approve(asked.id, plan_hash="f" * 64)

    @pytest.mark.parametrize(
        ("later", "reason"),
        [
            ((), "the drift is gone"),
            ((fixable(recommendations=fixable().recommendations[2:]),), "it is not recommended any more"),
            (
                (fixable(changes=(Change("ingress[0].cidr_blocks", ["10.0.0.0/8"], ["::/0"]),)),),
                "the drift or its plan has changed",
            ),
            (
                (fixable(recommendations=(structs.replace(fixable().recommendations[1], commands=("rm -rf /",)),)),),
                "the drift or its plan has changed",
            ),
        ],
        ids=["gone", "other advice", "other change", "other commands"],
    )
    def test_what_has_changed_since_is_not_approved(self, room: Room, later: tuple[Drift, ...], reason: str) -> None:
        asked = room("anna").create("d-1")
        room.scan(*later)

        assert room("ben").find(asked.id).outdated == reason
        with pytest.raises(WorkflowError, match=f"cannot be approved any more, since {reason}: withdraw it"):
            room("ben").approve(asked.id, plan_hash=asked.plan_hash)
        assert room("anna").withdraw(asked.id).status is RequestStatus.WITHDRAWN

    def test_another_word_about_the_same_plan_changes_nothing(self, room: Room) -> None:
        asked = room("anna").create("d-1")
        advice = tuple(structs.replace(item, rationale="It is still open.", confidence=0.5) for item in
                       fixable().recommendations)  # fmt: skip
        room.scan(fixable(recommendations=advice, score=40))

        assert room("ben").approve(asked.id, plan_hash=asked.plan_hash).status is RequestStatus.APPROVED

    def test_what_is_decided_stays_decided(self, room: Room) -> None:
        asked = room("anna").create("d-1")
        room("ben").approve(asked.id, plan_hash=asked.plan_hash)
        for step in (lambda: room("carl").reject(asked.id),
                     lambda: room("carl").approve(asked.id, plan_hash=asked.plan_hash)):  # fmt: skip
            with pytest.raises(WorkflowError, match=f"request {asked.id} is approved already, by ben"):
                step()

    def test_a_plan_that_somebody_altered_in_the_ledger_is_not_approved(self, room: Room) -> None:
        asked = room("anna").create("d-1")
        altered = "replace(CAST(plan AS text), 'terraform apply', 'curl evil')"
        room.tamper(f"UPDATE change_requests SET plan = {altered}{room.as_json}")

        with pytest.raises(WorkflowError, match="was altered after it was requested"):
            room("ben").approve(asked.id, plan_hash=asked.plan_hash)


class TestTakingBack:
    def test_who_asked_takes_it_back_approved_or_not(self, room: Room) -> None:
        asked = room("anna").create("d-1")
        room("ben").approve(asked.id, plan_hash=asked.plan_hash)
        withdrawn = room("anna").withdraw(asked.id, comment="it was fixed by hand")

        assert (withdrawn.status, withdrawn.closed_by) == (RequestStatus.WITHDRAWN, "anna")
        assert [comment.text for comment in withdrawn.comments] == ["it was fixed by hand"]

    def test_an_admin_takes_anybodys_back_and_nobody_else_does(self, room: Room) -> None:
        asked = room("anna").create("d-1")
        with pytest.raises(WorkflowError, match="only they or an admin can withdraw it"):
            room("dora").withdraw(asked.id)
        assert room("carl").withdraw(asked.id).closed_by == "carl"
        with pytest.raises(WorkflowError, match="is withdrawn already, by carl"):
            room("anna").withdraw(asked.id)


class TestTime:
    def test_what_nobody_decided_in_time_is_over(self, room: Room) -> None:
        asked = room("anna").create("d-1", holds=timedelta(hours=1))
        room.minutes += 61

        assert room("ben").find(asked.id).status is RequestStatus.EXPIRED
        with pytest.raises(WorkflowError, match=r"expired on .* UTC: request the change again"):
            room("ben").approve(asked.id, plan_hash=asked.plan_hash)
        assert room.log[-1] == ("driftguard", "request.expire")
        assert [request.id for request in room("dora").all(status=RequestStatus.EXPIRED)] == [asked.id]
        assert room("anna").create("d-1").status is RequestStatus.REQUESTED

    def test_it_is_written_down_once(self, room: Room) -> None:
        room("anna").create("d-1", holds=timedelta(hours=1))
        room.minutes += 61
        for _ in range(3):
            with pytest.raises(StoreError):
                room("anna").comment("nothing", "there?")
        assert [action for _, action in room.log].count("request.expire") == 1


class TestRemarks:
    def test_anybody_may_remark_at_any_time(self, room: Room) -> None:
        asked = room("anna").create("d-1")
        room("ben").reject(asked.id)
        noted = room("dora").comment(asked.id, "why?")

        assert [(comment.by, comment.text) for comment in noted.comments] == [("dora", "why?")]
        assert room.log[-1] == ("dora", "request.comment")

    def test_a_remark_without_words_is_none(self, room: Room) -> None:
        asked = room("anna").create("d-1")
        with pytest.raises(WorkflowError, match="no comment without a text"):
            room("dora").comment(asked.id, "  ")


def test_requests_are_found_by_the_beginning_of_their_id(room: Room) -> None:
    asked = room("anna").create("d-1")
    assert room("dora").find(asked.id[:5]).id == asked.id
    for prefix in ("", "nothing"):
        with pytest.raises(StoreError, match="no change request has an id that begins with"):
            room("dora").find(prefix)


def test_requests_of_one_estate_or_one_drift(room: Room) -> None:
    room.scan(fixable(), fixable("d-2"))
    room("anna").create("d-1")
    second = room("anna").create("d-2")

    assert [request.id for request in room("dora").all(drift_id="d-2")] == [second.id]
    assert room("dora").all(estate="elsewhere") == []
    assert len(room("dora").all(estate="")) == 2
