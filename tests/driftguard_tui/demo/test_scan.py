"""A scan of the demo estate finds its stories: all of them, and nothing else."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from driftguard_tui.demo.estate import build_company
from driftguard_tui.demo.kit import when
from driftguard_tui.demo.things.base import Plain
from driftguard_tui.demo.truth import EXPLAINED, TRUTH, Truth
from engine.config import bundle_config
from engine.model import Drift, DriftKind, EventKind, Report, SourceStatus
from engine.pipeline import scan

BY_STORY = {truth.story: truth for truth in TRUTH}


@pytest.fixture(scope="module")
def report(bundle: Path) -> Report:
    return asyncio.run(scan(bundle_config(bundle)))


@pytest.fixture(scope="module")
def drifts(report: Report) -> Mapping[str, Drift]:
    return {drift.resource.address or drift.resource.id: drift for drift in report.drifts}


def test_every_source_is_read_without_a_skipped_record(report: Report) -> None:
    assert {source.kind for source in report.scan.sources} == {"terraform_state", "aws", "cloudtrail", "git"}
    assert [source for source in report.scan.sources if source.status is not SourceStatus.OK or source.skipped] == []


def test_exactly_the_stories_are_found(report: Report) -> None:
    found = sorted((drift.resource.address or drift.resource.id, drift.kind) for drift in report.drifts)
    assert found == sorted((truth.resource, DriftKind(truth.kind)) for truth in TRUTH)


def test_nearly_everything_else_is_compared_and_in_sync(report: Report) -> None:
    summary = report.summary
    changed = summary.modified + summary.missing
    assert summary.declared == summary.in_sync + changed + summary.not_compared
    assert summary.in_sync > 200
    # Only types that no source of the bundle records are left out.
    assert summary.not_compared == sum(isinstance(placed.thing, Plain) for _, placed in build_company().estate)
    assert summary.unmanaged == 3


@pytest.mark.parametrize("truth", TRUTH, ids=lambda truth: truth.story)
def test_the_right_attributes_moved(truth: Truth, drifts: Mapping[str, Drift]) -> None:
    assert sorted(change.path for change in drifts[truth.resource].changes) == sorted(truth.paths)


@pytest.mark.parametrize("truth", EXPLAINED, ids=lambda truth: truth.story)
def test_the_right_actor_is_named_at_the_right_time(truth: Truth, drifts: Mapping[str, Drift]) -> None:
    drift = drifts[truth.resource]
    assert truth.who is not None
    assert truth.at is not None
    assert drift.actor.principal is not None
    assert truth.who in drift.actor.principal
    assert drift.changed_at == when(truth.at)


def test_most_causes_are_told_and_each_of_the_five_at_least_once(drifts: Mapping[str, Drift]) -> None:
    right = [truth for truth in EXPLAINED if drifts[truth.resource].cause.category == truth.cause]
    wrong = {truth.story: drifts[truth.resource].cause.category.value for truth in EXPLAINED if truth not in right}
    assert len(right) >= 0.8 * len(EXPLAINED), wrong
    assert {truth.cause for truth in right} == {truth.cause for truth in EXPLAINED}


def test_what_no_event_explains_is_not_pinned_on_anybody(drifts: Mapping[str, Drift]) -> None:
    drift = drifts[BY_STORY["runner-log-retention"].resource]
    assert drift.actor.principal is None
    assert drift.changed_at is None
    assert drift.cause.confidence < 0.5


@pytest.mark.parametrize("story", ["databases-open", "partner-feed-administrator", "exports-public"])
def test_what_was_refused_before_is_evidence(story: str, drifts: Mapping[str, Drift]) -> None:
    evidence = drifts[BY_STORY[story].resource].evidence
    assert any("refused to the same principal" in item.summary for item in evidence)


@pytest.mark.parametrize("story", ["payments-backups", "label-renderer-memory"])
def test_the_apply_that_failed_is_evidence(story: str, drifts: Mapping[str, Drift]) -> None:
    evidence = drifts[BY_STORY[story].resource].evidence
    assert any("an apply failed on this resource" in item.summary for item in evidence)


def test_no_secret_of_the_state_is_in_the_report(report: Report, bundle: Path) -> None:
    text = repr(report)
    assert "whk_" not in text
    assert "postgres://" not in text


@pytest.mark.parametrize("story", ["tracking-fleet", "bastion-from-home"])
def test_the_incident_that_was_declared_before_is_evidence(story: str, drifts: Mapping[str, Drift]) -> None:
    evidence = drifts[BY_STORY[story].resource].evidence
    assert any(item.kind is EventKind.INCIDENT for item in evidence)
