"""What the calls to a Kubernetes API server say, by their bodies where the audit log holds them.

Where it does not, the object's own note of its field managers tells which of the calls wrote a field: the one that
came when the note was made, under the manager that it names.
"""

import re
from datetime import timedelta
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Self
from urllib.parse import parse_qs

import msgspec
from msgspec import Struct, field

from engine.correlate.operations.kubernetes_bodies import Items, says_patch, says_whole
from engine.correlate.operations.said import Said
from engine.model import ActorKind, Change, Difference, Event, FieldWrite, ResourceRef
from engine.model.change_path import leads_into, overlap
from engine.providers import Knowledge

#: Field managers' times are in whole seconds, and are taken a moment after the request was.
_SAME_MOMENT = timedelta(seconds=2)
_CALL = re.compile(
    r"(?P<verb>create|update|patch|delete|deletecollection) (?P<resource>[a-z0-9.-]+)(?:/(?P<sub>\w+))?$"
)
_FULL = frozenset({"create", "update"})
#: Deletes what is left of a namespace that somebody else deleted.
_SWEEPER = "namespace-controller"
_BOOKKEEPING = ("metadata.annotations", "metadata.finalizers", "metadata.ownerReferences")


class _Table(Struct, frozen=True, forbid_unknown_fields=True):
    subresources: dict[str, list[str]]
    controllers: dict[str, list[str]]
    appliers: dict[str, list[str]]


class _Status(Struct, frozen=True):
    code: int = 0


class _Record(Struct, frozen=True, rename="camel"):
    uri: str = field(name="requestURI", default="")
    agent: str | None = field(name="userAgent", default=None)
    status: _Status | None = field(name="responseStatus", default=None)
    request: Any = field(name="requestObject", default=None)
    answer: Any = field(name="responseObject", default=None)


class _Call(Struct, frozen=True):
    """A writing call. `manager` is under what name the server notes who wrote; `body` is None where it is not shown."""

    verb: str
    resource: str
    subresource: str
    manager: str
    code: int
    body: Any

    @property
    def is_whole(self) -> bool:
        """Whether the body is the whole object, or the scale of it."""
        return isinstance(self.body, dict) and self.verb in _FULL


class KubernetesOperations:
    """Calls to API servers, about one difference where it is known: its fields' managers and the names of its items."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._written: dict[str, FieldWrite] = {}
        self._items: Items = {}

    def on(self, difference: Difference) -> Self:
        """A reader of the calls on what differs."""
        reader = type(self)(self._knowledge)
        reader._written = {write.path: write for write in difference.written}
        reader._items = difference.items
        return reader

    def creates(self, event: Event, ref: ResourceRef) -> bool:
        """Also a patch or update may make an object: the answer then says `Created`."""
        call = call_of(event)
        return (
            call is not None
            and not call.subresource
            and _is_here(event, ref)
            and (call.verb == "create" or (call.verb in ("patch", "update") and call.code == 201))
        )

    def deletes(self, event: Event, ref: ResourceRef) -> bool:
        """The object, all of its kind, its namespace with all that is in it; an eviction deletes a Pod."""
        call = call_of(event)
        if call is None or not _is_here(event, ref) or (event.actor.principal or "").endswith(_SWEEPER):
            return False
        return call.subresource == "eviction" or (not call.subresource and call.verb in ("delete", "deletecollection"))

    def applies(self, event: Event) -> bool:
        """Whether software made the call under a name that applies manifests: a pipeline, a controller of GitOps."""
        call = call_of(event)
        return call is not None and event.actor.kind is not ActorKind.HUMAN and _applies(call.manager)

    def says(self, event: Event, change: Change, ref: ResourceRef) -> Said:
        """By the body, or by the object's own note of who wrote the field where the body is not shown."""
        call = call_of(event)
        if call is None or call.verb.startswith("delete") or not _is_here(event, ref) or not _reaches(call, change):
            return Said.NOTHING
        if call.body is None:
            return self._unseen(event, call, change)
        said = (says_whole if call.is_whole else says_patch)(call.body, change, self._items)
        if said is Said.MAYBE:
            return self._noted(event, call, change)
        # Who writes an object as a whole repeats what others wrote.
        return Said.NOTHING if said is Said.YES and call.is_whole and self._was_there(event, change) else said

    def _unseen(self, event: Event, call: _Call, change: Change) -> Said:
        """A call that may have written the field, by what such callers write."""
        actor = event.actor
        if actor.kind is ActorKind.SERVICE and not call.subresource:
            wrote = (*_BOOKKEEPING, *_fields_of(actor.principal or ""))
            if not any(overlap(path, change.path) for path in wrote):
                return Said.NOTHING
        noted = self._noted(event, call, change)
        if event.error is None and self.applies(event) and noted is not Said.YES:
            return Said.NOTHING
        return noted

    def _noted(self, event: Event, call: _Call, change: Change) -> Said:
        """A call that hides the value, held against the object's note of who wrote the field last."""
        write = self._written.get(change.path)
        if write is None or write.at is None or event.error is not None:
            return Said.MAYBE
        gap = event.at - write.at
        if abs(gap) <= _SAME_MOMENT:
            return Said.YES if _same_manager(call, write) else Said.NOTHING
        if gap > _SAME_MOMENT:
            # Servers before 1.22 do not note a scaling.
            return Said.MAYBE if call.subresource == "scale" != write.subresource else Said.NOTHING
        return Said.MAYBE if _same_manager(call, write) else Said.NOTHING

    def _was_there(self, event: Event, change: Change) -> bool:
        """Whether the object notes that the field was last written before the call."""
        write = self._written.get(change.path)
        return write is not None and write.at is not None and event.at - write.at > _SAME_MOMENT


