"""Following borrowed roles to the people who took them.

Who takes a role chooses the session's name, which need not tell who it is: `assumed-role/break-glass/session-17`. The
call that took the role tells it: made by a person, and answered with the session's ARN.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct, structs

from engine.model import Actor, ActorKind, Event

#: No session lasts longer.
_LONGEST = timedelta(hours=12)

#: Role and session's name.
_Key = tuple[str, str]


class _User(Struct, frozen=True):
    arn: str = ""


class _Answer(Struct, frozen=True):
    user: _User | None = msgspec.field(name="assumedRoleUser", default=None)


class _Record(Struct, frozen=True):
    answer: _Answer | None = msgspec.field(name="responseElements", default=None)


_decoder = msgspec.json.Decoder(_Record)


def followed(events: Iterable[Event]) -> Sequence[Event]:
    """The events, oldest first as they are given, with people named who called under a role that they had taken."""
    found: list[Event] = []
    taken: dict[_Key, tuple[list[datetime], list[Actor]]] = {}
    for event in events:
        actor = _person(event, taken) if taken and event.actor.role else None
        named = structs.replace(event, actor=actor) if actor else event
        found.append(named)
        if event.operation.startswith("AssumeRole") and event.error is None:
            key = _session(event)
            if key and named.actor.kind is ActorKind.HUMAN:
                times, people = taken.setdefault(key, ([], []))
                times.append(event.at)
                people.append(named.actor)
    return found


def _person(event: Event, taken: dict[_Key, tuple[list[datetime], list[Actor]]]) -> Actor | None:
    """Who had taken the role under which a call was made, if that is known."""
    actor = event.actor
    if not actor.role or not actor.principal:
        return None
    times, people = taken.get((actor.role, actor.principal.rpartition("/")[2]), ((), ()))
    place = bisect_right(times, event.at) - 1
    if place < 0 or event.at - times[place] > _LONGEST:
        return None
    return structs.replace(actor, principal=people[place].principal, kind=ActorKind.HUMAN)


def _session(event: Event) -> _Key | None:
    """The session that a call was answered with: of `…:assumed-role/ROLE/SESSION` the last two parts."""
    try:
        record = _decoder.decode(event.original)
    except msgspec.DecodeError:
        return None
    user = record.answer.user if record.answer else None
    parts = user.arn.rpartition(":")[2].split("/") if user else []
    return (parts[1], parts[2]) if len(parts) == 3 and parts[0] == "assumed-role" else None
