"""A scan tells exactly what was changed, and nothing of what says nothing new."""

import random
import tarfile
import tempfile
from pathlib import Path

import pytest

from tests.support.campaign import of_absence, of_rewrite, of_turns
from tests.support.changes import NEUTRAL, turns
from tests.support.live_side import Copy
from tests.support.mixes import write_all
from tests.support.paths import SHARED_DATA, needs_shared_data

#: A group's owner is not declared, and what lets another protocol in is another rule: one less and one more.
_OTHERWISE = {
    ("AWS::EC2::SecurityGroup", "changed configuration.ownerId", "missed"),
    ("compute.googleapis.com/Firewall", "changed allowed.IPProtocol", "many"),
}
_BUNDLES = ("estate-01", "estate-02")


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_all(tmp_path_factory.mktemp("estate") / "bundle", resources=30, drifts=0)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recorded")
    for name in _BUNDLES:
        with tarfile.open(SHARED_DATA / "bundles" / f"{name}.tar.gz") as archive:
            archive.extractall(folder, filter="data")
    return folder


@pytest.mark.parametrize("rewrite", NEUTRAL)
def test_what_says_nothing_new_is_not_told(estate: Path, rewrite: str) -> None:
    assert of_rewrite(estate, NEUTRAL[rewrite]) == []


def test_every_change_is_told_as_it_was_made(estate: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        chosen = list(turns(Copy(estate, Path(folder) / "bundle")))
    outcomes = list(of_turns(estate, chosen))
    assert len(outcomes) > 400
    assert {(item.native, item.what, item.verdict) for item in outcomes if item.verdict != "told"} == _OTHERWISE


def test_what_came_and_went_is_told(estate: Path) -> None:
    assert [outcome for outcome in of_absence(estate) if outcome.verdict != "told"] == []


@needs_shared_data
@pytest.mark.parametrize("rewrite", NEUTRAL)
@pytest.mark.parametrize("bundle", _BUNDLES)
def test_what_says_nothing_new_is_not_told_of_a_recorded_estate(recorded: Path, bundle: str, rewrite: str) -> None:
    assert of_rewrite(recorded / bundle, NEUTRAL[rewrite]) == []


@needs_shared_data
@pytest.mark.parametrize("bundle", _BUNDLES)
def test_nothing_else_is_told_of_a_recorded_estate(recorded: Path, bundle: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        chosen = random.Random(5).sample(list(turns(Copy(recorded / bundle, Path(folder) / "bundle"))), 60)
    outcomes = list(of_turns(recorded / bundle, chosen))
    assert [outcome for outcome in outcomes if outcome.verdict == "extra"] == []
    assert sum(outcome.verdict == "told" for outcome in outcomes) > 40
