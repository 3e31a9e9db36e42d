"""The machine that is looked at: one folder, the user's home and the environment. Nothing is written, nobody asked."""

import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct, field

#: No file that a tool keeps its settings in is larger.
_MOST_BYTES = 4 * 1024 * 1024
_SECTION = re.compile(r"\[\s*(?P<name>[^\]]+?)\s*\]")
_SETTING = re.compile(r"(?P<key>[\w.-]+)\s*[=:]\s*(?P<value>.*?)\s*")


class Machine(Struct, frozen=True):
    """`folder` is where the configuration will be written, and what paths are relative to."""

    folder: Path
    home: Path = field(default_factory=Path.home)
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)

    def place(self, variable: str, default: str) -> Path:
        """Where a tool keeps something: what the variable says, else the default below the user's home."""
        return Path(self.environ.get(variable) or self.home / default)


def content(file: Path) -> bytes | None:
    """A small regular file; None for anything else, and for what may not be read."""
    try:
        opened = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))  # a pipe is not waited for
    except (OSError, ValueError):
        return None
    try:
        about = os.fstat(opened)
        if not stat.S_ISREG(about.st_mode) or about.st_size > _MOST_BYTES:
            return None
        with os.fdopen(os.dup(opened), "rb") as reader:
            return reader.read(_MOST_BYTES)
    except OSError:
        return None
    finally:
        os.close(opened)


def sections(raw: bytes | None, wanted: tuple[str, ...]) -> Iterator[tuple[str, dict[str, str]]]:
    """The sections of an INI file, each with those of its settings that are wanted: others may be secret.

    A line that is none is passed over, and so are settings within settings, which are indented.
    """
    name, settings = "", dict[str, str]()
    for line in (raw or b"").decode("utf-8-sig", errors="replace").splitlines():
        if section := _SECTION.match(line):
            if name:
                yield name, settings
            name, settings = section["name"], {}
        elif (setting := _SETTING.fullmatch(line)) and setting["key"] in wanted:
            settings[setting["key"]] = setting["value"]
    if name:
        yield name, settings
