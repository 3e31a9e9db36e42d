"""Leaving out what people decided not to be told of, and keeping count of it.

Patterns are gitignore's, over `type.id.attribute` with dots for slashes, as `.driftignore` has been written before:

    aws_iam_user.*                       every user
    !aws_iam_user.break-glass            but not this one
    aws_autoscaling_group.*.desired_capacity
    **.tags.LastScanned                  this tag, wherever
    kubernetes_config_map.app\\.yaml     a dot that is part of a name

An id may as well be an address in the code: `aws_instance.module\\.web\\.aws_instance\\.a`, or without its type,
`module.web.aws_instance.a`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from msgspec import structs

from engine.model import Change, Difference, DriftKind, Hidden, IgnoreRule, ResourceRef, RuleState
from engine.model.change_path import leads_into, steps_of

#: Stands for a slash that is part of a type or an id, since between names a slash stands for the dot.
_SLASH = "\u2044"


class Ignoring:
    """The rules of one scan. They are asked about each difference; afterwards they can say what they hid."""

    def __init__(self, rules: Sequence[IgnoreRule] = (), today: date | None = None, *, shows_all: bool = False) -> None:
        """With `shows_all` nothing is left out."""
        self.shows_all = shows_all
        self._rules = [rule for rule in rules if not _is_over(rule, today)]
        self._expired = [rule for rule in rules if _is_over(rule, today)]
        self._counts: Counter[int] = Counter()
        self._others: Counter[tuple[str, str]] = Counter()

    def kept(self, difference: Difference) -> Difference | None:
        """The difference without the changes that are ignored; None when nothing of it is left."""
        if not self._rules or self.shows_all:
            return difference
        names = list(_names(difference.resource))
        number = self._rule_for(names)
        if number is not None:
            self._counts[number] += 1
            return None
        if difference.kind is not DriftKind.MODIFIED:
            return difference
        changes = tuple(change for change in difference.changes if not self._is_ignored(names, change))
        if len(changes) == len(difference.changes):
            return difference
        return structs.replace(difference, changes=changes) if changes else None

    def count(self, rule: str, origin: str, number: int = 1) -> None:
        """Takes note of what another rule hid: one that comes with the product, or from the code."""
        if number:
            self._others[rule, origin] += number

    def hidden(self) -> tuple[Hidden, ...]:
        """What each rule hid, the most first. Rules that people wrote are there even if they hid nothing."""
        found = [
            _hidden(rule, self._counts[number], RuleState.ACTIVE if self._counts[number] else RuleState.UNUSED)
            for number, rule in enumerate(self._rules)
            # A rule that takes back hides nothing, and is none the worse for it.
            if not rule.match.startswith("!")
        ]
        found += [_hidden(rule, 0, RuleState.EXPIRED) for rule in self._expired]
        found += [Hidden(rule, origin, count) for (rule, origin), count in self._others.items()]
        return tuple(sorted(found, key=lambda item: (-item.count, item.origin, item.rule)))

    def _is_ignored(self, names: Iterable[str], change: Change) -> bool:
        below = "/".join(_escape(str(step)) for step in steps_of(change.path))
        number = self._rule_for([f"{name}/{below}" for name in names])
        if number is not None:
            self._counts[number] += 1
        return number is not None

    def _rule_for(self, names: Iterable[str]) -> int | None:
        """The rule that hides what has these names; None when none does, or one takes it back."""
        for name in names:
            result = self._patterns.check_file(name)
            if result.include is not None:
                return result.index if result.include else None
        return None

    @cached_property
    def _patterns(self) -> Any:
        from pathspec import GitIgnoreSpec

        return GitIgnoreSpec.from_lines(_as_path(rule.match) for rule in self._rules)


def covers(ignored: frozenset[str], path: str) -> bool:
    """Whether a path is one that the code lets move freely, or lies below one."""
    return "*" in ignored or any(leads_into(own, path) for own in ignored)


def _is_over(rule: IgnoreRule, today: date | None) -> bool:
    return rule.expires is not None and today is not None and today > rule.expires


def _hidden(rule: IgnoreRule, count: int, state: RuleState) -> Hidden:
    return Hidden(rule.match, rule.origin, count, state, rule.reason, rule.author, rule.expires)


def _names(ref: ResourceRef) -> Iterator[str]:
    for name in dict.fromkeys(name for name in (ref.id, ref.address, ref.name) if name):
        yield f"{_escape(ref.type)}/{_escape(name)}"
    if ref.address:
        yield _as_path(ref.address)


def _escape(name: str) -> str:
    return name.replace("/", _SLASH)


def _as_path(pattern: str) -> str:
    """`aws_s3_bucket.a\\.b.tags` as `aws_s3_bucket/a.b/tags`, with the slashes of ids out of the way."""
    text = pattern.replace("/", _SLASH)
    return re.sub(r"\\(\.)|(\.)", lambda match: "." if match[1] else "/", text)
