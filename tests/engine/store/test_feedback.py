"""What people say of drifts, and the models that are in use, in the ledger."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from msgspec import structs

from engine.errors import StoreError
from engine.model import Category, Report, Role
from engine.store.ledger import Ledger
from engine.store.records import ModelRecord
from tests.support.places import Place
from tests.support.samples import at, make_drift, make_report


@pytest.fixture
def bens(place: Place, ledger: Ledger) -> Iterator[Ledger]:
    """The same ledger as ben has it open."""
    with closing(place.open("ben")) as opened:
        yield opened


def of_estate(report: Report, estate: str) -> Report:
    return structs.replace(report, scan=structs.replace(report.scan, estate=estate))


class TestConfirming:
    def test_the_named_cause_is_confirmed_with_what_the_model_had_said_and_seen(self, ledger: Ledger) -> None:
        drift = make_drift("d-1")
        ledger.record(make_report("s1", 0, drift), {"d-1": {"by_person": 1.0, "minutes": 12.5}})

        ledger.confirm("d-1", by="mia", comment="asked mia")

        [given] = ledger.feedback()
        assert (given.category, given.named, given.is_correction) == (drift.cause.category, drift.cause.category, False)
        assert (given.distribution, given.model) == (drift.cause.distribution, "rules@1")
        assert (given.scope, given.by, given.comment) == (drift.resource.scope, "mia", "asked mia")
        assert given.features == {"by_person": 1.0, "minutes": 12.5}

    def test_a_correction_names_another_cause(self, ledger: Ledger) -> None:
        ledger.record(make_report("s1", 0, make_drift("d-1")))
        given = ledger.confirm("d-1", by="mia", category=Category.EMERGENCY_FIX)

        assert given.is_correction
        assert (given.category, given.named) == (Category.EMERGENCY_FIX, Category.UNAUTHORIZED_CHANGE)
        assert ledger.feedback() == [given]

    def test_the_last_word_on_a_drift_counts(self, ledger: Ledger, bens: Ledger) -> None:
        ledger.record(make_report("s1", 0, make_drift("d-1"), make_drift("d-2")))
        ledger.confirm("d-1", by="mia", category=Category.EMERGENCY_FIX)
        ledger.confirm("d-2", by="mia")
        bens.confirm("d-1", by="ben", category=Category.MANUAL_TROUBLESHOOTING)

        assert [(given.drift_id, given.by) for given in ledger.feedback()] == [("d-2", "mia"), ("d-1", "ben")]

    def test_a_later_word_is_held_against_what_the_model_had_said_before_any(
        self, ledger: Ledger, bens: Ledger
    ) -> None:
        """What a person said moves the drift's cause in the next report, and that is no merit of the model."""
        drift = make_drift("d-1")
        ledger.record(make_report("s1", 0, drift))
        first = ledger.confirm("d-1", by="mia", category=Category.EMERGENCY_FIX)
        followed = structs.replace(drift.cause, category=Category.EMERGENCY_FIX, model="cause@2")
        ledger.record(make_report("s2", 10, structs.replace(drift, cause=followed)))
        second = bens.confirm("d-1", by="ben")

        assert (second.category, second.by) == (Category.EMERGENCY_FIX, "ben")
        assert (second.named, second.distribution, second.model) == (first.named, first.distribution, first.model)
        assert second.is_correction

    def test_each_estate_has_its_own(self, ledger: Ledger) -> None:
        ledger.record(of_estate(make_report("s1", 0, make_drift("d-1")), "shop"))
        ledger.record(of_estate(make_report("s2", 0, make_drift("d-2")), "bank"))
        ledger.confirm("d-1", by="mia")
        ledger.confirm("d-2", by="mia")

        assert [given.drift_id for given in ledger.feedback("shop")] == ["d-1"]
        assert [given.drift_id for given in ledger.feedback()] == ["d-1", "d-2"]

    def test_it_is_there_after_a_restart_and_in_the_audit_log(self, ledger: Ledger, place: Place) -> None:
        ledger.record(make_report("s1", 0, make_drift("d-1")))
        given = ledger.confirm("d-1", by="mia", category=Category.EMERGENCY_FIX)
        ledger.close()

        again = place.open()
        assert again.feedback() == [given]
        [entry] = again.audit_entries()
        assert (entry.actor, entry.action, entry.subject) == ("mia", "drift.confirm", "d-1")
        assert (entry.details["category"], entry.details["named"]) == ("emergency_fix", "unauthorized_change")
        assert again.verify_audit().intact
        again.close()

    def test_it_stays_when_a_later_report_says_something_else(self, ledger: Ledger) -> None:
        ledger.record(make_report("s1", 0, make_drift("d-1")))
        given = ledger.confirm("d-1", by="mia")
        ledger.record(make_report("s2", 10))

        assert ledger.feedback() == [given]

    def test_a_drift_nobody_knows_cannot_be_confirmed(self, ledger: Ledger) -> None:
        with pytest.raises(StoreError, match="no drift has an id"):
            ledger.confirm("d-9", by="mia")

    def test_a_secret_in_a_comment_is_not_kept(self, ledger: Ledger) -> None:
        ledger.record(make_report("s1", 0, make_drift("d-1")))
        ledger.confirm("d-1", by="mia", comment="it was postgres://app:s3cr3tpw@db/shop")

        assert "s3cr3tpw" not in ledger.feedback()[0].comment
        assert "s3cr3tpw" not in str(ledger.audit_entries())


