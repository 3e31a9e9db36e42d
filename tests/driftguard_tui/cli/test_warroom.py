"""War rooms in the shell: which there are, what was said, and a report of it."""

import json
from pathlib import Path

import pytest

from driftguard_tui.cli import run
from engine.warroom import folder_of
from tests.support.rooms import a_session


@pytest.fixture
def store(tmp_path: Path) -> Path:
    a_session(folder_of(tmp_path)).close()
    return tmp_path


def told(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    assert run(["warroom", *map(str, arguments)]) == 0
    return capsys.readouterr().out


def test_it_lists_them(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = told(capsys, "list", "--store", store)
    assert "2026-03-14-1410  2026-03-14 14:10  2026-03-14 14:17  shop-prod  INC-4711" in shown
    [start] = json.loads(told(capsys, "list", "--store", store, "--format", "json"))
    assert (start["id"], start["by"]) == ("2026-03-14-1410", "anna.keller@shop.example")


def test_it_shows_what_was_said(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = told(capsys, "show", "2026-03", "--store", store)
    assert "decision revert at 15:00, boris does it" in shown
    assert "looked at" not in shown
    assert "looked at timeline" in told(capsys, "show", "2026-03", "--store", store, "--all")
    lines = told(capsys, "show", "2026-03", "--store", store, "--format", "ndjson").splitlines()
    assert [json.loads(line)["kind"] for line in lines][:3] == ["looked", "pin", "note"]


def test_it_prints_or_writes_a_report(store: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert told(capsys, "export", "2026-03", "--store", store).startswith("# INC-4711\n")
    file = tmp_path / "report.html"
    assert told(capsys, "export", "2026-03", "--store", store, "--format", "html", "--mask", "-o", file) == ""
    assert file.read_text("utf-8").startswith("<!doctype html>")
    assert "person-1" in file.read_text("utf-8")


def test_without_any_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "list", "--store", tmp_path) == "No war room has been opened here.\n"
    assert run(["warroom", "show", "x", "--store", str(tmp_path)]) == 1
    assert "no war room has an id that begins with 'x'" in capsys.readouterr().err
