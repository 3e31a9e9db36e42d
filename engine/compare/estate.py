"""What is live: observations of one resource put together, and found again by any of its identities."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from engine.compare.identity import declared_identity, is_google_path, lookup_form
from engine.compare.paths import compile_identity
from engine.model import HEARSAY, Coverage, Declared, Observed
from engine.providers import Knowledge, TypeRule

#: Identities that every recorded answer of a kind carries, whatever the type.
_COMMON_KEYS = ("ConfigItem.arn", "ConfigItem.resourceId", "CloudControlId")


class Live:
    """One live resource: the answers about it, from one or several sources."""

    __slots__ = (
        "changed_at",
        "declared",
        "keys",
        "native",
        "observed_at",
        "parts",
        "provider",
        "scope",
        "sensitive",
        "source",
    )

    def __init__(self, first: Observed, keys: tuple[str, ...]) -> None:
        self.provider = first.provider
        self.native = first.native
        self.scope = first.scope
        self.source = first.source
        self.observed_at = first.observed_at
        self.changed_at = first.changed_at
        self.parts: dict[str, Any] = dict(first.parts)
        self.keys = keys
        self.sensitive = first.sensitive
        self.declared = False

    def merge(self, other: Observed, keys: tuple[str, ...]) -> None:
        """Adds another observation's parts; where both have one, the newer wins."""
        newer = _at(other.observed_at) > _at(self.observed_at)
        self.parts = {**self.parts, **other.parts} if newer else {**other.parts, **self.parts}
        self.keys = tuple(dict.fromkeys((*self.keys, *keys)))
        self.changed_at = max((at for at in (self.changed_at, other.changed_at) if at), default=None)
        self.sensitive |= other.sensitive


class Estate:
    """All live resources, by native type and identity, with what the sources covered."""

    def __init__(
        self, knowledge: Knowledge, observed: Iterable[Observed] = (), coverage: Iterable[Coverage] = ()
    ) -> None:
        self._knowledge = knowledge
        #: By native type and the spelling that identities are looked up by.
        self._by_key: defaultdict[str, dict[str, tuple[Live, ...]]] = defaultdict(dict)
        self._readers: dict[str, list[Callable[[Mapping[str, Any]], str | None]]] = {}
        self._covered: dict[str, set[str]] = {}
        self.all: list[Live] = []
        for resource in observed:
            self.add(resource)
        for covered in coverage:
            self.cover(covered)

    def add(self, observed: Observed) -> None:
        """Takes an observation in; one of a resource already seen is merged with it."""
        keys = self._keys(observed)
        forms = [lookup_form(key) for key in keys]
        live = self._known(observed, keys, forms)
        if live is not None:
            live.merge(observed, keys)
        else:
            live = Live(observed, keys)
            if not observed.native.startswith(HEARSAY):
                self.all.append(live)
        named = self._by_key[live.native]
        for form in forms:
            known = named.get(form, ())
            if live not in known:
                named[form] = (*known, live)

    def cover(self, coverage: Coverage) -> None:
        """Notes that a type was listed completely within a scope."""
        self._covered.setdefault(coverage.native, set()).add(coverage.scope)

    def covers(self, native: str, scope: str) -> bool:
        """Whether a resource of this type and scope would have been seen if it existed."""
        return any(same_scope(covered, scope) for covered in self._covered.get(native, ()))

    def covered(self, native: str) -> Collection[str]:
        """The scopes in which a type was listed completely."""
        return self._covered.get(native, ())

    def has(self, native: str, key: str, scope: str = "") -> bool:
        """Whether any live resource of a type has this identity in a scope: `named` finds none where several do."""
        return any(same_scope(live.scope, scope) for live in self._by_key[native].get(lookup_form(key), ()))

    def find(self, declared: Declared, rule: TypeRule) -> Live | None:
        """The live counterpart of a declaration: by its most exact identity, within its scope when it has one."""
        for attribute in rule.join:
            if key := declared_identity(declared.attributes, attribute):
                live = self.named(rule.native, key, declared.ref.scope)
                if live is not None:
                    return live
                if is_google_path(key):
                    return None
        return None

    def is_ambiguous(self, declared: Declared, rule: TypeRule) -> bool:
        """Whether a declaration has no counterpart because several could be it."""
        for attribute in rule.join:
            if key := declared_identity(declared.attributes, attribute):
                if self.has(rule.native, key, declared.ref.scope):
                    return True
                if is_google_path(key):
                    return False
        return False

    def named(self, native: str, key: str, scope: str = "") -> Live | None:
        """The one live resource of a type with this identity in a scope; None when there is none, or more than one."""
        named = self._by_key[native].get(lookup_form(key), ())
        found = [live for live in named if same_scope(live.scope, scope)]
        return found[0] if len(found) == 1 else None

    def _known(self, observed: Observed, keys: tuple[str, ...], forms: list[str]) -> Live | None:
        """The resource that an observation is of, if it was seen before."""
        named = self._by_key[observed.native]
        # Where an observation says its place, a namesake elsewhere is another resource.
        for form in [form for key, form in zip(keys, forms, strict=True) if is_google_path(key)] or forms:
            for live in named.get(form, ()):
                if same_scope(live.scope, observed.scope) and not _are_two(live.keys, keys):
                    return live
        return None

    def _keys(self, observed: Observed) -> tuple[str, ...]:
        readers = self._readers.get(observed.native)
        if readers is None:
            owner = self._knowledge.owner_of(observed.native)
            paths = (*self._knowledge.types[owner].keys, *_COMMON_KEYS) if owner else _COMMON_KEYS
            readers = self._readers[observed.native] = [compile_identity(path) for path in paths]
        values = [read(observed.parts) for read in readers]
        return tuple(dict.fromkeys(value for value in (*observed.keys, *values) if value))


def same_scope(left: str, right: str) -> bool:
    """Whether two scopes may mean the same place: what one leaves open (no region, `*`, `global`) fits anything."""
    if left == right or not left or not right or "*" in (left, right):
        return True
    left_account, _, left_region = left.partition("/")
    right_account, _, right_region = right.partition("/")
    open_region = ("", "*", "global")
    return left_account == right_account and (
        left_region == right_region or left_region in open_region or right_region in open_region
    )


def _are_two(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Whether two resources share no more than a name: their ARNs differ."""
    arns = {key.removesuffix(":*") for key in (left[0], right[0])}
    return len(arns) == 2 and all(arn.startswith("arn:") for arn in arns)


def _at(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0
