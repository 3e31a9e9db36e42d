"""The same drift, told while its incident lasts and after it: first nothing is undone, then it is asked about."""

import asyncio
from datetime import timedelta

import pytest

from engine.config import Config, bundle_config
from engine.model import Action, Category, Drift
from engine.pipeline import scan
from ml.scenarios import generate


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """An estate in which people repaired things during incidents, all of which were over in the end."""
    scenario = generate(11, pool="test", drifts=24, traffic=100)
    return bundle_config(scenario.write(tmp_path_factory.mktemp("bundle")))


@pytest.fixture(scope="module")
def fixes(config: Config) -> list[Drift]:
    drifts = asyncio.run(scan(config)).drifts
    return [
        drift for drift in drifts if drift.cause.category is Category.EMERGENCY_FIX and drift.cause.confidence > 0.8
    ]


def test_after_the_incident_fixes_are_written_into_code_and_asked_about(fixes: list[Drift]) -> None:
    assert len(fixes) > 2
    for fix in fixes:
        assert fix.recommendations[0].action in (Action.ADOPT, Action.IMPORT)
        assert not any("is not over" in item.rationale for item in fix.recommendations)


def test_during_the_incident_the_advice_is_to_hold(config: Config, fixes: list[Drift]) -> None:
    fix = next(fix for fix in fixes if fix.recommendations[0].action is Action.ADOPT)
    assert fix.changed_at is not None
    then = asyncio.run(scan(config, as_of=fix.changed_at + timedelta(minutes=10)))
    [amid] = [drift for drift in then.drifts if drift.id == fix.id]
    adopt, hold = amid.recommendations[:2]

    assert (adopt.action, adopt.policy) == (Action.ADOPT, fix.recommendations[0].policy)
    assert "is not over: write the change down now, and have it merged when it is." in adopt.rationale
    assert hold.policy == "hold-while-trouble-lasts"
