"""One CloudTrail record as an event."""

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Raw, Struct

from engine.collectors.events.actors import Caller, actor_of
from engine.collectors.events.moments import in_utc
from engine.collectors.json_files import without
from engine.model import SENSITIVE, Actor, Event, EventKind, Via
from engine.redact import may_hold_secret, redact_json

_NULL = Raw(b"null")

#: Operations that only read, where a record does not say so itself (logs before version 1.06).
_READS = re.compile(
    r"^(?:Get|List|Describe|Head|Lookup|Search|Query|Scan|Select|BatchGet|BatchDescribe|Check|Validate|Simulate"
    r"|Preview|Estimate|Test|Verify|Filter|Detect|Discover|View|Download|Decrypt|AssumeRole)"
)
#: Fields whose texts name a resource.
_NAMING = re.compile(
    r"(?:id|ids|name|names|arn|arns|url|urls|identifier|identifiers|bucket|resource|resources|topic|queue|stream"
    r"|table|cluster|service|function)$",
    re.IGNORECASE,
)
#: Ids that tell by their form what they are: `sg-0a1b2c3d`, `vpc-…`, ARNs, addresses of queues.
_IDENTIFIER = re.compile(r"(?:arn:[\w-]+:|[a-z]{1,10}-[0-9a-f]{8}(?:[0-9a-f]{9})?$|https://sqs\.)")
#: Calls that tell of more than a call: Incident Manager is where an incident is declared.
_MEANINGS = {("ssm-incidents.amazonaws.com", "StartIncident"): EventKind.INCIDENT}
_VERSION_SUFFIX = re.compile(r"\d{8}(?:v\d+)?$")
_LONGEST = 512


class _Issuer(Struct, frozen=True, rename="camel"):
    user_name: str | None = None
    arn: str | None = None


class _Session(Struct, frozen=True, rename="camel"):
    session_issuer: _Issuer | None = None
    source_identity: str | None = None


class _Identity(Struct, frozen=True, rename="camel"):
    type: str | None = None
    principal_id: str | None = None
    arn: str | None = None
    account_id: str | None = None
    user_name: str | None = None
    invoked_by: str | None = None
    session_context: _Session | None = None


class _Titled(Struct, frozen=True):
    title: str = ""


class _Resource(Struct, frozen=True):
    arn: str | None = msgspec.field(name="ARN", default=None)


class Record(Struct, frozen=True, rename="camel"):
    """The fields of a record that matter. What is free in form, or the same in many records, stays undecoded."""

    event_id: str = msgspec.field(name="eventID")
    event_time: datetime
    event_name: str
    event_source: str = ""
    aws_region: str = ""
    recipient_account_id: str | None = None
    source_ip: str | None = msgspec.field(name="sourceIPAddress", default=None)
    user_agent: str | None = None
    error_code: str | None = None
    read_only: bool | None = None
    user_identity: Raw = _NULL
    resources: list[_Resource] | None = None
    request_parameters: Raw = _NULL
    response_elements: Raw = _NULL
    additional_event_data: Raw = _NULL
    service_event_details: Raw = _NULL
    session_credential_from_console: str | bool | None = None


_decoder = msgspec.json.Decoder(Record, strict=False)
_identity_decoder = msgspec.json.Decoder(_Identity | None)


def read_record(raw: bytes) -> Record:
    """The fields of one record. Raises msgspec.DecodeError when the record lacks id, time or name."""
    return _decoder.decode(raw)


def to_event(raw: bytes, source: str) -> Event:
    """The event of one record. Raises msgspec.DecodeError when the record lacks id, time or name."""
    record = read_record(raw)
    return event_of(record, raw, source, may_hold_secret(particular(record, raw)))


def particular(record: Record, raw: bytes) -> bytes:
    """What is to be looked at for secrets: who called is half of a record, the same in many, and looked at once."""
    identity = bytes(record.user_identity)
    return raw if _hints(identity) else without(raw, b'"userIdentity"', identity)


def event_of(record: Record, raw: bytes, source: str, is_telling: bool) -> Event:
    """The event of a record. `is_telling` says whether what is particular in it may hold a secret.

    Raises msgspec.DecodeError when it does not tell who called.
    """
    writes = not record.read_only if record.read_only is not None else not _READS.match(record.event_name)
    actor, account = _caller(
        bytes(record.user_identity),
        record.user_agent or "",
        record.source_ip or "",
        str(record.session_credential_from_console).lower() == "true",
    )
    line = msgspec.json.format(raw, indent=-1) if b"\n" in raw else raw
    text = redact_json(line) if is_telling else line.decode(errors="replace")
    # What is free in form is taken from the text without secrets; the fields around it hold none.
    safe = _decoder.decode(text) if is_telling else record
    request, answer = _text(safe.request_parameters), _text(safe.response_elements)
    touches = _touches(record.resources, *((request, "" if record.error_code else answer) if writes else ()))
    operation = operation_of(record.event_name)
    kind = _kind(record)
    return Event(
        id=record.event_id,
        at=record.event_time if record.event_time.tzinfo is UTC else in_utc(record.event_time),
        source=source,
        kind=kind,
        operation=operation,
        actor=actor,
        service=record.event_source,
        scope=_scope(record.recipient_account_id or account, record.aws_region),
        writes=writes,
        error=record.error_code or None,
        touches=touches,
        summary=_title(kind, request) or _summary(operation, touches, actor, record.error_code),
        request=request if writes else "",
        original=text,
    )


