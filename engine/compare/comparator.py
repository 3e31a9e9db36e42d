"""Holds what is declared against what is live and finds the differences."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from engine.compare.canonical import EMPTY, canonical
from engine.compare.convert import CONVERTERS
from engine.compare.difference import changes, same, sort_changes
from engine.compare.estate import Estate, Live, hidden_because
from engine.compare.masking import mask
from engine.compare.paths import NOT_READ, first_value
from engine.compare.reading import Attribute, Attributes
from engine.compare.siblings import Siblings
from engine.model import Change, Declared, Difference, DriftKind, ResourceRef
from engine.providers import Knowledge, TypeRule


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

    A declaration is `missing` only when a source covered its type and scope; when none did, or its type has no
    table, it is not compared. A missing piece of a missing resource is not reported on its own.
    """
    declarations = list({_identity(item): item for item in declared}.values())
    siblings, attributes = Siblings(declarations, knowledge), Attributes(knowledge)
    found: list[Difference] = []
    missing: list[tuple[Declared, TypeRule]] = []
    in_sync = not_compared = 0
    for item in declarations:
        rule = knowledge.types.get(item.ref.type)
        live = estate.find(item, rule) if rule else None
        if rule is None or (live is None and not estate.covers(rule.native, item.ref.scope)):
            not_compared += 1
        elif live is None or _is_gone(item, rule, live):
            missing.append((item, rule))
            if live is not None:
                live.declared = live.declared or not rule.part_of
        else:
            live.declared = live.declared or not rule.part_of
            joined = siblings.join(item, rule)
            found_changes = _changes(joined.attributes, joined.owned, attributes.of(item.ref.type), live)
            changed = sort_changes(own for change in found_changes if (own := joined.own(change)) is not None)
            if changed:
                found.append(_difference(item, DriftKind.MODIFIED, rule, live, mask(changed, item, rule)))
            elif _was_shown(rule, attributes.of(item.ref.type), live):
                in_sync += 1
            else:
                not_compared += 1
    whole = {key for item, rule in missing if not rule.part_of for key in (item.ref.id, *item.keys)}
    for item, rule in missing:
        if rule.part_of and any(item.attributes.get(name) in whole for name in rule.join):
            not_compared += 1
        else:
            found.append(_difference(item, DriftKind.MISSING, rule, None, ()))
    unmanaged, hidden = _unmanaged(estate, knowledge)
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


def _changes(
    declared: Mapping[str, Any], owned: frozenset[str], attributes: tuple[Attribute, ...], live: Live
) -> Iterator[Change]:
    for attribute in attributes:
        name, rule = attribute.name, attribute.rule
        if name not in declared or name in owned:
            continue
        wanted = attribute.declared(declared)
        if wanted is None and rule.unset_is_unknown:
            continue
        actual = attribute.live(live.parts, wanted, declared)
        if actual is not NOT_READ and wanted != actual and not same(wanted, actual, rule):
            yield from changes(name, attribute.compared_part(wanted), actual, rule)


def _was_shown(rule: TypeRule, attributes: tuple[Attribute, ...], live: Live) -> bool:
    """Whether the answers that were read show anything of the declaration; what they do not show is not in sync."""
    return any(attribute.is_shown_by(live.parts) for attribute in attributes) or (
        first_value(rule.exists, live.parts) is not NOT_READ
    )


def _is_gone(item: Declared, rule: TypeRule, live: Live) -> bool:
    """Whether the piece that the declaration names is absent from the live resource."""
    if not rule.exists:
        return False
    found = first_value(rule.exists, live.parts, item.attributes)
    if found is NOT_READ:
        return False
    if rule.exists_as:
        found = CONVERTERS[rule.exists_as](found, None, item.attributes)
    return canonical(found) is EMPTY


def _unmanaged(estate: Estate, knowledge: Knowledge) -> tuple[list[Difference], dict[str, int]]:
    found: list[Difference] = []
    hidden: dict[str, int] = {}
    for live in estate.all:
        declared_type = knowledge.owner_of(live.native)
        if live.declared or declared_type is None:
            continue
        rule = knowledge.types[declared_type]
        reason = hidden_because(rule, live.parts)
        if reason is not None:
            hidden[reason] = hidden.get(reason, 0) + 1
        elif rule.unmanaged:
            ref = estate.ref(live)
            found.append(
                Difference(
                    resource=ref,
                    kind=DriftKind.UNMANAGED,
                    keys=live.keys,
                    tags=_live_tags(rule, live),
                    actual_source=live.source,
                )
            )
    return found, hidden


def _difference(
    item: Declared, kind: DriftKind, rule: TypeRule, live: Live | None, changed: tuple[Change, ...]
) -> Difference:
    keys = (item.ref.id, *item.keys, *(live.keys if live else ()))
    return Difference(
        resource=_ref(item, live),
        kind=kind,
        changes=changed,
        keys=tuple(dict.fromkeys(key for key in keys if key)),
        tags=_declared_tags(item) | (_live_tags(rule, live) if live else {}),
        declared_source=item.source,
        actual_source=live.source if live else "",
    )


def _ref(item: Declared, live: Live | None) -> ResourceRef:
    ref = item.ref
    if "/" in ref.scope or live is None:
        return ref
    return ResourceRef(ref.provider, ref.type, ref.id, live.scope, ref.address, ref.name)


def _declared_tags(item: Declared) -> dict[str, str]:
    value = item.attributes.get("tags_all") or item.attributes.get("tags")
    return {str(key): str(text) for key, text in value.items()} if isinstance(value, Mapping) else {}


def _live_tags(rule: TypeRule, live: Live) -> dict[str, str]:
    value = first_value(rule.tags, live.parts)
    if value is NOT_READ:
        return {}
    return {key: str(text) for key, text in CONVERTERS["tags"](value, None, {}).items()}


def _identity(item: Declared) -> tuple[str, ...]:
    ref = item.ref
    return (item.source, item.origin, ref.address) if ref.address else (ref.provider, ref.type, ref.scope, ref.id)
