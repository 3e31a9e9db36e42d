"""Reads JSON and YAML as CloudFormation does, short forms of its functions included.

YAML is built from its events, so that a tag never makes anything but data, and anchors cost what they expand to.
Plain scalars that YAML 1.1 takes for something else than CloudFormation's users do stay text: dates, numbers in
other bases and times of day (`0755`, `22:00`), and decimals that would lose a digit (`5.10`).
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
import yaml

from engine.errors import SourceError
from engine.model import UNRESOLVED

#: CloudFormation itself takes no template above 1 MB; answers of its API hold many resources and may be larger.
_MAX_BYTES = 64 * 1024 * 1024
#: Values in one document, each use of an anchor counted in full.
_MAX_VALUES = 1_000_000
_MAX_DEPTH = 100

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"})
_FALSE = frozenset({"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"})
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,18})")
_DECIMAL = re.compile(r"[-+]?[0-9]+\.[0-9]+")
#: Short forms whose long form does not begin with `Fn::`.
_BARE = frozenset({"Ref", "Condition"})
_MERGE = "<<"


def decode(data: bytes) -> Any:
    """The content of a JSON document, or of the first document in YAML.

    A key that stands twice in a YAML mapping has the value UNRESOLVED: which one counts is not defined.
    Raises SourceError with the reason, without the file's name, when it is neither or goes beyond all measure.
    """
    if len(data) > _MAX_BYTES:
        raise SourceError(f"is above {_MAX_BYTES // 1024**2} MiB, which no template and no answer of the API is")
    data = data.removeprefix(b"\xef\xbb\xbf")
    if data.lstrip()[:1] in (b"{", b"["):
        try:
            return msgspec.json.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            pass  # YAML in its flow style begins like JSON
    return _decode_yaml(data)


def _decode_yaml(data: bytes) -> Any:
    try:
        text = data.decode()
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        return _Builder(yaml.parse(text, Loader=loader)).build()
    except UnicodeDecodeError as error:
        raise SourceError("is not UTF-8 text") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f" in line {mark.line + 1}" if mark else ""
        raise SourceError(f"is neither JSON nor YAML ({error.problem or 'an error'}{where})") from error
    except yaml.YAMLError as error:
        raise SourceError("is neither JSON nor YAML (it holds characters that YAML does not allow)") from error


class _Builder:
    """Builds the first document from its events."""

    def __init__(self, events: Iterator[Any]) -> None:
        self._events = events
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._values = 0

    def build(self) -> Any:
        for event in self._events:
            if not isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent):
                return None if isinstance(event, yaml.StreamEndEvent) else self._value(event, 0)
        return None

    def _value(self, event: Any, depth: int) -> Any:
        if depth > _MAX_DEPTH:
            raise SourceError(f"is nested more than {_MAX_DEPTH} deep")
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        before = self._values
        self._count(1)
        if isinstance(event, yaml.ScalarEvent):
            value = _scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            value = self._sequence(depth)
        else:
            value = self._mapping(depth)
        value = _function(event.tag, value)
        if event.anchor:
            self._anchors[event.anchor] = (value, self._values - before)
        return value

    def _count(self, values: int) -> None:
        self._values += values
        if self._values > _MAX_VALUES:
            raise SourceError(f"expands to more than {_MAX_VALUES:,} values")

    def _alias(self, event: Any) -> Any:
        if event.anchor not in self._anchors:
            raise SourceError(f"refers to the anchor {event.anchor!r} before it is defined")
        value, size = self._anchors[event.anchor]
        self._count(size)
        return value

    def _sequence(self, depth: int) -> list[Any]:
        items = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._value(event, depth + 1))
        return items

    def _mapping(self, depth: int) -> dict[str, Any]:
        own: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = event.value if isinstance(event, yaml.ScalarEvent) else msgspec.json.encode(self._value(event, depth))
            name = key if isinstance(key, str) else key.decode()
            value = self._value(next(self._events), depth + 1)
            if name == _MERGE:
                merged |= _merged(value)
            else:
                own[name] = UNRESOLVED if name in own else value
        return {**merged, **own}


def _merged(value: Any) -> dict[str, Any]:
    """What `<<` brings in; of several mappings the earlier ones count."""
    found: dict[str, Any] = {}
    for mapping in reversed(value if isinstance(value, list) else [value]):
        if isinstance(mapping, dict):
            found |= mapping
    return found


def _scalar(event: Any) -> Any:
    text: str = event.value
    is_plain, tag = event.implicit[0], event.tag
    if not is_plain or tag not in (None, "!"):
        return text
    if text in _NULLS:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text) and repr(float(text)) == text:
        return float(text)
    return text


def _function(tag: str | None, value: Any) -> Any:
    """The long form of what a tag like `!Sub` writes short; tags of YAML itself change nothing."""
    if not tag or not tag.startswith("!") or tag == "!":
        return value
    name = tag[1:]
    if name == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {name if name in _BARE else f"Fn::{name}": value}
