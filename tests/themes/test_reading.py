"""A theme of one's own: a file, of which a few lines are enough, and which says what is wrong with it."""

from pathlib import Path

import pytest

from engine.errors import ConfigError
from themes.palette import read_folder, read_palette, shipped


def write(folder: Path, text: str, name: str = "mine") -> Path:
    file = folder / f"{name}.toml"
    file.write_text(text, "utf-8")
    return file


def test_a_few_lines_make_a_theme(tmp_path: Path) -> None:
    mine = read_palette(write(tmp_path, 'about = "My own"\n[colors]\naccent = "#ff00aa"\n'))
    assert (mine.name, mine.about) == ("mine", "My own")
    assert mine.colors["accent"] == "#ff00aa"
    assert mine.colors["muted"] == shipped("calm").colors["muted"]


@pytest.mark.parametrize(("head", "base"), [("dark = false", "calm-light"), ('base = "dusk"', "dusk")])
def test_what_it_does_not_say_is_its_bases(tmp_path: Path, head: str, base: str) -> None:
    mine = read_palette(write(tmp_path, f"{head}\n"))
    assert mine.colors == shipped(base).colors


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[colors]\nacent = '#ff00aa'", 'colors.acent: is no colour of a theme; did you mean "accent"?'),
        ("[colors]\naccent = 'pink'", "colors.accent: 'pink' is no colour; write it as #1a2b3c or ansi_cyan"),
        ("[colors]\naccent = 3", "colors.accent: 3 is no colour"),
        ("[styles]\nmuted = 'blink'", "styles.muted: 'blink' is no style"),
        ("[variables]\nprimary = 1", "variables.primary: 1 is no text"),
        ("base = 'plaid'", 'base: "plaid" is no theme'),
        ("colours = 3", 'colours: is not a setting; did you mean "colors"?'),
        ("[colors", "is not valid TOML"),
    ],
)
def test_a_bad_file_gets_one_clear_sentence(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_palette(write(tmp_path, text))
    assert says in str(caught.value)
    assert "mine.toml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_bad_file_does_not_spoil_the_others(tmp_path: Path) -> None:
    write(tmp_path, "dark = true", "good")
    write(tmp_path, "dark = maybe", "bad")
    (tmp_path / "latin.toml").write_bytes(b"about = '\xff'")
    palettes, problems = read_folder(tmp_path)
    assert [palette.name for palette in palettes] == ["good"]
    assert len(problems) == 2
    assert "bad.toml" in problems[0]
    assert "latin.toml is not UTF-8 text" in problems[1]


def test_a_folder_that_is_not_there_has_no_themes(tmp_path: Path) -> None:
    assert read_folder(tmp_path / "nowhere") == ([], [])
