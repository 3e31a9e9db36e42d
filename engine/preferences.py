"""What a person wants of the console: the section `[console]` of the configuration, and the options over it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field, structs

from engine.checking import check


class Preferences(Struct, frozen=True, kw_only=True):
    """What is None is left to what fits the terminal, or to what was last chosen in the console.

    `themes` is a folder of themes beside the user's own. `ssh` spares a slow line: fewer frames, no mouse motion.
    `keys` has keys by the id of the action, several with commas between them.
    """

    theme: str | None = None
    themes: Path | None = None
    ascii: bool | None = None
    mouse: bool | None = None
    ssh: bool | None = None
    readonly: bool | None = None
    presenter: bool | None = None
    keys: Mapping[str, str] = field(default_factory=dict)

    def over(self, others: "Preferences") -> "Preferences":
        """These, and where they say nothing the others."""
        said = {name: value for name, value in structs.asdict(self).items() if value is not None and name != "keys"}
        return structs.replace(others, **said, keys={**others.keys, **self.keys})


class _Section(Struct, frozen=True, kw_only=True):
    """The section as it is written."""

    theme: str | None = None
    themes: str | None = None
    ascii: bool | None = None
    mouse: bool | None = None
    ssh: bool | None = None
    readonly: bool | None = None
    presenter: bool | None = None
    keys: dict[str, Any] = field(default_factory=dict)


def read_preferences(table: Any, base: Path, problems: list[str]) -> Preferences:
    """The section's content; what is wrong with it is added to `problems`. `base` is what its folder is relative to.

    Whether there is such a theme or action only the console can tell.
    """
    section = check(table, _Section, "console", problems)
    if section is None:
        return Preferences()
    problems += [
        f'console.keys.{name}: expected text, such as {name} = "f5"'
        for name, key in section.keys.items()
        if not isinstance(key, str)
    ]
    said = structs.asdict(section)
    return Preferences(**{**said, "themes": base / Path(section.themes).expanduser() if section.themes else None})
