"""Who called a Google API, told from what an audit log says about the authentication."""

import re
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct

from engine.collectors.events.actors import Caller, actor_of
from engine.model import Actor

_FEDERATED = re.compile(r"^principal://iam\.googleapis\.com/.*?(workforce|workloadIdentity)Pools/[^/]+/subject/(.+)$")
_PERSON = re.compile(r"^[^@\s/\[\]]+@(?!(?:[\w-]+\.)*gserviceaccount\.com$)[^@\s]+$")
#: What the web front ends in the way of a call append to the client's name for itself.
_VIA_FRONT_END = ",gzip(gfe)"


class _FirstParty(Struct, frozen=True, rename="camel"):
    principal_email: str = ""


class _Delegate(Struct, frozen=True, rename="camel"):
    principal_subject: str = ""
    first_party_principal: _FirstParty = _FirstParty()
    third_party_principal: dict[str, Any] = {}


class Authentication(Struct, frozen=True, rename="camel"):
    """`authenticationInfo` of an audit log."""

    principal_email: str = ""
    principal_subject: str = ""
    service_account_key_name: str = ""
    service_account_delegation_info: list[_Delegate] = []
    third_party_principal: dict[str, Any] = {}


_decode = msgspec.json.Decoder(Authentication | None).decode


@lru_cache(maxsize=16384)
def caller_of(raw: bytes, agent: str, source_ip: str, service: str, by_system: bool) -> Actor:
    """The actor behind `authenticationInfo` as it was logged. Kept, since one caller makes many calls.

    by_system: the entry is of the log of what Google's systems did. `service` is then who did it.

    Raises msgspec.DecodeError when it is something else.
    """
    told = _decode(raw) or Authentication()
    kind, name = _identified(told)
    person = _person_behind(told)
    return actor_of(
        Caller(
            provider="gcp",
            type="system" if by_system and not name else kind,
            user=name,
            role=name if person else "",
            person=person,
            invoked_by=service if by_system and not name else "",
            agent=agent.removesuffix(_VIA_FRONT_END),
            source_ip=source_ip if source_ip not in ("private", "gce-internal-ip") else "",
        )
    )


def _identified(told: Authentication) -> tuple[str, str]:
    """What kind of identity called, and its name."""
    if told.principal_email:
        if told.service_account_key_name:
            return "serviceAccountKey", told.principal_email
        return told.principal_subject.partition(":")[0], told.principal_email
    federated = _FEDERATED.match(told.principal_subject)
    if federated:
        return federated[1], federated[2]
    if told.principal_subject:
        kind, _, name = told.principal_subject.partition(":")
        return kind, name or kind
    claims = told.third_party_principal.get("thirdPartyClaims", told.third_party_principal)
    named = [claims.get(claim) for claim in ("email", "sub", "subject")] if isinstance(claims, dict) else []
    return "thirdParty" if any(named) else "", next((str(name) for name in named if name), "")


def _person_behind(told: Authentication) -> str:
    """The person who acts through a service account, empty when nobody does: the first of those who passed it on."""
    for delegate in told.service_account_delegation_info[:1]:
        email = delegate.first_party_principal.principal_email
        subject = delegate.principal_subject
        if _PERSON.match(email):
            return email
        kind, _, name = subject.partition(":")
        if kind == "user" and name:
            return name
        federated = _FEDERATED.match(subject)
        if federated and federated[1] == "workforce":
            return federated[2]
    return ""
