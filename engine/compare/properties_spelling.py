"""When two texts of a CloudFormation property mean the same: what services write otherwise than templates do."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Any

_RATE = re.compile(r"rate\(\s*(\d+)\s+(minute|hour|day)s?\s*\)", re.IGNORECASE)
_MINUTES = {"minute": 1, "hour": 60, "day": 24 * 60}
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_KEY = re.compile(r"(?:arn:[\w-]+:kms:[\w-]*:\d*:)?(?:key/)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|.*:key/mrk-\w+")
_ALIAS = re.compile(r"(?:arn:[\w-]+:kms:[\w-]*:\d*:)?alias/.+")


def spelled_alike(name: str, declared: Any, actual: Any) -> bool:
    """Whether two scalars mean the same as values of the property `name`.

    What a service may write otherwise: letter case, numbers and truth values as texts, space at the ends, a domain's
    last dot, an ARN for the name it ends in, a version in full, an address range by its network, a time by its
    instant, a rate by its unit. An alias of a key and a key cannot be told apart without asking, and so are alike.
    """
    if declared == actual and isinstance(declared, bool) == isinstance(actual, bool):
        return True
    left, right = _text(declared), _text(actual)
    if left.casefold() == right.casefold():
        return True
    return any(rule(name, left, right) for rule in _RULES)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()


def _numbers(_name: str, left: str, right: str) -> bool:
    return bool(_NUMBER.fullmatch(left) and _NUMBER.fullmatch(right)) and float(left) == float(right)


def _names(_name: str, left: str, right: str) -> bool:
    """An ARN, or a path, and the name that it ends in."""
    longer, shorter = (left, right) if len(left) > len(right) else (right, left)
    return bool(shorter) and longer.startswith("arn:") and longer.casefold().endswith(tuple(_tails(shorter.casefold())))


def _tails(name: str) -> Iterator[str]:
    yield f"/{name}"
    yield f":{name}"


def _domains(_name: str, left: str, right: str) -> bool:
    left, right = left.casefold().replace("\\052", "*"), right.casefold().replace("\\052", "*")
    return left.rstrip(".") == right.rstrip(".") and "." in left


def _versions(name: str, left: str, right: str) -> bool:
    """A version told less exactly on one side: `8.0` is any `8.0.45`, `5.0.x` any `5.0.6`, `LATEST` any."""
    if not name.endswith("Version"):
        return False
    if left.lower() == "latest":
        return bool(right)
    declared = left.removesuffix(".x")
    return right.startswith((f"{declared}.", f"{declared}-")) or left.startswith(f"{right}.")


def _masked(_name: str, left: str, right: str) -> bool:
    """CloudFormation gives templates back with a question mark for each character beyond ASCII."""
    if "?" not in left or right.isascii():
        return False
    return left == "".join(letter if letter.isascii() else "?" for letter in right)


def _rates(_name: str, left: str, right: str) -> bool:
    first, second = _RATE.fullmatch(left), _RATE.fullmatch(right)
    return bool(first and second) and _minutes(first) == _minutes(second)


def _minutes(rate: re.Match[str] | None) -> int:
    return int(rate[1]) * _MINUTES[rate[2].lower()] if rate else 0


def _networks(_name: str, left: str, right: str) -> bool:
    if "/" not in left or "/" not in right:
        return False
    try:
        return ip_network(left, strict=False) == ip_network(right, strict=False)
    except ValueError:
        return False


def _instants(_name: str, left: str, right: str) -> bool:
    first, second = _instant(left), _instant(right)
    return first is not None and first == second


def _instant(text: str) -> datetime | None:
    if not _TIME.match(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _keys(_name: str, left: str, right: str) -> bool:
    return bool(_ALIAS.fullmatch(left) and _KEY.fullmatch(right)) or bool(
        _KEY.fullmatch(left) and _ALIAS.fullmatch(right)
    )


_RULES: tuple[Callable[[str, str, str], bool], ...] = (
    _numbers,
    _names,
    _domains,
    _versions,
    _masked,
    _rates,
    _networks,
    _instants,
    _keys,
)
