"""What Azure's activity log says of changes. An operation is the type it is about, and `write`, `delete` or `action`.

What is written lies in the resource's own representation; of a child, such as a rule of a security group, it is put
where the parent's representation has it.
"""

import re
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from msgspec import Struct

from engine.correlate.operations.native import Call, Does, NativeOperations
from engine.correlate.operations.said import request_of
from engine.correlate.operations.shape import Shape, squeezed
from engine.model import Event, ResourceRef
from engine.providers import TypeRule

_DOES = {"write": Does.CREATE, "delete": Does.DELETE}
_GROUP = "microsoft.resources/subscriptions/resourcegroups"
_WRITTEN_BEFORE = re.compile(r'"statusCode"\s*:\s*"OK"')


class _Table(Struct, frozen=True, forbid_unknown_fields=True):
    """content: type of a child → the field of its parent that its properties are the content of."""

    tags: str
    content: dict[str, str]


class AzureOperations(NativeOperations):
    """Calls of Azure Resource Manager."""

    def read(self, event: Event, rule: TypeRule, shape: Shape, ref: ResourceRef) -> Call | None:
        kind, _, verb = event.operation.lower().rpartition("/")
        if verb == "action":
            kind = kind.rpartition("/")[0]
        does = _does(verb, event)
        request = request_of(event)
        body = request if isinstance(request, dict) else {}
        native = rule.native.lower()
        if kind == _table().tags:
            return _tags(body)
        if kind == native:
            # Of a piece of the resource, making or changing the resource is at most a write.
            does = Does.WRITE if rule.part_of and does is Does.CREATE else does
            parts = shape.named(body)
            hides = "" if not any(parts.values()) and does in (Does.CREATE, Does.WRITE) else None
            return Call(does, parts, hides=hides)
        if kind.startswith(f"{native}/"):
            return _within(kind.removeprefix(f"{native}/"), does, body, shape, _name_of(event), rule, ref)
        return None

    def deletes(self, event: Event, ref: ResourceRef) -> bool:
        """Whether the call removes the resource, or what it is a part of: its server, its resource group."""
        kind, _, verb = event.operation.lower().rpartition("/")
        rule = self._knowledge.types.get(ref.type)
        whole = rule is not None and (kind == _GROUP or rule.native.lower().startswith(f"{kind}/"))
        return (whole and verb == "delete") or super().deletes(event, ref)


def _does(verb: str, event: Event) -> Does:
    """A write makes what is not there yet; where the log holds the answer's status, it tells which it was."""
    does = _DOES.get(verb, Does.OTHER)
    return Does.WRITE if does is Does.CREATE and _WRITTEN_BEFORE.search(event.original) else does


def _tags(body: dict[str, Any]) -> Call:
    """A call on the tags of any resource: they replace the old ones, or are merged into them, or deleted."""
    content, how = body.get("properties"), str(body.get("operation", "")).lower()
    tags = content.get("tags") if isinstance(content, dict) else None
    if not isinstance(tags, dict) or how == "delete":
        return Call(Does.WRITE, hides="tag")
    return Call(Does.WRITE, {"tags": tags}, piece="tag" if how == "merge" else "")


def _within(
    child: str, does: Does, body: dict[str, Any], shape: Shape, name: str, rule: TypeRule, ref: ResourceRef
) -> Call:
    """A call on a child, in the shape of its parent."""
    content = _table().content.get(f"{rule.native.lower()}/{child}")
    if content:
        return Call(Does.WRITE, shape.named({"properties": {content: body.get("properties", {})}}))
    kind = child.partition("/")[0]
    declared = ref.name or ref.id.rpartition("/")[2]
    own = bool(rule.part_of) and name.lower() == declared.lower()
    name = declared if own else name
    parts = shape.named({"properties": {kind: [{**body, "name": name}]}}) if body and "/" not in child else {}
    hides = None if body or does is Does.OTHER else squeezed(kind)
    return Call(does, parts, piece="" if own else squeezed(kind), name=name, hides=hides)


def _name_of(event: Event) -> str:
    """The name of what was called upon: what its id, the first that the event touches, ends in."""
    return event.touches[0].rpartition("/")[2] if event.touches else ""


@cache
def _table() -> _Table:
    raw = files("engine.correlate.operations").joinpath("azure.toml").read_bytes()
    return msgspec.toml.decode(raw, type=_Table)
