"""Policies: who decides, how many, for how long, and what an emergency may."""

from datetime import timedelta
from pathlib import Path

import pytest

from engine.errors import ConfigError, WorkflowError
from engine.model import Action, Environment, Freeze, Level, RequestStatus, Role, Surroundings
from engine.workflow.policies import Policies, load_policies
from engine.workflow.requests import Requests
from tests.support.executing import approved, asked, executions
from tests.support.people import Room, fixable
from tests.support.samples import at
from tests.support.shared_room import SharedRoom


def own(folder: Path, text: str) -> Policies:
    """The policies with a table of the user's own over them."""
    (folder / "workflow.toml").write_text(text)
    return load_policies(folder)


class TestTheTable:
    @pytest.mark.parametrize(
        ("level", "environment", "id_", "approvals"),
        [
            (Level.CRITICAL, Environment.DEVELOPMENT, "critical", 2),
            (Level.HIGH, Environment.PRODUCTION, "production", 1),
            (Level.LOW, Environment.UNKNOWN, "production", 1),
            (Level.HIGH, Environment.STAGING, "elsewhere", 1),
        ],
    )
    def test_severity_and_environment_say_what_is_asked(
        self, level: Level, environment: Environment, id_: str, approvals: int
    ) -> None:
        policy = load_policies().policy(level, environment, Action.REVERT)
        assert (policy.id, policy.approvals) == (id_, approvals)

    def test_a_row_of_ones_own_goes_first_and_one_of_ours_is_changed_by_its_id(self, tmp_path: Path) -> None:
        policies = own(tmp_path, """
            [[policies]]
            id = "adopting"
            actions = ["adopt"]
            approvals = 3
            decides = "edit"
            executes = "edit"
            waits_hours = 1
            lasts_hours = 2
            breaks_freeze = "nobody"
            breaks_glass = "nobody"
            [[policies]]
            id = "critical"
            approvals = 4
        """)  # fmt: skip
        adopting = policies.policy(Level.CRITICAL, Environment.PRODUCTION, Action.ADOPT)
        assert (adopting.terms.approvals, adopting.terms.decides) == (3, Role.EDIT)
        assert (adopting.terms.breaks_glass, adopting.waits) == (None, timedelta(hours=1))
        assert policies.policy(Level.CRITICAL, Environment.STAGING, Action.REVERT).approvals == 4

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ('[[policies]]\nid = "critical"\napprovals = 0', "policies[0].approvals: is 0; give 1 or more"),
            ('[[policies]]\nid = "critical"\ndecides = "nobody"', 'policies[0].decides: "nobody" would leave every'),
            ('[[policies]]\nid = "critical"\nwaits_hours = -1', "policies[0].waits_hours: is -1"),
            ('[[policies]]\nid = "critical"\ndecides = "boss"', "policies[0].decides: expected one of edit, admin"),
            ('[[policies]]\nid = "elsewhere"\nenabled = false', "policies: none is for every request"),
            ('[[policies]]\nid = "critical"\naprovals = 2', "policies[0].aprovals: is not a setting"),
            ("policy = 1", "policy: is not a setting"),
        ],
    )
    def test_mistakes_are_told_with_their_key(self, tmp_path: Path, text: str, problem: str) -> None:
        with pytest.raises(ConfigError) as error:
            own(tmp_path, text)
        assert f"workflow.toml: {problem}" in str(error.value)


