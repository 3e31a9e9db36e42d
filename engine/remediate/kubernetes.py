"""Kubernetes: the manifest is applied by the server, in our name, after the server has said what that would do."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import unified_diff
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import yaml
from msgspec import Struct, structs

from engine.collectors.actual.kubernetes_live_cluster import ApiError, Cluster
from engine.collectors.actual.kubernetes_live_discovery import discover
from engine.collectors.actual.kubernetes_live_dry_run import applicable
from engine.collectors.actual.kubernetes_settings import Settings
from engine.collectors.base import CancelledError
from engine.errors import RemedyError, SourceError
from engine.model import Declared, ResourceRef
from engine.recommend.naming import spoken_name
from engine.redact import redact_value
from engine.remediate.journal import Outcome
from engine.remediate.manifests import manifest_of
from engine.remediate.remedy import Draft, Say, Tool, Workplace, digest, read_kept

_FORCED = "--force-conflicts"
_MANAGER = re.compile(r'conflicts? with "([^"]{1,80})"')


class _Apply(Struct, frozen=True):
    """What is applied: an object, where, and whether fields are taken from their managers.

    `salt` keeps what is in a Secret from being guessed by the artifact's hash.
    """

    path: str
    body: dict[str, Any]
    force: bool
    salt: str


class KubernetesApply(Tool):
    """Makes an object as its manifest says. Fields of other managers are taken only if the plan's commands say so."""

    name: ClassVar[str] = "kubernetes"
    artifact: ClassVar[str] = "apply.json"

    def prepare(self, file: Path) -> Draft:
        manifest, force = (
            manifest_of(self.plan.resource, self.workplace).declared,
            any(_FORCED in command for command in self.plan.commands),
        )
        with self._cluster() as cluster:
            apply = _Apply(
                self._path_of(manifest, cluster), applicable(manifest.attributes), force, secrets.token_hex(16)
            )
            taken = _conflicts(cluster, apply)
            before, after = _live(cluster, apply.path), _tried(cluster, apply)
            name = cluster.name
        what = spoken_name(self.plan.resource)
        if before == after:
            raise RemedyError(f"{what} is as {manifest.origin} says already: scan again")
        return Draft(
            summary=f"apply {what} of {manifest.origin} to {name}" + (f", taking {taken}" if taken else ""),
            shown=_shown(before, after, manifest.origin),
            world=_world(before, apply),
            commands=(f"kubectl apply --server-side --field-manager driftguard{f' {_FORCED}' if force else ''}",),
            artifact=msgspec.json.encode(apply),
        )

    def world(self, file: Path) -> str:
        declared = manifest_of(self.plan.resource, self.workplace).declared
        apply = structs.replace(read_kept(file, _Apply), body=applicable(declared.attributes))
        with self._cluster() as cluster:
            return _world(_live(cluster, apply.path), apply)

    def apply(self, file: Path, say: Say) -> Outcome:
        apply, what = read_kept(file, _Apply), spoken_name(self.plan.resource)
        try:
            with self._cluster() as cluster:
                say(f"applying {what} to {cluster.name}")
                cluster.apply(apply.path, apply.body, force=apply.force)
        except RemedyError as error:
            return Outcome(done=False, said=str(error), left=("it may have been applied all the same: scan again",))
        return Outcome(done=True, said=f"{what} was applied")

    def aftermath(self, file: Path) -> Outcome:
        apply, what = read_kept(file, _Apply), spoken_name(self.plan.resource)
        with self._cluster() as cluster:
            if _live(cluster, apply.path) == _tried(cluster, apply):
                return Outcome(done=True, said=f"{what} is as it was to be")
        return super().aftermath(file)

    def _path_of(self, manifest: Declared, cluster: Cluster) -> str:
        wanted = (manifest.attributes["apiVersion"], manifest.attributes["kind"])
        for kind in discover(cluster, self.workplace.context()):
            if (kind.api_version, kind.name) == wanted:
                # By its id: a manifest may leave the namespace to whoever applies it.
                namespace, name = self.plan.resource.id.split("/", 3)[2:]
                return kind.path(namespace, name)
        raise RemedyError(f"the cluster {cluster.name} does not serve {' '.join(wanted)}; install what defines it")

    @contextmanager
    def _cluster(self) -> Iterator[Cluster]:
        """The cluster of the resource. Whatever it refuses is told as a RemedyError."""
        cluster = None
        try:
            cluster = _cluster_of(self.plan.resource, self.workplace)
            yield cluster
        except (ApiError, SourceError) as error:
            where = f"the cluster {cluster.name}: " if cluster is not None and isinstance(error, ApiError) else ""
            raise RemedyError(f"{where}{error}{_advice(error)}") from error
        except CancelledError as error:
            raise RemedyError("cancelled") from error
        finally:
            if cluster is not None:
                cluster.close()


def _cluster_of(ref: ResourceRef, workplace: Workplace) -> Cluster:
    live = [one for one in workplace.sources if isinstance(one, Settings) and not one.paths]
    clusters = [Cluster(settings, workplace.context()) for settings in live]
    fitting = [cluster for cluster in clusters if ref.scope in ("", cluster.name)]
    if len(fitting) == 1:
        return fitting[0]
    why = (
        "which cluster it is in cannot be told" if fitting else f"no source reaches the cluster {ref.scope or 'of it'}"
    )
    raise RemedyError(f"{spoken_name(ref)}: {why}; check the sources of kind kubernetes")


def _conflicts(cluster: Cluster, apply: _Apply) -> str:
    """The fields that would be taken from others, in words. Raises RemedyError where the plan does not take them."""
    try:
        cluster.apply_dry(apply.path, apply.body, force=False)
    except ApiError as error:
        if error.code != 409:
            raise
        managers = ", ".join(dict.fromkeys(_MANAGER.findall(error.message))) or "another manager"
        fields = f"{', '.join(error.fields) or 'fields'} from {managers}"
        if apply.force:
            return fields
        raise RemedyError(
            f"applying would take {fields}, and the plan does not say so: settle who sets them"
        ) from error
    return ""


def _live(cluster: Cluster, path: str) -> dict[str, Any]:
    """The object as it is, without what moves by itself; empty when there is none."""
    try:
        return _essence(cluster.get(path))
    except ApiError as error:
        if error.code == 404:
            return {}
        raise


def _tried(cluster: Cluster, apply: _Apply) -> dict[str, Any]:
    return _essence(cluster.apply_dry(apply.path, apply.body, force=apply.force))


def _essence(answer: bytes) -> dict[str, Any]:
    return applicable(msgspec.json.decode(answer, type=dict[str, Any]))


def _shown(before: dict[str, Any], after: dict[str, Any], origin: str) -> str:
    old, new = (
        yaml.safe_dump(redact_value(side), sort_keys=False).splitlines() if side else [] for side in (before, after)
    )
    diff = "\n".join(unified_diff(old, new, "live", origin, lineterm=""))
    return diff or "Only values change that are secret and not shown."


def _world(live: dict[str, Any], apply: _Apply) -> str:
    return digest([live, msgspec.to_builtins(apply)])


def _advice(error: Exception) -> str:
    forbidden = isinstance(error, ApiError) and error.code == 403
    return "; grant the verb patch to the user of its source" if forbidden else ""
