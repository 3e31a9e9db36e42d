"""Themes as tables of colours: read, checked and completed, for whatever draws with them."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from engine.checking import check, suggest
from engine.errors import ConfigError
from themes import CALM, FOLDER

_VOCABULARY = FOLDER / "vocabulary"
#: Where the colours come from that a theme does not give.
_BASES = {True: CALM, False: "calm-light"}
_COLOR = re.compile(r"#[0-9a-fA-F]{6}|ansi_default|ansi_(bright_)?(black|red|green|yellow|blue|magenta|cyan|white)")
_STYLES = ("none", "bold", "dim", "italic", "underline", "reverse", "strike")


class Tone(Struct, frozen=True):
    """How a tone looks: the name of a colour of the theme, and a style (`bold underline`, or empty)."""

    color: str
    style: str = ""


class Palette(Struct, frozen=True, kw_only=True):
    """A theme. `colors` has every name of the vocabulary, as `#rrggbb` or `ansi_NAME`.

    `styles` are laid under the style of every tone that has this colour (`muted = "dim"`). `ansi` keeps the
    terminal's own colours, which are otherwise turned into RGB. `variables` are Textual's own.
    """

    name: str
    colors: Mapping[str, str]
    about: str = ""
    dark: bool = True
    ansi: bool = False
    styles: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)

    def style(self, tone: str) -> str:
        """The style of a tone in this theme, without its colour."""
        look = tones()[tone]
        return " ".join(part for part in (self.styles.get(look.color, ""), look.style) if part)


class _File(Struct, frozen=True, kw_only=True):
    """A theme's file."""

    about: str = ""
    dark: bool = True
    ansi: bool = False
    base: str = ""
    colors: dict[str, Any] = field(default_factory=dict)
    styles: dict[str, Any] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)


@cache
def tones() -> Mapping[str, Tone]:
    """What there is to say of a piece of text, and how that looks."""
    table: dict[str, dict[str, str]] = tomllib.loads((_VOCABULARY / "tones.toml").read_text("utf-8"))
    return {name: Tone(look.get("color", name), look.get("style", "")) for name, look in table.items()}


@cache
def vocabulary() -> Mapping[str, Mapping[str, str]]:
    """Every colour's meaning by its name, in groups by what the colour has to stand out from."""
    return tomllib.loads((_VOCABULARY / "colors.toml").read_text("utf-8"))


def read_palette(file: Path) -> Palette:
    """The theme in a file. Colours that it does not give are those of the shipped theme that it names as `base`.

    Without a base that is calm, or calm-light where it says `dark = false`. Raises ConfigError with a sentence that
    names file and key.
    """
    problems: list[str] = []
    given = check(_decode(file), _File, "", problems) or _File()
    names = [name for group in vocabulary().values() for name in group]
    base = _colors_of(given.base or _BASES[given.dark], problems) if given.colors.keys() < set(names) else {}
    problems += _wrong(given, names)
    if problems:
        raise ConfigError(f"the theme {file.name} cannot be used: {problems[0]}")
    return Palette(
        name=file.stem,
        colors={**base, **given.colors},
        about=given.about,
        dark=given.dark,
        ansi=given.ansi,
        styles=given.styles,
        variables=given.variables,
    )


def read_folder(folder: Path) -> tuple[list[Palette], list[str]]:
    """Every theme of a folder in the order of their names, and a sentence for each that cannot be used."""
    palettes: list[Palette] = []
    problems: list[str] = []
    for file in sorted(folder.glob("*.toml")):
        try:
            palettes.append(read_palette(file))
        except ConfigError as error:
            problems.append(str(error))
    return palettes, problems


@cache
def shipped(name: str) -> Palette:
    """The theme of this name that comes with the program."""
    return read_palette(FOLDER / f"{name}.toml")


def _decode(file: Path) -> Any:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(f"the theme {file.name} cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"the theme {file.name} is not UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"the theme {file.name} is not valid TOML: {error}") from error


def _colors_of(base: str, problems: list[str]) -> Mapping[str, str]:
    if (FOLDER / f"{base}.toml").is_file():
        return shipped(base).colors
    problems.append(f'base: "{base}" is no theme{suggest(base, (file.stem for file in FOLDER.glob("*.toml")))}')
    return {}


def _wrong(given: _File, names: Iterable[str]) -> Iterator[str]:
    """What is wrong with what a file says, a sentence each."""
    for table, said in (("colors", given.colors), ("styles", given.styles)):
        for name in said.keys() - set(names):
            yield f"{table}.{name}: is no colour of a theme{suggest(name, names)}"
    for name, value in given.colors.items():
        if not _COLOR.fullmatch(str(value)):
            yield f"colors.{name}: {value!r} is no colour; write it as #1a2b3c or ansi_cyan"
    for name, value in given.styles.items():
        if not set(str(value).split()) <= set(_STYLES):
            yield f"styles.{name}: {value!r} is no style; there are {', '.join(_STYLES)}"
    for name, value in given.variables.items():
        if not isinstance(value, str):
            yield f"variables.{name}: {value!r} is no text"
