"""Names and sentences as words that can be held against each other.

`acme-prod-checkout-sg`, `CheckoutService` and "checkout is down" have the word `checkout` in common. Words that say
what kind of thing it is, or for whom it runs, are left out (`context.toml`).
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from engine.correlate.table import context_table

_WORD = re.compile(r"[^\W_]+")
_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NUMBERED = re.compile(r"^([^\W\d_]+)\d{0,2}$")
_SHORTEST = 3
#: A word of this length may be written with a slip of the pen and is still known.
_LONG_ENOUGH = 6


@lru_cache(maxsize=65536)
def words_in(text: str) -> frozenset[str]:
    """The telling words of a name or sentence, in lower case; no ids, numbers or common words."""
    common = context_table().words.common
    found = set()
    for piece in _HUMPS.sub(" ", text).split():
        for raw in _WORD.findall(piece):
            numbered = _NUMBERED.match(raw)
            word = _stem(numbered[1].lower()) if numbered else ""
            if len(word) >= _SHORTEST and word not in common:
                found.add(word)
    return frozenset(found)


def _stem(word: str) -> str:
    """`checkoutservice` as `checkout`."""
    for suffix in context_table().words.suffixes:
        if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST:
            return word.removesuffix(suffix)
    return word


class Lexicon:
    """Known words, found also where they are written with one slip: a letter lost or added, or two swapped.

    A mistaken letter is no slip: `shopping` is not `shipping`.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)
        self._slips: dict[str, str] = {}  # a word, or one without one of its letters, and whose that is
        for word in sorted(self._words):
            if len(word) >= _LONG_ENOUGH:
                for slip in (word, *_shortened(word)):
                    self._slips.setdefault(slip, word)

    def __contains__(self, word: str) -> bool:
        return word in self._words

    def settled(self, word: str) -> str:
        """The known word that is meant, else the word as it is."""
        if word in self._words or len(word) < _LONG_ENOUGH:
            return word
        found = (self._slips[text] for text in (word, *_shortened(word)) if text in self._slips)
        return next((known for known in found if len(known) != len(word) or sorted(known) == sorted(word)), word)

    def known(self, words: Iterable[str]) -> frozenset[str]:
        """Those of the words that are known, as they are known."""
        return self._words.intersection(map(self.settled, words))


def _shortened(word: str) -> list[str]:
    """The word without each of its letters in turn."""
    return [word[:place] + word[place + 1 :] for place in range(len(word))]
