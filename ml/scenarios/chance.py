"""Chance that is the same again for the same seed."""

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import TypeVar

Item = TypeVar("Item")

_LOWER = "abcdefghijklmnopqrstuvwxyz0123456789"
_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


class Chance:
    """A stream of choices. Streams of different names do not disturb each other."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._random = random.Random(name)  # noqa: S311 - nothing secret hangs on it

    def child(self, name: str) -> "Chance":
        """A stream of its own for one part, which stays the same when other parts draw more or less."""
        return Chance(f"{self._name}/{name}")

    def pick(self, items: Sequence[Item]) -> Item:
        """One of the items."""
        return self._random.choice(items)

    def some(self, items: Sequence[Item], count: int) -> list[Item]:
        """Up to `count` different items, in any order."""
        return self._random.sample(list(items), min(count, len(items)))

    def shuffled(self, items: Sequence[Item]) -> list[Item]:
        """All items, in any order."""
        return self._random.sample(list(items), len(items))

    def maybe(self, probability: float) -> bool:
        """True with the probability."""
        return self._random.random() < probability

    def number(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return self._random.randint(low, high)

    def share(self) -> float:
        """A number from 0 up to 1."""
        return self._random.random()

    def minutes(self, low: float, high: float) -> timedelta:
        """A span of time, to the second."""
        return timedelta(seconds=round(self._random.uniform(low, high) * 60))

    def hex(self, length: int) -> str:
        """Hexadecimal digits."""
        return f"{self._random.getrandbits(4 * length):0{length}x}"

    def lower(self, length: int) -> str:
        """Small letters and digits."""
        return "".join(self._random.choices(_LOWER, k=length))

    def upper(self, length: int) -> str:
        """Capitals and digits, as in the ids of keys and roles."""
        return "".join(self._random.choices(_UPPER, k=length))

    def digits(self, length: int) -> str:
        """Decimal digits, the first not zero."""
        return str(self._random.randint(10 ** (length - 1), 10**length - 1))

    def uuid(self) -> str:
        """A random UUID."""
        text = self.hex(32)
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"

    def address(self) -> str:
        """A public IPv4 address."""
        first = self.pick((31, 46, 62, 77, 81, 84, 91, 93, 109, 146, 178, 188, 212, 213))
        return f"{first}.{self.number(1, 254)}.{self.number(1, 254)}.{self.number(2, 250)}"
