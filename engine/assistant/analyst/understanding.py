"""What a question asks: its intent, and what it is about."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from msgspec import Struct

from engine.assistant.analyst.times import Times
from engine.assistant.names import singular
from engine.assistant.tables import read
from engine.model import Category, DriftKind, Level

_GAP = "*"
#: A gap in a phrase stands for so many words at most.
_WIDEST_GAP = 4
_LONGEST_QUESTION = 400

_TOKEN = re.compile(r"[^\W_]+(?:['’][a-z]+|(?:[-_./:@\[\]]+[^\W_]+)+\]?)?")
_JOINTS = re.compile(r"[-_./:@\[\]]+")


class Intent(Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that people ask, and how."""

    name: str
    about: str
    phrases: tuple[str, ...]
    weight: float = 1.0


class _Words(Struct, frozen=True):
    words: frozenset[str]


class Table(Struct, frozen=True, forbid_unknown_fields=True):
    """The table of questions."""

    words: dict[str, tuple[str, ...]]
    kinds: dict[DriftKind, tuple[str, ...]]
    levels: dict[Level, tuple[str, ...]]
    causes: dict[Category, tuple[str, ...]]
    little: _Words
    maybe: _Words
    pointing: _Words
    one: _Words
    orders: _Words
    courtesy: _Words
    intent: tuple[Intent, ...]


class Asked(Struct, frozen=True):
    """A question as it is understood. `intent` is None where it is not.

    `names` are the words that can be the name of something, compounds (`parcel-events`) as they were typed; `perhaps`
    are those of them that may name nothing. `is_order`: it wants something done.
    `points`: it points back (`it`, `that`), to one thing if `points_at_one`.
    """

    intent: Intent | None
    words: tuple[str, ...]
    names: tuple[str, ...]
    times: Times
    perhaps: frozenset[str] = frozenset()
    is_order: bool = False
    points: bool = False
    points_at_one: bool = False
    kind: DriftKind | None = None
    level: Level | None = None
    cause: Category | None = None


@cache
def table() -> Table:
    """The table of questions."""
    known: Table = read("analyst/questions.toml", Table)
    return known


def understand(times: Times) -> Asked:
    """What a question asks, its times already read."""
    said = [match[0].lower() for match in _TOKEN.finditer(times.left[:_LONGEST_QUESTION])]
    same = _same()
    words = [same.get(word, same.get(singular(word), word)) for word in said]
    scored = sorted(((score(intent, words), -place) for place, intent in enumerate(table().intent)), reverse=True)
    intents = [table().intent[-place] for points, place in scored if points > 0]
    taken = {word for phrase in _split(intents[0]) for word in phrase} if intents else set()
    little, maybe, slots = _little(), table().maybe.words, _slot_words()
    named = [
        (word, meant in maybe or word in slots)
        for word, meant in zip(said, words, strict=True)
        if not _is_little(word, meant, little) or (meant in maybe and meant not in taken)
    ]
    return Asked(
        intent=intents[0] if intents else None,
        words=tuple(words),
        names=tuple(word for word, _ in named),
        perhaps=frozenset(word for word, may_be in named if may_be),
        times=times,
        is_order=_is_order(said),
        points=any(word in table().pointing.words for word in said),
        points_at_one=any(word in table().one.words for word in said),
        kind=_of(table().kinds, said),
        level=_of(table().levels, said),
        cause=_of(table().causes, said),
    )


def _is_order(said: Sequence[str]) -> bool:
    """Whether it begins as orders do: `please close it`, but not `can I close it`."""
    orders, courtesy = table().orders.words, table().courtesy.words
    at = 0
    while at < len(said):
        if " ".join(said[at : at + 2]) in courtesy:
            at += 2
        elif said[at] in courtesy:
            at += 1
        else:
            break
    return at < len(said) and said[at] in orders


def score(intent: Intent, words: Sequence[str]) -> float:
    """How well a question fits an intent: by the longest of its phrases that is in it."""
    best = max((_fits(phrase, words) for phrase in _split(intent)), default=0.0)
    return best * intent.weight


def _fits(phrase: tuple[str, ...], words: Sequence[str]) -> float:
    if phrase[0] not in words:
        return 0.0
    starts = (start for start, word in enumerate(words) if word == phrase[0])
    literal = sum(word != _GAP for word in phrase)
    # What begins a question says more than what is somewhere in it.
    return max(
        (literal + (0.2 if start == 0 else 0.0) for start in starts if _goes_on(phrase, words, start)), default=0
    )


def _goes_on(phrase: Sequence[str], words: Sequence[str], at: int) -> bool:
    """Whether the words go on from here as the phrase does."""
    if not phrase:
        return True
    if phrase[0] == _GAP:
        return any(_goes_on(phrase[1:], words, at + skip) for skip in range(1, _WIDEST_GAP + 1))
    return at < len(words) and words[at] == phrase[0] and _goes_on(phrase[1:], words, at + 1)


@cache
def _split(intent: Intent) -> tuple[tuple[str, ...], ...]:
    same = _same()
    return tuple(tuple(same.get(word, word) for word in phrase.replace("'", "").split()) for phrase in intent.phrases)


@cache
def _little() -> frozenset[str]:
    """Words that name nothing: those of the table, and those by which intents are told."""
    known = table()
    own = {word for meant, words in known.words.items() for word in (meant, *words)}
    return frozenset({*known.little.words, *own})


@cache
def _slot_words() -> frozenset[str]:
    """Words that say of what kind, how grave or of what cause, where they are no name."""
    known = table()
    return frozenset(
        word for given in (known.kinds, known.levels, known.causes) for words in given.values() for word in words
    )


@cache
def _same() -> Mapping[str, str]:
    return {word: meant for meant, words in table().words.items() for word in words}


def _is_little(word: str, meant: str, little: Iterable[str]) -> bool:
    if _JOINTS.search(word):
        return False
    return word in little or meant in little or (len(word) < 2 and not word.isdigit())


def _of(given: Mapping[Any, Sequence[str]], said: Iterable[str]) -> Any:
    known = {word: meant for meant, words in given.items() for word in words}
    return next((known[word] for word in said if word in known), None)
