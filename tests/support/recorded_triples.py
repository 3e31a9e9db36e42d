"""Terraform's view and the API's view of the same resources, recorded together by somebody else."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from engine.collectors.base import Found
from engine.collectors.declared.statefile import Instance
from engine.collectors.declared.terraform_naming import Naming
from engine.compare import Estate, compare
from engine.compare.paths import NOT_READ, first_value
from engine.model import Coverage, Declared, DriftKind, Observed, ResourceRef
from engine.providers import Knowledge


class Triple(Struct, frozen=True):
    """`name` tells the recording; `declared` is what the state holds, `flight` the folder of answers."""

    name: str
    declared: tuple[Declared, ...]
    flight: Path


class Result(Struct):
    """What comparing one triple gave."""

    counts: Counter[str] = field(default_factory=Counter)
    differences: list[tuple[str, str, str, str]] = field(default_factory=list)


def compare_triple(triple: Triple, found: Iterable[Found], knowledge: Knowledge) -> Result:
    """Holds the state against what was found in the answers; counts what the answers show of it."""
    items, result = list(found), Result()
    estate = Estate(
        knowledge,
        (item for item in items if isinstance(item, Observed)),
        (item for item in items if isinstance(item, Coverage)),
    )
    for declared in triple.declared:
        rule = knowledge.types.get(declared.ref.type)
        live = estate.find(declared, rule) if rule else None
        if live is not None:
            read = [
                name
                for name, attribute in knowledge.attribute_rules(declared.ref.type)
                if name in declared.attributes
                and first_value(attribute.paths, live.parts, declared.attributes) is not NOT_READ
            ]
            result.counts += Counter(resources=1, attributes=len(read))
    for difference in compare(triple.declared, estate, knowledge).differences:
        if difference.kind is not DriftKind.UNMANAGED:
            paths = [change.path for change in difference.changes] or [difference.kind.value]
            result.differences += [
                (triple.name, path, difference.resource.type, difference.resource.id) for path in paths
            ]
    return result


def aws_triples(root: Path) -> Iterator[Triple]:
    """The triples whose state declares AWS resources."""
    return _triples(root, "aws_", declare)


def google_triples(root: Path) -> Iterator[Triple]:
    """The triples whose state declares Google resources."""
    return _triples(root, "google_", declare_google)


def _triples(root: Path, prefix: str, make: Callable[[str, str, dict[str, Any]], Declared]) -> Iterator[Triple]:
    for entry in json.loads((root / "mapping.json").read_text()):
        state = root / entry["tf"] / "tf_resources.json"
        if not (entry["has_state"] and state.is_file()):
            continue
        resources = json.loads(state.read_text())["resources"]
        declared = tuple(
            make(kind, name, attributes)
            for kind, named in resources.items()
            if kind.startswith(prefix)
            for name, attributes in named.items()
        )
        if declared:
            yield Triple(entry["flight"].rstrip("/").rpartition("/")[2], declared, root / entry["flight"])


def declare_google(kind: str, name: str, attributes: dict[str, Any]) -> Declared:
    """One Google resource of a state, named as the product names it."""
    instance = Instance(address=f"{kind}.{name}", type=kind, provider="", attributes=attributes)
    naming = Naming([instance])
    return Declared(ref=naming.ref(instance), attributes=attributes, source="state", keys=naming.keys(instance))


def declare(kind: str, name: str, attributes: dict[str, Any]) -> Declared:
    """One resource of a state, with its attributes as they are."""
    arn = str(attributes.get("arn") or "").split(":")
    account, region = (arn[4], arn[3]) if len(arn) > 5 else ("", "")
    scope = f"{account}/{region}" if account and region else account
    identities = [attributes.get(key) for key in ("arn", "id", "name")]
    return Declared(
        ref=ResourceRef("aws", kind, str(attributes.get("id", "")), scope, f"{kind}.{name}", name),
        attributes=attributes,
        source="state",
        keys=tuple(text for text in identities if isinstance(text, str) and text),
    )
