"""What a cluster serves: every kind that can be listed, custom ones included, in one version each."""

from collections.abc import Collection, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from urllib.parse import quote

import msgspec
from msgspec import Struct, field, structs

import engine.providers.kubernetes
from engine.collectors.actual.kubernetes_live_cluster import JSON, ApiError, Cluster
from engine.collectors.base import Context
from engine.model import Declared
from engine.providers.kubernetes import load_objects, split_kind

#: Everything in two requests where the server can do so (1.27 and later), the names of the groups otherwise.
_AGGREGATED = (
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
    f"application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,{JSON}"
)


class Kind(Struct, frozen=True):
    """A kind in one of its versions. `plural` is its name in paths; `preference` 0 is the server's first choice.

    `moved_to` is the native kind of which this is only the older place: `extensions/Ingress`.
    """

    group: str
    version: str
    name: str
    plural: str
    namespaced: bool
    verbs: frozenset[str]
    preference: int = 0
    moved_to: str = ""

    @property
    def native(self) -> str:
        """`apps/Deployment`, `/Service`."""
        return self.moved_to or f"{self.group}/{self.name}"

    @property
    def api_version(self) -> str:
        """`apps/v1`, `v1`."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def resource(self) -> str:
        """As rules name it: `deployments.apps`, `services`."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    def path(self, namespace: str = "", name: str = "") -> str:
        """The path of a list, over all namespaces or in one, or of one object."""
        root = f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"
        place = f"/namespaces/{quote(namespace)}" if namespace else ""
        # RBAC names hold colons, which a path may; a slash it may not.
        return f"{root}{place}/{self.plural}" + (f"/{quote(name, safe=':')}" if name else "")

    def identity(self, namespace: str, name: str) -> str:
        """The id of one object: `apps/Deployment/web/front`."""
        return f"{self.native}/{namespace}/{name}"


class _Resource(Struct):
    name: str
    kind: str
    namespaced: bool
    verbs: list[str]


class _ResourceList(Struct):
    resources: list[_Resource] = field(default_factory=list)


class _GroupVersion(Struct):
    version: str


class _Group(Struct):
    name: str
    versions: list[_GroupVersion]
    preferred: _GroupVersion | None = field(default=None, name="preferredVersion")


class _ResponseKind(Struct):
    kind: str = ""


class _AggregatedResource(Struct):
    resource: str
    scope: str = ""
    verbs: list[str] = field(default_factory=list)
    kind: _ResponseKind | None = field(default=None, name="responseKind")


class _AggregatedVersion(Struct):
    version: str
    resources: list[_AggregatedResource] = field(default_factory=list)
    freshness: str = ""


class _GroupName(Struct):
    name: str = ""


class _AggregatedGroup(Struct):
    metadata: _GroupName = field(default_factory=_GroupName)
    versions: list[_AggregatedVersion] = field(default_factory=list)


class _Groups(Struct):
    """Whichever of its forms the server answers in."""

    kind: str = ""
    versions: list[str] = field(default_factory=list)
    groups: list[_Group] = field(default_factory=list)
    items: list[_AggregatedGroup] = field(default_factory=list)


class _LiveTable(Struct, forbid_unknown_fields=True):
    left_out: dict[str, str]


def discover(cluster: Cluster, context: Context) -> list[Kind]:
    """Every kind and version that can be listed. A group whose server does not answer is reported and left out.

    Raises as Cluster.get does.
    """
    kinds: list[Kind] = []
    for root in ("/api", "/apis"):
        groups = msgspec.json.decode(cluster.get(root, accept=_AGGREGATED), type=_Groups)
        if groups.kind == "APIGroupDiscoveryList":
            kinds.extend(_aggregated(groups.items, context))
        elif root == "/api":
            kinds.extend(_one_by_one(cluster, context, [_core(groups.versions)]))
        else:
            kinds.extend(_one_by_one(cluster, context, groups.groups))
    return [kind for kind in kinds if "list" in kind.verbs and "/" not in kind.plural]