class TestApprovals:
    def test_what_is_critical_is_approved_by_two(self, room: Room | SharedRoom) -> None:
        room.scan(fixable(level=Level.CRITICAL))
        request = asked(room)
        once = room("ben").approve(request.id, plan_hash=request.plan_hash)
        assert once.status is RequestStatus.REQUESTED
        with pytest.raises(WorkflowError, match=r"you approved request .* already: somebody else has to decide"):
            room("ben").approve(request.id, plan_hash=request.plan_hash)
        with pytest.raises(WorkflowError, match=r"you approved request .* already"):
            room("ben").reject(request.id)
        with pytest.raises(WorkflowError, match="lacks 1 of 2 approvals: wait, or in an emergency"):
            executions(room, "ben").begin(request.id, plan_hash=request.plan_hash)

        twice = room("carl").approve(request.id, plan_hash=request.plan_hash)
        assert twice.status is RequestStatus.APPROVED
        assert [decision.by for decision in twice.decisions] == ["ben", "carl"]

    def test_alone_one_approval_stands_for_all_and_says_so(self, alone: Room) -> None:
        alone.scan(fixable(level=Level.CRITICAL))
        request = asked(alone, by="mia")
        done = alone("mia").approve(request.id, plan_hash=request.plan_hash)
        assert (done.status, done.terms.approvals, done.decisions[0].alone) == (RequestStatus.APPROVED, 2, True)

    def test_what_policies_ask_more_by_now_counts(self, alone: Room, tmp_path: Path) -> None:
        request = asked(alone, by="mia")
        stricter = own(tmp_path, '[[policies]]\nid = "production"\napprovals = 3\nbreaks_glass = "nobody"')
        seen = Requests(alone.ledger, "mia", lambda: at(alone.minutes), stricter).find(request.id)
        assert (request.terms.approvals, seen.terms.approvals) == (1, 3)
        assert (request.terms.breaks_glass, seen.terms.breaks_glass) == (Role.ADMIN, None)

    def test_an_approval_holds_for_a_while(self, room: Room | SharedRoom) -> None:
        request = approved(room)
        room.minutes += 72 * 60
        assert room("dora").find(request.id).status is RequestStatus.EXPIRED
        with pytest.raises(WorkflowError, match="expired on"):
            executions(room, "ben").begin(request.id, plan_hash=request.plan_hash)
        assert room.log[-1][1] == "request.expire"


class TestEmergencies:
    def test_the_glass_is_broken_with_a_reason_and_an_alarm(self, alone: Room) -> None:
        from sqlalchemy import create_engine, text

        request = asked(alone, by="mia")
        with pytest.raises(WorkflowError, match="lacks 1 of 1 approvals"):
            executions(alone, "mia").begin(request.id, plan_hash=request.plan_hash)
        begun = executions(alone, "mia").begin(request.id, plan_hash=request.plan_hash, reason="the shop is down")

        assert begun.status is RequestStatus.EXECUTING
        assert begun.execution is not None
        assert begun.execution.broke == "the shop is down"
        entry = next(entry for entry in alone.ledger.audit_entries() if entry.action == "request.break-glass")
        assert (entry.actor, entry.details["reason"], entry.details["lacking"]) == ("mia", "the shop is down", 1)
        engine = create_engine(f"sqlite:///{alone.folder / 'ledger.sqlite'}")
        with engine.connect() as connection:
            [(channel, body)] = connection.execute(text("SELECT channel, body FROM notifications")).all()
        engine.dispose()
        assert channel == "alarm"
        assert body == "mia carries it out without 1 of 1 approvals, because: the shop is down"

    def test_not_everywhere(self, room: Room | SharedRoom) -> None:
        room.scan(fixable(surroundings=Surroundings(environment=Environment.STAGING)))
        request = asked(room)
        with pytest.raises(WorkflowError, match="lacks 1 of 1 approvals, and nobody may pass over that: wait"):
            executions(room, "ben").begin(request.id, plan_hash=request.plan_hash, reason="now")

    def test_a_freeze_is_kept_or_broken(self, room: Room | SharedRoom) -> None:
        request = approved(room)
        frozen = load_policies(freezes=[Freeze(reason="year end", start=at(0))])
        steps = executions(room, "ben", frozen)
        with pytest.raises(WorkflowError, match=r"nothing is changed here now \(year end\): wait, or in an emergency"):
            steps.begin(request.id, plan_hash=request.plan_hash)

        begun = steps.begin(request.id, plan_hash=request.plan_hash, reason="books cannot be closed without")
        assert begun.execution is not None
        assert begun.execution.broke == "books cannot be closed without"
        broken = next(entry for entry in room.ledger.audit_entries() if entry.action == "request.break-glass")
        assert broken.details["freeze"] == "year end"

    def test_a_reason_that_is_not_needed_breaks_nothing(self, room: Room | SharedRoom) -> None:
        request = approved(room)
        begun = executions(room, "ben").begin(request.id, plan_hash=request.plan_hash, reason="to be sure")
        assert begun.execution is not None
        assert begun.execution.broke == ""
        assert "request.break-glass" not in [action for _, action in room.log]
