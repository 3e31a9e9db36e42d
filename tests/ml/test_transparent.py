"""The transparent model alone: what is said of causes where no learned model is installed, and beside it."""

import math

import pytest
from msgspec import structs

from engine.model import Actor, ActorKind, Category, Difference, Event, EventKind, Via
from ml.case import Case
from ml.evidence import vocabulary
from ml.signals import see
from ml.transparent import distribution_of, opinion_of, voice
from tests.support.cases import DB, JANA, NOW, PIPELINE, SCALER, attributed, call, commit, report, set_multi_az

INCIDENT = report("14 08:40", EventKind.INCIDENT, ("shop-db",), priority="P1")
REFUSED = set_multi_az("14 08:00", False, error="AccessDenied")
STRANGER = Actor("svc-export", ActorKind.UNKNOWN, Via.CLI, "203.0.113.9")


def named(difference: Difference, *events: Event) -> Category:
    opinion = opinion_of(see(Case(difference, attributed(difference, *events), NOW, vocabulary())))
    assert math.isclose(sum(opinion.distribution.values()), 1)
    return max(Category, key=lambda category: opinion.distribution[category])


@pytest.mark.parametrize(
    ("events", "cause"),
    [
        ([INCIDENT, set_multi_az("14 09:00", False)], Category.EMERGENCY_FIX),
        ([set_multi_az("14 09:00", False)], Category.MANUAL_TROUBLESHOOTING),
        ([set_multi_az("14 09:00", False, SCALER)], Category.AUTOMATED_PROCESS),
        ([commit("14 09:00", DB.resource.address, multi_az=["false", "true"])], Category.INCOMPLETE_ROLLOUT),
        ([set_multi_az("14 09:00", True, PIPELINE, error="InvalidDBInstanceState")], Category.INCOMPLETE_ROLLOUT),
        ([REFUSED, set_multi_az("14 09:00", False)], Category.UNAUTHORIZED_CHANGE),
        ([set_multi_az("14 09:00", False, STRANGER)], Category.UNAUTHORIZED_CHANGE),
    ],
)
def test_each_cause_from_its_typical_evidence(events: list[Event], cause: Category) -> None:
    assert named(DB, *events) is cause


def test_what_only_the_live_object_claims_counts_as_well() -> None:
    keeper = structs.replace(DB, keepers={"multi_az": "system:autoscaler"})
    assert named(keeper) is Category.AUTOMATED_PROCESS


def test_without_any_signal_only_the_prior_speaks() -> None:
    shares = distribution_of(())
    assert max(shares.values()) < 0.4
    assert opinion_of({}).signals == ()


def test_it_learned_from_nothing_and_knows_no_conformal_set() -> None:
    assert voice().model.startswith("evidence@")
    assert (voice().learned_from, voice().possible_from) == ("", None)


def test_nobody_takes_a_machine_for_a_person() -> None:
    assert JANA.kind is not STRANGER.kind
    request = {"dBInstanceIdentifier": "shop-db", "multiAZ": False}
    seen = see(Case(DB, attributed(DB, call("14 09:00", "ModifyDBInstance", request, STRANGER)), NOW, vocabulary()))
    assert "person_changed_it" not in seen
    assert seen["stranger_changed_it"] == "svc-export"
