"""What a firewall rule lets through, in the spelling of any provider."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

_EVERY_PORT = (0, 65535)
_REFUSING = frozenset({"deny", "block", "drop", "reject"})
_OUTGOING = frozenset({"outbound", "egress"})
_EVERY_PROTOCOL = frozenset({"-1", "all"})
_RANGE = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?", re.ASCII)
#: Where the ports of a rule stand as text, spelled as `_squeezed` spells it.
_PORT_TEXTS = ("ports", "destinationportrange", "destinationportranges")


def lets_in(rule: Mapping[str, Any]) -> bool:
    """Whether an object may be a rule that lets traffic in: it neither refuses any nor is about outgoing traffic."""
    fields = _squeezed(rule)
    goes_out = str(fields.get("direction")).lower() in _OUTGOING or fields.get("egress") is True
    return not (goes_out or refuses(rule))


def refuses(value: Any) -> bool:
    """Whether a value is a firewall rule that refuses traffic."""
    if not isinstance(value, Mapping):
        return False
    fields = _squeezed(value)
    action = fields.get("access") or fields.get("ruleaction") or fields.get("action")
    return isinstance(action, str) and action.lower() in _REFUSING


def spans(value: Any, ports: frozenset[int]) -> bool:
    """Whether a firewall rule, or a list of its ports, lets one of the ports through."""
    return any(first <= port <= last for first, last in _port_ranges(value) for port in ports)


def is_every_port(value: Any) -> bool:
    """Whether a firewall rule is for every port."""
    return any(first <= 1 and last == _EVERY_PORT[1] for first, last in _port_ranges(value))


def _port_ranges(value: Any) -> Iterator[tuple[int, int]]:
    if not isinstance(value, Mapping):
        yield from _from_texts(value)
        return
    fields = _squeezed(value)
    protocol = str(fields.get("protocol") or fields.get("ipprotocol") or "").lower()
    texts = [fields[name] for name in _PORT_TEXTS if fields.get(name)]
    first, last = _number(fields.get("fromport")), _number(fields.get("toport"))
    # Without ports, a rule of Google's is for every port of its protocol.
    portless = not texts and not fields.keys() & {"fromport", "toport"} and protocol in ("tcp", "udp")
    if protocol in _EVERY_PROTOCOL or portless:
        yield _EVERY_PORT
    elif first is not None and last is not None:
        yield first, last
    for text in texts:
        yield from _from_texts(text)


def _from_texts(value: Any) -> Iterator[tuple[int, int]]:
    for text in value if isinstance(value, list | tuple) else [value]:
        if text == "*":
            yield _EVERY_PORT
        elif match := _RANGE.fullmatch(str(text)):
            yield int(match[1]), int(match[2] or match[1])


def _squeezed(rule: Mapping[str, Any]) -> dict[str, Any]:
    """`from_port`, `FromPort` and `fromPort` alike."""
    return {str(name).replace("_", "").lower(): value for name, value in rule.items()}


def _number(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return int(float(value))
    except (ValueError, OverflowError):
        return None
