"""What commits say about a difference: whether the declaration moved, and whether code followed reality."""

from collections.abc import Sequence
from datetime import datetime

from engine.correlate.index import commit_of
from engine.correlate.names import plain_address
from engine.correlate.values import Words, attribute_of, words_of, words_of_code
from engine.model import Change, Difference, Event


def moved_declaration(difference: Difference, commits: Sequence[Event]) -> Event | None:
    """The last landed commit that changed the code from what is live to what is declared, if one did.

    Then the declaration moved and reality did not follow: the change was merged and not applied.
    """
    for event in reversed(commits):
        if commit_of(event).landed and any(_moved(event, difference, change, False) for change in difference.changes):
            return event
    return None


def wrote_back(difference: Difference, commits: Sequence[Event], after: datetime | None = None) -> Event | None:
    """The first landed commit that changed the code from what is declared to what is live, if one did."""
    for event in commits:
        if (
            commit_of(event).landed
            and (after is None or event.at >= after)
            and any(_moved(event, difference, change, True) for change in difference.changes)
        ):
            return event
    return None


def _moved(event: Event, difference: Difference, change: Change, towards_live: bool) -> bool:
    """Whether the commit took the attribute from one side of the change to the other."""
    if change.sensitive or commit_of(event).adds(plain_address(difference.resource.address)):
        return False
    old, new = _words(event, difference, change)
    added, removed = new - old, old - new
    source, target = words_of(change.declared), words_of(change.actual)
    if not towards_live:
        source, target = target, source
    return (
        bool(added or removed) and added <= target and removed <= source and not added & source and not removed & target
    )


def _words(event: Event, difference: Difference, change: Change) -> tuple[Words, Words]:
    """The old and the new words of the changed attribute in the commit: of it alone, or of its whole block."""
    attributes = commit_of(event).attributes(plain_address(difference.resource.address))
    path = attribute_of(change.path)
    top = path.split(".", 1)[0]
    exact = {name: texts for name, texts in attributes.items() if attribute_of(name) == path}
    chosen = exact or {name: texts for name, texts in attributes.items() if attribute_of(name).split(".", 1)[0] == top}
    old: set[str] = set()
    new: set[str] = set()
    for before, after in chosen.values():
        old |= words_of_code(before)
        new |= words_of_code(after)
    return frozenset(old), frozenset(new)
