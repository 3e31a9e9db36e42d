"""Finding what people call something: words of a question against the names that a report holds."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from math import log
from typing import Any

from msgspec import Struct

from engine.assistant import tables
from engine.model import Drift, Report

#: How much it tells that a word is found there.
_NAME, _ID, _VALUE, _PATH, _TYPE, _PLACE = 4.0, 3.0, 2.0, 2.0, 1.5, 0.5
#: What fits this much worse than the best does not fit.
_NEAR = 0.8
_COVERED = 0.95
#: A misspelt word is taken for a name that is so much alike.
_ALIKE = 0.8
_SHORTEST_MISSPELT = 5
_PENALTY = 0.6
#: Of long documents so many words are looked at.
_WORDS_OF_A_VALUE = 60

_WORD = re.compile(r"[^\W_]+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Match(Struct, frozen=True):
    """What some words mean. `unknown` are those of them that are in no name; `misread` what others were taken for."""

    drifts: tuple[Drift, ...]
    known: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    misread: tuple[tuple[str, str], ...] = ()


class Names:
    """The words by which the drifts of a report can be called. Made once for a report."""

    def __init__(self, report: Report) -> None:
        self._drifts = report.drifts
        self._found: dict[str, dict[int, float]] = defaultdict(dict)
        for number, drift in enumerate(report.drifts):
            for word, weight in _words_of(drift):
                known = self._found[word]
                if weight > known.get(number, 0):
                    known[number] = weight
        self._alike: dict[str, list[str]] = defaultdict(list)
        for word in self._found:
            if len(word) >= _SHORTEST_MISSPELT - 1:
                self._alike[word[0]].append(word)

    def match(self, said: Sequence[str]) -> Match:
        """The drifts that these words fit best, in the order of the report; none where no word is known."""
        scores: dict[int, float] = defaultdict(float)
        covered: dict[int, float] = defaultdict(float)
        known, unknown, misread = [], [], []
        for word in said:
            found = self._look_up(word)
            if not found:
                close = self._closest(word)
                if close:
                    misread.append((word, close))
                    found = {number: weight * _PENALTY for number, weight in self._found[close].items()}
            if not found:
                unknown.append(word)
                continue
            known.append(word)
            rarity = 1 + log(1 + len(self._drifts) / len(found))
            for number, weight in found.items():
                scores[number] += weight * rarity
                covered[number] += rarity
        most = max(covered.values(), default=0.0)  # who fits more of the words fits better, whatever they weigh
        scores = {number: score for number, score in scores.items() if covered[number] >= most * _COVERED}
        best = max(scores.values(), default=0.0)
        fitting = sorted(number for number, score in scores.items() if score >= best * _NEAR)
        return Match(
            tuple(self._drifts[number] for number in fitting), tuple(known), tuple(unknown), tuple(misread)
        )  # fmt: skip

    def knows(self, word: str) -> bool:
        """Whether the word is in a name."""
        return bool(self._look_up(word))

    def _look_up(self, word: str) -> Mapping[int, float]:
        alternatives = (word, *tables.other_words().get(word, ()))
        found: dict[int, float] = {}
        for alternative in alternatives:
            parts = [self._found.get(part, {}) for part in words_in(alternative)]
            for number in set.intersection(*(set(part) for part in parts)) if parts else ():
                weight = sum(part[number] for part in parts) / len(parts)
                found[number] = max(found.get(number, 0.0), weight)
        return found

    def _closest(self, word: str) -> str:
        if len(word) < _SHORTEST_MISSPELT or not word.isalpha():
            return ""
        close = get_close_matches(word, self._alike.get(word[0], ()), n=1, cutoff=_ALIKE)
        return close[0] if close else ""


def _words_of(drift: Drift) -> Iterator[tuple[str, float]]:
    ref = drift.resource
    for text, weight in (
        (ref.name, _NAME), (ref.address.rpartition(".")[2], _NAME), (ref.address, _ID), (ref.id, _ID),
        (ref.type, _TYPE), (ref.scope, _PLACE),
    ):  # fmt: skip
        for word in words_in(text):
            yield word, weight
    yield drift.id, _NAME
    for change in drift.changes:
        for word in words_in(change.path):
            yield word, _PATH
        if not change.sensitive:
            for word in _in_values((change.declared, change.actual)):
                yield word, _VALUE


def _in_values(values: Iterable[Any]) -> Iterator[str]:
    left = _WORDS_OF_A_VALUE
    waiting = list(values)
    while waiting and left > 0:
        value = waiting.pop(0)
        if isinstance(value, Mapping):
            waiting += value.values()
        elif isinstance(value, list | tuple):
            waiting += value
        elif value is not None and not isinstance(value, bool):
            for word in words_in(str(value)[:400]):
                left -= 1
                yield word


@lru_cache(maxsize=4096)
def words_in(text: str) -> tuple[str, ...]:
    """The words of a name or a text, in lower case and without the `s` of plurals."""
    apart = text if text.islower() else _HUMP.sub(" ", text).lower()
    return tuple(singular(word) for word in _WORD.findall(apart))


@lru_cache(maxsize=65_536)
def singular(word: str) -> str:
    """`queues` → `queue`; what only looks like a plural stays as it is, everywhere alike."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