@lru_cache(maxsize=2048)
def call_of(event: Event) -> _Call | None:
    """The writing call that an audit log tells of; None for what is none."""
    match = _CALL.match(event.operation)
    if match is None:
        return None
    try:
        record = msgspec.json.decode(event.original, type=_Record) if event.original else _Record()
    except (msgspec.DecodeError, RecursionError):
        record = _Record()
    verb, subresource = match["verb"], match["sub"] or ""
    body = record.request
    if verb in _FULL and body is not None and _is_object(record.answer):
        body = record.answer  # with what the server and its webhooks made of it
    if match["resource"] == "secrets":
        body = _with_strings(body)
    return _Call(
        verb=verb,
        resource=match["resource"],
        subresource=subresource,
        manager=_manager(record.uri, record.agent or ""),
        code=record.status.code if record.status else 0,
        body=body,
    )


def _with_strings(body: Any) -> Any:
    """What is written to a Secret's `stringData` is read from its `data`."""
    if isinstance(body, list):
        steps = [step for step in body if isinstance(step, dict)]
        return [{**step, "path": str(step.get("path", "")).replace("/stringData", "/data")} for step in steps]
    if isinstance(body, dict) and isinstance(body.get("stringData"), dict):
        data = body.get("data")
        return {**body, "data": {**(data if isinstance(data, dict) else {}), **body["stringData"]}}
    return body


def _is_object(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("metadata"), dict) and value.get("kind") != "Status"


def _manager(uri: str, agent: str) -> str:
    """As the server has it: what the request says, or else the client's name up to the slash."""
    given = parse_qs(uri.partition("?")[2]).get("fieldManager", [""])[0]
    return given or agent.partition("/")[0]


def _same_manager(call: _Call, write: FieldWrite) -> bool:
    return call.manager == write.manager and (not call.subresource or call.subresource == write.subresource)


def _is_here(event: Event, ref: ResourceRef) -> bool:
    """Whether the log is of the object's cluster, as far as both are named."""
    cluster = ref.scope.partition("/")[0]
    return not cluster or not event.scope or cluster == event.scope


def _reaches(call: _Call, change: Change) -> bool:
    """Whether the door that the call came through leads to the field."""
    if not call.subresource:
        return True
    return any(leads_into(path, change.path) for path in _table().subresources.get(call.subresource, ()))


@lru_cache(maxsize=4096)
def _fields_of(principal: str) -> tuple[str, ...]:
    found = (paths for pattern, paths in _table().controllers.items() if fnmatchcase(principal, pattern))
    return tuple(next(found, ()))


@lru_cache(maxsize=4096)
def _applies(manager: str) -> bool:
    return any(fnmatchcase(manager.lower(), pattern) for pattern in _table().appliers["names"])


@cache
def _table() -> _Table:
    raw = files("engine.correlate.operations").joinpath("kubernetes.toml").read_bytes()
    return msgspec.toml.decode(raw, type=_Table)
