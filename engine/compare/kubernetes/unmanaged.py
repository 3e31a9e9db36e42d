"""Kubernetes objects that nobody declares, and which of them are no news."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from engine.compare.canonical import as_items
from engine.compare.estate import Live
from engine.compare.kubernetes.objects import known_objects, labels_of
from engine.compare.unmanaged import Stray
from engine.model import ResourceRef
from engine.providers import Knowledge
from engine.providers.kubernetes import HiddenObject


class KubernetesStrays:
    """Objects of every kind, by the rules of `objects.toml`."""

    def __init__(self, knowledge: Knowledge) -> None:
        tables, _ = known_objects(knowledge.extra)
        self._hidden = tables.hidden

    def ref(self, live: Live) -> ResourceRef:
        body = _body(live)
        metadata = _map(body.get("metadata"))
        name = str(metadata.get("name", ""))
        kind = live.native.rpartition("/")[2]
        return ResourceRef(
            provider=live.provider,
            type=f"{body.get('apiVersion', '')}/{body.get('kind', kind)}",
            id=live.keys[0] if live.keys else f"{live.native}/{metadata.get('namespace', '')}/{name}",
            scope=live.scope,
            name=name,
        )

    def look(self, live: Live) -> Stray | None:
        body = _body(live)
        if not body:
            return None
        reason = next((rule.reason for rule in self._hidden if _fits(rule, live.native, body)), "")
        return Stray(self.ref(live), labels_of(body), reason)


def _fits(rule: HiddenObject, native: str, body: Mapping[str, Any]) -> bool:
    metadata = _map(body.get("metadata"))
    return (
        _one_of(rule.kinds, native)
        and _one_of(rule.names, metadata.get("name"))
        and _one_of(rule.namespaces, metadata.get("namespace"))
        and _one_of(rule.types, body.get("type"))
        and _holds(rule.labels, metadata.get("labels"))
        and _holds(rule.annotations, metadata.get("annotations"))
        and (
            not rule.owned or any(_map(owner).get("controller") for owner in as_items(metadata.get("ownerReferences")))
        )
    )


def _one_of(patterns: list[str], value: Any) -> bool:
    return not patterns or any(fnmatchcase(str(value or ""), pattern) for pattern in patterns)


def _holds(wanted: Mapping[str, str], held: Any) -> bool:
    return all(key in _map(held) and fnmatchcase(str(_map(held)[key]), pattern) for key, pattern in wanted.items())


def _body(live: Live) -> Mapping[str, Any]:
    return _map(live.parts.get("Object"))


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
