"""A timeline that cannot be opened says why, who holds it, and what to do."""

import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from engine.errors import StoreError
from engine.store.timeline import Timeline
from tests.support.paths import REPOSITORY

HOLD_IT = """
import sys
from pathlib import Path
from engine.store.timeline import Timeline
timeline = Timeline.open(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
"""


def refusal(folder: Path) -> str:
    with pytest.raises(StoreError) as refused:
        Timeline.open(folder)
    text = str(refused.value)
    assert "\n" not in text
    assert "--store DIR" in text
    assert str(folder) in text
    return text


def test_a_second_process_is_told_who_has_it_and_what_to_do(tmp_path: Path) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", HOLD_IT, str(tmp_path)],
        cwd=REPOSITORY, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    with owner:
        assert owner.stdout
        assert owner.stdout.readline() == "open\n"
        text = refusal(tmp_path)
        owner.communicate("")

    assert re.search(rf"in use by python[\d.]* \(process {owner.pid}\)", text)
    assert "store.shared" in text
    Timeline.open(tmp_path).close()


@pytest.mark.parametrize("content", [b"", b"x", b"not a database" * 2000], ids=["empty", "short", "text"])
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "timeline.duckdb").write_bytes(content)

    assert "damaged or not a DuckDB file" in refusal(tmp_path)
    assert (tmp_path / "timeline.duckdb").read_bytes() == content


@pytest.mark.parametrize("kept", [100, 5000, 12288, 30000])
def test_a_file_that_was_cut_short(tmp_path: Path, kept: int) -> None:
    Timeline.open(tmp_path).close()
    file = tmp_path / "timeline.duckdb"
    file.write_bytes(file.read_bytes()[:kept])

    assert "damaged or not a DuckDB file" in refusal(tmp_path)


def test_a_file_of_a_newer_version(tmp_path: Path) -> None:
    Timeline.open(tmp_path).close()
    with duckdb.connect(str(tmp_path / "timeline.duckdb")) as connection:
        connection.execute("UPDATE settings SET value = '99' WHERE name = 'schema'")

    assert "newer DriftGuard (schema 99, this one knows 2): upgrade DriftGuard" in refusal(tmp_path)


def test_a_database_of_something_else(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "timeline.duckdb")) as connection:
        connection.execute("CREATE TABLE films (title VARCHAR)")

    assert "not a timeline of DriftGuard" in refusal(tmp_path)


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "store").touch()

    assert "cannot be used" in refusal(tmp_path / "store")


def test_nothing_stored_can_make_the_database_read_other_files(tmp_path: Path) -> None:
    timeline = Timeline.open(tmp_path)
    with pytest.raises(duckdb.PermissionException):
        timeline._connection.execute("SELECT * FROM read_text('/etc/hostname')")
    timeline.close()
