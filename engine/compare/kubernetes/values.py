"""When two plain values of an object mean the same, and when a value says nothing."""

import base64
import binascii
from datetime import datetime
from typing import Any

from engine.compare.kubernetes.quantities import duration, quantity


def says_nothing(value: Any) -> bool:
    """Null, empty and false fields vanish when the API server writes an object down; zero as well, mostly."""
    return value is None or value is False or value == "" or value == [] or value == {} or value == 0


def as_map(value: Any) -> dict[str, Any]:
    """The value where it is a map, and an empty one where it is anything else: manifests hold what people write."""
    return value if isinstance(value, dict) else {}


def same_scalar(left: Any, right: Any, type_: str) -> bool:
    """Whether two values of a scalar type mean the same."""
    if left == right:
        return isinstance(left, bool) == isinstance(right, bool)
    if left is None or right is None or isinstance(left, dict | list) or isinstance(right, dict | list):
        return False
    if type_ == "q":
        one, other = quantity(left), quantity(right)
        return one is not None and one == other
    if type_ == "t":
        return bool(_moment(left) == _moment(right))
    if type_ == "y":
        return bool(_bytes(left) == _bytes(right))
    return _text(left) == _text(right)


def same_loose(left: Any, right: Any) -> bool:
    """Whether two values mean the same as far as their looks tell: `1000m` and `1`, `90m` and `1h30m0s`."""
    if same_scalar(left, right, "s"):
        return True
    if not isinstance(left, str | int | float) or not isinstance(right, str | int | float):
        return False
    if isinstance(left, bool) or isinstance(right, bool):
        return False
    one, other = quantity(left), quantity(right)
    if one is not None and other is not None:
        return one == other
    return isinstance(left, str) and isinstance(right, str) and (duration(left) or 0) == (duration(right) or "")


def encoded(text: Any) -> str:
    """`stringData` as the API server writes it into `data`."""
    return base64.b64encode(_text(text).encode()).decode()


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _bytes(value: Any) -> Any:
    text = "".join(str(value).split())
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return text


def _moment(value: Any) -> Any:
    try:
        return datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    except ValueError:
        return value
