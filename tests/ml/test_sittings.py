"""Drifts of one sitting speak for each other: strongly where they agree, and never without limit."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from engine.model import Actor, ActorKind, Attribution, Category, Difference, Event, Via
from ml.cause import Explained, Known, explain_all
from ml.sittings import heard, sittings_of, together
from tests.support.cases import JANA, NOW, OMAR, PIPELINE, SCALER, attributed, call, modified, moment, set_multi_az
from tests.support.feedback import said as confirmed

CAUSES = list(Category)
BREACH, TRIAL = CAUSES.index(Category.UNAUTHORIZED_CHANGE), CAUSES.index(Category.MANUAL_TROUBLESHOOTING)
KEYS = Actor("svc-export", ActorKind.UNKNOWN, Via.SDK, "203.0.113.9")


def said(**shares: float) -> list[float]:
    left = (1 - sum(shares.values())) / (len(CAUSES) - len(shares))
    return [shares.get(category.value, left) for category in CAUSES]


def made(at: str, actor: Actor = JANA) -> Attribution:
    change = set_multi_az(at, False, actor)
    return Attribution(actor=actor, changed_at=change.at, change=change)


# ---- which drifts were made in one sitting ---------------------------------------------------------------------


def test_a_sitting_goes_on_until_nothing_is_done_for_two_hours() -> None:
    found = sittings_of([made("14 09:00"), made("14 13:00"), made("14 10:30"), made("14 12:00")])
    assert found == [[0, 2, 3, 1]]
    assert sittings_of([made("14 09:00"), made("14 12:00")]) == []


def test_each_caller_sits_alone_and_one_person_may_have_several_names() -> None:
    by_arn = structs.replace(JANA, principal="arn:aws:sts::123456789012:assumed-role/Engineer/jana")
    assert sittings_of([made("14 09:00"), made("14 09:05", OMAR), made("14 09:10", by_arn)]) == [[0, 2]]


@pytest.mark.parametrize("actor", [PIPELINE, SCALER, Actor()], ids=["Terraform", "the provider", "nobody known"])
def test_software_that_does_its_duty_does_not_sit(actor: Actor) -> None:
    assert sittings_of([made("14 09:00", actor), made("14 09:05", actor)]) == []


def test_of_a_programs_keys_only_calls_from_one_address_are_one_sitting() -> None:
    elsewhere = structs.replace(KEYS, source_ip="10.0.0.4")
    assert sittings_of([made("14 09:00", KEYS), made("14 09:05", elsewhere), made("14 09:10", KEYS)]) == [[0, 2]]


# ---- what they say of each other -------------------------------------------------------------------------------


def test_a_drift_that_looks_harmless_is_seen_by_its_company() -> None:
    own = np.array(
        [
            said(unauthorized_change=0.99),
            said(unauthorized_change=0.98),
            said(manual_troubleshooting=0.7, unauthorized_change=0.15),
        ]
    )
    moved = together(own, [[0, 1, 2]], 0.7)
    assert moved[2].argmax() == BREACH
    assert moved[0, BREACH] > 0.95


def test_one_wrong_word_is_outvoted() -> None:
    own = np.array([said(unauthorized_change=0.95)] + [said(manual_troubleshooting=0.8)] * 3)
    moved = together(own, [[0, 1, 2, 3]], 0.7)
    assert (moved[1:].argmax(axis=1) == TRIAL).all()


def test_who_sits_alone_hears_nobody() -> None:
    own = np.array([said(unauthorized_change=0.9), said(manual_troubleshooting=0.6), said(emergency_fix=0.5)])
    assert together(own, [[0, 2]], 0.7)[1] == pytest.approx(own[1])


@st.composite
def distributions(draw: st.DrawFn) -> np.ndarray:
    count = draw(st.integers(2, 8))
    weights = st.lists(st.floats(1e-6, 1.0), min_size=len(CAUSES), max_size=len(CAUSES))
    raw = np.array([draw(weights) for _ in range(count)])
    return raw / raw.sum(axis=1, keepdims=True)


@given(distributions(), st.floats(0, 0.8))
def test_what_is_heard_moves_no_odds_without_limit(own: np.ndarray, shared: float) -> None:
    places = list(range(len(own)))
    moved = together(own, [places], shared)
    assert moved.sum(axis=1) == pytest.approx(np.ones(len(own)))
    most = (1 - shared + shared * len(CAUSES)) / (1 - shared)
    for what in heard(own, [places], shared).values():
        assert what.factors.max() / what.factors.min() <= most * (1 + 1e-9)
    if shared == 0:
        assert moved == pytest.approx(own)


@given(distributions(), st.randoms())
def test_the_order_of_drifts_does_not_matter(own: np.ndarray, chance: object) -> None:
    places = list(range(len(own)))
    shuffled = [*places]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert together(own, [shuffled], 0.6) == pytest.approx(together(own, [places], 0.6))


# ---- as it is told ---------------------------------------------------------------------------------------------

RULE = {"from_port": 5432, "to_port": 5432, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"]}
GROUP = modified("aws_security_group", "sg-0a1b2c3d", ("ingress[2]", None, RULE), address="aws_security_group.db")
QUEUE = modified("aws_sqs_queue", "jobs", ("visibility_timeout_seconds", 30, 45), address="aws_sqs_queue.jobs")
THIEF = Actor("marek", ActorKind.HUMAN, Via.SDK, "203.0.113.9")


def opened(at: str, **more: object) -> Event:
    permission = {"fromPort": 5432, "toPort": 5432, "ipProtocol": "tcp", "ipRanges": [{"cidrIp": "0.0.0.0/0"}]}
    request = {"groupId": "sg-0a1b2c3d", "ipPermissions": [permission]}
    return call(at, "AuthorizeSecurityGroupIngress", request, THIEF, service="ec2", **more)


def set_timeout(at: str) -> Event:
    request = {"queueUrl": "jobs", "attributes": {"VisibilityTimeout": "45"}}
    return call(at, "SetQueueAttributes", request, THIEF, service="sqs")


def explained(*cases: tuple[Difference, Attribution]) -> list[Explained]:
    return explain_all([Known(*case) for case in cases], NOW)


def test_the_company_is_told_with_what_it_is_called() -> None:
    breach = attributed(GROUP, opened("14 02:00", error="AccessDenied"), opened("14 02:05"))
    harmless = attributed(QUEUE, set_timeout("14 02:20"))
    [(alone, _)] = explained((QUEUE, harmless))
    (_, _), (together_, _) = explained((GROUP, breach), (QUEUE, harmless))
    unauthorized = Category.UNAUTHORIZED_CHANGE
    assert together_.distribution[unauthorized] > 1.7 * alone.distribution[unauthorized]
    [signal] = [signal for signal in together_.signals if signal.name == "same_sitting"]
    assert signal.reason.startswith("same sitting: 1 other drift, aws_security_group.db, by itself called unauthorized")
    assert signal.weights[unauthorized] > 0


def test_ten_thousand_drifts_of_one_sitting_take_no_time() -> None:
    own = np.tile(said(manual_troubleshooting=0.8), (10_000, 1))
    began = moment("14 09:00")
    actors = [structs.replace(made("14 09:00"), changed_at=began + timedelta(seconds=n)) for n in range(10_000)]
    sittings = sittings_of(actors)
    assert len(sittings) == 1
    assert together(own, sittings, 0.7)[:, TRIAL].min() > 0.8


def test_what_a_person_said_of_one_drift_is_heard_by_the_others_and_it_stays_what_they_said() -> None:
    first, second = attributed(GROUP, opened("14 09:05")), attributed(QUEUE, set_timeout("14 09:20"))
    word = confirmed(Category.EMERGENCY_FIX, Category.UNAUTHORIZED_CHANGE)
    plain = explain_all([Known(GROUP, first), Known(QUEUE, second)], NOW)
    told = explain_all([Known(GROUP, first, word=word), Known(QUEUE, second)], NOW)
    emergency = Category.EMERGENCY_FIX
    assert told[0][0].category is emergency
    assert told[1][0].distribution[emergency] > 1.5 * plain[1][0].distribution[emergency]
