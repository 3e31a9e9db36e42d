"""Whoever has the file can change it, and cannot do so unseen: each byte, each entry and their order are held."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.store.files import LEDGER
from engine.store.ledger import Ledger

ENTRIES = 6
TEXTS = ("at", "actor", "action", "subject", "details", "previous_hash", "hash")
NUMBERS = st.integers(1, ENTRIES)
#: The ledger is the same for every example: each puts back what it changed.
EVERY = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("audited")
    with closing(Ledger.open(folder)) as ledger:
        for number in range(ENTRIES):
            said = {"plan": "ab12", "comment": 'größer, "so"\n', "n": number, "deep": {"b": [1.5, True], "a": None}}
            ledger.append_audit("anna", "request.approve", f"r-{number}", said)
    with closing(sqlite3.connect(folder / LEDGER)) as connection:
        guards = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (guard,) in guards:  # who has the file can take them away first
            connection.execute(f"DROP TRIGGER {guard}")
    return folder


@pytest.fixture(scope="module")
def ledger(folder: Path) -> Iterator[Ledger]:
    with closing(Ledger.open(folder)) as ledger:
        assert ledger.verify_audit().entries == ENTRIES
        yield ledger


@contextmanager
def tampered(folder: Path) -> Iterator[sqlite3.Connection]:
    """The database, whose log is as before when the block ends."""
    with closing(sqlite3.connect(folder / LEDGER, isolation_level=None)) as connection:
        connection.text_factory = bytes
        before = connection.execute("SELECT * FROM audit_log ORDER BY number").fetchall()
        try:
            yield connection
        finally:
            connection.execute("DELETE FROM audit_log")
            marks = ", ".join(["?", *["CAST(? AS TEXT)"] * (len(before[0]) - 1)])
            connection.executemany(f"INSERT INTO audit_log VALUES ({marks})", before)


@EVERY
@given(NUMBERS, st.sampled_from(TEXTS), st.integers(0), st.integers(1, 255))
def test_a_byte_that_was_changed_is_found_where_it_is(
    folder: Path, ledger: Ledger, number: int, column: str, place: int, flip: int
) -> None:
    with tampered(folder) as connection:
        [[kept]] = connection.execute(f"SELECT {column} FROM audit_log WHERE number = ?", (number,))
        place %= len(kept)
        changed = kept[:place] + bytes([kept[place] ^ flip]) + kept[place + 1 :]
        connection.execute(f"UPDATE audit_log SET {column} = CAST(? AS TEXT) WHERE number = ?", (changed, number))
        verdict = ledger.verify_audit()
    assert (verdict.broken_at, verdict.entries) == (number, number - 1)
    assert ledger.verify_audit().intact


@EVERY
@given(NUMBERS, st.sampled_from(TEXTS), st.sampled_from([b" ", b"\n", b"0", b"\x00", b"\xff"]), st.booleans())
def test_so_is_one_that_was_added(
    folder: Path, ledger: Ledger, number: int, column: str, added: bytes, before: bool
) -> None:
    put = f"CAST(? AS BLOB) || {column}" if before else f"{column} || CAST(? AS BLOB)"
    with tampered(folder) as connection:
        connection.execute(f"UPDATE audit_log SET {column} = CAST({put} AS TEXT) WHERE number = ?", (added, number))
        verdict = ledger.verify_audit()
    assert verdict.broken_at == number


@EVERY
@given(NUMBERS, st.sampled_from(TEXTS))
def test_so_is_a_value_of_another_kind(folder: Path, ledger: Ledger, number: int, column: str) -> None:
    with tampered(folder) as connection:
        connection.execute(f"UPDATE audit_log SET {column} = x'00ff' WHERE number = ?", (number,))
        assert ledger.verify_audit().broken_at == number


@pytest.mark.parametrize("number", range(1, ENTRIES))
def test_an_entry_that_was_removed_is_missed_where_it_was(folder: Path, ledger: Ledger, number: int) -> None:
    with tampered(folder) as connection:
        connection.execute("DELETE FROM audit_log WHERE number = ?", (number,))
        assert ledger.verify_audit().broken_at == number
        connection.execute("UPDATE audit_log SET number = -number WHERE number > ?", (number,))
        connection.execute("UPDATE audit_log SET number = -number - 1 WHERE number < 0")
        verdict = ledger.verify_audit()
    assert (verdict.broken_at, verdict.reason) == (number, f"entry {number} does not follow entry {number - 1}")


def test_the_last_one_is_missed_by_who_noted_the_head(folder: Path, ledger: Ledger) -> None:
    head = ledger.verify_audit().head
    with tampered(folder) as connection:
        connection.execute("DELETE FROM audit_log WHERE number = ?", (ENTRIES,))
        assert ledger.verify_audit().intact
        assert ledger.verify_audit(head).broken_at == ENTRIES


@pytest.mark.parametrize("number", range(1, ENTRIES + 1))
def test_an_entry_that_was_slipped_in_is_found(folder: Path, ledger: Ledger, number: int) -> None:
    with tampered(folder) as connection:
        connection.execute("UPDATE audit_log SET number = -number WHERE number >= ?", (number,))
        connection.execute("UPDATE audit_log SET number = -number + 1 WHERE number < 0")
        connection.execute(
            "INSERT INTO audit_log SELECT ?, at, 'mallory', action, subject, details, ?, ? FROM audit_log LIMIT 1",
            (number, "e" * 64, "f" * 64),
        )
        assert ledger.verify_audit().broken_at == number


@EVERY
@given(NUMBERS, NUMBERS)
def test_entries_that_changed_places_are_found(folder: Path, ledger: Ledger, one: int, other: int) -> None:
    with tampered(folder) as connection:
        connection.execute("UPDATE audit_log SET number = -1 WHERE number = ?", (one,))
        connection.execute("UPDATE audit_log SET number = ? WHERE number = ?", (one, other))
        connection.execute("UPDATE audit_log SET number = ? WHERE number = -1", (other,))
        verdict = ledger.verify_audit()
    assert verdict.broken_at == (None if one == other else min(one, other))
