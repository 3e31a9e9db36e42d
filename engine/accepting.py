"""Taking what nobody declared as it is: the baseline that later scans are held against."""

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from engine.collectors.gathering import Tell, gather
from engine.compare import Estate, Ignoring, take_baseline
from engine.config import Config
from engine.errors import SourceError
from engine.model import Accepted, Difference, DriftKind, IgnoreRule, SourceRole, SourceStatus
from engine.providers import load_knowledge
from engine.shelves import Shelves

if TYPE_CHECKING:
    from engine.store import Stores


class Acceptance(Struct, frozen=True):
    """What was accepted: how many declared resources, unmanaged ones, and values; `incomplete` names failed sources."""

    declared: int
    unmanaged: int
    values: int
    incomplete: tuple[str, ...] = ()


def accept(
    config: Config, stores: "Stores", *, by: str, reason: str = "", only: Sequence[str] = (), tell: Tell | None = None
) -> Acceptance:
    """Reads every source and records what is live and undeclared as accepted.

    `only` limits it to resources that match one of the patterns (`type.id`, as in `.driftignore`); without it the
    new baseline takes the place of the old one. When a source of resources failed, nothing of the old one is dropped.

    Raises SourceError when no source of actual state could be read, StoreError when the store fails.
    """
    knowledge = load_knowledge(config.knowledge)
    gathered = gather(config, tell=tell or _quietly, cancelled=threading.Event(), shelves=Shelves(knowledge))
    failed = tuple(
        source.name
        for source in gathered.health
        if source.role is not SourceRole.EVENTS and source.status is SourceStatus.FAILED
    )
    found: list[Accepted] = []
    live = 0
    for group in gathered.resources.groups():
        live += len(group.observed)
        estate = Estate(knowledge, group.observed, gathered.coverage)
        found += take_baseline(group.declared, estate, knowledge)
    if not live:
        names = f" ({', '.join(failed)} could not be read)" if failed else ""
        raise SourceError(f"there is no actual state to accept{names}; `driftguard doctor` says what is wrong")
    chosen = [item for item in found if not only or _matches(item, only)]
    stores.ledger.accept_baseline(config.name, chosen, by=by, reason=reason, replace=not only and not failed)
    return Acceptance(
        declared=sum(not item.unmanaged for item in chosen),
        unmanaged=sum(item.unmanaged for item in chosen),
        values=sum(len(item.values) for item in chosen),
        incomplete=failed,
    )


def _matches(item: Accepted, patterns: Sequence[str]) -> bool:
    wanted = Ignoring([IgnoreRule(match=pattern) for pattern in patterns])
    return wanted.kept(Difference(item.resource, DriftKind.UNMANAGED)) is None


def _quietly(name: str, records: int, done: bool) -> None:
    """Progress that nobody watches."""