class TestModels:
    OLD = ModelRecord("cause", "1", "a" * 64, {"seed": 1}, at(0))
    NEW = ModelRecord("cause", "2", "b" * 64, {"seed": 2}, at(5))

    def registered(self, ledger: Ledger) -> None:
        for model in (self.OLD, self.NEW):
            ledger.add_model(model, by="mia")

    def test_a_registered_model_is_not_in_use(self, ledger: Ledger) -> None:
        self.registered(ledger)

        assert [model.version for model in ledger.models()] == ["2", "1"]
        assert ledger.champion("cause") is None

    def test_the_last_promoted_is_in_use_and_taking_it_back_brings_the_one_before(self, ledger: Ledger) -> None:
        self.registered(ledger)
        champions = []
        for model in (self.OLD, self.NEW):
            ledger.promote_model(model, by="mia", details={"reason": "better"})
            champions.append(ledger.champion("cause"))
        assert [model and model.version for model in champions] == ["1", "2"]

        ledger.demote_model(self.NEW, by="mia", reason="worse after all")
        assert [model.version for model in ledger.models() if model.promoted_at] == ["1"]
        ledger.demote_model(self.OLD, by="mia")
        assert ledger.champion("cause") is None

    def test_every_step_is_in_the_audit_log_with_the_models_hash(self, ledger: Ledger, bens: Ledger) -> None:
        self.registered(ledger)
        ledger.promote_model(self.NEW, by="mia", details={"reason": "better"})
        bens.demote_model(self.NEW, by="ben", reason="worse")

        entries = ledger.audit_entries()
        assert [(entry.action, entry.subject, entry.actor) for entry in entries[2:]] == [
            ("model.promote", "cause@2", "mia"),
            ("model.rollback", "cause@2", "ben"),
        ]
        assert {entry.details["sha256"] for entry in entries[1:]} == {"b" * 64}

    def test_a_version_is_registered_once(self, ledger: Ledger) -> None:
        ledger.add_model(self.OLD, by="mia")
        with pytest.raises(StoreError, match="nothing was changed"):
            ledger.add_model(self.OLD, by="mia")

    def test_the_owner_of_a_store_without_users_may_do_everything(self, ledger: Ledger) -> None:
        assert ledger.role_of("mia") is Role.ADMIN
