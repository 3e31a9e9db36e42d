"""`.driftignore`: patterns over `type.id.attribute`, one a line; `engine.compare.ignoring` says what they mean."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from engine.errors import ConfigError
from engine.model import IgnoreRule

FILE_NAME = ".driftignore"

_EXPIRES = re.compile(r"expires:? (\d{4}-\d\d-\d\d)")


def driftignore(folder: Path) -> tuple[IgnoreRule, ...]:
    """The rules of the folder's `.driftignore`, none when it has none. A comment right above a pattern is its reason.

    A line `# expires: 2027-01-31` of that comment is the last day on which the pattern holds.

    Raises ConfigError when it cannot be read.
    """
    file = folder / FILE_NAME
    if not file.is_file():
        return ()
    try:
        return tuple(_rules(file.read_text("utf-8", errors="replace")))
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read ({error.strerror})") from error


def lines_for(patterns: Iterable[str], reason: str, expires: date) -> list[str]:
    """The lines of a `.driftignore` for patterns that hold until a day, for a reason in one line."""
    return [line for one in patterns for line in (f"# {reason}", f"# expires: {expires}", one)]


def _rules(text: str) -> Iterator[IgnoreRule]:
    reason: list[str] = []
    expires: date | None = None
    for number, line in enumerate(text.splitlines(), 1):
        pattern = line.strip()
        if pattern.startswith("#"):
            comment = pattern.lstrip("# ")
            day = _day(comment)
            expires = day or expires
            reason += [] if day else [comment]
            continue
        if pattern:
            yield IgnoreRule(match=pattern, reason=" ".join(reason), expires=expires, origin=f"{FILE_NAME}:{number}")
        reason, expires = [], None


def _day(comment: str) -> date | None:
    """The day that a comment names as the last; None for any other comment."""
    named = _EXPIRES.fullmatch(comment)
    try:
        return date.fromisoformat(named[1]) if named else None
    except ValueError:  # there is no such day
        return None
