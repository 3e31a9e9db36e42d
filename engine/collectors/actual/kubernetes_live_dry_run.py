"""What declared objects would become: the server's own answer, by a server-side apply that changes nothing.

It knows every default, every spelling and every admission rule of the cluster, custom resources included, which no
table can. It takes the verb patch; where that is lacking, or the server refuses the object, the comparison goes by
the declared fields alone.
"""

import threading
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from engine.collectors.actual.kubernetes_live_cluster import ApiError, Cluster
from engine.collectors.actual.kubernetes_live_discovery import Kind
from engine.collectors.actual.kubernetes_live_lists import Item
from engine.collectors.base import Context
from engine.model import UNRESOLVED, Declared

#: What the server keeps for itself, and refuses in an apply or takes for a condition on it.
_SERVERS = ("managedFields", "resourceVersion", "uid", "creationTimestamp", "generation", "selfLink")


class DryRun:
    """Dry runs of the declared objects, for several threads. Kinds that may not be patched are asked for once."""

    def __init__(self, cluster: Cluster, declared: Iterable[Declared], context: Context) -> None:
        self._cluster = cluster
        self._declared = {item.ref.id: item for item in declared}
        self._context = context
        self._lock = threading.Lock()
        self._denied: set[str] = set()

    def of(self, kind: Kind, item: Item) -> Any:
        """The object as it would be after its manifest was applied; None when it is not declared, or cannot be told.

        Raises SourceError and CancelledError as Cluster.get does.
        """
        declared = self._declared.get(kind.identity(item.namespace, item.name))
        if declared is None or kind.native in self._denied or _has_holes(declared.attributes):
            return None
        if declared.attributes.get("apiVersion") != kind.api_version:
            return None
        try:
            return msgspec.json.decode(self.apply(kind, item, declared.attributes))
        except ApiError as error:
            self._tell(kind, item, error)
        except msgspec.DecodeError:
            self._context.skip(kind.identity(item.namespace, item.name), "the dry run's answer is damaged", records=0)
        return None

    def apply(self, kind: Kind, item: Item, manifest: Mapping[str, Any]) -> bytes:
        """The server's answer to the dry run of a manifest. Raises as Cluster.get does."""
        return self._cluster.apply_dry(kind.path(item.namespace, item.name), applicable(manifest))

    def _tell(self, kind: Kind, item: Item, error: ApiError) -> None:
        if error.code == 403 and "cannot patch" in error.message:
            with self._lock:
                is_news = kind.native not in self._denied
                self._denied.add(kind.native)
            if is_news:
                self._context.skip(
                    kind.resource,
                    f"not compared by dry run: grant the verb patch on {kind.resource}, or set `dry_run = false`",
                    records=0,
                )
            return
        # Not the server's message: it may repeat what is in a Secret.
        self._context.skip(kind.identity(item.namespace, item.name), f"not compared by dry run: {error}", records=0)


def applicable(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """An object without what the server keeps for itself."""
    metadata = {key: value for key, value in manifest.get("metadata", {}).items() if key not in _SERVERS}
    return {key: value for key, value in manifest.items() if key != "status"} | {"metadata": metadata}


def _has_holes(manifest: Mapping[str, Any]) -> bool:
    return UNRESOLVED.encode() in msgspec.json.encode(manifest)
