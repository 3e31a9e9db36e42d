"""A Kubernetes cluster: live through its API server, or as `kubectl get -o json` wrote it down."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from engine.collectors.actual.kubernetes_settings import Settings
from engine.collectors.base import Access, Context, Found
from engine.collectors.files import find_files, fingerprint, read_bytes
from engine.collectors.kubernetes_files import SUFFIXES, Listed, documents, empty_kind, objects_in, relative
from engine.errors import SourceError
from engine.model import Coverage, Observed
from engine.providers.kubernetes import Objects, load_objects, split_kind

__all__ = ["Settings", "Source"]

#: What is secret of a Secret: what it holds, and what kubectl noted of it.
SECRET_PATHS = frozenset(
    {
        "Object.data",
        "Object.stringData",
        'Object.metadata.annotations["kubectl.kubernetes.io/last-applied-configuration"]',
    }
)
#: Names of files that say nothing of the cluster.
_NO_NAMES = frozenset(
    {"all", "cluster", "dump", "everything", "export", "k8s", "kubernetes", "list", "live", "objects", "resources"}
)


class Source:
    """One cluster, or the recorded lists of one or several."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def fingerprint(self) -> str | None:
        if self._settings.path is None:
            return None
        return fingerprint(find_files(self._settings, SUFFIXES))

    def collect(self, context: Context) -> Iterator[Found]:
        if self._settings.path is None:
            from engine.collectors.actual.kubernetes_live import read_live

            yield from read_live(self._settings, context)
            return
        tables = load_objects(context.knowledge / "kubernetes" if context.knowledge else None)
        for file in find_files(self._settings, SUFFIXES):
            yield from self._read(file, context, tables)

    def access(self, context: Context) -> Access | None:
        """As whom the cluster is read and what may be listed of it; None for recorded lists."""
        if self._settings.path is not None:
            return None
        from engine.collectors.actual.kubernetes_live_access import read_access

        return read_access(self._settings, context)

    def _read(self, file: Path, context: Context, tables: Objects) -> Iterator[Found]:
        name = relative(file, self._settings.base)

        def skip(place: str, why: str) -> None:
            context.skip(f"{name}, {place}" if place else name, why)

        try:
            raw = read_bytes(file)
        except SourceError as error:
            context.skip(name, str(error))
            return
        if not raw.strip():
            context.skip(name, "the file is empty")
            return
        listed = [item for item in objects_in(raw, skip) if _is_object(item, skip)]
        scope = self._cluster(file, listed)
        at = max((moment for item in listed for moment in _moments(item.body)), default=None)
        covered: dict[str, None] = {}
        for item in listed:
            native = _native(item.body, tables)
            namespace = str(item.body["metadata"].get("namespace", ""))
            if self._settings.namespaces and namespace not in self._settings.namespaces:
                continue
            if item.listed:
                covered[native] = None
            yield Observed(
                provider="kubernetes",
                native=native,
                scope=scope,
                parts={"Object": item.body},
                source=self._settings.name,
                observed_at=at,
                origin=name,
                keys=(f"{native}/{namespace}/{item.body['metadata']['name']}",),
                sensitive=SECRET_PATHS if native == "/Secret" else frozenset(),
            )
        if not listed:
            for _, document in documents(raw, lambda place, why: None):
                kind = empty_kind(document)
                if kind is not None:
                    native, _ = split_kind(*kind.split(" ", 1))
                    covered[tables.moved.get(native, native)] = None
        # All from one namespace may mean that only that one was asked for (`kubectl get -n`).
        namespaces = {place for item in listed if (place := str(item.body["metadata"].get("namespace") or ""))}
        within = f"/{namespaces.pop()}" if len(namespaces) == 1 else ""
        for native in covered:
            yield Coverage(provider="kubernetes", native=native, scope=f"{scope}{within}", source=self._settings.name)

    def _cluster(self, file: Path, listed: list[Listed]) -> str:
        """The cluster's name: as configured, else the folder that the file lies in, else a file of all its kinds."""
        if self._settings.cluster:
            return self._settings.cluster
        for text in self._settings.paths:
            root = Path(text) if Path(text).is_absolute() else self._settings.base / text
            if root.is_dir() and root in file.parents and file.parent != root:
                return file.relative_to(root).parts[0]
        stem = file.name.split(".", 1)[0]
        kinds = {item.body["kind"] for item in listed}
        return stem if len(kinds) > 1 and stem.lower() not in _NO_NAMES else ""


def _is_object(item: Listed, skip: Any) -> bool:
    body = item.body
    metadata = body.get("metadata")
    if body.get("apiVersion") and body.get("kind") and isinstance(metadata, dict) and metadata.get("name"):
        return True
    if not str(body.get("kind", "")).endswith(("List", "Status")):
        skip("", "it holds something that is no Kubernetes object; give the output of `kubectl get -o json`")
    return False


def _native(body: dict[str, Any], tables: Objects) -> str:
    native, _ = split_kind(str(body["apiVersion"]), str(body["kind"]))
    return tables.moved.get(native, native)


def _moments(body: dict[str, Any]) -> Iterator[datetime]:
    """When the object was made and written: it was recorded no earlier."""
    metadata = body["metadata"]
    entries = metadata.get("managedFields")
    written = [entry.get("time") for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    for text in (metadata.get("creationTimestamp"), *written):
        if isinstance(text, str):
            try:
                moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
            except ValueError:
                continue
            if moment.tzinfo is not None:
                yield moment
