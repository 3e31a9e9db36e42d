"""Who made each drift of the recorded estates, and when: as the raw records have it, however they are told."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from engine.model import ActorKind, Drift, EventKind, Report
from tests.support.paths import SHARED_DATA, needs_shared_data
from tests.support.recorded_estate import Answer, RecordedEstate, answers, scanned, unpacked, was_refused
from tests.support.retold import (
    STRANGER,
    rearranged,
    records_at,
    with_imitators,
    with_strangers,
    without_changes,
)

pytestmark = needs_shared_data

_BUNDLES = sorted((SHARED_DATA / "bundles").glob("*.tar.gz"))

Scan = Callable[[RecordedEstate], dict[str, Answer]]


class Recorded(NamedTuple):
    """An estate as it was recorded, and the report on it."""

    estate: RecordedEstate
    report: Report

    @property
    def answers(self) -> dict[str, Answer]:
        """Who made each drift, as it was recorded."""
        return answers(self.report)


@pytest.fixture(scope="module", params=_BUNDLES, ids=lambda path: path.name.partition(".")[0])
def recorded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    estate = unpacked(request.param, tmp_path_factory.mktemp("bundle"))
    return Recorded(estate, scanned(estate, tmp_path_factory.mktemp("plain") / "bundle"))


@pytest.fixture
def told(tmp_path: Path) -> Scan:
    return lambda estate: answers(scanned(estate, tmp_path / "bundle"))


@pytest.fixture
def dice() -> random.Random:
    return random.Random(20260314)


def test_nearly_every_drift_has_somebody_who_made_it(recorded: Recorded) -> None:
    drifts = recorded.report.drifts
    assert sum(drift.actor.principal is not None for drift in drifts) >= 0.85 * len(drifts)


def test_who_is_named_made_a_call_on_the_resource_at_that_moment(recorded: Recorded) -> None:
    for drift in _called(recorded.report):
        if drift.changed_at is not None:
            records = [record for _, record in records_at(recorded.estate, drift.changed_at)]
            assert any(_names(str(record), drift) for record in records), drift.resource


def test_who_is_named_was_not_refused_unless_it_was_an_apply(recorded: Recorded) -> None:
    for drift in _called(recorded.report):
        if drift.changed_at is not None and drift.actor.kind is not ActorKind.AUTOMATION:
            made = [
                not was_refused(log, record)
                for log, record in records_at(recorded.estate, drift.changed_at)
                if _names(str(record), drift)
            ]
            assert any(made), drift.resource


def test_records_in_other_shapes_and_orders_tell_the_same(recorded: Recorded, told: Scan, dice: random.Random) -> None:
    assert told(rearranged(recorded.estate, dice)) == recorded.answers


def test_strangers_who_changed_nothing_here_are_not_to_blame(
    recorded: Recorded, told: Scan, dice: random.Random
) -> None:
    assert told(with_strangers(recorded.estate, recorded.answers.values(), dice)) == recorded.answers


def test_who_does_it_once_more_did_not_make_it(recorded: Recorded, told: Scan, dice: random.Random) -> None:
    assert told(with_imitators(recorded.estate, recorded.answers.values(), dice)) == recorded.answers


def test_nobody_else_is_blamed_where_the_call_is_not_in_the_logs(
    recorded: Recorded, told: Scan, dice: random.Random
) -> None:
    made = recorded.answers.values()
    found = told(without_changes(with_strangers(recorded.estate, made, dice), made))
    assert found.keys() == recorded.answers.keys()
    for address, answer in found.items():
        assert answer.principal in (None, recorded.answers[address].principal), address
        assert STRANGER not in (answer.principal or "")


def _called(report: Report) -> Iterator[Drift]:
    """The drifts that somebody's call made: no merge, and no move that the provider makes without a call."""
    for drift in report.drifts:
        first = drift.evidence[0] if drift.evidence else None
        if drift.actor.principal and first and first.kind is not EventKind.COMMIT and first.at == drift.changed_at:
            yield drift


def _names(text: str, drift: Drift) -> bool:
    """Whether a record names the resource and whoever is said to have changed it."""
    ref = drift.resource
    names = {ref.id, ref.id.rpartition("/")[2], ref.name} - {""}
    person = (drift.actor.principal or "").lower()
    return person in text.lower() and any(name in text for name in names)
