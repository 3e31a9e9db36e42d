"""`driftguard db rekey`, and stores that begin encrypted."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.store.files import KEYS, TIMELINE
from tests.support.command import driftguard
from tests.support.memory_keyring import MemoryKeyring, memory_keyring
from tests.support.small_bundle import URL, write_bundle

SOURCES = """
[[source]]
name = "state"
kind = "terraform_state"
path = "terraform/orders.tfstate"
[[source]]
name = "live"
kind = "aws"
path = "aws/snapshot.json"
"""
STORE = '[store]\npath = "store"\n'
ENCRYPTED = f"{STORE}encrypt = true\nbuiltin_crypto = true\n"


@pytest.fixture(autouse=True)
def kept() -> Iterator[MemoryKeyring]:
    with memory_keyring() as keyring:
        yield keyring


@pytest.fixture
def file(tmp_path: Path) -> Path:
    write_bundle(tmp_path, live={"VisibilityTimeout": "900"})
    return tmp_path / "driftguard.toml"


def scan(file: Path, store: str) -> None:
    file.write_text(store + SOURCES)
    outcome = driftguard("scan", "--config", file)
    assert outcome.status == 2, outcome.err


def is_clear(file: Path) -> bool:
    return URL.encode() in (file.parent / "store" / TIMELINE).read_bytes()


def test_a_store_begins_encrypted_and_every_command_finds_its_key(file: Path, kept: MemoryKeyring) -> None:
    scan(file, ENCRYPTED)
    assert not is_clear(file)
    assert len(kept.kept) == 1
    shown = driftguard("timeline", "--from", "2026-03-01", "--to", "2026-04-01", "--store", file.parent / "store")
    assert shown.status == 0, shown.err


def test_from_clear_to_encrypted_to_another_key_and_back(file: Path, kept: MemoryKeyring) -> None:
    scan(file, STORE)
    assert is_clear(file)
    outcome = driftguard("db", "rekey", "--builtin-crypto", "--config", file)
    assert outcome.status == 0, outcome.err
    assert "is encrypted; its key is keyring:driftguard/store-" in outcome.out
    assert not is_clear(file)
    scan(file, ENCRYPTED)

    first = dict(kept.kept)
    assert driftguard("db", "rekey", "--config", file).status == 0
    assert kept.kept.keys().isdisjoint(first)
    scan(file, ENCRYPTED)

    outcome = driftguard("db", "rekey", "--decrypt", "--config", file)
    assert "is not encrypted any more" in outcome.out
    assert is_clear(file)
    assert kept.kept == {}
    assert not (file.parent / "store" / KEYS).exists()
    log = driftguard("audit", "list", "--config", file).out
    assert log.count("store.rekey") == 3
    assert not any(key in log for key in first.values())


def test_a_key_that_is_not_there_changes_nothing(file: Path) -> None:
    scan(file, STORE)
    outcome = driftguard("db", "rekey", "--key", "env:NO_SUCH_KEY", "--config", file)
    assert outcome.status == 1
    assert "env:NO_SUCH_KEY: the environment variable NO_SUCH_KEY is not set" in outcome.err
    assert driftguard("db", "rekey", "--key", "env:X", "--decrypt", "--config", file).status == 1
    assert is_clear(file)


def test_no_timeline_leaves_no_key(file: Path, kept: MemoryKeyring) -> None:
    file.write_text(STORE + SOURCES)
    outcome = driftguard("db", "rekey", "--config", file)
    assert "there is no timeline in" in outcome.err
    assert kept.kept == {}


@pytest.mark.parametrize(
    ("store", "said"),
    [
        (f'{ENCRYPTED}key = "hunter2"\n', "store.key: a secret is not written here"),
        (f'{STORE}key = "env:KEY"\n', "store.key: does nothing unless store.encrypt = true"),
        (f"{STORE}builtin_crypto = true\n", "store.builtin_crypto: does nothing unless store.encrypt = true"),
    ],
)
def test_what_is_wrong_in_the_configuration(file: Path, store: str, said: str) -> None:
    file.write_text(store + SOURCES)
    outcome = driftguard("scan", "--config", file)
    assert outcome.status == 1
    assert said in outcome.err
    assert "hunter2" not in outcome.err


def test_an_unencrypted_store_is_not_taken_for_an_encrypted_one(file: Path) -> None:
    scan(file, STORE)
    file.write_text(ENCRYPTED + SOURCES)
    outcome = driftguard("scan", "--config", file)
    assert outcome.status == 1
    assert "encrypt it with `driftguard db rekey`" in outcome.err
