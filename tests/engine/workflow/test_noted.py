"""What the audit log keeps beside steps."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from msgspec import structs

from engine.config import Config, load_config
from engine.store.ledger import Ledger
from engine.workflow.noted import note_configuration, noting_secrets


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(Ledger.open(tmp_path / "store")) as ledger:
        yield ledger


@pytest.fixture
def config(tmp_path: Path) -> Config:
    (tmp_path / "driftguard.toml").write_text('[estate]\nname = "shop"\n')
    return load_config(tmp_path / "driftguard.toml")


def told(ledger: Ledger) -> list[tuple[str, str, str]]:
    return [(entry.actor, entry.action, entry.subject) for entry in ledger.audit_entries()]


def test_another_configuration_is_written_down_once(ledger: Ledger, config: Config) -> None:
    for _ in range(2):
        note_configuration(ledger, config, "anna")
    assert told(ledger) == [("anna", "config.change", "shop")]

    assert config.file is not None
    config.file.write_text('[estate]\nname = "shop"\n[[freeze]]\ndays = ["fri"]\nreason = "weekend"\n')
    note_configuration(ledger, config, "anna")
    first, second = ledger.audit_entries()
    assert first.details.keys() == second.details.keys() == {"driftguard.toml"}
    assert first.details != second.details


def test_each_person_has_their_own(ledger: Ledger, config: Config) -> None:
    for person in ("anna", "ann", "anna"):
        note_configuration(ledger, config, person)
    assert [actor for actor, _, _ in told(ledger)] == ["anna", "ann"]


def test_tables_of_ones_own_are_part_of_it(ledger: Ledger, config: Config, tmp_path: Path) -> None:
    tables = tmp_path / "providers"
    tables.mkdir()
    (tables / "workflow.toml").write_text("")
    note_configuration(ledger, structs.replace(config, knowledge=tables), "anna")
    assert set(ledger.audit_entries()[0].details) == {"driftguard.toml", "workflow.toml"}


def test_without_a_file_there_is_nothing_to_note(ledger: Ledger, config: Config) -> None:
    note_configuration(ledger, structs.replace(config, file=None), "anna")
    assert told(ledger) == []


def test_a_secret_that_is_read_is_written_down_without_it(ledger: Ledger) -> None:
    read = noting_secrets({"env:TOKEN": "hunter2-hunter2"}.__getitem__, ledger, "anna", "request r-1")
    assert read("env:TOKEN") == "hunter2-hunter2"
    [entry] = ledger.audit_entries()
    assert (entry.actor, entry.action, entry.subject, entry.details) == (
        "anna",
        "secret.read",
        "env:TOKEN",
        {"for": "request r-1"},
    )
    assert "hunter2" not in str(entry)
