"""What Google Cloud's audit logs say of changes.

A method's name ends in what it does (`patch`, `SetLabels`), behind the kind of resource or the service that offers it;
its request holds the resource, a wrapper with the resource in it, or just the field that the method is for.
"""

import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import msgspec
from msgspec import Struct

from engine.compare.identity import is_google_path, lookup_form
from engine.compare.paths import value_at
from engine.correlate.operations import google_access
from engine.correlate.operations.native import Call, Does, NativeOperations
from engine.correlate.operations.said import request_of
from engine.correlate.operations.shape import Shape, squeezed
from engine.model import Event, ResourceRef
from engine.providers import TypeRule

_PART = "Asset"
_OFFERS = re.compile(r"(?<=[a-z])Service(?:V\d)?$")
_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+")


class _Table(Struct, frozen=True, forbid_unknown_fields=True):
    """verbs: what a method does by the first word of its name. qualifiers: what may stand before a kind's name.
    services: a service by the name that logs give it where assets give it another. kinds: kinds of resources by what
    methods call them otherwise. writes: method, behind its kind where it is a verb alone → field of the resource →
    where in the request its value is, or `=value`.
    """

    verbs: dict[Does, frozenset[str]]
    qualifiers: list[str]
    services: dict[str, str]
    kinds: dict[str, str]
    writes: dict[str, dict[str, str]]


class _Method(Struct, frozen=True):
    """A method's name taken apart: `v1.compute.instances.setMachineType` is a `set` of `machinetype` on `instance`.

    short: as the table of writes has it.
    """

    verb: str
    field: str
    kind: str
    short: str


class GoogleOperations(NativeOperations):
    """Calls of Google Cloud's APIs."""

    def names(self, ref: ResourceRef) -> dict[str, Any]:
        return {**super().names(ref), "key": ref.id.rpartition("/")[2], "role": google_access.role_of(ref)}

    def read(self, event: Event, rule: TypeRule, shape: Shape, ref: ResourceRef) -> Call | None:
        request = request_of(event)
        body = request if isinstance(request, dict) else {}
        method = _method(event.operation)
        if not _is_of_service(event.service, rule.native) or _is_elsewhere(event, ref):
            return None
        if google_access.is_access(method.short):
            return google_access.read(body, rule, ref)
        if google_access.is_granted(rule) or not _is_about(method, event, rule.native):
            return None
        does = _does(method)
        if method.field and method.field != _kind(rule.native) and does in (Does.CREATE, Does.DELETE):
            return _piece(does, method, body, shape)
        return _written(does, method, body, shape)


def _written(does: Does, method: _Method, body: dict[str, Any], shape: Shape) -> Call:
    table = _table().writes.get(method.short)
    if table is not None:
        asset = {name: value for name, where in table.items() if (value := _looked_up(where, body)) is not None}
        return Call(Does.WRITE, {_PART: asset})
    asset = {**shape.fitted(body, _PART), **(shape.under(method.field, body, _PART) if method.field else {})}
    for name in _masked(body):
        if (place := shape.name(name, _PART)) is not None:
            asset.setdefault(place, [])
    hides = None
    if not asset and does is Does.WRITE:
        hides = method.field if method.field and method.field != method.kind else ""
    parts = {_PART: asset} if asset else {}
    older = shape.fitted(body, "Object")
    return Call(does, parts | ({"Object": older} if older else {}), hides=hides if not older else None)


def _piece(does: Does, method: _Method, body: dict[str, Any], shape: Shape) -> Call:
    """A method that adds something to a resource or takes it away: `addAccessConfig`, `detachDisk`."""
    content = shape.under(method.field, body, _PART)
    parts = {_PART: content} if content and does is Does.CREATE else {}
    hides = None if parts else method.field
    return Call(does, parts, piece=method.field, hides=hides)


def _does(method: _Method) -> Does:
    return next((does for does, verbs in _table().verbs.items() if method.verb in verbs), Does.OTHER)


def _is_of_service(service: str, native: str) -> bool:
    """Whether the service that logged a call is the one that keeps the type."""
    name, wanted = service.partition(".")[0], native.partition(".")[0]
    same = _table().services
    return not name or same.get(name, name) == same.get(wanted, wanted)


def _is_elsewhere(event: Event, ref: ResourceRef) -> bool:
    """Whether a call was upon a namesake: in another project, zone or region."""
    projects = {event.scope, ref.scope} - {""}
    if len(projects) == 2 and not any(map(str.isdigit, projects)):
        return True
    path = event.touches[0] if event.touches else ""
    if path.split("/")[-2:] != ref.id.split("/")[-2:] or not (is_google_path(path) and is_google_path(ref.id)):
        return False
    return lookup_form(path) != lookup_form(ref.id)


def _is_about(method: _Method, event: Event, native: str) -> bool:
    """Whether a call is on a resource of the type: its name says so, or the path of what it was called upon."""
    kind = _kind(native)
    if kind in (method.kind, method.field):
        return True
    path = event.touches[0].split("/") if event.touches else []
    collection = _unqualified(squeezed(path[-2])) if len(path) > 1 else ""
    return _table().kinds.get(collection, collection) == kind


@lru_cache(maxsize=4096)
def _method(operation: str) -> _Method:
    *before, last = operation.replace("/", ".").split(".")
    verb, *words = _WORD.findall(last.removeprefix("Batch")) or [last]
    offered_by = before[-1] if before else ""
    kind = _unqualified(squeezed(_OFFERS.sub("", offered_by)))
    field = _unqualified(squeezed("".join(words)))
    kinds = _table().kinds
    short = last if field else f"{offered_by}.{last}"
    return _Method(verb.lower(), kinds.get(field, field), kinds.get(kind, kind), short)


@lru_cache(maxsize=4096)
def _kind(native: str) -> str:
    return _unqualified(squeezed(native.rpartition("/")[2]))


def _unqualified(name: str) -> str:
    for qualifier in _table().qualifiers:
        if name.startswith(qualifier) and len(name) > len(qualifier):
            return name.removeprefix(qualifier)
    return name


def _looked_up(where: str, body: dict[str, Any]) -> Any:
    return msgspec.json.decode(where[1:]) if where.startswith("=") else value_at(body, where)


def _masked(body: dict[str, Any]) -> list[str]:
    """The fields that a request's mask names as written."""
    mask = body.get("updateMask")
    paths = mask.get("paths") if isinstance(mask, dict) else mask.split(",") if isinstance(mask, str) else None
    return [str(path).split(".", 1)[0].strip() for path in paths or () if path]


@cache
def _table() -> _Table:
    raw = files("engine.correlate.operations").joinpath("google.toml").read_bytes()
    return msgspec.toml.decode(raw, type=_Table)
