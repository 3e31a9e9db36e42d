"""Tables derived from the providers' own schemas, and laying tables written by hand over them.

`PROVIDER/derived.jsonl` has one line a type, written by the scripts in `derive/`.
"""

from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from msgspec import Raw, Struct


class Line(Struct):
    """A derived table: the type, what it stands for, and its rule, not decoded yet."""

    type: str
    native: str
    rule: Raw


class _Line(Struct):
    type: str
    rule: Raw


class _Rule(Struct):
    native: str


@cache
def derived(provider: str) -> dict[str, Line]:
    """The derived tables of a provider by declared type; none where nothing was derived."""
    file = files("engine.providers").joinpath(provider, "derived.jsonl")
    if not file.is_file():
        return {}
    lines, native = msgspec.json.Decoder(_Line).decode, msgspec.json.Decoder(_Rule).decode
    found = map(lines, file.read_bytes().splitlines())
    return {line.type: Line(line.type, native(line.rule).native, line.rule) for line in found}


def laid_over(provider: str, name: str, table: dict[str, Any]) -> dict[str, Any]:
    """A table by hand over the derived one of its type: what it says counts, the rest is taken from there.

    Whoever writes a table has seen what the answers lack when nothing is set, so that lack is compared again.
    An attribute whose path is made empty is not compared. A piece of another type is found elsewhere than the script
    thought, so nothing derived is taken for it.
    """
    under = derived(provider).get(name)
    if under is None or table.get("part_of"):
        return table
    rule: dict[str, Any] = msgspec.json.decode(under.rule)
    return {
        **rule,
        "absent_is_unknown": False,
        **table,
        "attributes": _attributes(rule["attributes"], table.get("attributes", {})),
    }


def _attributes(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = {**under, **{name: _attribute(under.get(name), rule) for name, rule in over.items()}}
    return {name: rule for name, rule in merged.items() if rule != ""}


def _attribute(under: Any, over: Any) -> Any:
    if under is None or over == "":
        return over
    below, above = _as_table(under), _as_table(over)
    merged = {**below, **above}
    if "block" in below and "block" in above:
        merged["block"] = _attributes(below["block"], above["block"])
    return merged


def _as_table(rule: Any) -> dict[str, Any]:
    return rule if isinstance(rule, dict) else {"path": rule}
