"""What `driftguard doctor` says of the models: which is in use, how it does, and what is wrong with it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from msgspec import structs

from engine.doctor import Verdict, examine
from engine.learning import registry
from engine.model import Category
from engine.store.ledger import Ledger
from tests.support.samples import make_drift, make_report
from tests.support.small_models import cases, learned


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(Ledger.open(tmp_path / "store")) as ledger:
        yield ledger


def told(tmp_path: Path) -> dict[str, tuple[Verdict, str]]:
    found = examine(store=tmp_path / "store")
    return {each.name: (each.verdict, each.detail) for each in found if each.area == "models"}


def test_a_new_store_has_nothing_to_say_of_models(tmp_path: Path) -> None:
    assert told(tmp_path) == {}


def test_the_model_in_use_is_named_with_how_it_does(tmp_path: Path, ledger: Ledger) -> None:
    registry.promote(
        ledger, registry.register(tmp_path / "store", ledger, *learned(cases(150)), by="anna"), by="anna", reason="new"
    )

    assert told(tmp_path) == {"in use": (Verdict.OK, "cause@2026.3.2 (150 made-up cases)")}


def test_a_model_that_people_correct_more_often_than_it_says_is_told(tmp_path: Path, ledger: Ledger) -> None:
    record = registry.register(tmp_path / "store", ledger, *learned(cases(150)), by="anna")
    registry.promote(ledger, record, by="anna", reason="new")
    cause = structs.replace(make_drift().cause, model=record.label)
    drifts = [make_drift(f"d-{number}", cause=cause) for number in range(30)]
    ledger.record(make_report("s1", 0, *drifts))
    for number, drift in enumerate(drifts):
        ledger.confirm(drift.id, by="anna", category=Category.EMERGENCY_FIX if number % 2 else None)

    found = told(tmp_path)
    assert found["in use"][1].endswith("of the last 30 confirmed causes 50% had been named right")
    verdict, detail = found["accuracy degraded"]
    assert verdict is Verdict.NOTE
    assert "15 had been named right (50%), where the model was 80% sure" in detail


def test_a_damaged_model_is_broken(tmp_path: Path, ledger: Ledger) -> None:
    record = registry.register(tmp_path / "store", ledger, *learned(cases(150)), by="anna")
    registry.promote(ledger, record, by="anna", reason="new")
    (registry.folder_of(tmp_path / "store", "cause", record.version) / "manifest.json").write_text("{}")

    verdict, detail = told(tmp_path)["promoted"]
    assert verdict is Verdict.BROKEN
    assert "not the manifest that was registered" in detail
