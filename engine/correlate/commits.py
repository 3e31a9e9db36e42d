"""What commits say about a difference: whether the declaration moved, and whether code followed reality."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from engine.correlate.committed import Block, commit_of
from engine.correlate.values import Words, attribute_of, words_of, words_of_code
from engine.model import Change, Difference, DriftKind, Event, Language
from engine.model.change_path import overlap

_PLACE = re.compile(r"\[\d+\]")


def moved_declaration(difference: Difference, commits: Sequence[Event]) -> Event | None:
    """The last landed commit that changed the code from what is live to what is declared, if one did.

    Then the declaration moved and reality did not follow: the change was merged and not applied. So did one that took
    away the whole declaration of what is there still.
    """
    for event in reversed(commits):
        commit = commit_of(event)
        if commit.landed and (
            any(_moved(event, difference, change, False) for change in difference.changes)
            or (difference.kind is DriftKind.UNMANAGED and commit.block(difference).is_gone)
        ):
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
    block = commit_of(event).block(difference)
    if change.sensitive or block.is_new:
        return False
    old, new = _words(block, change)
    added, removed = new - old, old - new
    source, target = words_of(change.declared), words_of(change.actual)
    if not towards_live:
        source, target = target, source
    return (
        bool(added or removed) and added <= target and removed <= source and not added & source and not removed & target
    )


def _words(block: Block, change: Change) -> tuple[Words, Words]:
    """The old and the new words of the changed attribute in the commit: of it alone, or of what is around or in it."""
    values = words_of(change.declared) | words_of(change.actual)

    def read(value: Any) -> Words:
        words = words_of(value)
        # `rate(5 minutes)` is a call to whoever reads code, unless it is what the attribute holds.
        is_code = block.language is Language.TERRAFORM and not words <= values
        return words_of_code(value) if is_code else words

    old: set[str] = set()
    new: set[str] = set()
    for before, after in _about(block, change.path):
        old |= read(before)
        new |= read(after)
    return frozenset(old), frozenset(new)


def _about(block: Block, path: str) -> list[list[Any]]:
    """The changes of a block that are about an attribute: the nearest that there are."""
    if block.language is not Language.TERRAFORM:
        # What is between quotes is the name of a setting, which a place in a list is not.
        path = _PLACE.sub("", path)
        return [values for name, values in block.attributes.items() if overlap(_PLACE.sub("", name), path)]
    path = attribute_of(path)
    top = path.split(".", 1)[0]
    named = [(attribute_of(name), texts) for name, texts in block.attributes.items()]
    exact = [texts for name, texts in named if name == path]
    return exact or [texts for name, texts in named if name.split(".", 1)[0] == top]
