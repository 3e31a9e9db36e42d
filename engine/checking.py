"""Holds a table of the configuration against a struct, and says what is wrong in words for its author."""

import difflib
import re
from collections.abc import Collection, Iterable
from typing import Any, TypeVar

import msgspec
from msgspec import Struct, inspect

S = TypeVar("S", bound=Struct)

_MISMATCH = re.compile(r"Expected `(?P<expected>[^`]*)`, got `(?P<got>\w+)`(?: - at `\$(?P<path>.*)`)?")
_MISSING = re.compile(r"Object missing required field `(?P<field>\w+)`")
_NOT_A_MEMBER = re.compile(r"Invalid enum value .* - at `\$\.(?P<path>.*)`", re.DOTALL)
#: What msgspec calls a type, in the words of TOML's users.
_WORDS = {"str": "text", "array": "a list", "object": "a table", "bool": "true or false", "int": "int"}


def check(table: Any, struct: type[S], where: str, problems: list[str], ours: Collection[str] = ()) -> S | None:
    """The table as a struct, None when it cannot be one. Every problem is added to `problems`.

    A setting that does not exist is a problem, and the rest is read without it. `where` is the table's name
    (`source[2]`, empty for the whole file). Fields in `ours` are filled in by the program, and are no settings.
    """
    if not isinstance(table, dict):
        problems.append(f"{where}: expected a table, got {_got(table)}")
        return None
    fields = [field for field in msgspec.structs.fields(struct) if field.name not in ours]
    names = [field.encode_name for field in fields]
    problems.extend(f"{_join(where, key)}: is not a setting{suggest(key, names)}" for key in table if key not in names)
    try:
        return msgspec.convert({key: value for key, value in table.items() if key in names}, struct)
    except msgspec.ValidationError as error:
        problems.append(_sentence(str(error), where, struct))
        return None


def suggest(word: str, known: Iterable[str]) -> str:
    """`; did you mean "regions"?` when a known word is near, else the known words."""
    words = sorted(known)
    near = difflib.get_close_matches(word, words, n=1)
    return f'; did you mean "{near[0]}"?' if near else f"; there are {', '.join(words)}"


def _sentence(text: str, where: str, struct: type[Struct]) -> str:
    """What msgspec says, as KEY: WHAT WAS EXPECTED. Values are left out: one could be a secret."""
    if missing := _MISSING.match(text):
        return f"{_join(where, missing['field'])}: is missing"
    if member := _NOT_A_MEMBER.match(text):
        kind = _type_of(struct, re.sub(r"\[.*", "", member["path"]))
        wanted = kind.item_type if isinstance(kind, inspect.ListType) else kind
        return f"{_join(where, member['path'])}: expected {_describe(wanted) if wanted is not None else 'another word'}"
    match = _MISMATCH.match(text)
    if match is None:
        return f"{where}: {text}"
    path = (match["path"] or "").removeprefix(".")
    kind = _type_of(struct, path)
    expected = _describe(kind) if kind is not None else _WORDS.get(match["expected"], match["expected"])
    got = "a list" if match["got"] == "array" else _WORDS.get(match["got"], match["got"])
    return f"{_join(where, path)}: expected {expected}, got {got}"


def _type_of(struct: type[Struct], name: str) -> inspect.Type | None:
    fields: Iterable[inspect.Field] = inspect.type_info(struct).fields  # type: ignore[attr-defined]
    return next((field.type for field in fields if field.encode_name == name), None)


def _describe(kind: inspect.Type) -> str:
    if isinstance(kind, inspect.UnionType):
        return " or ".join(_describe(part) for part in kind.types if not isinstance(part, inspect.NoneType))
    if isinstance(kind, inspect.ListType):
        free = isinstance(kind.item_type, inspect.AnyType)
        return "a list" if free else f"a list of {_describe(kind.item_type)}"
    if isinstance(kind, inspect.DictType):
        return "a table"
    if isinstance(kind, inspect.StrType):
        return "text"
    if isinstance(kind, inspect.BoolType):
        return "true or false"
    if isinstance(kind, inspect.IntType | inspect.FloatType):
        return "a number"
    if isinstance(kind, inspect.EnumType):
        return "one of " + ", ".join(str(member.value) for member in kind.cls)
    return type(kind).__name__.removesuffix("Type").lower()


def _got(value: Any) -> str:
    return {str: "text", list: "a list", bool: "true or false", int: "int", float: "float"}.get(
        type(value), type(value).__name__
    )


def _join(where: str, key: str) -> str:
    return f"{where}.{key}" if where and key else where or key
