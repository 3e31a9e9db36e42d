"""Untrusted text is shown, never obeyed; lengths are cells."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftguard_tui.text import cut, fit, head, plain, plain_block, width, wrap


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("module.web.aws_instance.a[0]", "module.web.aws_instance.a[0]"),
        ("[red]alert[/]", "[red]alert[/]"),
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
        ("\x1b[2J", "␛[2J"),
        ("a\nb\r\tc", "a␊b␍␉c"),
        ("\x7f\x9b31m", "␡⟨U+009B⟩31m"),
        ("user\u202egnp.exe", "user⟨U+202E⟩gnp.exe"),
        ("a\u200bb\ufeffc", "a⟨U+200B⟩b⟨U+FEFF⟩c"),
        ("a\u2028b", "a⟨U+2028⟩b"),
        ("\udcff", "⟨U+DCFF⟩"),
        ("a\xa0b", "a b"),
        ("Zürich 東京 🚀", "Zürich 東京 🚀"),
        ("❤\ufe0f", "❤"),
        ("e\u0301", "e\u0301"),
        ("\u0301x", "⟨U+0301⟩x"),
        ("a\u0301\u0302\u0303", "a\u0301\u0302⟨U+0303⟩"),
    ],
)
def test_what_a_terminal_would_obey_is_shown(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_a_block_keeps_its_lines() -> None:
    assert plain_block("a\r\n\tb\x1b\nc") == "a\n    b␛\nc"


@given(st.text(st.characters()))
def test_nothing_invisible_is_left(text: str) -> None:
    shown = plain(text)
    assert all(unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for character in shown)
    assert plain(shown) == shown
    assert "\n" not in shown


def test_lengths_are_cells() -> None:
    assert width("東京") == 4
    assert cut("東京タワー", 5) == "東京…"
    assert cut("short", 5) == "short"
    assert cut("longer", 5) == "long…"
    assert cut("anything", 0) == ""
    assert fit("東京", 6) == "東京  "
    assert fit("7", 3, right=True) == "  7"
    assert head("東京", 3) == "東"


@given(st.text(), st.integers(0, 40))
def test_a_cut_text_never_takes_more_cells_than_it_may(text: str, cells: int) -> None:
    assert width(fit(plain(text), cells)) == cells


def test_wrapping_breaks_at_spaces_and_splits_what_has_none() -> None:
    assert wrap("one two three", 8) == ["one two", "three"]
    assert wrap("aaaaaaaaaa", 4) == ["aaaa", "aaaa", "aa"]
    assert wrap("aaaaaaaaaa", 4, limit=2) == ["aaaa", "aaa…"]
    assert wrap("", 4) == [""]
