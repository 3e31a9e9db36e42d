"""Who stands behind a call to a Kubernetes API server."""

import re
from functools import lru_cache

import msgspec
from msgspec import Struct, structs

from engine.collectors.events.actors import Caller, actor_of
from engine.model import Actor, ActorKind

#: What single sign-on puts before a user's name: `oidc:`, or the issuer's address and `#`.
_PREFIX = re.compile(
    r"^(?:(?:oidc|sso|github|gitlab|google|keycloak|okta|dex|ldap|saml|aad|azuread)[:#/]|https://[^#]+#)"
)
_ADDRESS = re.compile(r"[^@:#/\s]{1,64}@[^@:#/\s]{1,255}\.[A-Za-z]{2,63}$")
_ASSUMED = re.compile(r"^arn:[\w-]+:sts::\d*:assumed-role/([^/]+)/(.+)$")
_AWS_USER = re.compile(r"^arn:[\w-]+:iam::\d*:user/(?:.*/)?([^/]+)$")
#: Groups by which somebody has more rights than usual: of several groups these are the ones to name.
_ELEVATED = re.compile(r"^system:masters$|break.?glass|emergency|fire.?fight|cluster.?admin", re.IGNORECASE)


class User(Struct, frozen=True):
    """A user as the API server authenticated it, or as somebody impersonated it."""

    username: str = ""
    groups: tuple[str, ...] | None = None
    extra: dict[str, tuple[str, ...]] | None = None

    def said(self, *names: str) -> str:
        """What the authenticator adds under the first of these names that it knows, whatever stands before them."""
        extra = {key.rpartition("/")[2].lower(): values[0] for key, values in (self.extra or {}).items() if values}
        return next((extra[name] for name in names if name in extra), "")


_decoder = msgspec.json.Decoder(User | None, strict=False)


@lru_cache(maxsize=16384)
def caller(user: bytes, impersonated: bytes, agent: str, source_ip: str) -> Actor:
    """The actor, by the JSON of the user and of whom it impersonated (`null` for nobody).

    Who impersonates somebody acts, under the other's rights. Where software impersonates a person, as a gateway does
    for those it let in, the person acts. Raises msgspec.DecodeError when a user cannot be read.
    """
    actor = _actor(_decoder.decode(user) or User(), agent, source_ip)
    other = _decoder.decode(impersonated)
    if other is None or not other.username:
        return actor
    person = _actor(other, agent, source_ip)
    if actor.kind is not ActorKind.HUMAN and person.kind is ActorKind.HUMAN:
        return person
    return structs.replace(actor, role=other.username)


def _actor(user: User, agent: str, source_ip: str) -> Actor:
    arn = user.said("arn") or user.username
    assumed, aws_user = _ASSUMED.match(arn), _AWS_USER.match(arn)
    role, session = (assumed[1], user.said("sessionname") or assumed[2]) if assumed else ("", "")
    username = aws_user[1] if aws_user else "" if user.username.startswith("arn:") else user.username
    name = user.said("upn", "email", "username", "preferred_username") or username
    actor = actor_of(
        Caller(
            provider="kubernetes",
            type=_type(user.username),
            arn=arn,
            role=role,
            session=session,
            user=name,
            agent=agent,
            source_ip=source_ip,
        )
    )
    return structs.replace(actor, principal=_principal(actor, name, session), role=actor.role or _group(user))


def _type(username: str) -> str:
    if not username.startswith("system:"):
        return "user"
    kind = username.split(":", 2)[1]
    return kind if kind in ("node", "serviceaccount") else "system"


def _principal(actor: Actor, name: str, session: str) -> str | None:
    """A person by their address, or by the session that AWS vouches for; others by their user name."""
    if name.startswith("system:"):
        return name
    if actor.kind is ActorKind.HUMAN:
        address = _ADDRESS.search(name)
        return (address[0] if address else session or _PREFIX.sub("", name)) or None
    return name or actor.role or session or None


def _group(user: User) -> str | None:
    """The group that gives the most rights, else the first that is not the cluster's own."""
    groups = user.groups or ()
    own = (group for group in groups if not group.startswith("system:"))
    return next((group for group in groups if _ELEVATED.search(group)), None) or next(own, None)
