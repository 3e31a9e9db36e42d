"""The timeline encrypted at rest: what is in it is in no file in clear, and without its key nobody reads it."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from engine.encrypting import Encryption
from engine.errors import ConfigError, StoreError
from engine.store.encryption import choose_key, prepare, read_keys
from engine.store.files import KEYS, TIMELINE
from engine.store.rekeying import rekey
from engine.store.timeline import Timeline
from tests.support.memory_keyring import MemoryKeyring, memory_keyring
from tests.support.samples import make_event, make_report

CANARY = "a-name-that-is-nowhere-else"
BUILTIN = Encryption(builtin=True)


@pytest.fixture(autouse=True)
def kept() -> Iterator[MemoryKeyring]:
    with memory_keyring() as keyring:
        yield keyring


def fill(folder: Path, events: int = 3) -> None:
    """Writes a scan, and closes the timeline."""
    with closing(Timeline.open(folder)) as timeline:
        found = [make_event(f"{CANARY}-{number}", number) for number in range(events)]
        timeline.record_scan(make_report("scan-1"), [], found)


def scans(folder: Path) -> list[str]:
    with closing(Timeline.open(folder)) as timeline:
        return timeline.scan_ids()


def in_clear(folder: Path) -> list[str]:
    """The files in which the canary can be read."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    return [file.name for file in files if CANARY.encode() in file.read_bytes()]


def references(folder: Path) -> tuple[str, ...]:
    keys = read_keys(folder)
    return keys.keys if keys else ()


def test_nothing_of_an_encrypted_timeline_is_in_a_file_in_clear(tmp_path: Path, kept: MemoryKeyring) -> None:
    prepare(tmp_path, BUILTIN)
    with closing(Timeline.open(tmp_path)) as timeline:
        timeline.record_scan(make_report("scan-1"), [], [make_event(CANARY)])
        assert in_clear(tmp_path) == [], "while it is written, its log beside it"
    assert in_clear(tmp_path) == []
    assert scans(tmp_path) == ["scan-1"]
    [(service, name)] = kept.kept
    assert references(tmp_path) == (f"keyring:{service}/{name}",)
    assert (tmp_path / KEYS).stat().st_mode & 0o777 == 0o600
    assert kept.kept[service, name] not in (tmp_path / KEYS).read_text()


def test_an_unencrypted_one_would_be(tmp_path: Path) -> None:
    fill(tmp_path)
    assert in_clear(tmp_path) == [TIMELINE]


def test_a_store_that_begins_does_so_once(tmp_path: Path, kept: MemoryKeyring) -> None:
    prepare(tmp_path, BUILTIN)
    prepare(tmp_path, BUILTIN)
    fill(tmp_path)
    prepare(tmp_path, BUILTIN)
    assert len(kept.kept) == 1


def test_an_unencrypted_timeline_is_not_taken_for_an_encrypted_one(tmp_path: Path) -> None:
    fill(tmp_path)
    with pytest.raises(
        StoreError, match=r"is not encrypted and store.encrypt is true: encrypt it with `driftguard db rekey`"
    ):
        prepare(tmp_path, BUILTIN)
    assert scans(tmp_path)


def test_a_key_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: MemoryKeyring) -> None:
    wanted = Encryption(key="env:STORE_KEY", builtin=True)
    with pytest.raises(ConfigError, match="STORE_KEY is not set"):
        prepare(tmp_path, wanted)
    monkeypatch.setenv("STORE_KEY", 'it\'s "mine"; --')
    prepare(tmp_path, wanted)
    fill(tmp_path)
    assert scans(tmp_path)
    assert kept.kept == {}
    monkeypatch.setenv("STORE_KEY", "another")
    with pytest.raises(
        StoreError, match=r"is encrypted with another key than .* names: put the right one there"
    ) as caught:
        Timeline.open(tmp_path)
    assert "another" not in str(caught.value).replace("another key", "").replace("another folder", "")
    monkeypatch.delenv("STORE_KEY")
    with pytest.raises(StoreError, match="is encrypted, and its key cannot be had: env:STORE_KEY: the environment"):
        Timeline.open(tmp_path)


def test_a_lost_key_and_a_lost_name_of_it(tmp_path: Path, kept: MemoryKeyring) -> None:
    prepare(tmp_path, BUILTIN)
    fill(tmp_path)
    key = dict(kept.kept)
    kept.kept.clear()
    with pytest.raises(StoreError, match=r"its key cannot be had: keyring:driftguard/store-.* holds no such secret"):
        Timeline.open(tmp_path)
    kept.kept.update(key)
    names = (tmp_path / KEYS).read_text()
    (tmp_path / KEYS).unlink()
    with pytest.raises(StoreError, match=r"is encrypted, and .* does not name its key: write it there"):
        Timeline.open(tmp_path)
    (tmp_path / KEYS).write_text("3")
    with pytest.raises(StoreError, match="names the timeline's key and cannot be read"):
        Timeline.open(tmp_path)
    (tmp_path / KEYS).write_text(names)
    assert scans(tmp_path)


