"""The life of a model in a store: registered, promoted, used by scans, taken back, and never used when altered."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs
from sqlalchemy import create_engine, text

from engine.errors import ModelError
from engine.learning import registry
from engine.learning.challenge import Match, Score, Verdict
from engine.learning.in_use import in_use
from engine.learning.standing import State, overview
from engine.model import Category, Role
from engine.store.files import LEDGER
from engine.store.ledger import Ledger
from engine.store.records import ModelRecord
from ml.ensemble import shipped
from tests.support.samples import make_drift, make_report
from tests.support.small_models import cases, learned

SCORE = Score(100, 0.9, 0.3, 0.9)
PASSED = Verdict(Match(SCORE, SCORE), Match(SCORE, SCORE), ())
FAILED = structs.replace(PASSED, objections=("it overlooks intrusions",))


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def ledger(store: Path) -> Iterator[Ledger]:
    ledger = Ledger.open(store)
    yield ledger
    ledger.close()


@pytest.fixture(scope="module")
def made() -> list[tuple[object, dict[str, bytes]]]:
    return [learned(cases(150, seed=seed), f"2026.3.{seed}", seed=seed) for seed in (1, 2)]


@pytest.fixture
def models(store: Path, ledger: Ledger, made: list) -> list[ModelRecord]:
    return [registry.register(store, ledger, manifest, files, by="anna") for manifest, files in made]


def used(store: Path, ledger: Ledger) -> str:
    found = in_use(store, ledger, "shop").ensemble
    return found.manifest.version if found else "shipped"


def test_a_registered_model_is_used_once_it_is_promoted_and_until_that_is_taken_back(
    store: Path, ledger: Ledger, models: list[ModelRecord]
) -> None:
    first, second = models
    assert used(store, ledger) == "shipped"

    for model in (first, second):
        registry.promote(ledger, model, by="anna", verdict=PASSED)
        assert used(store, ledger) == model.version

    assert registry.rollback(ledger, by="anna", reason="too sure of itself") == ledger.champion("cause")
    assert used(store, ledger) == first.version
    assert registry.rollback(ledger, by="anna") is None
    assert used(store, ledger) == "shipped"
    with pytest.raises(ModelError, match="none before it"):
        registry.rollback(ledger, by="anna")


def test_it_is_in_use_after_a_restart(store: Path, ledger: Ledger, models: list[ModelRecord]) -> None:
    registry.promote(ledger, models[0], by="anna", verdict=PASSED)
    ledger.close()

    again = Ledger.open(store)
    assert used(store, again) == models[0].version
    again.close()


@pytest.mark.parametrize("verdict", [FAILED, None])
def test_what_the_gate_does_not_let_pass_takes_a_reason_which_is_audited(
    ledger: Ledger, models: list[ModelRecord], verdict: Verdict | None
) -> None:
    with pytest.raises(ModelError, match=r"is not promoted: .+ Give --reason"):
        registry.promote(ledger, models[0], by="anna", verdict=verdict)
    assert ledger.champion("cause") is None

    registry.promote(ledger, models[0], by="anna", verdict=verdict, reason="the drill of 3 March")
    entry = ledger.audit_entries()[-1]
    assert (entry.action, entry.details["reason"]) == ("model.promote", "the drill of 3 March")
    assert entry.details["sha256"] == models[0].sha256


def test_only_an_admin_promotes_and_takes_back(store: Path, ledger: Ledger, models: list[ModelRecord]) -> None:
    engine = create_engine(f"sqlite:///{store / LEDGER}")
    with engine.begin() as connection:
        for name, role in (("root", "admin"), ("ben", "edit")):
            statement = text("INSERT INTO users (name, role, created_at) VALUES (:name, :role, '2026-03-02')")
            connection.execute(statement, {"name": name, "role": role})
    engine.dispose()

    assert [ledger.role_of(name) for name in ("root", "ben", "stranger")] == [Role.ADMIN, Role.EDIT, Role.VIEW]
    for person in ("ben", "stranger"):
        with pytest.raises(ModelError, match="is an admin's act"):
            registry.promote(ledger, models[0], by=person, verdict=PASSED, reason="please")
        with pytest.raises(ModelError, match="is an admin's act"):
            registry.rollback(ledger, by=person)
    registry.promote(ledger, models[0], by="root", verdict=PASSED)
    assert used(store, ledger) == models[0].version


def test_a_promoted_model_that_was_altered_is_not_used_and_that_is_told(
    store: Path, ledger: Ledger, models: list[ModelRecord]
) -> None:
    registry.promote(ledger, models[0], by="anna", verdict=PASSED)
    folder = registry.folder_of(store, "cause", models[0].version)
    (folder / "trees.ubj").write_bytes(b"\x00" * 100)

    found = in_use(store, ledger, "shop")
    assert found.ensemble is None
    assert "was altered" in found.problem

    standing = overview(store, ledger)
    assert "was altered" in standing.problem
    assert {model.version: model.state for model in standing.models}[models[0].version] is State.DAMAGED


def test_a_version_is_registered_once(store: Path, ledger: Ledger, models: list[ModelRecord], made: list) -> None:
    with pytest.raises(ModelError, match="give the new one another version"):
        registry.register(store, ledger, *made[0], by="anna")
    assert len(ledger.models()) == 2


def test_a_model_that_nobody_registered_is_not_found(ledger: Ledger, models: list[ModelRecord]) -> None:
    for name in (models[0].label, models[0].version):
        assert registry.find(ledger, name).sha256 == models[0].sha256
    with pytest.raises(ModelError, match="no model cause@9 is registered"):
        registry.find(ledger, "cause@9")


class TestWhatAScanGoesBy:
    def test_a_correction_changes_the_habits_of_its_estate_and_of_no_other(self, store: Path, ledger: Ledger) -> None:
        report = make_report("s1", 0, make_drift("d-1"))
        ledger.record(structs.replace(report, scan=structs.replace(report.scan, estate="shop")))
        before = {estate: in_use(store, ledger, estate) for estate in ("shop", "bank")}
        ledger.confirm("d-1", by="anna", category=Category.EMERGENCY_FIX)
        after = {estate: in_use(store, ledger, estate) for estate in ("shop", "bank")}
        scope = make_drift("d-1").resource.scope

        assert after["shop"].priors.of(scope).factor(Category.EMERGENCY_FIX) > 1
        assert after["shop"].priors.of(scope).factor(Category.UNAUTHORIZED_CHANGE) < 1
        assert after["shop"].mark != before["shop"].mark
        assert after["bank"].priors.of(scope).factor(Category.EMERGENCY_FIX) == 1
        assert after["bank"].mark == before["bank"].mark

    def test_another_model_changes_the_mark(self, store: Path, ledger: Ledger, models: list[ModelRecord]) -> None:
        before = in_use(store, ledger, "shop").mark
        registry.promote(ledger, models[0], by="anna", verdict=PASSED)

        assert in_use(store, ledger, "shop").mark != before


class TestOverview:
    def test_the_shipped_model_is_in_use_where_nothing_else_is(self, store: Path, ledger: Ledger) -> None:
        [model] = overview(store, ledger).models

        assert model.state is State.IN_USE
        assert model.label == (known.manifest.label if (known := shipped()) else "evidence@1")

    def test_models_are_listed_with_what_they_are(self, store: Path, ledger: Ledger, models: list[ModelRecord]) -> None:
        registry.promote(ledger, models[1], by="anna", verdict=PASSED)
        registry.promote(ledger, models[0], by="anna", verdict=PASSED)
        standing = overview(store, ledger)

        assert {model.version: model.state.value for model in standing.models[:-1]} == {
            models[0].version: "in use", models[1].version: "promoted",
        }  # fmt: skip
        assert standing.models[-1].state is State.SHIPPED
        assert standing.models[0].metrics["accuracy"] == 0.91
        assert standing.models[0].trained_on == "150 made-up cases"

    def test_only_what_the_model_in_use_named_counts_for_it(
        self, store: Path, ledger: Ledger, models: list[ModelRecord]
    ) -> None:
        registry.promote(ledger, models[0], by="anna", verdict=PASSED)
        drifts = []
        for number, model in enumerate([models[0].label] * 3 + ["rules@1"]):
            drift = make_drift(f"d-{number}")
            drifts.append(structs.replace(drift, cause=structs.replace(drift.cause, model=model)))
        ledger.record(make_report("s1", 0, *drifts))
        for drift in drifts:
            ledger.confirm(drift.id, by="anna")

        [performance] = overview(store, ledger).performance
        assert (performance.count, performance.accuracy) == (3, 1.0)

    def test_features_that_moved_since_training_are_told(
        self, store: Path, ledger: Ledger, models: list[ModelRecord]
    ) -> None:
        registry.promote(ledger, models[0], by="anna", verdict=PASSED)
        cause = structs.replace(make_drift().cause, model=models[0].label)
        drifts = [make_drift(f"d-{number}", cause=cause) for number in range(30)]
        others = [make_drift(f"e-{number}") for number in range(30)]
        seen = {drift.id: {"by_human": 9.0} for drift in drifts} | {drift.id: {"changes": 9.0} for drift in others}
        ledger.record(make_report("s1", 0, *drifts, *others), seen)

        assert overview(store, ledger).moved["by_human"] > 1
        assert "changes" not in overview(store, ledger).moved, "that is what another model saw"
