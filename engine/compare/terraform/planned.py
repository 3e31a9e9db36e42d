"""Plans: what Terraform knew of a resource held against what it read, both in Terraform's own words.

The provider has brought both sides into one form, so little is left to forgive. A plan does not tell sets from lists:
blocks in another order are the same, plain values only where the code, which sorts nothing, has its say.
"""

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from typing import Any

from engine.compare.canonical import EMPTY, as_document, canonical
from engine.compare.difference import changes
from engine.compare.estate import Estate, Live
from engine.compare.holes import filled, has_holes
from engine.compare.language import WholeResources
from engine.compare.terraform.reading import FULLER
from engine.model import Basis, Change, Declared
from engine.model.change_path import leads_into
from engine.providers import Knowledge

#: The part of an observation that holds the attributes as Terraform read them.
PLAN_PART = "Terraform"


def native_of(declared_type: str) -> str:
    """What the type is called among the observations of plans, apart from those that a provider's API told."""
    return f"terraform:{declared_type}"


def plan_key(source: str, origin: str, address: str) -> str:
    """Names a resource within one plan: addresses repeat from one configuration to the next."""
    return f"{source}\0{origin}\0{address}"


class Planned(WholeResources):
    """The comparer of plans."""

    def __init__(self, declarations: list[Declared], knowledge: Knowledge) -> None:
        pass

    def native(self, item: Declared) -> str | None:
        return native_of(item.ref.type)

    def find(self, item: Declared, estate: Estate) -> Live | None:
        return estate.named(native_of(item.ref.type), plan_key(item.source, item.origin, item.ref.address))

    def would_show(self, item: Declared, native: str, estate: Estate) -> bool:
        return estate.covers(native, item.ref.scope)

    def changes(self, item: Declared, live: Live) -> list[Change] | None:
        return list(_changes(item, live.parts[PLAN_PART]))

    def undeclared(self, item: Declared, live: Live) -> Mapping[str, Any]:
        return {}

    def tags(self, item: Declared, live: Live | None) -> dict[str, str]:
        out: dict[str, str] = {}
        for side in (item.attributes, live.parts[PLAN_PART] if live else {}):
            for name in ("labels", "tags", "tags_all"):
                tags = side.get(name)
                shown = tags.items() if isinstance(tags, Mapping) else ()
                out.update(
                    (str(key), str(text))
                    for key, text in shown
                    if not any(leads_into(path, f"{name}.{key}") for path in item.sensitive)
                )
        return out


def _changes(item: Declared, actual: Mapping[str, Any]) -> Iterator[Change]:
    declared = item.attributes
    told_fuller = {fuller for name, fuller in FULLER.items() if name in declared and declared.get(fuller)}
    for name in sorted({*declared, *actual} - told_fuller):
        source = FULLER.get(name, name) if FULLER.get(name) in told_fuller else name
        wanted, found = declared.get(source), actual.get(source)
        if wanted == found or _same(wanted, found, sorted_alike=item.basis is Basis.STATE):
            continue
        if has_holes(wanted):
            wanted = filled(wanted, found)
            if _same(wanted, found, sorted_alike=False):
                continue
        yield from _at_finest(name, wanted, found)


def _at_finest(path: str, declared: Any, actual: Any) -> Iterator[Change]:
    """The places where the two differ; the whole, where it is only the order that does."""
    found = list(changes(path, declared, actual))
    if found:
        yield from found
    else:
        yield Change(path, as_document(declared), as_document(actual))


def _same(declared: Any, actual: Any, *, sorted_alike: bool) -> bool:
    return _form(declared, sorted_alike) == _form(actual, sorted_alike)


def _form(value: Any, sorted_alike: bool) -> Hashable:
    """A hashable form in which values that mean the same to Terraform are equal."""
    document = as_document(value)
    if isinstance(document, Mapping):
        pairs = ((key, _form(item, sorted_alike)) for key, item in document.items())
        return frozenset(pair for pair in pairs if pair[1] is not EMPTY) or EMPTY
    if isinstance(document, list):
        forms = [_form(item, sorted_alike) for item in document]
        ordered = sorted_alike and not all(isinstance(item, Mapping) for item in document)
        return (tuple(forms) if ordered else frozenset(Counter(forms).items())) or EMPTY
    return canonical(document, "exact")