_hints = lru_cache(maxsize=16384)(may_hold_secret)


def _title(kind: EventKind, request: str) -> str:
    """What people call an incident that is declared."""
    if kind is not EventKind.INCIDENT:
        return ""
    try:
        return msgspec.json.decode(request, type=_Titled).title[:_LONGEST]
    except msgspec.DecodeError:
        return ""


def _kind(record: Record) -> EventKind:
    if record.error_code:
        return EventKind.API_CALL
    return _MEANINGS.get((record.event_source, record.event_name), EventKind.API_CALL)


@lru_cache(maxsize=4096)
def operation_of(event_name: str) -> str:
    """`UpdateFunctionCode20150331v2` as `UpdateFunctionCode`: some services log their API's version with the name."""
    return _VERSION_SUFFIX.sub("", event_name)


@lru_cache(maxsize=16384)
def _caller(raw_identity: bytes, agent: str, source_ip: str, console: bool) -> tuple[Actor, str]:
    """Who called, and the account they belong to. Kept, since a session makes many calls."""
    identity = _identity_decoder.decode(raw_identity) or _Identity()
    arn = identity.arn or ""
    context = identity.session_context or _Session()
    role, session = _role_and_session(identity.type or "", arn, identity.principal_id or "")
    if session and context.session_issuer and context.session_issuer.user_name:
        role = context.session_issuer.user_name
    caller = Caller(
        type=identity.type or "",
        arn=arn,
        role=role,
        session=session,
        user=identity.user_name or _user_of(arn) or ("" if arn or session else identity.principal_id or ""),
        person=context.source_identity or "",
        invoked_by=identity.invoked_by or "",
        agent=agent,
        source_ip=source_ip,
        console=console,
    )
    return actor_of(caller), identity.account_id or ""


def _role_and_session(kind: str, arn: str, principal_id: str) -> tuple[str, str]:
    """`…:assumed-role/ROLE/SESSION` as its two parts; the session from the principal id where there is no ARN."""
    parts = arn.rpartition(":")[2].split("/", 2)
    if parts[0] == "assumed-role" and len(parts) == 3:
        return parts[1], parts[2]
    if kind in ("AssumedRole", "FederatedUser", "AWSAccount") and ":" in principal_id:
        return parts[1] if len(parts) > 1 else "", principal_id.split(":", 1)[1]
    return "", ""


def _user_of(arn: str) -> str:
    tail = arn.rpartition(":")[2]
    return tail.rpartition("/")[2] if tail.startswith(("user/", "federated-user/")) else ""


def _scope(account: str, region: str) -> str:
    return f"{account}/{region}" if account else region


def _touches(resources: list[_Resource] | None, *parts: str) -> tuple[str, ...]:
    """The named resources and every identifier in the parts, which are redacted JSON or empty; each once."""
    found: dict[str, None] = {}
    for resource in resources or ():
        if resource.arn:
            _add(found, resource.arn)
    for part in parts:
        if part:
            _gather(msgspec.json.decode(part), found)
    return tuple(found)


def _gather(value: Any, found: dict[str, None], naming: bool = False) -> None:
    if isinstance(value, str):
        if 2 < len(value) <= _LONGEST and (naming or _IDENTIFIER.match(value)) and not _is_document(value):
            _add(found, value)
    elif isinstance(value, dict):
        for key, item in value.items():
            _gather(item, found, _names(key))
    elif isinstance(value, list):
        for item in value:
            _gather(item, found, naming)


def _is_document(text: str) -> bool:
    return text == SENSITIVE or (text[0], text[-1]) in (("{", "}"), ("[", "]"))


def _add(found: dict[str, None], text: str) -> None:
    """Adds an identifier, and for ARNs and addresses also the name they end in."""
    found[text] = None
    if text.startswith(("arn:", "https://")):
        tail = text.rstrip("*").rstrip(":").rpartition(":")[2].rpartition("/")[2]
        if len(tail) > 2:
            found[tail] = None


@lru_cache(maxsize=4096)
def _names(key: str) -> bool:
    return _NAMING.search(key) is not None


def _summary(operation: str, touches: tuple[str, ...], actor: Actor, error: str | None) -> str:
    target = f" {touches[-1] if touches[0].startswith('arn:') and len(touches) == 2 else touches[0]}" if touches else ""
    refused = f" (failed: {error})" if error else ""
    return f"{operation}{target}{_by(actor.principal, actor.via)}{refused}"


@lru_cache(maxsize=16384)
def _by(principal: str | None, via: Via) -> str:
    through = f" via {via.value}" if via is not Via.UNKNOWN else ""
    return f" by {principal or 'an unknown caller'}{through}"


def _text(part: Raw) -> str:
    text = bytes(part)
    return "" if text == b"null" else text.decode(errors="replace")
