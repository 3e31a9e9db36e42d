"""What is recommended for a drift, by its kind, its cause and its severity."""

from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec import structs

from engine.model import (
    Action,
    Actor,
    ActorKind,
    Against,
    Category,
    Cause,
    Change,
    Dimensions,
    Drift,
    DriftKind,
    Environment,
    Level,
    Recommendation,
    ResourceRef,
    Risk,
    Role,
    Severity,
    Signal,
    Surroundings,
)
from engine.recommend import Situation, recommend
from engine.recommend.commands import STEPS
from engine.recommend.policies import load_policies
from ml.evidence import evidence_table

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
GROUP = ResourceRef("aws", "aws_security_group", "sg-1", "123456789012/eu-west-1", "aws_security_group.front", "front")


SERVICE = ResourceRef("kubernetes", "v1/Service", "/Service/shop/web", "prod", "", "web")
STACK = ResourceRef("aws", "AWS::SQS::Queue", "https://sqs/1/jobs", "123456789012/eu-west-1", "shop/Jobs", "jobs")
UPGRADED = Change("engine_version", "16.3", "16.4")
MOVED = (Change("spec.type", "ClusterIP", "NodePort", Against.BASELINE),)


def cause(category: Category, confidence: float = 0.8, **others: float) -> Cause:
    rest = (1 - confidence - sum(others.values())) / (4 - len(others))
    distribution = {item: others.get(item.value, confidence if item is category else rest) for item in Category}
    return Cause(category, confidence, (0.0, 1.0), distribution, "test@1")


def drift(kind: DriftKind, why: Cause, **more: Any) -> Drift:
    changes = (Change("ingress[0].cidr_blocks", ["10.0.0.0/8"], ["0.0.0.0/0"]),) if kind is DriftKind.MODIFIED else ()
    plain = Drift(
        id="d1",
        resource=GROUP,
        kind=kind,
        changes=changes,
        changed_at=NOON,
        detected_at=NOON,
        actor=Actor("jana@example.com", ActorKind.HUMAN),
        cause=why,
        severity=Severity(Level.MEDIUM, 50, Dimensions(security=50)),
        risk=Risk(0.1),
    )
    return structs.replace(plain, **more)


APPLIED = structs.replace(
    cause(Category.INCOMPLETE_ROLLOUT, 0.9),
    signals=(Signal("merged_before_apply", "it was merged first", {Category.INCOMPLETE_ROLLOUT: 1.0}),),
)
WRITTEN = structs.replace(
    cause(Category.EMERGENCY_FIX, 0.9),
    signals=(Signal("written_into_code", "a later commit holds the live value", {Category.EMERGENCY_FIX: 1.0}),),
)


def actions(found: tuple[Recommendation, ...]) -> list[Action]:
    return [item.action for item in found]


@pytest.mark.parametrize(
    ("kind", "category", "expected"),
    [
        (DriftKind.MODIFIED, Category.EMERGENCY_FIX, [Action.ADOPT, Action.INVESTIGATE]),
        (DriftKind.MODIFIED, Category.MANUAL_TROUBLESHOOTING, [Action.REVERT, Action.INVESTIGATE]),
        (DriftKind.MODIFIED, Category.AUTOMATED_PROCESS, [Action.IGNORE, Action.ADOPT]),
        (DriftKind.MODIFIED, Category.INCOMPLETE_ROLLOUT, [Action.REVERT, Action.INVESTIGATE]),
        (DriftKind.MODIFIED, Category.UNAUTHORIZED_CHANGE, [Action.ESCALATE, Action.REVERT]),
        (DriftKind.MISSING, Category.EMERGENCY_FIX, [Action.ADOPT, Action.REVERT, Action.INVESTIGATE]),
        (DriftKind.MISSING, Category.MANUAL_TROUBLESHOOTING, [Action.REVERT, Action.INVESTIGATE, Action.ADOPT]),
        (DriftKind.MISSING, Category.AUTOMATED_PROCESS, [Action.ADOPT, Action.REVERT]),
        (DriftKind.MISSING, Category.INCOMPLETE_ROLLOUT, [Action.REVERT, Action.ADOPT, Action.INVESTIGATE]),
        (DriftKind.MISSING, Category.UNAUTHORIZED_CHANGE, [Action.ESCALATE, Action.REVERT]),
        (DriftKind.UNMANAGED, Category.EMERGENCY_FIX, [Action.IMPORT, Action.INVESTIGATE]),
        (DriftKind.UNMANAGED, Category.MANUAL_TROUBLESHOOTING, [Action.IMPORT, Action.INVESTIGATE]),
        (DriftKind.UNMANAGED, Category.AUTOMATED_PROCESS, [Action.IGNORE, Action.IMPORT]),
        (DriftKind.UNMANAGED, Category.INCOMPLETE_ROLLOUT, [Action.IMPORT, Action.INVESTIGATE]),
        (DriftKind.UNMANAGED, Category.UNAUTHORIZED_CHANGE, [Action.ESCALATE, Action.REVERT]),
    ],
)
def test_each_kind_and_cause(kind: DriftKind, category: Category, expected: list[Action]) -> None:
    assert actions(recommend(drift(kind, cause(category, 0.9)))) == expected


