"""Cause groups: drifts that share one origin become one row, with how far it reached."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

import msgspec
from msgspec import Struct

from engine.correlate.topology import service_of
from engine.correlate.values import attribute_of
from engine.model import (
    ActorKind,
    CauseGroup,
    Drift,
    DriftKind,
    EventKind,
    GroupOrigin,
    Via,
    login_in,
)

#: Changes of one caller that are further apart are of two sittings, or of two runs of an apply.
_SITTING = timedelta(hours=2)
#: The fewest drifts that make a group of an origin. One sitting of a person is worth a row even with one drift in it;
#: that the same attribute of two resources moved with nobody calling is chance, of three an upgrade.
_FEWEST = {GroupOrigin.SESSION: 1, GroupOrigin.PROVIDER: 3}
_FEWEST_OF_OTHERS = 2
_LONGEST_VALUE = 32


class Origin(Struct, frozen=True):
    """What drifts share. Two with the same `kind` and `key` are one origin."""

    kind: GroupOrigin
    key: tuple[str, ...]
    label: str


class _Member(Struct, frozen=True):
    drift: Drift
    estate: str
    service: str


def groups_of(
    estates: Mapping[str, Iterable[Drift]], services: Mapping[str, str] | None = None
) -> tuple[CauseGroup, ...]:
    """The cause groups of the drifts of one or several estates, the gravest and largest first.

    Each drift is in one group at most. `services` tells the service of a drift by its id where it is known; else it is
    worked out from the resource's names.
    """
    named = services or {}
    members = [
        _Member(drift, estate, named.get(drift.id) or service_of(drift.resource))
        for estate, drifts in sorted(estates.items())
        for drift in drifts
    ]
    called = [(origin, member) for member in members if (origin := _called(member.drift))]
    known = {member.drift.id for _, member in called}
    uncalled = [member for member in members if member.drift.id not in known and _is_unexplained(member.drift)]
    shared = [*_by_origin(called), *_alike(uncalled)]
    groups = (_group(origin, found) for origin, found in shared if len(found) >= _fewest(origin))
    return tuple(sorted(groups, key=_gravest_first))


def _called(drift: Drift) -> Origin | None:
    """The origin of a drift by what made it: a commit, an apply, a person, a piece of software."""
    actor, first = drift.actor, drift.evidence[0] if drift.evidence else None
    if first and first.kind is EventKind.COMMIT and first.at == drift.changed_at:
        return Origin(GroupOrigin.COMMIT, (first.event_id,), first.summary.partition(": ")[2] or first.summary)
    if not actor.principal:
        return None
    if actor.via is Via.TERRAFORM:
        return Origin(GroupOrigin.APPLY, (actor.principal, actor.role or ""), f"{actor.principal}, apply")
    if actor.kind is ActorKind.SERVICE:
        # Every account and cluster has one of its own by this name.
        place = drift.resource.scope.partition("/")[0]
        return Origin(GroupOrigin.CONTROLLER, (actor.principal, place), actor.principal)
    if actor.kind is ActorKind.AUTOMATION:
        return Origin(GroupOrigin.CONTROLLER, (actor.principal,), actor.principal)
    label = f"{actor.principal}, {actor.role}" if actor.role and actor.role != actor.principal else actor.principal
    return Origin(GroupOrigin.SESSION, (login_in(actor.principal), actor.role or ""), label)


def _by_origin(called: Iterable[tuple[Origin, _Member]]) -> Iterator[tuple[Origin, list[_Member]]]:
    """Members by origin; those of a session or an apply by sitting, too."""
    by_origin: dict[tuple[GroupOrigin, tuple[str, ...]], list[tuple[Origin, _Member]]] = defaultdict(list)
    for origin, member in called:
        by_origin[origin.kind, origin.key].append((origin, member))
    for (kind, key), found in by_origin.items():
        origin = found[0][0]
        members = [member for _, member in found]
        if kind not in (GroupOrigin.SESSION, GroupOrigin.APPLY):
            yield origin, members
            continue
        for sitting in _sittings(members):
            began = sitting[0].drift.changed_at
            yield msgspec.structs.replace(origin, key=(*key, str(began))), sitting


def _sittings(members: Sequence[_Member]) -> Iterator[list[_Member]]:
    """The members in order of their changes, parted where long nothing was changed; those without a time are last."""
    timed = sorted(members, key=lambda member: (_moment(member), member.drift.id))
    sitting: list[_Member] = []
    for member in timed:
        if sitting and _moment(member) - _moment(sitting[-1]) > _SITTING:
            yield sitting
            sitting = []
        sitting.append(member)
    if sitting:
        yield sitting


def _moment(member: _Member) -> datetime:
    return member.drift.changed_at or member.drift.detected_at


def _is_unexplained(drift: Drift) -> bool:
    return drift.kind is DriftKind.MODIFIED and not drift.actor.principal


def _alike(members: Sequence[_Member]) -> Iterator[tuple[Origin, list[_Member]]]:
    """Members of whom the same attribute moved: first those whose values did so alike, then those of one type."""
    left = list(members)
    for origins in (_same_move, _same_attribute):
        fewest = _FEWEST[GroupOrigin.PROVIDER]
        count = Counter(origin for member in left for origin in origins(member.drift))
        found: dict[Origin, list[_Member]] = defaultdict(list)
        for member in left:
            best = max(origins(member.drift), key=lambda origin: (count[origin], origin.key), default=None)
            if best is not None and count[best] >= fewest:
                found[best].append(member)
        yield from found.items()
        taken = {member.drift.id for group in found.values() for member in group if len(group) >= fewest}
        left = [member for member in left if member.drift.id not in taken]


def _same_move(drift: Drift) -> set[Origin]:
    """An attribute that moved from one value to another, on resources of any type of the provider."""
    return {
        Origin(
            GroupOrigin.PROVIDER,
            (drift.resource.provider, attribute_of(change.path), _value(change.declared), _value(change.actual)),
            f"{attribute_of(change.path)} {_short(change.declared)} → {_short(change.actual)}",
        )
        for change in drift.changes
        if not change.sensitive
    }


def _same_attribute(drift: Drift) -> set[Origin]:
    """An attribute of one type that moved, whatever its values."""
    type_ = drift.resource.type
    return {
        Origin(
            GroupOrigin.PROVIDER,
            (drift.resource.provider, type_, attribute_of(change.path)),
            f"{attribute_of(change.path)} of {type_}",
        )
        for change in drift.changes
    }


def _group(origin: Origin, members: Sequence[_Member]) -> CauseGroup:
    ranked = sorted(members, key=lambda member: (-member.drift.severity.score, member.drift.id))
    drifts = [member.drift for member in ranked]
    times = [drift.changed_at for drift in drifts if drift.changed_at]
    resources = {(member.estate, member.drift.resource) for member in ranked}
    return CauseGroup(
        id=hashlib.blake2b(msgspec.json.encode((origin.kind, origin.key)), digest_size=6).hexdigest(),
        origin=origin.kind,
        label=origin.label,
        drifts=tuple(dict.fromkeys(drift.id for drift in drifts)),
        level=max((drift.severity.level for drift in drifts), key=attrgetter("rank")),
        resources=len(resources),
        types=_names(drift.resource.type for drift in drifts),
        services=_names(member.service for member in ranked),
        scopes=_names(drift.resource.scope for drift in drifts),
        estates=_names(member.estate for member in ranked),
        first_at=min(times, default=None),
        last_at=max(times, default=None),
    )


def _gravest_first(group: CauseGroup) -> tuple[Any, ...]:
    return -group.level.rank, -len(group.drifts), str(group.first_at or ""), group.id


def _fewest(origin: Origin) -> int:
    return _FEWEST.get(origin.kind, _FEWEST_OF_OTHERS)


def _names(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({value for value in values if value}))


def _value(value: Any) -> str:
    return msgspec.json.encode(value, order="sorted").decode()


def _short(value: Any) -> str:
    text = "unset" if value is None else value if isinstance(value, str) else _value(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"
