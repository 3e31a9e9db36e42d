"""`driftguard drifts confirm` and `driftguard model`: what people say of causes, and the models that tell them."""

import json
from contextlib import closing
from pathlib import Path

import pytest

from engine.learning import registry
from engine.store.ledger import Ledger
from tests.support.command import driftguard
from tests.support.samples import make_drift, make_report
from tests.support.small_models import cases, learned


@pytest.fixture
def store(tmp_path: Path) -> Path:
    with closing(Ledger.open(tmp_path / "store")) as ledger:
        ledger.record(make_report("s1", 0, make_drift("abc123"), make_drift("def456")))
    return tmp_path / "store"


@pytest.fixture
def registered(store: Path) -> str:
    with closing(Ledger.open(store)) as ledger:
        return registry.register(store, ledger, *learned(cases(150, seed=1)), by="anna").label


def listed(store: Path) -> str:
    """What `model list` prints, with one space between words."""
    return " ".join(driftguard("model", "list", "--store", store).out.split())


class TestConfirm:
    def test_the_named_cause(self, store: Path) -> None:
        status, out, err = driftguard("drifts", "confirm", "abc", "--store", store)

        assert (status, err) == (0, "")
        assert "abc123 is confirmed as unauthorized change, as rules@1 had named it (80%)" in out
        assert "1 cause confirmed in this estate: provisional" in out

    def test_another_one(self, store: Path) -> None:
        out = driftguard("drifts", "confirm", "abc", "--cause", "emergency_fix", "--store", store).out

        assert "abc123 is corrected to emergency fix; rules@1 had named unauthorized change (80%)" in out
        with closing(Ledger.open(store)) as ledger:
            assert [entry.action for entry in ledger.audit_entries()] == ["drift.confirm"]

    def test_it_is_shown_with_the_drift(self, store: Path) -> None:
        arguments = ("--cause", "emergency_fix", "--comment", "the night of the\x1b[31m outage", "--store", store)
        driftguard("drifts", "confirm", "abc", *arguments)
        out = driftguard("drifts", "show", "abc", "--store", store).out

        assert " that it was emergency fix: the night of the" in out
        assert "\x1b" not in out

    @pytest.mark.parametrize(
        ("arguments", "reason"),
        [
            (("nothing",), "no drift has an id that begins with 'nothing'"),
            (("abc", "--cause", "boredom"), "'boredom' is not one of"),
            ((), "Missing argument 'ID'"),
        ],
    )
    def test_what_cannot_be_confirmed_is_said_in_a_sentence(
        self, store: Path, arguments: tuple[str, ...], reason: str
    ) -> None:
        status, out, err = driftguard("drifts", "confirm", *arguments, "--store", store)

        assert (status, out) == (1, "")
        assert reason in err
        assert "Traceback" not in err


class TestModels:
    def test_without_any_the_shipped_one_is_listed(self, store: Path) -> None:
        status, out, err = driftguard("model", "list", "--store", store)

        assert (status, err) == (0, "")
        assert "in use" in out
        assert "Nobody has confirmed a cause" in out

    def test_a_store_that_is_not_there_yet_lists_the_shipped_one_too(self, tmp_path: Path) -> None:
        assert "in use" in driftguard("model", "list", "--store", tmp_path / "new").out

    def test_a_model_on_its_way(self, store: Path, registered: str) -> None:
        assert f"{registered} registered" in listed(store)

        refused = driftguard("model", "promote", registered, "--store", store)
        assert refused.status == 1
        assert "0 confirmed drifts are held out, and it takes 20" in refused.err
        assert "Give --reason TEXT to promote it all the same" in refused.err
        assert f"{registered} registered" in listed(store)

        promoted = driftguard("model", "promote", registered, "--reason", "a drill", "--store", store)
        assert (promoted.status, promoted.out) == (0, f"{registered} is in use from the next scan on\n")
        assert f"{registered} in use" in listed(store)

        back = driftguard("model", "rollback", "--reason", "the drill is over", "--store", store)
        assert back.out == "the model that comes with DriftGuard is in use from the next scan on\n"
        assert driftguard("model", "rollback", "--store", store).status == 1

    def test_for_programs(self, store: Path, registered: str) -> None:
        driftguard("drifts", "confirm", "abc", "--store", store)
        document = json.loads(driftguard("model", "list", "--store", store, "--format", "json").out)

        assert [model["state"] for model in document["models"]] == ["registered", "in use"]
        assert document["models"][0]["metrics"]["accuracy"] == 0.91
        lines = driftguard("model", "list", "--store", store, "--format", "ndjson").out.splitlines()
        assert [json.loads(line)["state"] for line in lines] == ["registered", "in use"]

    def test_an_altered_model_is_told_and_not_used(self, store: Path, registered: str) -> None:
        driftguard("model", "promote", registered, "--reason", "a drill", "--store", store)
        (store / "models" / "cause" / "2026.3.2" / "forest.ubj").write_bytes(b"something else")

        assert f"{registered} damaged" in listed(store)
        assert "forest.ubj: was altered" in listed(store)

    def test_a_model_nobody_registered(self, store: Path) -> None:
        status, _, err = driftguard("model", "promote", "cause@9", "--store", store)

        assert (status, err.count("\n")) == (1, 1)
        assert "no model cause@9 is registered" in err
