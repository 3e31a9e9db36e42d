"""Kubernetes manifests in a folder: YAML and JSON, as written, rendered by Helm or built by kustomize."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.collectors import base
from engine.collectors.files import find_files, fingerprint, read_bytes
from engine.collectors.kubernetes_files import (
    NO_MANIFESTS,
    SUFFIXES,
    Identity,
    identity,
    objects_in,
    patches_of,
    relative,
)
from engine.errors import SourceError
from engine.model import Declared, Language, ResourceRef
from engine.providers.kubernetes import load_objects

_SECRET = frozenset({"data", "stringData"})


class Settings(base.Settings, frozen=True, kw_only=True):
    """`cluster` names the cluster that the manifests are for; without it, they may be for any."""

    cluster: str | None = None


class Source:
    """The manifests of one folder. Charts that were not rendered are left out with their reason."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def fingerprint(self) -> str | None:
        return fingerprint(find_files(self._settings, SUFFIXES))

    def collect(self, context: base.Context) -> Iterator[Declared]:
        tables = load_objects(context.knowledge / "kubernetes" if context.knowledge else None)
        files = find_files(self._settings, SUFFIXES)
        charts = {file.parent for file in files if file.name == "Chart.yaml"}
        patches = {patch for file in files if file.stem.lower() == "kustomization" for patch in _patches(file)}
        found: dict[str, Declared] = {}
        kinds: dict[str, bool] = {}
        waiting: list[tuple[str, dict[str, Any]]] = []
        for file in files:
            name = relative(file, self._settings.base)
            if file.name.startswith(NO_MANIFESTS) or file in patches:
                continue
            if _is_template(file, charts):
                context.skip(name, "a chart's template; render the chart with `helm template` first")
                continue
            for body in self._bodies(file, name, context):
                kinds |= _defined(body)
                waiting.append((name, body))
        for name, body in waiting:
            named = identity(body, tables, kinds)
            if named is None:
                continue
            item = self._declared(named, body, name)
            known = found.get(item.ref.id)
            if known is not None and known.attributes != body:
                context.skip(name, f"{item.ref.id} is declared in {known.origin} as well; the later one counts")
            found[item.ref.id] = item
        yield from found.values()

    def _bodies(self, file: Path, name: str, context: base.Context) -> Iterator[dict[str, Any]]:
        def skip(place: str, why: str) -> None:
            context.skip(f"{name}, {place}" if place else name, why)

        try:
            raw = read_bytes(file)
        except SourceError as error:
            context.skip(name, str(error))
            return
        for listed in objects_in(raw, skip):
            body = listed.body
            if not body.get("apiVersion") or not body.get("kind"):
                continue  # YAML of something else
            if str(body["apiVersion"]).startswith("kustomize.config.k8s.io/"):
                continue
            metadata = body.get("metadata")
            title = metadata.get("name") if isinstance(metadata, dict) else None
            if not isinstance(title, str) or not title or "{{" in title:
                if not (isinstance(metadata, dict) and metadata.get("generateName")):
                    skip("", f"a {body['kind']} has no name; give it one in `metadata.name`")
                continue
            yield body

    def _declared(self, named: Identity, body: dict[str, Any], origin: str) -> Declared:
        return Declared(
            ref=ResourceRef(
                provider="kubernetes",
                type=f"{body['apiVersion']}/{body['kind']}",
                id=named.id,
                scope=self._settings.cluster or "",
                name=named.name,
            ),
            attributes=body,
            source=self._settings.name,
            keys=(f"{named.native}/default/{named.name}",) if named.may_be_default else (),
            sensitive=_SECRET if named.native == "/Secret" else frozenset(),
            origin=origin,
            language=Language.KUBERNETES,
        )


def _defined(body: dict[str, Any]) -> dict[str, bool]:
    """The kind that a definition of a custom resource adds, and whether it is cluster-wide."""
    spec = body.get("spec")
    if body["kind"] != "CustomResourceDefinition" or not isinstance(spec, dict):
        return {}
    names = spec.get("names")
    kind = names.get("kind") if isinstance(names, dict) else None
    return {f"{spec.get('group')}/{kind}": spec.get("scope") == "Cluster"} if kind else {}


def _is_template(file: Path, charts: set[Path]) -> bool:
    """Whether a file lies in the templates of a chart, and so is none of the manifests it will become."""
    return any(parent.name == "templates" and parent.parent in charts for parent in file.parents)


def _patches(file: Path) -> Iterator[Path]:
    """The files that a kustomization lays over others: they declare pieces, not objects."""
    try:
        named = patches_of(read_bytes(file))
    except SourceError:
        return
    yield from (file.parent / path for path in named)
