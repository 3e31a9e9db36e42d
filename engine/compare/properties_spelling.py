"""When two texts of a CloudFormation property mean the same: what services write otherwise than templates do."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Any

_RATE = re.compile(r"rate\(\s*(\d+)\s+(minute|hour|day)s?\s*\)", re.IGNORECASE)
_MINUTES = {"minute": 1, "hour": 60, "day": 24 * 60}
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", re.IGNORECASE)
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")
_REVISION = re.compile(r":\d+$")
_IDENTITIES = ("Id", "ID", "Identifier", "Arn", "ARN", "Name", "Role")
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_KEY = re.compile(r"(?:arn:[\w-]+:kms:[\w-]*:\d*:)?(?:key/)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|.*:key/mrk-\w+")
_ALIAS = re.compile(r"(?:arn:[\w-]+:kms:[\w-]*:\d*:)?alias/.+")


def spelled_alike(name: str, declared: Any, actual: Any) -> bool:
    """Whether two scalars mean the same as values of the property `name`.

    What a service may write otherwise: letter case, numbers and truth values as texts, space at the ends, a domain's
    last dot, an ARN for the name it ends in, a version in full, an address range by its network, a time by its
    instant, a rate or a duration in other units. An alias of a key and a key cannot be told apart without asking,
    and so are alike.
    """
    if declared == actual and isinstance(declared, bool) == isinstance(actual, bool):
        return True
    left, right = _text(declared), _text(actual)
    if left.casefold() == right.casefold():
        return True
    return any(rule(name, left, right) for rule in _RULES)


def written_alike(declared: Any, actual: Any) -> bool:
    """Whether two values that people chose freely are the same, to the letter: variables, tags."""
    left, right = _text(declared), _text(actual)
    return left == right or _numbers("", left, right) or _masked("", left, right)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()


def _numbers(_name: str, left: str, right: str) -> bool:
    return bool(_NUMBER.fullmatch(left) and _NUMBER.fullmatch(right)) and float(left) == float(right)


def _names(name: str, left: str, right: str) -> bool:
    """An ARN and the name that it ends in, a version of it left out; of an id, a path that ends in it."""
    longer, shorter = (left, right) if len(left) > len(right) else (right, left)
    longer, shorter = longer.casefold(), shorter.casefold()
    if not shorter or longer == f"custom:{shorter}":
        return bool(shorter)
    is_arn = longer.startswith("arn:")
    if not is_arn and ("/" in shorter or not name.endswith(_IDENTITIES)):
        return False
    ends = [f"{joint}{shorter}" for joint in ("/:" if is_arn else "/")]
    return any(longer.endswith((end, f"{end}:root")) or _REVISION.sub("", longer).endswith(end) for end in ends)


def _spaces(_name: str, left: str, right: str) -> bool:
    return left.casefold().split() == right.casefold().split()


def _ports(name: str, left: str, right: str) -> bool:
    """A rule for every protocol has no ports; it may be written with all of them."""
    return name in ("FromPort", "ToPort") and right == "-1" and left in ("0", "65535")


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
    if _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(text[:10]), UTC)
    if not _TIME.match(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _durations(_name: str, left: str, right: str) -> bool:
    first, second = _DURATION.fullmatch(left), _DURATION.fullmatch(right)
    return bool(first and second) and _seconds(first) == _seconds(second) != 0


def _seconds(duration: re.Match[str] | None) -> int:
    days, hours, minutes, seconds = (int(text or 0) for text in duration.groups()) if duration else (0, 0, 0, 0)
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def _keys(_name: str, left: str, right: str) -> bool:
    return bool(_ALIAS.fullmatch(left) and _KEY.fullmatch(right)) or bool(
        _KEY.fullmatch(left) and _ALIAS.fullmatch(right)
    )


_RULES: tuple[Callable[[str, str, str], bool], ...] = (
    _numbers,
    _names,
    _spaces,
    _ports,
    _domains,
    _versions,
    _masked,
    _rates,
    _networks,
    _instants,
    _durations,
    _keys,
)