def test_a_fix_that_is_in_the_code_already_is_not_to_be_written_again() -> None:
    [first, *_] = recommend(drift(DriftKind.MODIFIED, WRITTEN))
    assert (first.policy, first.action) == ("apply-written-fix", Action.ADOPT)


def test_what_an_apply_made_is_in_the_code_and_lacks_in_the_state() -> None:
    [first, *_] = recommend(drift(DriftKind.UNMANAGED, APPLIED))
    assert (first.policy, first.action) == ("import-into-state", Action.IMPORT)
    assert first.title == "Bring aws_security_group.front into the state"


def test_an_emergency_fix_is_not_reverted() -> None:
    found = recommend(drift(DriftKind.MODIFIED, cause(Category.EMERGENCY_FIX, 0.85)))

    assert found[0].title == "Write the fix to aws_security_group.front into the code"
    assert found[0].commands[0] == "terraform apply -refresh-only -target=aws_security_group.front"
    assert Action.REVERT not in actions(found)


def test_two_likely_causes_are_both_provided_for() -> None:
    why = cause(Category.EMERGENCY_FIX, 0.5, unauthorized_change=0.4)

    assert actions(recommend(drift(DriftKind.MODIFIED, why)))[:2] == [Action.ADOPT, Action.INVESTIGATE]
    assert Action.ESCALATE in actions(recommend(drift(DriftKind.MODIFIED, why)))


def test_the_percentage_is_that_of_the_causes_the_recommendation_is_about() -> None:
    found = recommend(drift(DriftKind.MODIFIED, cause(Category.EMERGENCY_FIX, 0.5, unauthorized_change=0.4)))
    escalate = next(item for item in found if item.action is Action.ESCALATE)

    assert "(40 % sure)" in escalate.rationale


def test_an_unsettled_cause_is_looked_into_first() -> None:
    unknown = Actor()
    found = recommend(drift(DriftKind.MODIFIED, cause(Category.INCOMPLETE_ROLLOUT, 0.25), actor=unknown))

    assert found[0].action is Action.INVESTIGATE
    assert found[0].title == "Find out who changed aws_security_group.front, and why"
    assert "incomplete rollout, with 25 %" in found[0].rationale


def test_critical_drift_reaches_security_whatever_its_cause() -> None:
    critical = Severity(Level.CRITICAL, 95, Dimensions(security=95))
    found = recommend(drift(DriftKind.MODIFIED, cause(Category.MANUAL_TROUBLESHOOTING), severity=critical))

    assert actions(found)[:2] == [Action.REVERT, Action.ESCALATE]


def test_a_revert_that_may_disturb_says_so() -> None:
    why = cause(Category.INCOMPLETE_ROLLOUT)
    calm, risky = (recommend(drift(DriftKind.MODIFIED, why, risk=Risk(chance)))[0] for chance in (0.3, 0.62))

    assert "disturb" not in calm.rationale
    assert risky.rationale.endswith("Choose the moment: it may disturb a service (62 %).")


def test_undoing_what_nobody_accounts_for_takes_an_admin() -> None:
    found = recommend(drift(DriftKind.MODIFIED, cause(Category.UNAUTHORIZED_CHANGE)))

    assert [item.requires_role for item in found] == [Role.VIEW, Role.ADMIN]


def test_a_type_that_terraform_does_not_have_is_not_imported() -> None:
    ref = ResourceRef("azure", "microsoft.automation/automationaccounts", "/subscriptions/s/x")
    found = recommend(drift(DriftKind.UNMANAGED, cause(Category.EMERGENCY_FIX), resource=ref))

    assert Action.IMPORT not in actions(found)


