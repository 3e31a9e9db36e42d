"""The table of what went on around a drift (`context.toml`): kinds, relations, words."""

import re
from functools import cache, cached_property
from importlib.resources import files

import msgspec
from msgspec import Struct

from engine.model import Relation


class KindRule(Struct, frozen=True, forbid_unknown_fields=True):
    """How much events of a kind tell, and how that fades. Times are in minutes; see the head of the table."""

    lasting: str
    weight: float
    open: float
    open_halves: float
    before: float
    before_halves: float
    after: float
    after_halves: float
    aside: bool = False
    over: str = ""


class Bond(Struct, frozen=True, forbid_unknown_fields=True):
    """How an event and a resource hang together: how closely in [0, 1], and in words."""

    relation: Relation
    weight: float
    says: str


class Words(Struct, frozen=True, forbid_unknown_fields=True):
    """Words with a meaning of their own in names and tickets."""

    service_tags: frozenset[str]
    suffixes: tuple[str, ...]
    common: frozenset[str]
    minor: str


class ContextTable(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """The whole table."""

    kind: dict[str, KindRule]
    bond: dict[str, Bond]
    words: Words

    @cached_property
    def minor(self) -> re.Pattern[str]:
        """Fits priorities that say that something can wait."""
        return re.compile(self.words.minor, re.IGNORECASE)


@cache
def context_table() -> ContextTable:
    """The shipped table."""
    return msgspec.toml.decode(files("engine.correlate").joinpath("context.toml").read_bytes(), type=ContextTable)