def choose(kinds: Collection[Kind], declared: Mapping[str, Collection[str]], moved: Mapping[str, str]) -> list[Kind]:
    """The kinds to read, each in one version: one that it is declared in, so that nothing need be converted, else the
    one that the server prefers.

    What only machines write is left out, unless it is declared. `declared` has API versions by native kind, `moved`
    the native kinds of those that were served from another group before.
    """
    best: dict[str, Kind] = {}
    for kind in kinds:
        if kind.native in moved:
            kind = structs.replace(kind, moved_to=moved[kind.native])  # noqa: PLW2901
        if kind.native not in declared and is_left_out(kind.native):
            continue
        rival = best.get(kind.native)
        if rival is None or _rank(kind, declared) < _rank(rival, declared):
            best[kind.native] = kind
    return sorted(best.values(), key=lambda kind: (kind.native, kind.plural))


def kinds_to_read(cluster: Cluster, declared: list[Declared], context: Context) -> list[Kind]:
    """What the cluster serves and a scan reads. Raises as Cluster.get does."""
    moved = load_objects(context.knowledge / "kubernetes" if context.knowledge else None).moved
    versions: dict[str, set[str]] = {}
    for item in declared:
        api_version = str(item.attributes.get("apiVersion", ""))
        native, _ = split_kind(api_version, str(item.attributes.get("kind", "")))
        versions.setdefault(moved.get(native, native), set()).add(api_version)
    return choose(discover(cluster, context), versions, moved)


def is_left_out(native: str) -> bool:
    """Whether a kind is read only when something declares it."""
    return any(fnmatchcase(native, pattern) for pattern in _left_out())


@cache
def _left_out() -> tuple[str, ...]:
    file = Path(engine.providers.kubernetes.__file__).with_name("live.toml")
    return tuple(msgspec.toml.decode(file.read_bytes(), type=_LiveTable).left_out)


def _rank(kind: Kind, declared: Mapping[str, Collection[str]]) -> tuple[bool, bool, int]:
    return kind.api_version not in declared.get(kind.native, ()), bool(kind.moved_to), kind.preference


def _core(versions: list[str]) -> _Group:
    return _Group("", [_GroupVersion(version) for version in versions])


def _aggregated(groups: list[_AggregatedGroup], context: Context) -> Iterator[Kind]:
    for group in groups:
        for preference, version in enumerate(group.versions):
            if version.freshness == "Stale":
                _tell_silent(context, f"{group.metadata.name}/{version.version}", "its server does not answer")
            for item in version.resources:
                yield Kind(
                    group=group.metadata.name,
                    version=version.version,
                    name=item.kind.kind if item.kind else "",
                    plural=item.resource,
                    namespaced=item.scope == "Namespaced",
                    verbs=frozenset(item.verbs),
                    preference=preference,
                )


def _one_by_one(cluster: Cluster, context: Context, groups: list[_Group]) -> Iterator[Kind]:
    for group in groups:
        versions = [version.version for version in group.versions]
        if group.preferred is not None:
            versions.sort(key=group.preferred.version.__ne__)
        for preference, version in enumerate(versions):
            path = f"/apis/{group.name}/{version}" if group.name else f"/api/{version}"
            try:
                # A group's own server that is down stays so for longer than a scan would wait.
                listed = msgspec.json.decode(cluster.get(path, attempts=2), type=_ResourceList)
            except (ApiError, msgspec.DecodeError) as error:
                _tell_silent(context, f"{group.name}/{version}", str(error))
                continue
            for item in listed.resources:
                verbs = frozenset(item.verbs)
                yield Kind(group.name, version, item.kind, item.name, item.namespaced, verbs, preference)


def _tell_silent(context: Context, group_version: str, why: str) -> None:
    context.skip(group_version, f"{why}, so none of its kinds are read; see `kubectl get apiservices`", records=0)
