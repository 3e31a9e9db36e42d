"""Holds what is declared against what is live and finds the differences, whatever the declarations are written in."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import import_module

from msgspec import Struct, structs

from engine.compare.baseline import Baseline, acceptable, moved
from engine.compare.declarations import merged, settle
from engine.compare.difference import sort_changes
from engine.compare.estate import Estate, Live
from engine.compare.identity import lookup_form
from engine.compare.ignoring import Ignoring, covers
from engine.compare.kubernetes.items import items_within
from engine.compare.kubernetes.managed_fields import writes
from engine.compare.language import Comparer
from engine.compare.masking import mask
from engine.compare.terraform.tabled import Tabled
from engine.compare.unmanaged import Origins, Stray, Strays, TabledStrays
from engine.model import Accepted, Change, Declared, Difference, DriftKind, Hidden, Language, ResourceRef, ScopeSummary
from engine.providers import Knowledge


class Comparison(Struct, frozen=True):
    """`declared`, `actual`, `in_sync` and `not_compared` count resources; `hidden` says what rules left out.

    `managed` counts the live resources that are declared, `scopes` tells it for each scope.
    """

    differences: tuple[Difference, ...]
    declared: int
    actual: int
    in_sync: int
    not_compared: int
    managed: int
    hidden: tuple[Hidden, ...]
    scopes: tuple[ScopeSummary, ...]


def compare(
    declared: Iterable[Declared],
    estate: Estate,
    knowledge: Knowledge,
    *,
    baseline: Baseline | None = None,
    ignoring: Ignoring | None = None,
    parents: Mapping[str, str] | None = None,
) -> Comparison:
    """Compares every declaration with its live counterpart, then looks for live resources nobody declares.

    A declaration is `missing` only when a source covered its type and scope; when none did, or its type is not
    known, it is not compared. A missing piece of a missing resource is not reported on its own.

    What belongs together (`engine.shelves`) has to be given together. `parents` are the addresses of declared
    resources that others live in, by their identities.
    """
    baseline, ignoring = baseline or Baseline(), ignoring or Ignoring()
    comparers = Comparers(settle(declared), knowledge)
    found: list[Difference] = []
    missing: list[Declared] = []
    in_sync = not_compared = 0
    for item, comparer, native, live in comparers.pairs(estate):
        if native is None or (live is None and not (item.expected and comparer.would_show(item, native, estate))):
            not_compared += 1
        elif live is None or comparer.is_gone(item, live):
            missing.append(item)
        else:
            changed = _changes(item, live, comparer, baseline, ignoring)
            if changed:
                found.append(_difference(item, DriftKind.MODIFIED, comparer, live, changed))
            not_compared += changed is None
            in_sync += changed == ()
    news = list(_missing(missing, comparers))
    found += news
    found.extend(_undeclared(estate, comparers, baseline, ignoring, Origins(parents or {})))
    kept = [own for difference in merged(found) if (own := ignoring.kept(difference)) is not None]
    return Comparison(
        differences=tuple(sorted(kept, key=lambda difference: (difference.resource, difference.kind))),
        declared=len(comparers.declarations),
        actual=len(estate.all),
        in_sync=in_sync,
        not_compared=not_compared + len(missing) - len(news),
        managed=sum(live.declared for live in estate.all),
        hidden=ignoring.hidden(),
        scopes=tuple(_scopes(estate, kept)),
    )


def combined(comparisons: Sequence[Comparison], ignoring: Ignoring) -> Comparison:
    """The comparisons of all groups of an estate as one. `ignoring` is what they shared."""
    differences = (difference for comparison in comparisons for difference in comparison.differences)
    places: dict[tuple[str, str], ScopeSummary] = {}
    for scope in (scope for comparison in comparisons for scope in comparison.scopes):
        known = places.get((scope.scope, scope.provider), ScopeSummary(scope.scope, scope.provider))
        places[scope.scope, scope.provider] = structs.replace(
            known,
            actual=known.actual + scope.actual,
            managed=known.managed + scope.managed,
            unmanaged=known.unmanaged + scope.unmanaged,
        )
    return Comparison(
        differences=tuple(sorted(differences, key=lambda difference: (difference.resource, difference.kind))),
        declared=sum(comparison.declared for comparison in comparisons),
        actual=sum(comparison.actual for comparison in comparisons),
        in_sync=sum(comparison.in_sync for comparison in comparisons),
        not_compared=sum(comparison.not_compared for comparison in comparisons),
        managed=sum(comparison.managed for comparison in comparisons),
        hidden=ignoring.hidden(),
        scopes=tuple(places[place] for place in sorted(places)),
    )


def take_baseline(declared: Iterable[Declared], estate: Estate, knowledge: Knowledge) -> list[Accepted]:
    """What is live and undeclared at this moment, of declared resources and of unmanaged ones, to be accepted."""
    comparers = Comparers(settle(declared), knowledge)
    found: list[Accepted] = []
    for item, comparer, _, live in comparers.pairs(estate):
        if live is not None and not comparer.is_piece(item) and comparer.changes(item, live) is not None:
            values = acceptable(item, comparer.undeclared(item, live))
            if values:
                found.append(Accepted(_ref(item, live), values))
    for live, stray in comparers.strays(estate):
        if not stray.hidden:
            item, comparer = comparers.as_declared(stray)
            found.append(Accepted(stray.ref, acceptable(item, comparer.undeclared(item, live)), unmanaged=True))
    return found


class Comparers:
    """The comparers of all languages that are declared in, and the pairs of declarations and live resources."""

    def __init__(self, declarations: list[Declared], knowledge: Knowledge) -> None:
        self.declarations = declarations
        self._knowledge = knowledge
        by_language: dict[Language, list[Declared]] = {}
        for item in declarations:
            by_language.setdefault(item.language, []).append(item)
        self._comparers = {language: _COMPARERS[language](items, knowledge) for language, items in by_language.items()}
        self._strays = strays_of(knowledge)

    def of(self, item: Declared) -> Comparer:
        """The comparer of the item's language."""
        return self._comparers[item.language]

    def pairs(self, estate: Estate) -> Iterator[tuple[Declared, Comparer, str | None, Live | None]]:
        """Every declaration with its comparer, its native type if that is known, and its live counterpart.

        What is found is noted as declared.
        """
        for item in self.declarations:
            comparer = self.of(item)
            native = comparer.native(item)
            live = comparer.find(item, estate) if native else None
            if live is not None:
                live.declared = live.declared or not comparer.is_piece(item)
            yield (self._with_id(item, live) if live else item), comparer, native, live

    def _with_id(self, item: Declared, live: Live) -> Declared:
        """The declaration with the id under which it was found, where it does not know one."""
        if not item.has_no_id or self.of(item).is_piece(item):
            return item
        known = self._strays(live.provider).ref(live).id
        return structs.replace(item, ref=structs.replace(item.ref, id=known or item.ref.id))

    def strays(self, estate: Estate) -> Iterator[tuple[Live, Stray]]:
        """What is live and was not found by any declaration."""
        for live in estate.all:
            stray = None if live.declared else self._strays(live.provider).look(live)
            if stray is not None:
                yield live, stray

    def as_declared(self, stray: Stray) -> tuple[Declared, Comparer]:
        """An undeclared resource as a declaration that is silent about everything."""
        language = _language_of(stray.ref)
        comparer = self._comparers.get(language) or _COMPARERS[language]([], self._knowledge)
        self._comparers[language] = comparer
        return Declared(stray.ref, {}, source="", language=language), comparer


