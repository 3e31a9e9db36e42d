"""People by their names: a login, an address, an ARN, a name as it is written in a ticket."""

import re
from collections.abc import Iterable
from functools import lru_cache

#: Shorter pieces (initials, `de`) are common to many.
_SHORTEST = 3


def is_among(principal: str, people: Iterable[str]) -> bool:
    """Whether a principal is one of these people, as far as their names tell."""
    return any(_is_same(principal, person) for person in people)


def login_in(principal: str) -> str:
    """A person whom one provider knows by name, another by address, and a third by the end of an ARN."""
    return principal.rpartition("/")[2].partition("@")[0].lower()


@lru_cache(maxsize=16_384)
def _is_same(first: str, second: str) -> bool:
    """`anna.berg@shop.example`, `Anna Berg`, `berg_anna` and `aberg` are the same."""
    one, other = _words(first), _words(second)
    if not one or not other:
        return False
    if one == other or len(one & other) >= 2:
        return True
    return _is_short_for(one, other) or _is_short_for(other, one)


def _is_short_for(login: frozenset[str], name: frozenset[str]) -> bool:
    """Whether a login is the initial of one part of a name and the whole of another."""
    if len(login) != 1 or len(name) < 2:
        return False
    [word] = login
    return any(
        word == f"{given[0]}{family}"
        for given in name
        for family in name
        if given != family and len(family) >= _SHORTEST
    )


@lru_cache(maxsize=16_384)
def _words(name: str) -> frozenset[str]:
    local = re.split(r"[/:]", name)[-1].partition("@")[0]
    return frozenset(re.findall(r"[^\W\d_]{2,}", local.lower()))
