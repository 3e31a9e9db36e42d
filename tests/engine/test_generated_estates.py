"""Who, when and why on estates whose truth is known: everything from the wire formats to the report."""

from pathlib import Path

import pytest

from engine.model import SourceStatus
from ml.scenarios import generate
from tests.support.known_truth import Outcome, judge, share

#: One estate for each seed, with the sources that it lacks.
COMPLETE = (101, 102, 103)
LACKING = {201: "cloudtrail", 202: "retention", 203: "kubernetes-audit", 204: "records"}


@pytest.fixture(scope="module")
def complete(tmp_path_factory: pytest.TempPathFactory) -> list[Outcome]:
    return [judge(generate(seed, pool="validation", traffic=600), _folder(tmp_path_factory)) for seed in COMPLETE]


@pytest.fixture(scope="module")
def lacking(tmp_path_factory: pytest.TempPathFactory) -> list[Outcome]:
    return [
        judge(generate(seed, pool="validation", traffic=600, withheld=[source]), _folder(tmp_path_factory))
        for seed, source in LACKING.items()
    ]


def test_every_drift_is_found_and_nothing_else(complete: list[Outcome]) -> None:
    for outcome in complete:
        assert [verdict for verdict in outcome.verdicts if not verdict.is_found] == []
        assert outcome.false == ()


def test_no_source_fails(complete: list[Outcome]) -> None:
    for outcome in complete:
        failed = [source for source in outcome.report.scan.sources if source.status is SourceStatus.FAILED]
        assert failed == []


def test_the_actor_is_right_where_the_evidence_is_complete(complete: list[Outcome]) -> None:
    verdicts = [verdict for outcome in complete for verdict in outcome.verdicts]
    assert share(verdict.actor == "right" for verdict in verdicts) >= 0.95


def test_the_moment_is_within_five_minutes(complete: list[Outcome]) -> None:
    verdicts = [verdict for outcome in complete for verdict in outcome.verdicts]
    assert share(verdict.is_time_right for verdict in verdicts) >= 0.95


def test_nobody_is_accused_where_the_evidence_is_missing(lacking: list[Outcome]) -> None:
    unknowable = [v for outcome in lacking for v in outcome.verdicts if not v.truth.is_knowable]
    assert len(unknowable) > 20
    assert share(verdict.actor == "wrong" for verdict in unknowable) <= 0.05


def _folder(factory: pytest.TempPathFactory) -> Path:
    return factory.mktemp("estate") / "bundle"
