"""Cases of manifests and what the API server made of them, and holding one against the other."""

from pathlib import Path
from typing import Any

import msgspec
import yaml

from engine.compare.estate import Estate, Live
from engine.compare.kubernetes.objects import Objects
from engine.model import Change, Declared, Language, Observed, ResourceRef
from engine.providers import load_knowledge

KNOWLEDGE = load_knowledge()
_CASES = Path(__file__).parent / "kubernetes" / "cases.yaml"


class Edit(msgspec.Struct, frozen=True):
    edit: dict[str, Any]
    shows: list[str] = []
    silent: list[str] = []
    loosely: bool = False


class Case(msgspec.Struct, frozen=True):
    """`quiet`: paths that the server fills in and that are silent from the beginning."""

    name: str
    manifest: dict[str, Any]
    server: dict[str, Any] = {}
    quiet: list[str] = []
    edits: list[Edit] = []

    @property
    def live(self) -> dict[str, Any]:
        stamped = {"metadata": {"uid": "u1", "resourceVersion": "7", "creationTimestamp": "2026-01-02T03:04:05Z"}}
        return laid_over(without_nulls(laid_over(self.manifest, self.server)), stamped)


def cases() -> list[Case]:
    return msgspec.convert(yaml.safe_load(_CASES.read_text())["cases"], list[Case])


def laid_over(base: Any, over: Any) -> Any:
    """`over` merged into `base`; lists item by item, null keeps an item, `<gone>` takes a field away."""
    if isinstance(base, dict) and isinstance(over, dict):
        merged = {**base, **{name: laid_over(base.get(name), value) for name, value in over.items()}}
        return {name: value for name, value in merged.items() if value != "<gone>"}
    if isinstance(base, list) and isinstance(over, list):
        if any(not isinstance(item, dict | None) for item in over):
            return over
        shared = [laid_over(item, over[at]) if at < len(over) and over[at] else item for at, item in enumerate(base)]
        return [*shared, *over[len(base) :]]
    return over if not isinstance(over, dict) else laid_over({}, over) if base is None else over


def without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_nulls(item) for name, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


def declared(manifest: dict[str, Any]) -> Declared:
    metadata, api_version = manifest["metadata"], manifest["apiVersion"]
    native = f"{api_version.rpartition('/')[0]}/{manifest['kind']}"
    return Declared(
        ref=ResourceRef(
            "kubernetes",
            f"{api_version}/{manifest['kind']}",
            f"{native}/{metadata.get('namespace', '')}/{metadata['name']}",
        ),
        attributes=manifest,
        source="manifests",
        language=Language.KUBERNETES,
    )


def observed(body: dict[str, Any], **parts: Any) -> Observed:
    metadata = body["metadata"]
    native = f"{body['apiVersion'].rpartition('/')[0]}/{body['kind']}"
    identity = f"{native}/{metadata.get('namespace', '')}/{metadata['name']}"
    return Observed("kubernetes", native, "prod", {"Object": body, **parts}, "cluster", keys=(identity,))


def compared(
    manifest: dict[str, Any], live: dict[str, Any], *others: dict[str, Any], **parts: Any
) -> tuple[list[Change], dict[str, Any]]:
    """The changes, and the live values that nobody declared. `others` are further live objects."""
    item = declared(manifest)
    estate = Estate(KNOWLEDGE)
    for body in others:
        estate.add(observed(body))
    estate.add(observed(live, **parts))
    objects = Objects([item], KNOWLEDGE)
    found = objects.find(item, estate)
    assert isinstance(found, Live)
    return list(objects.changes(item, found) or ()), dict(objects.undeclared(item, found))
