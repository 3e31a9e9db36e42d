"""Every shipped theme can be read: by all eyes, on every surface, in 256 colours too."""

from collections.abc import Iterator
from itertools import combinations, pairwise

import pytest
from rich.color import Color, ColorSystem

from tests.support.colours import SIGHTS, contrast, distance
from themes import ANSI, CALM, FOLDER, load_themes
from themes.palette import Palette, read_folder, tones, vocabulary

PALETTES = {palette.name: palette for palette in read_folder(FOLDER)[0]}
RGB = [palette for palette in PALETTES.values() if not palette.ansi]
SEVERITIES = ("severity-critical", "severity-high", "severity-medium", "severity-low")
#: The least contrast with everything that it is drawn on, by what a colour is for.
LEAST = {"text": 4.5, "mark": 3.0, "rule": 1.5}

every_rgb_theme = pytest.mark.parametrize("palette", RGB, ids=lambda palette: palette.name)


def pairs(palette: Palette, group: str) -> Iterator[tuple[str, str, float]]:
    """Each colour of a group with each surface that it is drawn on, and their contrast."""
    for name in vocabulary()[group]:
        for surface in vocabulary()["surface"]:
            if group == "rule" and surface.startswith("cursor"):
                continue  # no rule crosses the row under the cursor
            yield name, surface, contrast(palette.colors[name], palette.colors[surface])


def test_there_are_themes_for_every_room_and_eye() -> None:
    assert {"calm", "calm-light", "high-contrast", "colour-blind-safe", "ansi", "dusk", "paper"} == set(PALETTES)
    assert {palette.dark for palette in RGB} == {True, False}
    assert PALETTES[ANSI].ansi
    assert CALM in PALETTES
    assert all(palette.about for palette in PALETTES.values())


def test_every_theme_says_every_colour_itself() -> None:
    names = {name for group in vocabulary().values() for name in group}
    for palette in PALETTES.values():
        assert set(palette.colors) == names, palette.name
    assert {look.color for look in tones().values()} <= names


@every_rgb_theme
@pytest.mark.parametrize("group", LEAST)
def test_what_is_drawn_stands_out_from_what_it_is_drawn_on(palette: Palette, group: str) -> None:
    least = 7.0 if palette.name == "high-contrast" and group == "text" else LEAST[group]
    low = [f"{name} on {on}: {ratio:.2f}" for name, on, ratio in pairs(palette, group) if ratio < least]
    assert low == []


@every_rgb_theme
def test_bars_have_their_own_text(palette: Palette) -> None:
    for bar in ("cursor", "cursor-blurred"):
        assert contrast(palette.colors[f"{bar}-text"], palette.colors[bar]) >= 7


@every_rgb_theme
def test_the_row_under_the_cursor_is_seen(palette: Palette) -> None:
    colors = palette.colors
    assert distance(colors["cursor"], colors["background"]) > 0.06
    assert distance(colors["cursor-blurred"], colors["background"]) > 0.03
    assert distance(colors["cursor"], colors["cursor-blurred"]) > 0.03


@every_rgb_theme
def test_a_heatmap_gets_brighter_step_by_step(palette: Palette) -> None:
    steps = [palette.colors[name] for name in vocabulary()["heat"]]
    ratios = [contrast(step, palette.colors["background"]) for step in steps]
    assert ratios == sorted(ratios)
    assert ratios[0] >= 1.5
    assert ratios[-1] >= 4.5
    assert min(distance(one, other) for one, other in pairwise(steps)) > 0.08


@every_rgb_theme
def test_severities_and_the_sides_of_a_difference_are_told_apart(palette: Palette) -> None:
    severities = [palette.colors[name] for name in SEVERITIES]
    assert min(distance(one, other) for one, other in combinations(severities, 2)) > 0.07
    assert distance(palette.colors["diff-added"], palette.colors["diff-removed"]) > 0.15
    assert distance(palette.colors["good"], palette.colors["bad"]) > 0.15


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_colour_blind_safe_theme_keeps_its_word(sight: str) -> None:
    colors = PALETTES["colour-blind-safe"].colors
    for group in (SEVERITIES, tuple(vocabulary()["heat"]), [name for name in colors if name.startswith("series-")]):
        apart = {(one, other): distance(colors[one], colors[other], sight) for one, other in combinations(group, 2)}
        assert min(apart.values()) > 0.1, min(apart, key=lambda pair: apart[pair])
    for one, other in (("diff-added", "diff-removed"), ("good", "bad")):
        assert distance(colors[one], colors[other], sight) > 0.2


@every_rgb_theme
def test_256_colours_are_enough(palette: Palette) -> None:
    """Most SSH sessions have no more."""

    def nearest(name: str) -> str:
        color = Color.parse(palette.colors[name]).downgrade(ColorSystem.EIGHT_BIT)
        return color.get_truecolor().hex

    assert len({nearest(name) for name in SEVERITIES}) == len(SEVERITIES)
    assert len({nearest(name) for name in ("background", "cursor", "cursor-blurred")}) == 3
    assert nearest("diff-added") != nearest("diff-removed")
    assert contrast(nearest("muted"), nearest("background")) >= 4.5
    assert contrast(nearest("foreground"), nearest("cursor")) >= 4.5


def test_the_sixteen_colour_theme_has_the_terminals_colours_only() -> None:
    assert {color[:5] for color in PALETTES[ANSI].colors.values()} == {"ansi_"}
    assert len({PALETTES[ANSI].colors[name] for name in SEVERITIES}) == len(SEVERITIES)


def test_textual_gets_every_colour_and_the_look_of_every_tone() -> None:
    for theme in load_themes():
        variables = theme.to_color_system().generate() | theme.variables
        for name in PALETTES[theme.name].colors:
            assert name in variables, (theme.name, name)
        assert theme.tones.keys() == tones().keys()
