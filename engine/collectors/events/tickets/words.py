"""What tools and organisations call things: which tickets are incidents, which of their fields say what.

The words are in `words.toml`; a source's settings may add some.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

import msgspec
from msgspec import Struct

from engine.model import TicketType


class _Rule(Struct, frozen=True, forbid_unknown_fields=True):
    type: TicketType
    kind: list[str] = []
    label: list[str] = []
    title: list[str] = []


class _Words(Struct, frozen=True, forbid_unknown_fields=True):
    rule: list[_Rule]
    field: dict[str, list[str]]
    common: list[str]
    acted: list[str]
    refused: list[str]


Added = Mapping[TicketType, Iterable[str]]


def type_of(kinds: Iterable[str], labels: Iterable[str], title: str, added: Added) -> TicketType | None:
    """What a ticket is, by the names of its kind, else by its labels, else by its title. None where nothing tells.

    `added` are words of the user's own for kinds and labels, which come first.
    """
    kinds, labels = [kind for kind in kinds if kind], [label for label in labels if label]
    for type_, words in added.items():
        own = {word.casefold() for word in words}
        if any(text.casefold() in own for text in (*kinds, *labels)):
            return type_
    rules = _words().rule
    for texts, name in ((kinds, "kind"), (labels, "label"), ([title], "title")):
        for rule in rules:
            pattern = _either(tuple(getattr(rule, name)))
            if pattern is not None and any(pattern.search(text) for text in texts):
                return rule.type
    return None


def meaning_of(field: str) -> str:
    """What a field is for, by its name: a meaning of `TicketSettings.fields`, empty where it tells none."""
    plain = re.sub(r"[\s_-]+", " ", field.removeprefix("u_")).strip()
    for meaning, patterns in _words().field.items():
        pattern = _either(tuple(patterns))
        if pattern is not None and pattern.search(plain):
            return meaning
    return ""


def without_common(names: Iterable[str]) -> tuple[str, ...]:
    """Names, each once, without words that mark no service in particular (`prod`, `ops`, `followup`)."""
    pattern = _either(tuple(_words().common))
    stripped = (name.strip() for name in names)
    return tuple(dict.fromkeys(name for name in stripped if len(name) > 2 and not (pattern and pattern.search(name))))


def is_refused(status: str) -> bool:
    """Whether a ticket's status, its resolution or its approval says that what it asks for is not to be done."""
    pattern = _either(tuple(_words().refused))
    return pattern is not None and pattern.search(status) is not None


def lines_of_action(text: str) -> list[str]:
    """The lines of a comment that say that something was done."""
    pattern = _either(tuple(_words().acted))
    return [line for line in text.splitlines() if pattern and pattern.search(line)]


@cache
def _words() -> _Words:
    return msgspec.toml.decode(files(__package__).joinpath("words.toml").read_bytes(), type=_Words)


@cache
def _either(patterns: tuple[str, ...]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE) if patterns else None