def test_without_what_encrypts_nothing_is_half_encrypted(tmp_path: Path) -> None:
    """Where the extension is installed it encrypts; where it is not, a sentence says how to come by it."""
    prepare(tmp_path, Encryption())
    try:
        fill(tmp_path)
    except StoreError as error:
        assert "install it once with" in str(error)  # noqa: PT017 - one of two outcomes
        assert not (tmp_path / TIMELINE).exists()
    else:
        assert in_clear(tmp_path) == []


def test_there_and_back_again(tmp_path: Path, kept: MemoryKeyring) -> None:
    fill(tmp_path, events=40)
    plain = contents(tmp_path)
    first = choose_key(BUILTIN)
    rekey(tmp_path, first, builtin=True)
    assert in_clear(tmp_path) == []
    assert references(tmp_path) == (first,)
    assert contents(tmp_path) == plain

    second = choose_key(BUILTIN)
    rekey(tmp_path, second, builtin=True)
    assert references(tmp_path) == (second,)
    assert [f"keyring:{service}/{name}" for service, name in kept.kept] == [second], "the first is forgotten"
    assert contents(tmp_path) == plain

    rekey(tmp_path, None, builtin=True)
    assert references(tmp_path) == ()
    assert kept.kept == {}
    duckdb.connect(str(tmp_path / TIMELINE), read_only=True).close()
    assert contents(tmp_path) == plain
    assert sorted(file.name for file in tmp_path.iterdir()) == [TIMELINE]


def contents(folder: Path) -> dict[str, list[str]]:
    """Every row of every table, in order."""
    with closing(Timeline.open(folder)) as timeline, timeline._cursor() as cursor:
        tables = cursor.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()
        return {table: [repr(row) for row in cursor.execute(f"FROM {table}").fetchall()] for (table,) in tables}


def test_a_timeline_in_use_keeps_its_key(tmp_path: Path) -> None:
    fill(tmp_path)
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import duckdb\nc = duckdb.connect({str(tmp_path / TIMELINE)!r})\nprint(flush=True)\ninput()",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(StoreError, match="is in use by"):
            rekey(tmp_path, choose_key(BUILTIN), builtin=True)
    finally:
        holder.kill()
        holder.communicate()
    assert references(tmp_path) == ()
    assert scans(tmp_path)


def test_no_timeline_no_key(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no timeline in"):
        rekey(tmp_path, None)


_VICTIM = """
import json, os, signal, sys
from pathlib import Path
from engine.store import rekeying
steps = iter(range(100))
def dying(function):
    def step(*args, **kwargs):
        if next(steps) == int(sys.argv[2]):
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*args, **kwargs)
    return step
for name in ("write_keys", "_attach_old", "attach", "_copy", "make_private", "_flush", "forget_key"):
    setattr(rekeying, name, dying(getattr(rekeying, name)))
Path.replace = dying(Path.replace)
rekeying.rekey(Path(sys.argv[1]), "env:NEW_KEY", builtin=True)
"""


def test_killed_at_any_step_it_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLD_KEY", "the old one")
    monkeypatch.setenv("NEW_KEY", "the new one")
    prepare(tmp_path, Encryption(key="env:OLD_KEY", builtin=True))
    fill(tmp_path)
    before = contents(tmp_path)
    for step in (1, 8, 9, 11, 99):
        died = subprocess.run(
            [sys.executable, "-c", _VICTIM, str(tmp_path), str(step)], check=False, capture_output=True
        )
        assert died.returncode in (0, -signal.SIGKILL), died.stderr.decode()
        assert contents(tmp_path) == before, step
        assert in_clear(tmp_path) == []
        if died.returncode == 0:
            break
    assert references(tmp_path) == ("env:NEW_KEY",)
    assert sorted(file.name for file in tmp_path.iterdir()) == [TIMELINE, KEYS]


def test_nothing_stored_reaches_another_file(tmp_path: Path) -> None:
    prepare(tmp_path, BUILTIN)
    (tmp_path / "secret.csv").write_text("a\n1\n")
    with closing(Timeline.open(tmp_path)) as timeline, timeline._cursor() as cursor:
        for statement in (
            f"FROM '{tmp_path}/secret.csv'",
            f"ATTACH '{tmp_path}/x.duckdb'",
            "SET enable_external_access = true",
        ):
            with pytest.raises(duckdb.Error):
                cursor.execute(statement)