def strays_of(knowledge: Knowledge) -> Callable[[str], Strays]:
    """What is known about the undeclared resources of a provider, by the provider's name."""
    tabled: Strays = TabledStrays(knowledge)
    special: dict[str, Strays] = {}

    def strays(provider: str) -> Strays:
        if provider != "kubernetes":
            return tabled
        if provider not in special:
            special[provider] = import_module("engine.compare.kubernetes.unmanaged").KubernetesStrays(knowledge)
        return special[provider]

    return strays


def _later(module: str, name: str) -> Callable[[list[Declared], Knowledge], Comparer]:
    """A comparer whose module is imported when its language is met."""

    def make(declarations: list[Declared], knowledge: Knowledge) -> Comparer:
        comparer: Comparer = getattr(import_module(module), name)(declarations, knowledge)
        return comparer

    return make


_COMPARERS: dict[Language, Callable[[list[Declared], Knowledge], Comparer]] = {
    Language.TERRAFORM: Tabled,
    Language.PLAN: _later("engine.compare.terraform.planned", "Planned"),
    Language.CLOUDFORMATION: _later("engine.compare.cloudformation.properties", "Properties"),
    Language.KUBERNETES: _later("engine.compare.kubernetes.objects", "Objects"),
}


def _changes(
    item: Declared, live: Live, comparer: Comparer, baseline: Baseline, ignoring: Ignoring
) -> tuple[Change, ...] | None:
    """What of a resource is not as declared, nor as accepted; None when nothing of it was shown."""
    found = comparer.changes(item, live)
    if found is None:
        return None
    accepted = baseline.of(_ref(item, live)) if baseline else None
    if accepted is not None and not comparer.is_piece(item):
        found = [*found, *_moved(accepted, item, live, comparer)]
    if item.ignored:
        kept = [change for change in found if not covers(item.ignored, change.path)]
        ignoring.count("ignore_changes", "the code", len(list(found)) - len(kept))
        found = kept
    return sort_changes(mask(found, item))


