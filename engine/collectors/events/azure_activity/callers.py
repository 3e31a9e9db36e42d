"""Who called, from the claims of the token that an operation of Azure was called with."""

import re
from functools import lru_cache
from typing import Any

import msgspec

from engine.collectors.events.actors import Caller, actor_of
from engine.collectors.events.azure_activity.tables import tables
from engine.model import Actor

_SCHEMA = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
_UPN = ("upn", f"{_SCHEMA}upn", "unique_name", "preferred_username")
_NAME = (f"{_SCHEMA}name", f"{_SCHEMA}emailaddress", "email", "name")
_SPN = (f"{_SCHEMA}spn", "spn")
_APP = ("appid", "azp", "http://schemas.microsoft.com/identity/claims/appid")
_OBJECT = ("http://schemas.microsoft.com/identity/claims/objectidentifier", "oid")
_IDENTITY = ("xms_mirid", "http://schemas.microsoft.com/identity/claims/xms_mirid")
_ADDRESS = ("ipaddr", "http://schemas.microsoft.com/2008/06/identity/claims/ipaddr")
#: The one who acts with the rights of the token's subject, as JSON of their own claims.
_ACTOR = ("actor", "act", "http://schemas.xmlsoap.org/ws/2009/09/identity/claims/actor")

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_PORT = re.compile(r"^(\d+(?:\.\d+){3}):\d+$|^\[([0-9a-f:.]+)\](?::\d+)?$", re.IGNORECASE)

Claims = dict[str, Any]


class Subject(msgspec.Struct, frozen=True):
    """What an entry says about its caller. `claims` is JSON, or empty."""

    caller: str = ""
    claims: bytes = b""
    role: str = ""
    principal_type: str = ""
    source_ip: str = ""


@lru_cache(maxsize=65536)
def actor_from(subject: Subject) -> Actor:
    """The actor of an entry. Kept, since one token makes many calls."""
    claims = _decoded(subject.claims)
    acting = _decoded(_text(claims, _ACTOR).encode())
    kind = _type(claims, subject)
    if kind == "app" and _text(acting, _UPN):
        # Software that carries out what a person has asked of it.
        claims, kind = {**claims, **acting}, "user"
    application = (_text(acting, _APP) or _text(claims, _APP)).lower()
    identity = _text(claims, _IDENTITY) if kind != "user" else ""
    service = tables().services.get(application, "")
    return actor_of(
        Caller(
            provider="azure",
            type=kind,
            user=_person(claims, subject.caller) if kind == "user" else _software(claims, subject.caller, identity),
            role=subject.role,
            session=identity.lower(),
            invoked_by=service if kind != "user" else "",
            agent=tables().clients.get(application) or service,
            source_ip=_without_port(subject.source_ip or _text(claims, _ADDRESS)),
        )
    )


@lru_cache(maxsize=4096)
def changer(name: str, kind: str, client: str) -> Actor:
    """The actor that Resource Graph names for a change: a person's address, an application's id, or nobody."""
    known = "" if name.lower() in ("", "unspecified", "unknown", "system") else name
    if not known:
        return Actor()
    is_person = "@" in known or kind.lower() == "user"
    application = known.lower()
    return actor_of(
        Caller(
            provider="azure",
            type="user" if is_person else "app",
            user=_home(known),
            invoked_by=tables().services.get(application, "") if not is_person else "",
            agent=client,
        )
    )


def is_guid(text: str | None) -> bool:
    """Whether a text is an id that says nothing to people."""
    return bool(text) and _GUID.fullmatch(text or "") is not None


def _type(claims: Claims, subject: Subject) -> str:
    """`user` or `app`: as the token says, else by what only one of them has; empty when nothing tells."""
    said = _text(claims, ("idtyp",)).lower()
    if said in ("user", "app"):
        return said
    if _text(claims, _UPN) or _is_address(subject.caller):
        return "user"
    if _text(claims, _IDENTITY) or _text(claims, ("appidacr",)) in ("1", "2"):
        return "app"
    said = subject.principal_type.lower()
    if said in ("user", "serviceprincipal"):
        return "user" if said == "user" else "app"
    return "app" if _text(claims, _APP) or is_guid(subject.caller) else ""


def _person(claims: Claims, caller: str) -> str:
    """The person's address, else their name, else whatever id there is."""
    texts = [_text(claims, _UPN), caller, *(str(claims.get(name) or "") for name in _NAME)]
    address = next((text for text in texts if _is_address(text)), "")
    named = next((text for text in texts if text and not is_guid(text)), "")
    return _home(address or named) or caller or _text(claims, _OBJECT)


def _software(claims: Claims, caller: str, identity: str) -> str:
    """What the software is called; its id only where nothing better is known."""
    names = (
        identity.rstrip("/").rpartition("/")[2],
        _text(claims, ("app_displayname",)),
        _text(claims, _SPN),
        caller,
        str(claims.get("name") or ""),
    )
    named = next((name for name in names if name and not is_guid(name)), "")
    return named or caller or _text(claims, _APP) or _text(claims, _OBJECT)


def _home(name: str) -> str:
    """The address a guest is known by at home: `jo_shop.example#EXT#@corp.onmicrosoft.com` is `jo@shop.example`."""
    name = name.removeprefix("live.com#")
    local, guest, _ = name.partition("#EXT#")
    if not guest:
        return name
    mailbox, _, domain = local.rpartition("_")
    return f"{mailbox}@{domain}" if mailbox else local


def _is_address(text: str) -> bool:
    return "@" in text and " " not in text and "/" not in text


def _without_port(address: str) -> str:
    match = _PORT.match(address.strip())
    return (match[1] or match[2]) if match else address.strip()


def _decoded(raw: bytes) -> Claims:
    """Claims as an object; some exports hold them as text."""
    try:
        value = msgspec.json.decode(raw) if raw else None
        if isinstance(value, str):
            value = msgspec.json.decode(value)
    except msgspec.DecodeError:
        return {}
    return value if isinstance(value, dict) else {}


def _text(claims: Claims, names: tuple[str, ...]) -> str:
    return next((text for name in names if isinstance(value := claims.get(name), str) and (text := value.strip())), "")
