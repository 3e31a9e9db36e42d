"""The last look at what a source told, before anything of it is kept: short texts must not hold secrets either.

Collectors take secrets out of what is free in form. Names, ids and messages around it are free in form as well to
whoever wants to put something there: a pod may be called like a token, a role like a password.
"""

import hashlib

from msgspec import structs

from engine.model import Event
from engine.redact import looks_secret, redact_json, redact_prose


def without_secrets(event: Event) -> Event:
    """The event itself, unless one of its short texts holds what looks like a secret: then it without any."""
    actor = event.actor
    told = (event.id, event.operation, event.service, event.scope, event.error, actor.principal, actor.role)
    if not looks_secret("\n".join((*filter(None, (*told, actor.source_ip)), event.summary, *event.touches))):
        return event
    return structs.replace(
        event,
        id=event.id if redact_prose(event.id) == event.id else _digest(event.id),
        operation=redact_prose(event.operation),
        service=redact_prose(event.service),
        scope=redact_prose(event.scope),
        error=_clean(event.error),
        actor=structs.replace(
            actor, principal=_clean(actor.principal), role=_clean(actor.role), source_ip=_clean(actor.source_ip)
        ),
        touches=tuple(name for name in event.touches if redact_prose(name) == name),
        summary=redact_prose(event.summary),
        request=redact_json(event.request) if event.request else "",
        original=redact_json(event.original) if event.original else "",
    )


def _clean(text: str | None) -> str | None:
    return text and redact_prose(text)


def _digest(identity: str) -> str:
    return hashlib.blake2b(identity.encode(errors="replace"), digest_size=16).hexdigest()
