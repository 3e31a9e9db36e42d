"""Matches Terraform's attributes with fields of a provider's answers, by name and kind.

What comes out is lenient: an attribute that the declaration leaves unset says nothing, case does not matter, lists are
sets, and of blocks that may be repeated only the fields that each must have are compared. A switch, a number or a
choice that an answer lacks was not told: they cannot be deleted, as a text or a list can. Better not compared than a
false alarm. Values that may be secrets are left out.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine.providers.derive.aws_shapes import ITEMS, Shape
from engine.providers.derive.cdktf import Attribute

#: Terraform's own, or the identity by which a resource was found.
_LEFT_OUT = {"id", "arn", "region", "tags_all", "timeouts", "triggers", "policy_id", "version_id"}
#: By what name a service answers with tags.
TAGS = ("tags", "taglist", "tagslist", "tagset")
_SECRET = re.compile(r"password|secret|token|credential|private_key|api_key|certificate_body|key_material|user_data")
_DOCUMENT = re.compile(r"(^|_)(policy|definition|document|body|schema|pattern|template)$")
#: Endings that name the same thing another way: a key by its id or its ARN, groups by their ids.
_ENDINGS = ("arns", "arn", "ids", "id", "names", "name", "s")
_SCALARS = ("string", "number")

Rule = dict[str, Any]
Found = list[tuple[str, Shape]]


def plain(name: str) -> str:
    """A name whichever way it is written: `kms_key_id`, `KmsKeyId`, `kmsKeyId`."""
    return name.replace("_", "").lower().removesuffix(f".{ITEMS.lower()}")


class Matcher:
    """Finds the fields of one type's parts. `thing` is the provider's name of the type (`WorkGroup`)."""

    def __init__(self, parts: Mapping[str, Mapping[str, Shape]], thing: str) -> None:
        self._thing = plain(thing)
        self._parts = [(f"{part}.", fields) for part, fields in parts.items()]
        self._parts += [
            (f"{part}.{name}.", shape.fields)
            for part, fields in parts.items()
            for name, shape in fields.items()
            if plain(name) in (f"{self._thing}config", f"{self._thing}configuration", self._thing, "options")
        ]

    def rule(self, attribute: Attribute) -> Rule | None:
        """The rule of a resource's attribute, None when nothing that is read shows it."""
        if attribute.name in _LEFT_OUT or _is_secret(attribute.name):
            return None
        if attribute.name == "tags":
            return self._tags()
        named = ((prefix, _named(attribute, fields, self._thing)) for prefix, fields in self._parts)
        return _rule(attribute, [(f"{prefix}{found[0]}", found[1]) for prefix, found in named if found is not None])

    def _tags(self) -> Rule | None:
        paths = [
            f"{prefix}{name}"
            for prefix, fields in self._parts
            for name, shape in fields.items()
            if plain(name) in TAGS and shape.kind in ("list", "map")
        ]
        control = [path for path in paths if path.startswith("CloudControl.")]
        paths = [path for path in paths if path not in control] + ["ConfigTags"] + control
        return {"path": paths, "convert": "tags"} if len(paths) > 1 else None


def _rule(attribute: Attribute, found: Found) -> Rule | None:
    paths = list(dict.fromkeys(path for path, _ in found))
    if not paths:
        return None
    path = paths[0] if len(paths) == 1 else paths
    if attribute.item == "block":
        fields = _fields(attribute, [shape for _, shape in found])
        return {"path": path, "block": fields, "unset_is_unknown": True} if fields else None
    if _DOCUMENT.search(attribute.name) and attribute.kind == "simple":
        compare = {"compare": "policy"} if attribute.name.endswith("policy") else {}
        return {"path": path, **compare, "unset_is_unknown": True}
    # A version as exact as the code states it.
    version = {"convert": "version_prefix"} if attribute.name.endswith("version") else {}
    lack = {"absent_is_unknown": True} if any(_is_always_there(shape) for _, shape in found) else {}
    return {"path": path, "compare": "caseless", **version, "unset_is_unknown": True, **lack}


def _is_always_there(shape: Shape) -> bool:
    return shape.kind in ("boolean", "number") or shape.is_choice


def _fields(attribute: Attribute, shapes: list[Shape]) -> dict[str, Rule]:
    """The rules of a block's fields; those that may be unset only where there is one block to look at.

    The block is read from the first of several answers that is there, so the lack of what not all have says nothing.
    """
    blocks = [shape.item.fields if shape.kind == "list" and shape.item else shape.fields for shape in shapes]
    rules = {}
    for field in attribute.fields.values():
        if not (field.required or attribute.single) or _is_secret(field.name):
            continue
        found = [named for fields in blocks if (named := _named(field, fields)) is not None]
        rule = _rule(field, found)
        if rule is not None:
            rules[field.name] = rule if len(found) == len(blocks) else {**rule, "absent_is_unknown": True}
    return rules


def _named(attribute: Attribute, fields: Mapping[str, Shape], thing: str = "") -> tuple[str, Shape] | None:
    """The field of that name and kind."""
    known = {plain(name): name for name in fields}
    names = (known[wanted] for wanted in _spellings(attribute, thing) if wanted in known)
    return next(((name, fields[name]) for name in names if _fits(attribute, fields[name])), None)


def _spellings(attribute: Attribute, thing: str) -> Iterator[str]:
    """The plain names by which a provider may call the attribute, the likeliest first."""
    own = plain(attribute.name)
    stems = [own]
    if attribute.item == "block" or attribute.kind in ("list", "set"):
        stems += [f"{own}s", f"{own}es", own.removesuffix("y") + "ies", own.removesuffix("s")]
    yield from stems
    if thing:
        yield f"{thing}{own}"
    if attribute.item == "string":
        base = next((own.removesuffix(ending) for ending in _ENDINGS if own.endswith(ending)), own)
        yield from (f"{base}{ending}" for ending in ("", *_ENDINGS) if base and f"{base}{ending}" != own)


def _fits(attribute: Attribute, shape: Shape) -> bool:
    """Whether a field of this kind can hold the attribute's value."""
    if attribute.item == "block":
        return shape.kind == "object" or (
            shape.kind == "list" and shape.item is not None and shape.item.kind == "object"
        )
    if attribute.kind == "map":
        return shape.kind == "map"
    if attribute.kind in ("list", "set"):
        return shape.kind == "list" and shape.item is not None and shape.item.kind in _SCALARS
    if attribute.item == "boolean":
        return shape.kind == "boolean"
    if _DOCUMENT.search(attribute.name):
        return shape.kind in ("string", "map", "object")
    return shape.kind in _SCALARS


def _is_secret(name: str) -> bool:
    return bool(_SECRET.search(name)) and not name.endswith(("_arn", "_id", "_arns", "_enabled"))
