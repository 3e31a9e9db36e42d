"""Cause groups: drifts that share one origin are one row with its blast radius."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from engine.correlate.groups import groups_of
from engine.model import (
    Actor,
    ActorKind,
    Category,
    Cause,
    CauseGroup,
    Change,
    Dimensions,
    Drift,
    DriftKind,
    EventKind,
    Evidence,
    GroupOrigin,
    Level,
    ResourceRef,
    Risk,
    Severity,
    Via,
)
from tests.support.cases import JANA, NOW, OMAR, PIPELINE, SCALER, SCOPE, moment

LENA = Actor("lena@shop.example", ActorKind.HUMAN, Via.CONSOLE, role="Engineer")
NOBODY = Actor()


def drift(name: str, actor: Actor = NOBODY, at: str = "", type_: str = "aws_sqs_queue", **more: Any) -> Drift:
    fields: dict[str, Any] = {
        "kind": DriftKind.MODIFIED,
        "changes": (Change("delay_seconds", 0, len(name)),),
        "resource": ResourceRef("aws", type_, name, SCOPE, name=name),
        "severity": Severity(Level.LOW, 10, Dimensions()),
        **more,
    }
    return Drift(
        id=f"id-{name}",
        changed_at=moment(at) if at else None,
        detected_at=NOW,
        actor=actor,
        cause=Cause(Category.MANUAL_TROUBLESHOOTING, 0.5, (0.4, 0.6), {}, "test@1"),
        risk=Risk(0.0),
        **fields,
    )


def upgraded(name: str, before: Any = "8.0.35", after: Any = "8.0.36", **more: Any) -> Drift:
    return drift(name, changes=(Change("engine_version", before, after),), type_="aws_db_instance", **more)


def merged(name: str, commit: str, at: str) -> Drift:
    why = Evidence(commit, "code", EventKind.COMMIT, moment(at), 0.9, "merged and not applied: raise limits by mia")
    return drift(name, Actor("mia@shop.example", ActorKind.HUMAN), at, evidence=(why,))


def grouped(*drifts: Drift) -> list[tuple[GroupOrigin, set[str]]]:
    return [(group.origin, set(group.drifts)) for group in groups_of({"shop": drifts})]


def test_one_upgrade_by_the_provider_and_three_people_are_four_groups() -> None:
    upgrade = [upgraded(f"db-{number}") for number in range(40)]
    people = [
        drift("a", JANA, "14 09:00"), drift("b", JANA, "14 09:20"),
        drift("c", OMAR, "14 09:05"), drift("d", OMAR, "14 09:40"),
        drift("e", LENA, "14 16:00"),
    ]  # fmt: skip
    groups = groups_of({"shop": [*people, *upgrade]})
    assert [(group.origin, len(group.drifts), group.label) for group in groups] == [
        (GroupOrigin.PROVIDER, 40, "engine_version 8.0.35 → 8.0.36"),
        (GroupOrigin.SESSION, 2, "jana@shop.example, Engineer"),
        (GroupOrigin.SESSION, 2, "omar@shop.example, Engineer"),
        (GroupOrigin.SESSION, 1, "lena@shop.example, Engineer"),
    ]


@pytest.mark.parametrize(
    ("drifts", "expected"),
    [
        ([upgraded("a"), upgraded("b")], []),
        ([drift("a"), drift("bb"), drift("ccc")], [GroupOrigin.PROVIDER]),
        ([upgraded("a"), upgraded("b", "8.0.28"), upgraded("c", "8.0.31", "8.0.33")], [GroupOrigin.PROVIDER]),
        ([drift(name, kind=DriftKind.UNMANAGED, changes=()) for name in "abcd"], []),
        ([drift("a", SCALER, "14 09:00")], []),
        ([drift("a", SCALER, "12 09:00"), drift("b", SCALER, "14 09:00")], [GroupOrigin.CONTROLLER]),
        ([drift("a", PIPELINE, "14 09:00"), drift("b", PIPELINE, "14 09:01")], [GroupOrigin.APPLY]),
        ([drift("a", PIPELINE, "13 09:00"), drift("b", PIPELINE, "14 09:01")], []),
        ([merged("a", "c1", "14 09:00"), merged("b", "c1", "14 09:00"), merged("c", "c2", "14 10:00")],
         [GroupOrigin.COMMIT]),
        ([drift("a", JANA, "14 09:00"), drift("b", JANA, "14 15:00")], [GroupOrigin.SESSION] * 2),
        ([drift("a", JANA, "14 09:00"), drift("b", structs.replace(JANA, role="break-glass"), "14 09:01")],
         [GroupOrigin.SESSION] * 2),
    ],
    ids=[
        "two alike are chance", "one attribute of one type", "upgrades from several versions", "strays of nobody",
        "one change of a controller", "a controller over days", "one apply", "two applies", "a commit",
        "two sittings", "another role",
    ],
)  # fmt: skip
def test_what_makes_a_group(drifts: list[Drift], expected: list[GroupOrigin]) -> None:
    assert [origin for origin, _ in grouped(*drifts)] == expected


def test_values_that_are_secret_are_not_compared() -> None:
    secret = [
        drift(name, changes=(Change("password", "(sensitive)", "(sensitive)", sensitive=True),), type_=f"aws_{name}")
        for name in "abcd"
    ]
    assert grouped(*secret) == []


def test_a_row_tells_how_far_it_reached() -> None:
    grave = Severity(Level.CRITICAL, 95, Dimensions(security=95))
    checkout = drift("shop-checkout-jobs", JANA, "14 09:30", severity=grave)
    billing = drift("shop-billing-events", JANA, "14 09:00", type_="aws_sns_topic")
    [group] = groups_of({"shop": [billing], "shop-eu": [checkout]}, {billing.id: "billing"})
    assert group == CauseGroup(
        id=group.id,
        origin=GroupOrigin.SESSION,
        label="jana@shop.example, Engineer",
        drifts=(checkout.id, billing.id),
        level=Level.CRITICAL,
        resources=2,
        types=("aws_sns_topic", "aws_sqs_queue"),
        services=("billing", "checkout shop"),
        scopes=(SCOPE,),
        estates=("shop", "shop-eu"),
        first_at=moment("14 09:00"),
        last_at=moment("14 09:30"),
    )


_ACTORS = st.sampled_from([NOBODY, JANA, OMAR, SCALER, PIPELINE])
_TIMES = st.sampled_from(["", "12 08:00", "14 09:00", "14 09:30", "14 13:00"])


@given(st.lists(st.tuples(_ACTORS, _TIMES, st.booleans()), max_size=25), st.randoms())
def test_each_drift_is_in_one_group_at_most_whatever_the_order(
    made: list[tuple[Actor, str, bool]], chance: Any
) -> None:
    drifts = [
        drift(f"q-{number}", actor, at) if plain else upgraded(f"q-{number}", actor=actor, at=at)
        for number, (actor, at, plain) in enumerate(made)
    ]
    groups = groups_of({"shop": drifts})
    named = [name for group in groups for name in group.drifts]
    assert len(named) == len(set(named))
    chance.shuffle(drifts)
    assert groups_of({"shop": drifts}) == groups


def test_the_time_of_a_sitting_is_that_of_its_changes() -> None:
    times: list[datetime] = [moment("14 09:00"), moment("14 10:30"), moment("14 12:00")]
    drifts = [drift(str(at), JANA, f"{at:%d %H:%M}") for at in times]
    [group] = groups_of({"shop": drifts})
    assert (group.first_at, group.last_at) == (times[0], times[-1])
