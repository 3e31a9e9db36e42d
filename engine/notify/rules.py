"""Of what people are told, and how it is put: the shipped table, and a user's own laid over it."""

from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, field

from engine.checking import check
from engine.errors import ConfigError
from engine.model import Level
from engine.overlay import lay_over, read_table
from engine.wording import unknown_words

#: The file in a user's folder of tables.
FILE_NAME = "notifications.toml"


class About(StrEnum):
    """What a rule is about; the table's head says more."""

    DRIFT = "drift"
    REQUEST = "request"
    APPROVAL = "approval"
    SOURCE = "source"
    MODEL = "model"


_REQUEST_WORDS = frozenset({"estate", "id", "what", "level", "who", "until"})
#: What the sentences of each kind of rule may name.
WORDS: Mapping[About, Collection[str]] = {
    About.DRIFT: frozenset({"estate", "what", "kind", "level", "who", "cause", "percent", "scope", "id"}),
    About.REQUEST: _REQUEST_WORDS,
    About.APPROVAL: _REQUEST_WORDS,
    About.SOURCE: frozenset({"estate", "name", "kind", "status", "why"}),
    About.MODEL: frozenset({"estate", "name", "why"}),
}
_MANY_WORDS = frozenset({"estate", "many"})


class Rule(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing that people are told. The table's head says what the fields mean."""

    id: str
    about: About
    title: str
    text: str
    several: str
    level: Level = Level.MEDIUM
    least: Level = Level.LOW
    together: int = 3
    again_hours: float = 24
    within_hours: float = 12

    @property
    def silence(self) -> timedelta:
        """For how long the same is not said again."""
        return timedelta(hours=self.again_hours)

    @property
    def within(self) -> timedelta:
        """How long before its end an approval is nearly over."""
        return timedelta(hours=self.within_hours)


class _Own(Struct, frozen=True, kw_only=True):
    rules: list[Any] = field(default_factory=list)


def load_rules(own: Path | None = None) -> tuple[Rule, ...]:
    """The shipped rules, with `notifications.toml` in a user's folder of tables over them.

    Raises ConfigError with one line per problem, each with file and key.
    """
    file = own / FILE_NAME if own is not None else None
    given, problems = _Own(), list[str]()
    if file is not None and file.is_file():
        given = check(read_table(file), _Own, "", problems) or given
    rules = lay_over(_shipped(), given.rules, "rules", Rule, problems, _mistakes)
    if problems:
        raise ConfigError("\n".join(f"{FILE_NAME}: {problem}" for problem in problems))
    return tuple(rules)


def _mistakes(rule: Rule, where: str) -> Iterator[str]:
    yield from unknown_words(rule.title, f"{where}.title", WORDS[rule.about])
    yield from unknown_words(rule.text, f"{where}.text", WORDS[rule.about])
    yield from unknown_words(rule.several, f"{where}.several", _MANY_WORDS)
    for name, least in (("together", 1), ("again_hours", 0), ("within_hours", 0)):
        if getattr(rule, name) < least:
            yield f"{where}.{name}: is {getattr(rule, name)}; give {least} or more"


@cache
def _shipped() -> list[dict[str, Any]]:
    text = files("engine.notify").joinpath("rules.toml").read_bytes()
    rows: list[dict[str, Any]] = msgspec.toml.decode(text)["rules"]
    return rows
