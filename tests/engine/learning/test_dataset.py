"""Generated estates as samples: scanned like any other, kept for the next time, never shared between datasets."""

from pathlib import Path

import numpy as np
import pytest

from engine.errors import ModelError
from engine.learning.dataset import KEPT_FOR_TEST, LACKS, Plan, every_third_lacks, samples_for
from engine.learning.disguise import disguised
from engine.model import EventKind, Relation, ticket_of
from ml.features import feature_names
from ml.scenarios.processes import PROCESSES
from tests.support.cases import DB, NOW, attributed, report, set_multi_az

SMALL = Plan("training", 1, 3, ("tickets",), drifts=12, traffic=200)


def test_an_estate_becomes_samples_that_are_kept(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    first = samples_for(SMALL, tmp_path, lambda done, of: told.append((done, of)))
    assert len(first) >= 12
    assert first.features.shape[1] == len(feature_names())
    assert first.evidence.sum(axis=1) == pytest.approx(np.ones(len(first)))
    assert set(first.lacking) == {"tickets"}
    assert not set(first.processes) & KEPT_FOR_TEST
    assert told == [(1, 1)]
    [kept] = tmp_path.iterdir()
    assert samples_for(SMALL, tmp_path).digest == first.digest
    kept.write_bytes(b"not samples")
    with pytest.raises(ModelError, match="holds no samples"):
        samples_for(SMALL, tmp_path)


def test_datasets_are_told_apart() -> None:
    plans = [SMALL, Plan("training", 1, 4), Plan("test", 1, 3), Plan("training", 1, 3, disguise=True)]
    assert len({plan.file_name for plan in plans}) == len(plans)
    assert Plan("training", 1, 3).file_name == Plan("training", 1, 3).file_name


def test_some_processes_are_kept_for_the_test() -> None:
    assert set(SMALL.processes).isdisjoint(KEPT_FOR_TEST)
    assert set(Plan("test", 1, 1).processes) > KEPT_FOR_TEST
    for known in PROCESSES.values():
        names = {process.__name__ for process in known}
        assert names & KEPT_FOR_TEST
        assert names - KEPT_FOR_TEST


def test_two_estates_of_three_lack_nothing() -> None:
    lacks = every_third_lacks()
    assert lacks.count("") == 2 * len(LACKS)
    assert set(lacks) == {"", *LACKS}


def test_a_disguise_changes_words_and_no_facts() -> None:
    incident = report("14 08:40", EventKind.INCIDENT, ("shop-db",), title="the shop is down again today", priority="P1")
    attribution = attributed(DB, incident, set_multi_az("14 09:00", False))
    _, changed, _ = disguised((DB, attribution, NOW), np.random.default_rng(1))
    assert changed.actor.role not in (None, attribution.actor.role)
    assert changed.change is not None
    assert changed.change.actor.role == changed.actor.role
    assert changed.actor.principal == attribution.actor.principal
    [before], [after] = (
        [one for one in each.context if one.relation is Relation.RESOURCE] for each in (attribution, changed)
    )
    assert (after.weight, after.event.touches) == (before.weight, before.event.touches)
    assert ticket_of(after.event).priority == "P1"
    assert ticket_of(after.event).title != ticket_of(before.event).title
    assert sorted(ticket_of(after.event).title.split()) == sorted(ticket_of(before.event).title.split())
