"""`driftguard model train` and `evaluate`, on samples that are kept from before."""

import json
from contextlib import closing
from pathlib import Path

import platformdirs
import pytest

from engine.learning.evaluate import unseen_plans
from engine.learning.training import training_plans
from engine.store.ledger import Ledger
from ml.registry import load
from tests.support.command import driftguard
from tests.support.kept_samples import keep

TRAINING = ("--seed", "2", "--estates", "4")


@pytest.fixture(autouse=True)
def _kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    plans = (*training_plans(4, 2), *unseen_plans(1, 2), *unseen_plans(2, 2))
    keep(platformdirs.user_cache_path("driftguard") / "samples", plans)


def test_a_trained_model_is_registered_and_measured(tmp_path: Path) -> None:
    store = tmp_path / "store"
    status, out, err = driftguard("model", "train", *TRAINING, "--store", store)

    assert status == 0
    assert "is registered: `driftguard model promote cause@" in err
    for part in ("boosted trees", "random forest", "evidence model", "processes that no model saw", "roles renamed",
                 "True causes (rows)", "LACKING", "remain possible", "Single fields"):  # fmt: skip
        assert part in out
    with closing(Ledger.open(store)) as ledger:
        [record] = ledger.models()
    assert record.manifest["metrics"]["accuracy"] > 0.8


def test_a_model_for_shipping_is_written_to_a_folder(tmp_path: Path) -> None:
    status, _, err = driftguard("model", "train", *TRAINING, "--output", tmp_path / "cause")
    assert (status, f"is written to {tmp_path / 'cause'}" in err) == (0, True)
    manifest, files = load(tmp_path / "cause")
    assert manifest.seed == 2
    assert sum(map(len, files.values())) < 3_000_000
    again = driftguard("model", "train", *TRAINING, "--output", tmp_path / "cause")
    assert (again.status, "there is a model already" in again.err) == (1, True)


def test_the_model_in_use_is_measured(tmp_path: Path) -> None:
    store = tmp_path / "store"
    driftguard("model", "train", *TRAINING, "--store", store)
    with closing(Ledger.open(store)) as ledger:
        [record] = ledger.models()
    driftguard("model", "promote", record.label, "--reason", "a test", "--store", store)
    asked = driftguard("model", "evaluate", "--seed", "2", "--estates", "2", "--store", store)
    assert asked.status == 0
    assert f"{record.label}, learned from 160 drifts of 4 generated estates" in asked.err
    assert "not yet from what people confirm" in asked.err

    found = json.loads(
        driftguard("model", "evaluate", "--seed", "2", "--estates", "2", "--store", store, "--format", "json").out
    )
    assert found["voices"]["ensemble"]["accuracy"] > found["voices"]["evidence model"]["accuracy"]
    assert found["coverage"][0]["lacking"] == "cloudtrail"
