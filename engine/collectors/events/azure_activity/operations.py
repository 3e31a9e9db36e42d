"""Operations of Azure: the entries that one of them writes as it begins, goes on and ends, as one event."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import msgspec

from engine.collectors.events.azure_activity.callers import actor_from
from engine.collectors.events.azure_activity.entries import Entry
from engine.collectors.events.azure_activity.tables import writes
from engine.collectors.json_files import without
from engine.model import Actor, ActorKind, Event, EventKind, Via
from engine.redact import may_hold_secret, redact_json
from engine.secret_places import each_looked_at

#: Statuses of an operation that changed nothing.
_FAILED = frozenset({"fail", "failed", "failure", "error", "cancel", "canceled", "cancelled", "timedout"})
#: What a policy does to a request by itself, whoever made the request.
_POLICY_ACTS = re.compile(r"/policies/(?:modify|append|deployifnotexists)/action$", re.IGNORECASE)
_POLICY = Actor("Azure Policy", ActorKind.SERVICE, Via.CONTROLLER)


Key = tuple[str, str, str]


def operations(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """The entries of each operation together, oldest first."""
    for found in by_key(entries).values():
        yield from in_turn(found)


def by_key(entries: Iterable[Entry]) -> dict[Key, list[Entry]]:
    """The entries that have an id, a name and a resource in common: those of an operation, and of its repetitions."""
    found: dict[Key, list[Entry]] = {}
    for entry in entries:
        identity = entry.operation_id or entry.correlation_id or entry.id
        found.setdefault((identity, entry.operation.lower(), entry.resource.lower()), []).append(entry)
    return found


def in_turn(entries: list[Entry]) -> Iterator[list[Entry]]:
    """The operations of one key, oldest first. Begun anew after its end, it is another operation."""
    entries.sort(key=lambda entry: (entry.at, entry.is_over, entry.id))
    operation: list[Entry] = []
    for entry in entries:
        if operation and not entry.is_over and operation[-1].is_over:
            yield operation
            operation = []
        operation.append(entry)
    yield operation


def to_events(runs: Iterable[list[Entry]], source: str) -> Iterator[Event]:
    """The event of each operation, oldest entry first. It counts from then; how it ended, the last that tells says."""
    for entries, is_telling in each_looked_at(runs, _particular):
        yield _event(entries, source, is_telling)


def _particular(entries: list[Entry]) -> bytes:
    """What of an operation is to be looked at for secrets."""
    bodies = (entry.properties for entry in entries if b"ody" in entry.properties)
    return b"\n".join((particular(_last(entries)), *bodies))


def _last(entries: list[Entry]) -> Entry:
    return next((entry for entry in reversed(entries) if entry.is_over), entries[-1])


def _event(entries: list[Entry], source: str, is_telling: bool) -> Event:
    """`is_telling` says whether what is particular in the entries may hold a secret."""
    first, last = entries[0], _last(entries)
    error = _error(last) if last.status.lower() in _FAILED else None
    actor = _actor(entries)
    written = entries[-1].recorded_at
    touches = touched(first.resource, _targets(last))
    return Event(
        id=last.id,
        at=first.at,
        source=source,
        kind=EventKind.API_CALL,
        operation=first.operation,
        actor=actor,
        service=first.operation.partition("/")[0],
        scope=first.subscription,
        writes=writes(first.operation),
        error=error,
        touches=touches,
        summary=_summary(first.operation, first.resource, actor, error),
        request=_request(entries, is_telling),
        original=_line(last, is_telling),
        recorded_at=written if written > first.at else None,
    )


@lru_cache(maxsize=65536)
def touched(resource: str, more: tuple[str, ...] = ()) -> tuple[str, ...]:
    """A resource's id in small letters, those of the resources that it is a part of, and further ones."""
    found: dict[str, None] = {}
    for identity in (resource, *more):
        text = identity.lower().rstrip("/")
        if not text:
            continue
        found[text] = None
        base, provider, path = text.rpartition("/providers/")
        names = path.split("/") if provider else []
        for end in range(len(names) - 2, 2, -2):
            found[f"{base}{provider}{'/'.join(names[:end])}"] = None
        if "/providers/" in base:
            found[base] = None
    return tuple(found)


