"""How the console is opened: what it writes to the terminal shows what it was told."""

from pathlib import Path

import pytest

from tests.support.terminal import Terminal

_CONFIG = """
[estate]
name = "shop-prod"

[[source]]
name = "state"
kind = "terraform_state"
path = "*.tfstate"
"""
_EVERY_MOVE, _DRAGS, _CLICKS = "\x1b[?1003h", "\x1b[?1002h", "\x1b[?1000h"


def opened(folder: Path, *options: str, **environ: str) -> str:
    """What the console writes from its start to its end."""
    config = folder / "driftguard.toml"
    if not config.exists():
        config.write_text(_CONFIG, "utf-8")
    with Terminal("--config", config, "--store", folder / "store", *options, **environ) as terminal:
        terminal.read_until(lambda shown: "shop-prod" in shown)
        terminal.press("q")
        return terminal.read_all()


def test_a_terminal_at_hand_reports_every_move_of_the_mouse(tmp_path: Path) -> None:
    shown = opened(tmp_path)
    assert _EVERY_MOVE in shown
    assert "╭" in shown


def test_over_ssh_only_drags_are_reported(tmp_path: Path) -> None:
    shown = opened(tmp_path, SSH_CONNECTION="192.0.2.1 1 192.0.2.2 22")
    assert _EVERY_MOVE not in shown
    assert _DRAGS in shown
    assert _CLICKS in shown


def test_the_configuration_and_the_options_are_heeded(tmp_path: Path) -> None:
    (tmp_path / "driftguard.toml").write_text(_CONFIG + "[console]\nascii = true\n", "utf-8")
    shown = opened(tmp_path, "--no-mouse", "--readonly", "--theme", "paper")
    assert _CLICKS not in shown
    assert "╭" not in shown
    assert "read-only" in shown


def test_no_such_theme_is_said_before_anything_is_drawn(tmp_path: Path) -> None:
    (tmp_path / "driftguard.toml").write_text(_CONFIG, "utf-8")
    with Terminal("--config", tmp_path / "driftguard.toml", "--theme", "papr") as terminal:
        shown = terminal.read_all()
        assert terminal.status() == 1
    assert "driftguard: there is no theme 'papr'; did you mean \"paper\"?" in shown


@pytest.mark.parametrize("folder", ["--themes", "own"])
def test_themes_of_ones_own_can_be_chosen(tmp_path: Path, folder: str) -> None:
    place = tmp_path / ("config/driftguard/themes" if folder == "own" else "looks")
    place.mkdir(parents=True)
    (place / "house.toml").write_text("[colors]\naccent = '#e58fb1'\n", "utf-8")
    given = [] if folder == "own" else ["--themes", str(place)]
    shown = opened(
        tmp_path, "--theme", "house", *given, XDG_CONFIG_HOME=str(tmp_path / "config"), COLORTERM="truecolor"
    )
    assert "229;143;177" in shown
