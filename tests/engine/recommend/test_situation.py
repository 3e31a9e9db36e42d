"""What is going on at the time changes the advice: an incident that lasts, a controller in charge, a change freeze."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from engine.model import (
    Action,
    Actor,
    ActorKind,
    Attribution,
    Category,
    Circumstance,
    Difference,
    Dimensions,
    DriftKind,
    Environment,
    Event,
    EventKind,
    Freeze,
    Level,
    Relation,
    Severity,
    Surroundings,
    Ticket,
    TicketType,
    Via,
)
from engine.recommend import Situation, recommend, situation_of
from engine.recommend.situation import holds
from tests.support.advice import NOON, QUEUE, by_policy, drift_of

FIX = drift_of(Category.EMERGENCY_FIX)
NEXT_DAY = NOON + timedelta(days=1)


def around(
    kind: EventKind, relation: Relation = Relation.SERVICE, ended: datetime | None = None, **more: Any
) -> Attribution:
    ticket = msgspec.json.encode(Ticket(**more)).decode()
    event = Event(
        "e1", NOON, "pager", kind, "opened", summary="INC-7: checkout is down", request=ticket, ended_at=ended
    )
    return Attribution(context=(Circumstance(event, relation, 0.8, "on its service"),))


def situation(attribution: Attribution, at: datetime = NOON + timedelta(hours=1), **keepers: str) -> Situation:
    return situation_of(Difference(QUEUE, DriftKind.MODIFIED, FIX.changes, keepers=keepers), attribution, FIX, at)


class TestTrouble:
    def test_an_incident_that_is_not_over(self) -> None:
        assert situation(around(EventKind.INCIDENT)).trouble == "INC-7: checkout is down"

    @pytest.mark.parametrize(
        "attribution",
        [
            around(EventKind.INCIDENT, ended=NOON + timedelta(minutes=30)),
            around(EventKind.INCIDENT, Relation.NONE),
            around(EventKind.INCIDENT, type=TicketType.TASK),
            around(EventKind.DEPLOY),
        ],
        ids=["over", "elsewhere", "a task", "a planned change"],
    )
    def test_what_is_none(self, attribution: Attribution) -> None:
        assert situation(attribution).trouble == ""

    def test_what_ends_after_the_time_of_the_report_is_not_over(self) -> None:
        assert situation(around(EventKind.INCIDENT, ended=NEXT_DAY)).trouble

    def test_what_nobody_closed_for_weeks_is_forgotten(self) -> None:
        assert not situation(around(EventKind.INCIDENT), NOON + timedelta(days=30)).trouble
        assert not situation(around(EventKind.ALERT), NOON + timedelta(days=3)).trouble

    def test_a_fix_is_written_down_and_merged_when_the_incident_is_over(self) -> None:
        found = recommend(FIX, situation=Situation(trouble="INC-7"))

        assert [item.action for item in found] == [Action.ADOPT, Action.INVESTIGATE]
        assert found[0].rationale.endswith(
            "INC-7 is not over: write the change down now, and have it merged when it is."
        )
        assert found[1].title == "Leave aws_sqs_queue.jobs as it is until the incident is over"

    def test_nothing_is_reverted_in_the_middle_of_it(self) -> None:
        drift = drift_of(Category.MANUAL_TROUBLESHOOTING)
        calm = by_policy(recommend(drift))["revert-troubleshooting"]
        amid = by_policy(recommend(drift, situation=Situation(trouble="INC-7")))["revert-troubleshooting"]

        assert amid.confidence == calm.confidence / 2
        assert "Not yet: INC-7 is not over" in amid.rationale

    def test_a_fix_that_weakens_security_is_narrowed_afterwards(self) -> None:
        open_door = drift_of(Category.EMERGENCY_FIX, severity=Severity(Level.CRITICAL, 95, Dimensions(security=95)))
        found = by_policy(recommend(open_door))

        assert "agreed with security" in found["adopt-emergency-fix"].rationale
        assert found["narrow-emergency-fix"].requires_role == "admin"


class TestKeeper:
    HPA = "system:serviceaccount:kube-system:horizontal-pod-autoscaler"

    def test_who_has_charge_of_a_field_is_known_by_it(self) -> None:
        assert situation(Attribution(), visibility_timeout_seconds=self.HPA).keeper == self.HPA

    def test_a_controller_that_is_likely_to_have_set_it_would_set_it_again(self) -> None:
        scaler = Actor("autoscaling.amazonaws.com", ActorKind.SERVICE, Via.CONTROLLER)
        by_scaler, by_person = (
            drift_of(Category.AUTOMATED_PROCESS, actor=actor) for actor in (scaler, Actor("jana", ActorKind.HUMAN))
        )
        difference = Difference(QUEUE, DriftKind.MODIFIED, FIX.changes)

        assert situation_of(difference, Attribution(), by_scaler, NOON).keeper == "autoscaling.amazonaws.com"
        assert situation_of(difference, Attribution(), by_person, NOON).keeper == ""

    def test_an_unsettled_drift_is_left_to_who_has_charge(self) -> None:
        unsettled = drift_of(Category.MANUAL_TROUBLESHOOTING, 0.41)
        first, *rest = recommend(unsettled, situation=Situation(keeper=self.HPA))

        assert (first.action, first.policy) == (Action.IGNORE, "leave-to-keeper")
        assert first.commands[0].startswith("printf '%s\\n' '# left to ")
        assert "ignore_changes = [visibility_timeout_seconds]" in (first.patch or "")
        assert all(f"{self.HPA} has charge of" in item.rationale for item in rest if item.action is Action.REVERT)


class TestFreeze:
    YEAR_END = Freeze(reason="end of year", start=NOON, end=NEXT_DAY, environments=(Environment.PRODUCTION,))

    @pytest.mark.parametrize(
        ("freeze", "is_held"),
        [
            (YEAR_END, True),
            (Freeze(reason="over", end=NOON), False),
            (Freeze(reason="to come", start=NEXT_DAY), False),
            (Freeze(reason="elsewhere", end=NEXT_DAY, scopes=("210987654321/*",)), False),
            (Freeze(reason="here", end=NEXT_DAY, scopes=("123456789012/*",)), True),
            (Freeze(reason="staging", end=NEXT_DAY, environments=(Environment.STAGING,)), False),
            (Freeze(reason="weekends", days=("sat", "sun")), True),
            (Freeze(reason="weekdays", days=("mon", "fri")), False),
        ],
        ids=lambda value: getattr(value, "reason", ""),
    )
    def test_when_and_where_it_holds(self, freeze: Freeze, is_held: bool) -> None:
        production = drift_of(Category.EMERGENCY_FIX, surroundings=Surroundings(environment=Environment.PRODUCTION))

        assert NOON.strftime("%a") == "Sat"
        assert holds(freeze, production, NOON) is is_held

    def test_what_may_be_frozen_is(self) -> None:
        assert holds(self.YEAR_END, FIX, NOON)

    def test_what_can_wait_waits(self) -> None:
        drift = drift_of(Category.INCOMPLETE_ROLLOUT)
        calm, frozen = (recommend(drift, situation=Situation(freeze=why))[0] for why in ("", "end of year"))

        assert frozen.confidence < calm.confidence
        assert "A change freeze holds (end of year)" in frozen.rationale

    def test_closing_a_breach_is_an_exception(self) -> None:
        drift = drift_of(Category.UNAUTHORIZED_CHANGE)
        calm, frozen = (by_policy(recommend(drift, situation=Situation(freeze=why))) for why in ("", "end of year"))

        assert frozen["revert-unauthorized"].confidence == calm["revert-unauthorized"].confidence
        assert "an exception to it" in frozen["revert-unauthorized"].rationale


def test_what_a_ticket_says_is_only_text() -> None:
    odd = Situation(trouble="{who} \x1b[31m {0.__class__}")

    assert "{who} [31m {0.__class__} is not over" in recommend(FIX, situation=odd)[0].rationale
