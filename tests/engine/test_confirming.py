"""What people confirm of one scan's findings, and what the next scans make of it."""

import asyncio
from pathlib import Path

import pytest
from msgspec import structs

from engine.config import bundle_config
from engine.learning import registry
from engine.model import Category, Drift
from engine.pipeline import scan
from engine.store import open_stores
from tests.support.estates import write_estate
from tests.support.small_bundle import write_bundle
from tests.support.small_models import cases, learned

OTHER = Category.INCOMPLETE_ROLLOUT


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return write_estate(tmp_path / "bundle", 30, 3)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


def scanned(bundle: Path, store: Path, estate: str = "shop") -> dict[str, Drift]:
    """What a process of its own finds and records."""
    config = structs.replace(bundle_config(bundle), name=estate)
    with open_stores(store) as stores:
        return {drift.id: drift for drift in asyncio.run(scan(config, stores=stores)).drifts}


def corrected(store: Path, drift: Drift, category: Category = OTHER) -> None:
    with open_stores(store) as stores:
        stores.ledger.confirm(drift.id, by="anna", category=category)


def test_a_correction_moves_the_causes_of_the_estates_other_drifts_and_survives_a_restart(
    bundle: Path, store: Path
) -> None:
    before = scanned(bundle, store)
    first, *others = before.values()
    corrected(store, first)

    for _ in range(2):
        after = scanned(bundle, store)
        for drift in others:
            old, new = drift.cause, after[drift.id].cause
            assert new.distribution[OTHER] > old.distribution[OTHER]
            assert new.distribution[first.cause.category] < old.distribution[first.cause.category]
            assert new.category is old.category, "one correction moves little"
            assert any(signal.name == "confirmed_before" for signal in new.signals)


def test_a_drift_that_a_person_looked_into_is_what_the_person_says(bundle: Path, store: Path) -> None:
    first, *_ = scanned(bundle, store).values()
    corrected(store, first)
    after = scanned(bundle, store)[first.id]

    assert after.cause.category is OTHER
    assert after.cause.signals[0].reason == "anna looked into it and says so"
    assert sum(after.cause.distribution.values()) == pytest.approx(1)


def test_a_correction_does_not_reach_other_estates(bundle: Path, store: Path) -> None:
    other = write_bundle(bundle.parent / "other", live={"VisibilityTimeout": "900"})
    [before] = scanned(other, store, estate="bank").values()
    for drift in scanned(bundle, store).values():
        corrected(store, drift)

    with open_stores(store) as stores:
        config = structs.replace(bundle_config(other), name="bank")
        # What is hidden is shown, so that the scan looks anew instead of repeating what it found before.
        [after] = asyncio.run(scan(config, stores=stores, show_hidden=True)).drifts
    assert after.cause == before.cause


def test_what_the_model_saw_is_kept_for_later_models_to_learn_from(bundle: Path, store: Path) -> None:
    first, *_ = scanned(bundle, store).values()
    corrected(store, first)

    with open_stores(store) as stores:
        [given] = stores.ledger.feedback("shop")
    assert given.features["by_human"] == 0
    assert given.features["changes"] == len(first.changes)


def test_a_promoted_model_explains_the_next_scan(bundle: Path, store: Path) -> None:
    shipped = {drift.cause.model for drift in scanned(bundle, store).values()}
    manifest, files = learned(cases(150, seed=1))
    with open_stores(store) as stores:
        record = registry.register(store, stores.ledger, manifest, files, by="anna")
        registry.promote(stores.ledger, record, by="anna", reason="a drill")

    assert {drift.cause.model for drift in scanned(bundle, store).values()} == {"cause@2026.3.2"}
    with open_stores(store) as stores:
        registry.rollback(stores.ledger, by="anna")
    assert {drift.cause.model for drift in scanned(bundle, store).values()} == shipped
