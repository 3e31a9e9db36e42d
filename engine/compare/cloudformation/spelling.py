"""When two texts of a CloudFormation property mean the same: what services write otherwise than templates do."""

import re
from base64 import b64decode
from collections.abc import Callable
from math import isclose
from typing import Any

from engine.compare.cloudformation.names import domains, keys, links, names, networks, public_keys, versions
from engine.compare.cloudformation.times import clocks, durations, instants, rates
from engine.compare.holes import filled
from engine.model import UNRESOLVED

_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?")
_SIZE = re.compile(r"([\d.]+)\s*(GB|GiB|vCPU)", re.IGNORECASE)
_HIDDEN = re.compile(r"\*{4,}")
_BASE64 = re.compile(r"(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?")
_SPACE = 8  # how much space at its ends a text may have had before it was encoded, its own padding included
_SEPARATORS = re.compile(r"[\s_]+|(?<=\w)-(?=\w)")


def spelled_alike(name: str, declared: Any, actual: Any) -> bool:
    """Whether two scalars mean the same as values of the property `name`.

    What a service may write otherwise: letter case, numbers and truth values as texts, sizes in other units, space,
    underscores and hyphens between words, items of a list written as text, a domain's last dot, an ARN for the name it
    ends in, a version in full, an address range by its network, a time by its instant, a text in base64.
    """
    if declared == actual and isinstance(declared, bool) == isinstance(actual, bool):
        return True
    left, right = _text(declared), _text(actual)
    if left.casefold() == right.casefold() or _fits(left, right):
        return True
    return any(rule(name, left, right) for rule in _RULES)


def written_alike(declared: Any, actual: Any) -> bool:
    """Whether two values that people chose freely are the same, to the letter: variables, tags."""
    left, right = _text(declared), _text(actual)
    return left == right or _fits(left, right) or _numbers("", left, right) or _masked("", left, right)


def _fits(left: str, right: str) -> bool:
    """Whether a text of which a part is unresolved may be the other one, or one be the name in which the other ends."""
    if UNRESOLVED not in left:
        return False
    left, right = left.casefold(), right.casefold()
    pairs = ((left, right), (_last(left), right), (left, _last(right)))
    return any(filled(wanted, found) == found for wanted, found in pairs)


def _last(text: str) -> str:
    return re.split("[/:]", text)[-1]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()


def _numbers(_name: str, left: str, right: str) -> bool:
    """Numbers, of which a service may keep no more than single precision."""
    if not (_NUMBER.fullmatch(left) and _NUMBER.fullmatch(right)):
        return False
    first, second = float(left), float(right)
    return first == second or ("." in left + right and isclose(first, second, rel_tol=1e-7))


def _sizes(_name: str, left: str, right: str) -> bool:
    """`1 GB` and `1 vCPU` are 1024 of what services count in."""
    size = _SIZE.fullmatch(left)
    return bool(size and _NUMBER.fullmatch(size[1]) and right == _text(float(size[1]) * 1024))


def _separators(_name: str, left: str, right: str) -> bool:
    return _SEPARATORS.sub(" ", left.casefold()) == _SEPARATORS.sub(" ", right.casefold())


def _items(_name: str, left: str, right: str) -> bool:
    """A list as text, `b,a` and `a, b`, or settings, `a=1;b=2;`."""
    return any(mark in left and _split(left, mark) == _split(right, mark) for mark in ",;")


def _split(text: str, mark: str) -> list[str]:
    return sorted(item.strip().casefold() for item in text.split(mark) if item.strip())


def _ports(name: str, left: str, right: str) -> bool:
    """A rule for every protocol has no ports, or all of them; a range of one port is that port."""
    if name in ("FromPort", "ToPort") and right == "-1":
        return left in ("0", "65535")
    return left == f"{right}-{right}" or right == f"{left}-{left}"


def _masked(_name: str, left: str, right: str) -> bool:
    """CloudFormation gives back a question mark for each character beyond ASCII, and services asterisks for secrets."""
    if _HIDDEN.fullmatch(left) or _HIDDEN.fullmatch(right):
        return True
    if "?" not in left or right.isascii():
        return False
    return left == "".join(letter if letter.isascii() else "?" for letter in right)


def _encoded(_name: str, left: str, right: str) -> bool:
    """A text and its base64."""
    longer, shorter = (left, right) if len(left) > len(right) else (right, left)
    if not len(shorter) <= len(longer) * 3 // 4 <= len(shorter) + _SPACE or not _BASE64.fullmatch(longer):
        return False
    return b64decode(longer).strip() == shorter.encode()


_RULES: tuple[Callable[[str, str, str], bool], ...] = (
    _numbers,
    names,
    _separators,
    _ports,
    domains,
    versions,
    links,
    _masked,
    rates,
    networks,
    instants,
    durations,
    clocks,
    keys,
    _sizes,
    _items,
    public_keys,
    _encoded,
)
