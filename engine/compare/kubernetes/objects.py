"""Kubernetes manifests against live objects, field by field."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from engine.compare.estate import Estate, Live
from engine.compare.kubernetes.custom import custom_types
from engine.compare.kubernetes.schema import LOOSE, Node, Nodes
from engine.compare.kubernetes.values import as_map, encoded
from engine.compare.kubernetes.versions import in_version
from engine.compare.kubernetes.walk import Walk
from engine.compare.language import WholeResources
from engine.compare.paths import value_at
from engine.model import Change, Declared
from engine.model.change_path import overlap
from engine.providers import Knowledge
from engine.providers.kubernetes import Objects as Tables
from engine.providers.kubernetes import load_objects, split_kind

_DEFINITION = "apiextensions.k8s.io/CustomResourceDefinition"
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


@lru_cache(maxsize=8)
def known_objects(extra: Path | None) -> tuple[Tables, Nodes]:
    """The tables, with the user's own folder `providers/` over them, and their types made ready."""
    tables = load_objects(extra / "kubernetes" if extra is not None else None)
    return tables, Nodes(tables)


class Objects(WholeResources):
    """The comparer of manifests."""

    def __init__(self, declarations: list[Declared], knowledge: Knowledge) -> None:
        self._tables, self._nodes = known_objects(knowledge.extra)
        self._walk = Walk(self._tables.bookkeeping, self._tables.added)
        self._declarations = declarations
        self._estate: Estate | None = None
        self._custom: dict[str, Node] | None = None
        self._owned: dict[tuple[str, str, str], dict[str, str]] | None = None

    def native(self, item: Declared) -> str | None:
        native, _ = split_kind(str(item.attributes.get("apiVersion", "")), str(item.attributes.get("kind", "")))
        return self._tables.moved.get(native, native)

    def find(self, item: Declared, estate: Estate) -> Live | None:
        self._estate = estate
        native = self.native(item) or ""
        names = (f"{native}/{item.ref.id.split('/', 2)[-1]}", *item.keys)
        found = (estate.named(native, name, item.ref.scope) for name in names)
        return next((live for live in found if live is not None), None)

    def would_show(self, item: Declared, native: str, estate: Estate) -> bool:
        """Where lists were limited to a namespace (`cluster/namespace`), only within it."""
        if any(estate.has(native, name, item.ref.scope) for name in self._names(item)):
            return False
        namespace = item.ref.id.rsplit("/", 2)[1]
        for covered in estate.covered(native):
            cluster, _, only = covered.partition("/")
            if (not item.ref.scope or item.ref.scope == cluster or not cluster) and (
                not namespace or only in ("", namespace)
            ):
                return True
        return False

    def changes(self, item: Declared, live: Live) -> Iterable[Change] | None:
        seen = live.parts.get("Object")
        if not isinstance(seen, dict):
            return None
        declared, node = self._prepared(item.attributes, seen)
        applied = self._applied(seen, declared)
        found = [self._marked(change, node) for change in self._walk.changes(declared, seen, applied, node)]
        tried = live.parts.get("DryRun")
        if found and isinstance(tried, dict):
            wanted = [change.path for change in self._walk.changes(tried, seen, None, node)]
            return [change for change in found if any(overlap(change.path, path) for path in wanted)]
        return found

    def undeclared(self, item: Declared, live: Live) -> Mapping[str, Any]:
        seen = live.parts.get("Object")
        if not isinstance(seen, dict):
            return {}
        declared, node = self._prepared(item.attributes, seen)
        owned = self._kept_by_others(item, live)
        silent = self._walk.undeclared(declared, seen, node)
        return {
            path: value
            for path, value in silent
            if path not in owned and not any(overlap(path, name) for name in node.facts.sensitive)
        }

    def keepers(self, item: Declared, live: Live, changed: Iterable[Change]) -> dict[str, str]:
        owned = self._kept_by_others(item, live)
        return {change.path: owned[change.path] for change in changed if change.path in owned}

    def _kept_by_others(self, item: Declared, live: Live) -> dict[str, str]:
        """The fields that others have charge of, with the users under which those work."""
        native, place = self.native(item) or "", _place(live.parts.get("Object") or {})
        found = (self._owned_fields().get((scope, native, place), {}) for scope in ("", live.scope))
        return {path: actor for fields in found for path, actor in fields.items()}

    def tags(self, item: Declared, live: Live | None) -> dict[str, str]:
        seen = live.parts.get("Object") if live else None
        return {**labels_of(item.attributes), **labels_of(seen)}

    def _names(self, item: Declared) -> tuple[str, ...]:
        """The identities under which the live object may be known."""
        place = item.ref.id.removeprefix(split_kind(*_kind(item.attributes))[0])
        return (f"{self.native(item) or ''}{place}", *item.keys)

    def _prepared(self, manifest: Mapping[str, Any], seen: Mapping[str, Any]) -> tuple[Any, Node]:
        """The manifest as the API server would take it in, in the version of the live object, and its type."""
        version = str(seen.get("apiVersion", manifest.get("apiVersion")))
        declared = in_version(manifest, version)
        node = self._nodes.root(f"{version}/{manifest.get('kind')}")
        if node is None:
            return declared, self._custom_type(f"{version}/{manifest.get('kind')}")
        if manifest.get("apiVersion") != version:
            declared = {name: value for name, value in declared.items() if node.field(name) is not LOOSE}
        if manifest.get("kind") == "Secret" and isinstance(declared.get("stringData"), Mapping):
            written = {name: encoded(value) for name, value in declared["stringData"].items()}
            data = {**as_map(declared.get("data")), **written}
            declared = {name: value for name, value in declared.items() if name != "stringData"} | {"data": data}
        return declared, node

    def _custom_type(self, version_kind: str) -> Node:
        if self._custom is None:
            bodies = [item.attributes for item in self._declarations if self.native(item) == _DEFINITION]
            bodies += [live.parts.get("Object") or {} for live in self._live() if live.native == _DEFINITION]
            self._custom = custom_types(bodies, self._nodes)
        return self._custom.get(version_kind) or self._nodes.loose_root()

    def _live(self) -> Iterable[Live]:
        return self._estate.all if self._estate else ()

    def _applied(self, seen: Mapping[str, Any], declared: Mapping[str, Any]) -> Any:
        """What was declared when it was last applied with kubectl, where it was something else."""
        text = as_map(as_map(seen.get("metadata")).get("annotations")).get(_LAST_APPLIED)
        if not isinstance(text, str):
            return None
        try:
            applied = msgspec.json.decode(text)
        except msgspec.DecodeError:
            return None
        if not isinstance(applied, dict) or applied == declared:
            return None
        return self._prepared(applied, seen)[0]

    def _marked(self, change: Change, node: Node) -> Change:
        secret = any(overlap(change.path, name) for name in node.facts.sensitive)
        return msgspec.structs.replace(change, sensitive=True) if secret else change

    def _owned_fields(self) -> dict[tuple[str, str, str], dict[str, str]]:
        """The fields that autoscalers and their like have taken charge of, and who, by scope, native type and place."""
        if self._owned is None:
            self._owned = {}
            for scope, owner in self._owners():
                native, _ = split_kind(*_kind(owner))
                for rule in self._tables.owners:
                    target = value_at(owner, rule.target) if rule.kind == native else None
                    if isinstance(target, dict):
                        kind, _ = split_kind(str(target.get("apiVersion") or "apps/v1"), str(target.get("kind", "")))
                        place = f"{_place(owner).partition('/')[0]}/{target.get('name', '')}"
                        self._owned.setdefault((scope, kind, place), {}).update(dict.fromkeys(rule.owns, rule.actor))
        return self._owned

    def _owners(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        kinds = {rule.kind for rule in self._tables.owners}
        for live in self._live():
            if live.native in kinds and isinstance(live.parts.get("Object"), dict):
                yield live.scope, live.parts["Object"]
        for item in self._declarations:
            if self.native(item) in kinds:
                yield item.ref.scope, item.attributes


def labels_of(body: Any) -> dict[str, str]:
    """An object's labels."""
    labels = as_map(as_map(as_map(body).get("metadata")).get("labels"))
    return {str(key): str(value) for key, value in labels.items()}


def _kind(body: Mapping[str, Any]) -> tuple[str, str]:
    return str(body.get("apiVersion", "")), str(body.get("kind", ""))


def _place(body: Mapping[str, Any]) -> str:
    metadata = as_map(body.get("metadata"))
    return f"{metadata.get('namespace', '')}/{metadata.get('name', '')}"
