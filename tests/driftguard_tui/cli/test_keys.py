"""`driftguard keys`, and the page in the documentation that it writes."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from driftguard_tui.actions import ACTIONS
from driftguard_tui.cli import run
from driftguard_tui.workspaces import BY_NAME
from tests.support.paths import REPOSITORY


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def said(here: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    def ask(*arguments: str) -> str:
        assert run(["keys", *arguments]) == 0
        return capsys.readouterr().out

    return ask


def test_every_action_is_listed(said: Callable[..., str]) -> None:
    table, rows = said(), json.loads(said("--format", "json"))
    listed = {action.id for action in ACTIONS if action.where in ("", *BY_NAME)}
    assert {row["id"] for row in rows} == listed
    assert all(action.help in table for action in ACTIONS if action.id in listed)


def test_own_keys_take_the_place_of_the_shipped_ones(here: Path, said: Callable[..., str]) -> None:
    (here / "driftguard.toml").write_text('[estate]\nname = "x"\n[console]\nkeys = { rescan = "f5" }\n')
    rows = {row["id"]: row for row in json.loads(said("--format", "json"))}
    assert rows["rescan"]["keys"] == ["f5"]
    assert rows["quit"]["keys"][0] == "q"


def test_the_page_of_the_documentation_is_the_table(said: Callable[..., str]) -> None:
    page = REPOSITORY / "docs" / "keys.md"
    assert page.read_text("utf-8") == said("--format", "markdown"), "write it anew: driftguard keys --format markdown"