def _moved(accepted: Accepted, item: Declared, live: Live, comparer: Comparer) -> Iterator[Change]:
    """What of a resource is not as it was accepted."""
    return moved(accepted, item, acceptable(item, comparer.undeclared(item, live)))


def _missing(missing: list[Declared], comparers: Comparers) -> Iterator[Difference]:
    """What is not there, without the pieces of what is not there either."""
    whole = {
        lookup_form(key)
        for item in missing
        if not comparers.of(item).is_piece(item)
        for key in (item.ref.id, *item.keys)
    }
    for item in missing:
        comparer = comparers.of(item)
        if not comparer.is_piece(item) or whole.isdisjoint(map(lookup_form, comparer.parents(item))):
            yield _difference(item, DriftKind.MISSING, comparer, None, ())


def _undeclared(
    estate: Estate, comparers: Comparers, baseline: Baseline, ignoring: Ignoring, origins: Origins
) -> Iterator[Difference]:
    """What is live without a declaration; where it was accepted, only what has moved since."""
    for live, stray in comparers.strays(estate):
        accepted = baseline.of(stray.ref) if baseline else None
        if stray.hidden and not ignoring.shows_all:
            ignoring.count(stray.hidden, "built in")
            continue
        change = Difference(
            resource=stray.ref,
            kind=DriftKind.UNMANAGED,
            keys=live.keys,
            tags=stray.tags,
            actual_source=live.source,
            origin=origins.of(live, stray.tags),
            noted_at=live.changed_at,
        )
        if accepted is None or not accepted.unmanaged:
            yield change
            continue
        item, comparer = comparers.as_declared(stray)
        if changed := sort_changes(mask(_moved(accepted, item, live, comparer), item)):
            yield structs.replace(change, kind=DriftKind.MODIFIED, changes=changed)


def _scopes(estate: Estate, differences: Iterable[Difference]) -> Iterator[ScopeSummary]:
    """What of each scope is declared."""
    actual, managed, unmanaged = Counter[tuple[str, str]](), Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for live in estate.all:
        actual[live.scope, live.provider] += 1
        managed[live.scope, live.provider] += live.declared
    for difference in differences:
        if difference.kind is DriftKind.UNMANAGED:
            unmanaged[difference.resource.scope, difference.resource.provider] += 1
    for place in sorted(actual):
        yield ScopeSummary(*place, actual=actual[place], managed=managed[place], unmanaged=unmanaged[place])


def _language_of(ref: ResourceRef) -> Language:
    """In which language a live resource would be spoken of, had nobody declared it."""
    if ref.provider == "kubernetes":
        return Language.KUBERNETES
    return Language.CLOUDFORMATION if "::" in ref.type else Language.TERRAFORM


def _difference(
    item: Declared, kind: DriftKind, comparer: Comparer, live: Live | None, changed: tuple[Change, ...]
) -> Difference:
    keys = (item.ref.id, *item.keys, *(live.keys if live else ()))
    return Difference(
        resource=_ref(item, live),
        kind=kind,
        changes=changed,
        keys=tuple(dict.fromkeys(key for key in keys if key)),
        tags=comparer.tags(item, live),
        declared_source=item.source,
        declared_in=item.origin,
        actual_source=live.source if live else "",
        noted_at=live.changed_at if live else None,
        written=writes(item.attributes, live.parts.get("Object"), changed) if live else (),
        keepers=_keepers(item, comparer, live, changed) if live else {},
        items=items_within(item.attributes, changed) if item.language is Language.KUBERNETES else {},
    )


def _keepers(item: Declared, comparer: Comparer, live: Live, changed: tuple[Change, ...]) -> dict[str, str]:
    known = comparer.keepers(item, live, changed)
    return {change.path: known[change.path] for change in changed if known.get(change.path)}


def _ref(item: Declared, live: Live | None) -> ResourceRef:
    """The declaration's name for the resource, with the scope it was found in where the declaration leaves it open."""
    ref = item.ref
    if "/" in ref.scope or live is None:
        return ref
    return ResourceRef(ref.provider, ref.type, ref.id, live.scope, ref.address, ref.name)
