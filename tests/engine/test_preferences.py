"""The section `[console]`: what can be said there, and what is said about mistakes in it."""

from pathlib import Path

import pytest

from engine.config import bundle_config, load_config
from engine.errors import ConfigError
from engine.preferences import Preferences


def configured(folder: Path, text: str) -> Preferences:
    (folder / "driftguard.toml").write_text(text, "utf-8")
    return load_config(cwd=folder, environ={}).console


def test_everything_can_be_said(tmp_path: Path) -> None:
    found = configured(
        tmp_path,
        """
        [console]
        theme = "dusk"
        themes = "looks"
        ascii = true
        mouse = false
        ssh = true
        readonly = true
        presenter = false
        keys = { rescan = "f5", help = "f1,question_mark" }
        """,
    )
    assert found == Preferences(
        theme="dusk", themes=tmp_path / "looks", ascii=True, mouse=False, ssh=True, readonly=True, presenter=False,
        keys={"rescan": "f5", "help": "f1,question_mark"},
    )  # fmt: skip


def test_without_the_section_nothing_is_said(tmp_path: Path) -> None:
    assert configured(tmp_path, "[estate]\nname = 'shop'\n") == Preferences()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[console]\ntheem = 'dusk'", 'console.theem: is not a setting; did you mean "theme"?'),
        ("[console]\nmouse = 'no'", "console.mouse: expected true or false, got text"),
        ("[console.keys]\nrescan = 5", 'console.keys.rescan: expected text, such as rescan = "f5"'),
        ("console = 3", "console: expected a table"),
    ],
)
def test_a_mistake_is_told_by_its_key(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        configured(tmp_path, text)
    assert says in str(caught.value)


def test_a_bundle_from_elsewhere_does_not_change_the_console(tmp_path: Path) -> None:
    (tmp_path / "terraform").mkdir()
    (tmp_path / "driftguard.toml").write_text("[console]\nreadonly = true\nkeys = { approve = 'j' }\n", "utf-8")
    assert bundle_config(tmp_path).console == Preferences()
