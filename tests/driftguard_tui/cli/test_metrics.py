"""`driftguard metrics anomalies`, as a shell sees it."""

import json
import random
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.support.command import driftguard

SPIKE = 700


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A thousand values around 50, one of which is 90."""
    chance = random.Random(1)
    lines = ["timestamp,value"]
    for number in range(1000):
        at = datetime(2026, 3, 2) + timedelta(minutes=5 * number)  # noqa: DTZ001 - as tables have it
        lines.append(f"{at},{90 if number == SPIKE else round(chance.gauss(50, 2), 2)}")
    path = tmp_path / "cpu.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_json_has_a_score_for_each_row(table: Path) -> None:
    done = driftguard("metrics", "anomalies", table, "--format", "json")
    document = json.loads(done.out)
    assert done.status == 0
    assert list(document) == ["scores"]
    assert len(document["scores"]) == 1000
    assert all(0 <= score <= 1 for score in document["scores"])
    assert max(range(300, 1000), key=document["scores"].__getitem__) == SPIKE


def test_ndjson_has_a_line_for_each_row(table: Path) -> None:
    lines = driftguard("metrics", "anomalies", table, "--format", "ndjson").out.splitlines()
    spike = json.loads(lines[SPIKE])
    assert len(lines) == 1000
    assert (spike["timestamp"], spike["value"]) == ("2026-03-04 10:20:00", 90)
    assert spike["score"] >= 0.5
    assert spike["usual"] == pytest.approx(50, abs=2)


def test_the_table_draws_the_series_and_lists_its_anomalies(table: Path) -> None:
    lines = driftguard("metrics", "anomalies", table).out.splitlines()
    drawing, marks = lines[:2]
    assert drawing[marks.rindex("▲")] == "█"
    assert any(line.startswith("2026-03-04 10:20:00  90") and line.endswith("▲") for line in lines)
    assert lines[-1].endswith("in 1,000 values")
    assert len(driftguard("metrics", "anomalies", table, "--all").out.splitlines()) > 1000


def test_bad_rows_score_0_and_are_told_on_standard_error(table: Path) -> None:
    text = table.read_text(encoding="utf-8").splitlines()
    text[10], text[20], text[30] = "2026-03-02 00:45:00,many", "2026-03-02 01:35:00,", "nonsense"
    table.write_text("\n".join(text), encoding="utf-8")
    done = driftguard("metrics", "anomalies", table, "--format", "json")
    scores = json.loads(done.out)["scores"]
    assert (done.status, len(scores)) == (0, 1000)
    assert scores[9] == scores[19] == scores[29] == 0
    assert done.err == (
        f"driftguard: {table}: line 11 has a value that is no number, and 1 more row cannot be read; they score 0\n"
    )


def test_input_is_read_where_the_name_is_a_dash(table: Path) -> None:
    command = [sys.executable, "-m", "driftguard_tui", "metrics", "anomalies", "-", "--format", "json"]
    done = subprocess.run(command, input=table.read_bytes(), capture_output=True, timeout=60, check=True)
    assert json.loads(done.stdout) == json.loads(driftguard("metrics", "anomalies", table, "--format", "json").out)


def test_a_file_that_is_not_there_is_told_in_a_sentence(tmp_path: Path) -> None:
    done = driftguard("metrics", "anomalies", tmp_path / "none.csv")
    assert (done.status, done.out) == (1, "")
    assert done.err == (
        f"driftguard: {tmp_path / 'none.csv'}: No such file or directory; name a CSV file, or - for input\n"
    )


def test_what_a_table_holds_is_shown_as_text(tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("timestamp,value\n\x1b[31m,1\n", encoding="utf-8")
    out = driftguard("metrics", "anomalies", path, "--all").out
    assert "\x1b" not in out
    assert "␛[31m" in out
