"""`.driftignore`: patterns over `type.id.attribute`, one a line; `engine.compare.ignoring` says what they mean."""

from collections.abc import Iterator
from pathlib import Path

from engine.errors import ConfigError
from engine.model import IgnoreRule

FILE_NAME = ".driftignore"


def driftignore(folder: Path) -> tuple[IgnoreRule, ...]:
    """The rules of the folder's `.driftignore`, none when it has none. A comment right above a pattern is its reason.

    Raises ConfigError when it cannot be read.
    """
    file = folder / FILE_NAME
    if not file.is_file():
        return ()
    try:
        return tuple(_rules(file.read_text("utf-8", errors="replace")))
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read ({error.strerror})") from error


def _rules(text: str) -> Iterator[IgnoreRule]:
    reason: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        pattern = line.strip()
        if pattern.startswith("#"):
            reason.append(pattern.lstrip("# "))
            continue
        if pattern:
            yield IgnoreRule(match=pattern, reason=" ".join(reason), origin=f"{FILE_NAME}:{number}")
        reason = []
