"""Who wrote a field by the live object's own word, for differences that no event explains."""

from datetime import datetime
from fnmatch import fnmatchcase

from engine.model import Actor, ActorKind, Difference, FieldWrite, Via
from engine.providers import Knowledge
from engine.providers.kubernetes import Manager, load_objects


def claimed(difference: Difference, as_of: datetime, knowledge: Knowledge) -> tuple[Actor, datetime | None] | None:
    """The actor and time that the object's field managers claim; None when they tell nothing.

    A manager that applies declarations tells nothing of a difference from them. Its name is one that a client gives
    itself: a person is never named by it, software is. Where no manager tells, and all that changed is in the charge
    of an autoscaler, it is the autoscaler's; nobody knows when.
    """
    return _noted(difference, as_of, knowledge) or _kept(difference)


def _kept(difference: Difference) -> tuple[Actor, None] | None:
    keepers = {difference.keepers.get(change.path) for change in difference.changes}
    keeper = keepers.pop() if len(keepers) == 1 else None
    return (Actor(keeper, ActorKind.SERVICE, Via.CONTROLLER), None) if keeper else None


def _noted(difference: Difference, as_of: datetime, knowledge: Knowledge) -> tuple[Actor, datetime] | None:
    if not difference.written:
        return None
    tables = load_objects(knowledge.extra / "kubernetes" if knowledge.extra else None)
    known = (
        (write.at, write, manager)
        for write in difference.written
        if write.at is not None and write.at <= as_of and write.operation != "Apply"
        if (manager := _manager(write, tables.managers)) is not None
    )
    last = max(known, key=lambda entry: (entry[0], entry[1].path), default=None)
    if last is None:
        return None
    at, write, manager = last
    kind = ActorKind(manager.kind)
    name = manager.actor or (write.manager if kind is not ActorKind.HUMAN else None)
    return Actor(name, kind, Via(manager.via)), at


def _manager(write: FieldWrite, managers: tuple[Manager, ...]) -> Manager | None:
    name = write.manager.lower()
    fitting = (
        entry
        for entry in managers
        if entry.subresource in ("", write.subresource)
        and any(fnmatchcase(name, pattern.lower()) for pattern in entry.names)
    )
    found = next(fitting, None)
    return found if found is not None and found.kind else None
