"""Declared values with holes: what nobody could resolve takes whatever is live in its place.

`arn:aws:s3:::(unresolved)/*` fits any bucket, a list with an unresolved item one more item of any value. Filling the
holes from the live value first lets everything else be compared as if it had been known all along.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from engine.compare.canonical import as_document, canonical
from engine.model import UNRESOLVED


def has_holes(value: Any) -> bool:
    """Whether UNRESOLVED stands anywhere in a JSON value."""
    if isinstance(value, str):
        return UNRESOLVED in value
    if isinstance(value, dict):
        return any(map(has_holes, value.values())) or any(map(has_holes, value))
    return isinstance(value, list | tuple) and any(map(has_holes, value))


def filled(declared: Any, actual: Any, same: Callable[[Any, Any], bool] | None = None) -> Any:
    """The declared value with its holes filled from the live one, wherever that fits.

    A hole that nothing live fits stays, and so shows as a difference, unless it is the whole value. `same` tells
    whether an item of a list has found its live twin; by default equal canonical forms do.
    """
    if isinstance(declared, str):
        return _text(declared, actual)
    if isinstance(declared, Mapping):
        return _map(declared, as_document(actual), same)
    if isinstance(declared, list | tuple) and has_holes(declared):
        return _list(list(declared), as_document(actual), same or _same)
    return declared


def fill_references(
    attributes: Mapping[str, Any], references: Iterable[str], look_up: Callable[[str], Any]
) -> Mapping[str, Any]:
    """Attributes with what is known of their holes put in: `references` names what each stands for, in their order."""
    return _looked_up(attributes, iter(references), look_up) if references else attributes


def _looked_up(value: Any, references: Iterator[str], look_up: Callable[[str], Any]) -> Any:
    if isinstance(value, Mapping):
        return {
            _looked_up(key, references, look_up): _looked_up(item, references, look_up) for key, item in value.items()
        }
    if isinstance(value, list):
        return [_looked_up(item, references, look_up) for item in value]
    if not isinstance(value, str) or UNRESOLVED not in value:
        return value
    found = [look_up(next(references, "")) for _ in range(value.count(UNRESOLVED))]
    if value == UNRESOLVED:
        return value if found[0] is None else found[0]
    pieces = value.split(UNRESOLVED)
    known = [str(item) if isinstance(item, str | int) else UNRESOLVED for item in found]
    return "".join(text for pair in zip(pieces, [*known, ""], strict=True) for text in pair)


def _same(left: Any, right: Any) -> bool:
    return canonical([left]) == canonical([right])


def _text(declared: str, actual: Any) -> Any:
    if declared == UNRESOLVED:
        return actual
    if UNRESOLVED not in declared:
        return declared
    if isinstance(actual, Mapping | list):
        document = as_document(declared)
        if document is not declared:
            return filled(document, actual)
        return _text(declared, actual[0]) if isinstance(actual, list) and len(actual) == 1 else declared
    fits = _pattern(declared).fullmatch(str(actual))
    return actual if fits else declared


def _map(declared: Mapping[str, Any], actual: Any, same: Callable[[Any, Any], bool] | None) -> dict[str, Any]:
    live = actual if isinstance(actual, Mapping) else {}
    out = {}
    for key, value in declared.items():
        if UNRESOLVED in str(key):
            key = next((name for name in live if name not in declared and _pattern(key).fullmatch(name)), key)  # noqa: PLW2901
        out[key] = filled(value, live.get(key), same)
    return out


def _list(declared: list[Any], actual: Any, same: Callable[[Any, Any], bool]) -> list[Any]:
    """Items without holes take their live twins first; the others then choose among what is left."""
    waiting = list(actual) if isinstance(actual, list | tuple) else [] if actual is None else [actual]
    out = list(declared)
    for item in declared:
        if not has_holes(item):
            twin = next((index for index, other in enumerate(waiting) if same(item, other)), None)
            if twin is not None:
                del waiting[twin]
    wholly = [index for index, item in enumerate(declared) if item == UNRESOLVED]
    for index, item in enumerate(declared):
        if index in wholly or not has_holes(item):
            continue
        place = next((at for at, other in enumerate(waiting) if same(filled(item, other, same), other)), None)
        if place is not None:
            out[index] = waiting.pop(place)
    # An unresolved item may stand for any number of live ones: `subnets = module.vpc.subnets`.
    for index in reversed(wholly):
        out[index : index + 1] = waiting if index == wholly[0] else []
    return out


@lru_cache(maxsize=4096)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(piece) for piece in text.split(UNRESOLVED)), re.DOTALL)
