"""Holds what is declared against what is live and finds the differences, whatever the declarations are written in."""

from collections.abc import Callable, Iterable
from importlib import import_module

from msgspec import Struct

from engine.compare.declarations import settle
from engine.compare.difference import sort_changes
from engine.compare.estate import Estate, Live
from engine.compare.identity import lookup_form
from engine.compare.language import Comparer
from engine.compare.masking import mask
from engine.compare.tabled import Tabled
from engine.compare.unmanaged import Strays, TabledStrays
from engine.model import Change, Declared, Difference, DriftKind, Language, ResourceRef
from engine.providers import Knowledge


class Comparison(Struct, frozen=True):
    """`declared`, `actual`, `in_sync` and `not_compared` count resources; `hidden` counts unmanaged by reason."""

    differences: tuple[Difference, ...]
    declared: int
    actual: int
    in_sync: int
    not_compared: int
    managed: int
    hidden: dict[str, int]


def compare(declared: Iterable[Declared], estate: Estate, knowledge: Knowledge) -> Comparison:
    """Compares every declaration with its live counterpart, then looks for live resources nobody declares.

    A declaration is `missing` only when a source covered its type and scope; when none did, or its type is not
    known, it is not compared. A missing piece of a missing resource is not reported on its own.
    """
    declarations = settle(declared)
    comparers = _comparers(declarations, knowledge)
    found: list[Difference] = []
    missing: list[Declared] = []
    in_sync = not_compared = 0
    for item in declarations:
        comparer = comparers[item.language]
        native = comparer.native(item)
        live = comparer.find(item, estate) if native else None
        if native is None or (live is None and not estate.covers(native, item.ref.scope)):
            not_compared += 1
            continue
        if live is not None:
            live.declared = live.declared or not comparer.is_piece(item)
        if live is None or comparer.is_gone(item, live):
            missing.append(item)
            continue
        changed = comparer.changes(item, live)
        if changed is None:
            not_compared += 1
        elif changes := sort_changes(mask(changed, item)):
            found.append(_difference(item, DriftKind.MODIFIED, comparer, live, changes))
        else:
            in_sync += 1
    whole = {
        lookup_form(key)
        for item in missing
        if not comparers[item.language].is_piece(item)
        for key in (item.ref.id, *item.keys)
    }
    for item in missing:
        comparer = comparers[item.language]
        if comparer.is_piece(item) and any(lookup_form(name) in whole for name in comparer.parents(item)):
            not_compared += 1
        else:
            found.append(_difference(item, DriftKind.MISSING, comparer, None, ()))
    unmanaged, hidden = _unmanaged(estate, strays_of(knowledge))
    found.extend(unmanaged)
    return Comparison(
        differences=tuple(sorted(found, key=lambda difference: (difference.resource, difference.kind))),
        declared=len(declarations),
        actual=len(estate.all),
        in_sync=in_sync,
        not_compared=not_compared,
        managed=sum(live.declared for live in estate.all),
        hidden=hidden,
    )


def strays_of(knowledge: Knowledge) -> Callable[[str], Strays]:
    """What is known about the undeclared resources of a provider, by the provider's name."""
    tabled: Strays = TabledStrays(knowledge)
    special: dict[str, Strays] = {}

    def strays(provider: str) -> Strays:
        return special.get(provider, tabled)

    return strays


def _comparers(declarations: list[Declared], knowledge: Knowledge) -> dict[Language, Comparer]:
    """A comparer for each language that is declared in."""
    by_language: dict[Language, list[Declared]] = {}
    for item in declarations:
        by_language.setdefault(item.language, []).append(item)
    return {language: _COMPARERS[language](items, knowledge) for language, items in by_language.items()}


def _later(module: str, name: str) -> Callable[[list[Declared], Knowledge], Comparer]:
    """A comparer whose module is imported when its language is met."""

    def make(declarations: list[Declared], knowledge: Knowledge) -> Comparer:
        comparer: Comparer = getattr(import_module(module), name)(declarations, knowledge)
        return comparer

    return make


_COMPARERS: dict[Language, Callable[[list[Declared], Knowledge], Comparer]] = {
    Language.TERRAFORM: Tabled,
    Language.PLAN: _later("engine.compare.planned", "Planned"),
    Language.CLOUDFORMATION: _later("engine.compare.properties", "Properties"),
    Language.KUBERNETES: _later("engine.compare.objects", "Objects"),
}


def _unmanaged(estate: Estate, strays: Callable[[str], Strays]) -> tuple[list[Difference], dict[str, int]]:
    found: list[Difference] = []
    hidden: dict[str, int] = {}
    for live in estate.all:
        stray = None if live.declared else strays(live.provider).look(live)
        if stray is None:
            continue
        if stray.hidden:
            hidden[stray.hidden] = hidden.get(stray.hidden, 0) + 1
            continue
        found.append(
            Difference(
                resource=stray.ref,
                kind=DriftKind.UNMANAGED,
                keys=live.keys,
                tags=stray.tags,
                actual_source=live.source,
            )
        )
    return found, hidden


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
        actual_source=live.source if live else "",
    )


def _ref(item: Declared, live: Live | None) -> ResourceRef:
    """The declaration's name for the resource, with the scope it was found in where the declaration leaves it open."""
    ref = item.ref
    if "/" in ref.scope or live is None:
        return ref
    return ResourceRef(ref.provider, ref.type, ref.id, live.scope, ref.address, ref.name)
