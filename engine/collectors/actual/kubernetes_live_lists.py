"""One list of one kind, page by page."""

from typing import Any

import msgspec
from msgspec import Struct

from engine.collectors.actual.kubernetes_live_cluster import ApiError, Cluster, ListMeta
from engine.collectors.actual.kubernetes_live_discovery import Kind

#: Objects on a page, as kubectl asks for: bounds the memory of both sides.
PAGE = 500
#: How often a list starts anew whose place is lost, before its kind is given up.
_STARTS = 3


class _Page(Struct):
    metadata: ListMeta
    items: list[msgspec.Raw] | None = None


class Place(Struct, frozen=True):
    """Which objects: a kind in all namespaces, or in one."""

    kind: Kind
    namespace: str = ""

    @property
    def path(self) -> str:
        """Where they are listed and watched."""
        return self.kind.path(self.namespace)

    def __str__(self) -> str:
        where = f"namespace {self.namespace}" if self.namespace else "all namespaces"
        return f"{self.kind.resource} in {where}" if self.kind.namespaced else self.kind.resource


class Item(Struct, frozen=True):
    """One object as it was listed or watched."""

    namespace: str
    name: str
    body: dict[str, Any]


class Listing:
    """A list on its way through its pages. `version` is that of the list, where a watch can go on."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.version = ""
        self.done = False
        self.damaged = 0
        self._continue = ""
        self._starts = 0

    def next_page(self, cluster: Cluster) -> list[Item]:
        """The objects of the next page; empty, and perhaps not the last, where the list had to start anew.

        Raises as Cluster.get does.
        """
        query = {"limit": str(PAGE)}
        if self._continue:
            query["continue"] = self._continue
        try:
            answer = cluster.get(self.place.path, query)
        except ApiError as error:
            if error.code != 410:
                raise
            self._go_on_after(error)
            return []
        try:
            page = msgspec.json.decode(answer, type=_Page)
        except msgspec.DecodeError as error:
            raise ApiError(200) from error
        self.version = page.metadata.version
        self._continue = page.metadata.continue_
        self.done = not self._continue
        return [item for item in map(self._item, page.items or ()) if item is not None]

    def _go_on_after(self, expired: ApiError) -> None:
        """Goes on after the history that the list was read from was dropped (five minutes, by default).

        The server's fresh token goes on behind the last object read, at the newest state: later pages are then newer
        than the first ones, as one kind is newer than another in any scan. To start anew instead would never end
        where a list takes longer than history is kept.
        """
        self._continue = expired.continue_
        if not expired.continue_:
            self._starts += 1
            if self._starts >= _STARTS:
                raise expired

    def _item(self, raw: msgspec.Raw) -> Item | None:
        item = item_of(self.place.kind, raw)
        self.damaged += item is None
        return item


def item_of(kind: Kind, raw: msgspec.Raw) -> Item | None:
    """An object from its JSON, with the kind that lists leave out; None when it is not one."""
    try:
        body = msgspec.json.decode(raw)
        metadata = body["metadata"]
        namespace, name = metadata.get("namespace", ""), metadata["name"]
    except (msgspec.DecodeError, KeyError, TypeError, AttributeError):
        return None
    if not isinstance(name, str) or not isinstance(namespace, str):
        return None
    return Item(namespace, name, {"apiVersion": kind.api_version, "kind": kind.name, **body})
