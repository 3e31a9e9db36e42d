"""People who borrow roles are named by who took the role, whatever they called the session."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.correlate.sessions import followed
from engine.model import Actor, ActorKind, Event, EventKind

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ANA = Actor("ana.lima", ActorKind.HUMAN)
BORROWED = Actor("session-17", ActorKind.HUMAN, role="break-glass")
ROLE = "arn:aws:sts::111122223333:assumed-role/break-glass/session-17"


def call(operation: str, actor: Actor, minutes: int, answer: Any = None, error: str | None = None) -> Event:
    return Event(
        id=f"{operation}-{minutes}", at=NOON + timedelta(minutes=minutes), source="trail", kind=EventKind.API_CALL,
        operation=operation, actor=actor, error=error, original=json.dumps({"responseElements": answer}),
    )  # fmt: skip


def taking(actor: Actor, minutes: int, arn: str = ROLE, error: str | None = None) -> Event:
    return call("AssumeRole", actor, minutes, {"assumedRoleUser": {"arn": arn}}, error)


def principals(*events: Event) -> list[str | None]:
    return [event.actor.principal for event in followed(events)]


def test_a_call_under_a_taken_role_is_the_person_who_took_it() -> None:
    first, then = followed([taking(ANA, 0), call("StopInstances", BORROWED, 5)])
    assert first.actor == ANA
    assert then.actor == Actor("ana.lima", ActorKind.HUMAN, role="break-glass")


def test_the_last_who_took_it_before_the_call_counts() -> None:
    ben = Actor("ben.ode", ActorKind.HUMAN)
    calls = taking(ANA, 0), call("A", BORROWED, 5), taking(ben, 10), call("B", BORROWED, 15)
    assert principals(*calls) == ["ana.lima", "ana.lima", "ben.ode", "ben.ode"]


def test_a_role_taken_from_a_role_leads_to_the_person_at_the_beginning() -> None:
    further = "arn:aws:sts::444455556666:assumed-role/deploy/there"
    there = Actor("arn:aws:sts::444455556666:assumed-role/deploy/there", ActorKind.UNKNOWN, role="deploy")
    calls = taking(ANA, 0), taking(BORROWED, 1, further), call("PutKeyPolicy", there, 2)
    assert principals(*calls) == ["ana.lima"] * 3
    assert followed(calls)[2].actor.kind is ActorKind.HUMAN


def test_a_session_is_over_after_half_a_day_and_does_not_begin_before() -> None:
    calls = call("A", BORROWED, -5), taking(ANA, 0), call("B", BORROWED, 13 * 60)
    assert principals(*calls) == ["session-17", "ana.lima", "session-17"]


def test_what_software_takes_or_what_was_refused_names_nobody() -> None:
    pipeline = Actor("ci", ActorKind.AUTOMATION)
    assert principals(taking(pipeline, 0), call("A", BORROWED, 1)) == ["ci", "session-17"]
    assert principals(taking(ANA, 0, error="AccessDenied"), call("A", BORROWED, 1)) == ["ana.lima", "session-17"]


def test_answers_that_are_no_answers_are_passed_over() -> None:
    odd: list[Any] = [None, {}, {"assumedRoleUser": None}, {"assumedRoleUser": {"arn": "x"}}, {"assumedRoleUser": 3}, 5]
    for answer in odd:
        assert principals(call("AssumeRole", ANA, 0, answer), call("A", BORROWED, 1)) == ["ana.lima", "session-17"]