def test_what_weakens_security_is_not_looked_away_from() -> None:
    weakened = Severity(Level.CRITICAL, 95, Dimensions(security=95))
    found = recommend(drift(DriftKind.MODIFIED, cause(Category.AUTOMATED_PROCESS), severity=weakened))

    assert actions(found).index(Action.ESCALATE) < actions(found).index(Action.IGNORE)


def test_an_unknown_actor_reads_well() -> None:
    found = recommend(drift(DriftKind.MODIFIED, cause(Category.MANUAL_TROUBLESHOOTING), actor=Actor()))

    assert found[0].rationale.startswith("Somebody unknown changed ingress[0].cidr_blocks by hand")


def test_many_attributes_are_counted() -> None:
    changes = tuple(Change(name, 1, 2) for name in ("a", "b", "c", "d"))
    found = recommend(drift(DriftKind.MODIFIED, cause(Category.AUTOMATED_PROCESS), changes=changes))

    assert found[0].title.startswith("Leave a, b and 2 more attributes of")


def test_the_same_drift_has_the_same_recommendations() -> None:
    one = recommend(drift(DriftKind.MODIFIED, cause(Category.EMERGENCY_FIX)))
    other = recommend(drift(DriftKind.MODIFIED, cause(Category.EMERGENCY_FIX), id="d2"))

    assert one == recommend(drift(DriftKind.MODIFIED, cause(Category.EMERGENCY_FIX)))
    assert not {item.id for item in one} & {item.id for item in other}


def test_braces_in_names_are_only_text() -> None:
    ref = ResourceRef("aws", "aws_sqs_queue", "{0.__class__}", "", "", "{who} {x!r}")
    found = recommend(drift(DriftKind.UNMANAGED, cause(Category.UNAUTHORIZED_CHANGE), resource=ref))

    assert "{who} {x!r}" in found[0].title


class TestTable:
    def test_it_is_sound(self) -> None:
        table = load_policies()

        assert len({policy.id for policy in table.policies}) == len(table.policies)
        for policy in table.policies:
            assert 0 < policy.factor <= 1
            assert set(policy.commands) <= STEPS
            assert policy.causes or policy.doubt or policy.levels or policy.kept

    def test_it_asks_for_signals_that_there_are(self) -> None:
        named = {name for policy in load_policies().policies for name in (*policy.signals, *policy.unless)}

        assert named <= evidence_table().signal.keys()

    def test_every_policy_is_recommended_for_something(self) -> None:
        critical = Severity(Level.CRITICAL, 95, Dimensions(security=95))
        drifts = [
            drift(kind, cause(category, confidence), **more)
            for kind in DriftKind
            for category in Category
            for confidence in (0.25, 0.55, 0.9)
            for more in ({}, {"severity": critical}, {"actor": Actor()})
        ]
        drifts.append(drift(DriftKind.MODIFIED, WRITTEN))
        drifts.append(drift(DriftKind.MODIFIED, WRITTEN, resource=STACK))
        drifts.append(drift(DriftKind.UNMANAGED, APPLIED))
        drifts.append(drift(DriftKind.MODIFIED, cause(Category.AUTOMATED_PROCESS), changes=(UPGRADED,)))
        drifts += [structs.replace(item, resource=SERVICE) for item in drifts]
        drifts += [structs.replace(item, resource=STACK) for item in drifts]
        drifts += [structs.replace(item, changes=MOVED) for item in drifts if item.changes]

        production = Surroundings(environment=Environment.PRODUCTION)
        weakened = Severity(Level.HIGH, 88, Dimensions(security=88))
        drifts.append(
            drift(DriftKind.MODIFIED, cause(Category.EMERGENCY_FIX), severity=weakened, surroundings=production)
        )
        situations = (Situation(), Situation(trouble="INC-1: checkout is down"), Situation(keeper="an autoscaler"))

        assert {item.policy for some in drifts for each in situations for item in recommend(some, situation=each)} == {
            item.id for item in load_policies().policies
        }

    def test_every_drift_has_a_recommendation(self) -> None:
        for kind in DriftKind:
            for category in Category:
                found = recommend(drift(kind, cause(category, 0.21)))
                assert found
                assert [item.confidence for item in found] == sorted((i.confidence for i in found), reverse=True)
                assert len(set(actions(found))) == len(found)
