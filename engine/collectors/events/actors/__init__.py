"""Telling people, automation and the provider apart, by the patterns in a table for each provider.

`aws.toml` and the like say who acts, `agents.toml` through what, `authors.toml` which authors of commits are software.
"""

import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import TypeVar

import msgspec
from msgspec import Struct

from engine.model import Actor, ActorKind, Via

Table = TypeVar("Table")


class Caller(Struct, frozen=True):
    """What an audit record says about who called, as plain texts; empty where it says nothing.

    `provider` names the table that tells who it is. `person` is the source identity, which the provider carries
    through role changes and nobody can alter. `console` says that the credentials came from a console session.
    """

    provider: str = "aws"
    type: str = ""
    arn: str = ""
    role: str = ""
    session: str = ""
    user: str = ""
    person: str = ""
    invoked_by: str = ""
    agent: str = ""
    source_ip: str = ""
    console: bool = False


class _Rule(Struct, frozen=True, forbid_unknown_fields=True):
    kind: ActorKind = ActorKind.UNKNOWN
    via: Via = Via.UNKNOWN
    why: str = ""
    type: list[str] = []
    role: list[str] = []
    session: list[str] = []
    user: list[str] = []
    agent: list[str] = []
    invoked_by: list[str] = []


class _Rules(Struct, frozen=True, forbid_unknown_fields=True):
    rule: list[_Rule]


class _Agents(Struct, frozen=True, forbid_unknown_fields=True):
    via: list[_Rule]


class _Authors(Struct, frozen=True, forbid_unknown_fields=True):
    automation: list[str]


_FIELDS = ("type", "role", "session", "user", "agent", "invoked_by")
_SSO_ROLE = re.compile(r"^AWSReservedSSO_(?P<set>.+)_[0-9a-f]{16}$")


@lru_cache(maxsize=65536)
def actor_of(caller: Caller) -> Actor:
    """The actor behind a call. A person is named by session, user or address, software by its role or service."""
    kind = ActorKind.HUMAN if caller.person else _first(_kinds(caller.provider), caller).kind
    via = Via.CONSOLE if caller.console else _first(_vias(), caller).via
    if kind is ActorKind.SERVICE and via is Via.UNKNOWN:
        via = Via.CONTROLLER
    return Actor(
        principal=_principal(caller, kind),
        kind=kind,
        via=via,
        source_ip=caller.source_ip or None,
        role=_role_name(caller.role) or None,
    )


@lru_cache(maxsize=8192)
def author_of(name: str, email: str) -> Actor:
    """The author of a commit: named by address, or by name where the address is a forge's stand-in."""
    patterns = _compiled(_software())
    software = any(pattern.search(text) for pattern in patterns for text in (name, email))
    stand_in = not email or "noreply" in email
    return Actor(
        principal=(name or email if stand_in else email) or None,
        kind=ActorKind.AUTOMATION if software else ActorKind.HUMAN,
    )


def _principal(caller: Caller, kind: ActorKind) -> str | None:
    if caller.person:
        return caller.person
    if kind is ActorKind.SERVICE:
        return caller.invoked_by or _service_of(caller) or caller.user or caller.role or caller.arn or None
    if caller.type == "Root":
        return caller.arn or "root"
    if kind is ActorKind.AUTOMATION:
        return caller.user or caller.role or caller.arn or None
    if kind is ActorKind.UNKNOWN and caller.role and caller.arn:
        return caller.arn  # a session of nobody knows whom says little without the role
    return caller.user or caller.session or caller.arn or caller.role or None


def _service_of(caller: Caller) -> str:
    """A service-linked role's service, which signs with its own name as the client."""
    return caller.agent if re.fullmatch(r"[\w.-]+\.amazonaws\.com", caller.agent) else ""


def _role_name(role: str) -> str:
    """The role, or the permission set where single sign-on made the role from one."""
    match = _SSO_ROLE.match(role)
    return match["set"] if match else role


class _Matcher:
    """A rule with its patterns compiled. An absent field of the caller is an empty text."""

    def __init__(self, rule: _Rule) -> None:
        self.rule = rule
        self._fields = [(name, _compiled(tuple(getattr(rule, name)))) for name in _FIELDS if getattr(rule, name)]

    def fits(self, caller: Caller) -> bool:
        return all(
            any(pattern.search(getattr(caller, name)) for pattern in patterns) for name, patterns in self._fields
        )


def _first(matchers: tuple[_Matcher, ...], caller: Caller) -> _Rule:
    return next((matcher.rule for matcher in matchers if matcher.fits(caller)), _Rule())


@cache
def _kinds(provider: str) -> tuple[_Matcher, ...]:
    return tuple(_Matcher(rule) for rule in _table(provider, _Rules).rule)


@cache
def _vias() -> tuple[_Matcher, ...]:
    return tuple(_Matcher(rule) for rule in _table("agents", _Agents).via)


@cache
def _software() -> tuple[str, ...]:
    return tuple(_table("authors", _Authors).automation)


def _table(name: str, kind: type[Table]) -> Table:
    return msgspec.toml.decode(files(__name__).joinpath(f"{name}.toml").read_bytes(), type=kind)


@cache
def _compiled(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)