def _actor(entries: list[Entry]) -> Actor:
    """Who called. What ends an operation may be written without its caller."""
    entry = next((entry for entry in entries if entry.names_caller), entries[0])
    if entry.category == "policy" and _POLICY_ACTS.search(entry.operation):
        return _POLICY
    return actor_from(entry.subject)


def _request(entries: list[Entry], is_telling: bool) -> str:
    """What was to be written: the body of the request, else that of the answer; empty where neither is recorded."""
    answer = ""
    for entry in entries:
        raw = entry.properties
        if b"ody" in raw:
            # A secret is found in the entry as it stands: the body is text within it.
            properties = properties_of(redact_json(raw).encode() if is_telling else raw)
            if body := _body(properties.get("requestbody")):
                return body
            answer = answer or _body(properties.get("responsebody"))
        elif b"InstancesCount" in raw:
            return _scaled(properties_of(raw).get("newinstancescount"))
    return answer


def _scaled(count: Any) -> str:
    """The request that scaling makes, which is not recorded itself."""
    return f'{{"sku":{{"capacity":{count}}}}}' if str(count).isascii() and str(count).isdigit() else ""


def _body(value: Any) -> str:
    if isinstance(value, dict | list):
        return msgspec.json.encode(value).decode() if value else ""
    text = value.strip() if isinstance(value, str) else ""
    try:
        return text if isinstance(msgspec.json.decode(text), dict | list) else ""
    except msgspec.DecodeError:
        return ""


def _error(entry: Entry) -> str:
    """Why an operation failed, as a code: the service's own, else that of HTTP."""
    properties = properties_of(entry.properties)
    message = properties.get("statusmessage")
    try:
        told = msgspec.json.decode(message) if isinstance(message, str) else message
    except msgspec.DecodeError:
        told = None
    inner = told.get("error", told) if isinstance(told, dict) else {}
    code = inner.get("code") if isinstance(inner, dict) else None
    found = (code, entry.sub_status, properties.get("statuscode"), entry.status)
    return next(text for text in map(str, (text or "" for text in found)) if text)


def _targets(entry: Entry) -> tuple[str, ...]:
    """The resources that the properties name, beside that of the entry: what a setting scales, a policy looks at."""
    if entry.category in ("", "administrative"):
        return ()
    values = (value for value in properties_of(entry.properties).values() if isinstance(value, str))
    return tuple(sorted({value for value in values if value.lower().startswith("/subscriptions/")}))


def properties_of(raw: bytes) -> dict[str, Any]:
    """The entry's properties with their names in small letters, which are written in more than one way."""
    try:
        value = msgspec.json.decode(raw)
    except msgspec.DecodeError:
        return {}
    return {name.lower(): item for name, item in value.items()} if isinstance(value, dict) else {}


def _summary(operation: str, resource: str, actor: Actor, error: str | None) -> str:
    target = resource.rstrip("/").rpartition("/")[2]
    refused = f" (failed: {error})" if error else ""
    return f"{operation} {target}{_by(actor.principal, actor.via)}{refused}"


@lru_cache(maxsize=16384)
def _by(principal: str | None, via: Via) -> str:
    through = f" via {via.value}" if via is not Via.UNKNOWN else ""
    return f" by {principal or 'an unknown caller'}{through}"


def compact(entry: Entry) -> str:
    """The entry as it came, on one line, without secrets."""
    return _line(entry, may_hold_secret(particular(entry)))


def particular(entry: Entry) -> bytes:
    """What of an entry is to be looked at for secrets.

    Who called and what was allowed them takes up half of it: the one is the same in many entries and is looked at
    once, the other holds no secret.
    """
    claims = entry.claims
    rest = entry.raw if _claims_hold_secret(claims) else without(entry.raw, b'"claims"', claims)
    return without(rest, b'"authorization"', entry.authorization)


def _line(entry: Entry, is_telling: bool) -> str:
    raw = entry.raw
    line = msgspec.json.format(raw, indent=-1) if b"\n" in raw else raw
    return redact_json(line) if is_telling else line.decode(errors="replace")


@lru_cache(maxsize=16384)
def _claims_hold_secret(claims: bytes) -> bool:
    return may_hold_secret(claims)
