"""What the fake API server serves: kinds and versions, and the three forms of discovery that tell of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")

#: group, versions (preferred first), scope (n: namespaced, c: cluster), short names, subresources, kind, plural.
_BUILT_IN = """
-                            v1         n cm     - ConfigMap configmaps
-                            v1         n ep     - Endpoints endpoints
-                            v1         n ev     - Event events
-                            v1         n limits - LimitRange limitranges
-                            v1         c ns     status Namespace namespaces
-                            v1         c no     status Node nodes
-                            v1         n pvc    status PersistentVolumeClaim persistentvolumeclaims
-                            v1         c pv     status PersistentVolume persistentvolumes
-                            v1         n po     status Pod pods
-                            v1         n -      - PodTemplate podtemplates
-                            v1         n rc     scale,status ReplicationController replicationcontrollers
-                            v1         n quota  status ResourceQuota resourcequotas
-                            v1         n -      - Secret secrets
-                            v1         n sa     - ServiceAccount serviceaccounts
-                            v1         n svc    status Service services
admissionregistration.k8s.io v1         c -      - MutatingWebhookConfiguration mutatingwebhookconfigurations
admissionregistration.k8s.io v1         c -      - ValidatingWebhookConfiguration validatingwebhookconfigurations
apiextensions.k8s.io         v1         c crd    status CustomResourceDefinition customresourcedefinitions
apps                         v1         n -      - ControllerRevision controllerrevisions
apps                         v1         n ds     status DaemonSet daemonsets
apps                         v1         n deploy scale,status Deployment deployments
apps                         v1         n rs     scale,status ReplicaSet replicasets
apps                         v1         n sts    scale,status StatefulSet statefulsets
autoscaling                  v2,v1      n hpa    status HorizontalPodAutoscaler horizontalpodautoscalers
batch                        v1         n cj     status CronJob cronjobs
batch                        v1         n -      status Job jobs
certificates.k8s.io          v1         c csr    status CertificateSigningRequest certificatesigningrequests
coordination.k8s.io          v1         n -      - Lease leases
discovery.k8s.io             v1         n -      - EndpointSlice endpointslices
events.k8s.io                v1         n ev     - Event events
flowcontrol.apiserver.k8s.io v1         c -      status FlowSchema flowschemas
networking.k8s.io            v1         n ing    status Ingress ingresses
networking.k8s.io            v1         c -      - IngressClass ingressclasses
networking.k8s.io            v1         n netpol - NetworkPolicy networkpolicies
node.k8s.io                  v1         c -      - RuntimeClass runtimeclasses
policy                       v1,v1beta1 n pdb    status PodDisruptionBudget poddisruptionbudgets
rbac.authorization.k8s.io    v1         c -      - ClusterRole clusterroles
rbac.authorization.k8s.io    v1         c -      - ClusterRoleBinding clusterrolebindings
rbac.authorization.k8s.io    v1         n -      - Role roles
rbac.authorization.k8s.io    v1         n -      - RoleBinding rolebindings
scheduling.k8s.io            v1         c pc     - PriorityClass priorityclasses
storage.k8s.io               v1         c -      - CSIDriver csidrivers
storage.k8s.io               v1         c sc     - StorageClass storageclasses
storage.k8s.io               v1         c -      status VolumeAttachment volumeattachments
"""

#: Reviews: posted, answered, never stored.
_REVIEWS = (
    ("authorization.k8s.io", "SelfSubjectAccessReview", "selfsubjectaccessreviews"),
    ("authorization.k8s.io", "SelfSubjectRulesReview", "selfsubjectrulesreviews"),
    ("authentication.k8s.io", "SelfSubjectReview", "selfsubjectreviews"),
)
#: Kinds that `kubectl get all` means.
_ALL = {"pods", "replicationcontrollers", "services", "daemonsets", "deployments", "replicasets", "statefulsets"}
_ALL |= {"horizontalpodautoscalers", "cronjobs", "jobs"}
#: Kinds that cannot be deleted as a collection.
_ONE_BY_ONE = {"namespaces", "services"}


@dataclass(frozen=True)
class Resource:
    """One kind in one version. `schema` is that of a custom resource, None for a built-in one."""

    group: str
    version: str
    kind: str
    plural: str
    namespaced: bool
    short_names: tuple[str, ...] = ()
    subresources: tuple[str, ...] = ()
    verbs: tuple[str, ...] = VERBS
    schema: Json | None = field(default=None, compare=False)

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def qualified(self) -> str:
        """As messages name it: `deployments.apps`, `configmaps`."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def qualified_kind(self) -> str:
        """As messages about validity name it: `Deployment.apps`."""
        return f"{self.kind}.{self.group}" if self.group else self.kind

    @property
    def is_custom(self) -> bool:
        return self.schema is not None

    def listed(self) -> Iterator[Json]:
        """The entries of an APIResourceList."""
        entry: Json = {
            "name": self.plural,
            "singularName": self.kind.lower(),
            "namespaced": self.namespaced,
            "kind": self.kind,
            "verbs": list(self.verbs),
        }
        if self.short_names:
            entry["shortNames"] = list(self.short_names)
        if self.plural in _ALL:
            entry["categories"] = ["all"]
        yield entry
        for name in self.subresources:
            scale = {"group": "autoscaling", "version": "v1"} if name == "scale" else {}
            kind = "Scale" if name == "scale" else self.kind
            yield {
                "name": f"{self.plural}/{name}",
                "singularName": "",
                "namespaced": self.namespaced,
                **scale,
                "kind": kind,
                "verbs": ["get", "patch", "update"],
            }

    def aggregated(self) -> Json:
        """The entry of an APIGroupDiscoveryList."""
        entry: Json = {
            "resource": self.plural,
            "responseKind": {"group": self.group, "version": self.version, "kind": self.kind},
            "scope": "Namespaced" if self.namespaced else "Cluster",
            "singularResource": self.kind.lower(),
            "verbs": list(self.verbs),
        }
        if self.short_names:
            entry["shortNames"] = list(self.short_names)
        if self.plural in _ALL:
            entry["categories"] = ["all"]
        if self.subresources:
            entry["subresources"] = [
                {
                    "subresource": name,
                    "responseKind": {"group": "autoscaling", "version": "v1", "kind": "Scale"}
                    if name == "scale"
                    else {"group": self.group, "version": self.version, "kind": self.kind},
                    "verbs": ["get", "patch", "update"],
                }
                for name in self.subresources
            ]
        return entry


class Catalog:
    """The resources by group, version and plural name. `silent` are groups whose own server does not answer."""

    def __init__(self) -> None:
        self._resources: dict[tuple[str, str, str], Resource] = {}
        self.silent: set[str] = set()
        for line in _BUILT_IN.strip().splitlines():
            group, versions, scope, short, subresources, kind, plural = (
                "" if word == "-" else word for word in line.split()
            )
            verbs = tuple(verb for verb in VERBS if plural not in _ONE_BY_ONE or verb != "deletecollection")
            for version in versions.split(","):
                self.add(
                    Resource(
                        group,
                        version,
                        kind,
                        plural,
                        scope == "n",
                        tuple(short.split()),
                        tuple(filter(None, subresources.split(","))),
                        verbs,
                    )
                )
        for group, kind, plural in _REVIEWS:
            self.add(Resource(group, "v1", kind, plural, False, verbs=("create",)))
        self.add(Resource("", "v1", "ComponentStatus", "componentstatuses", False, ("cs",), verbs=("get", "list")))
        self.add(Resource("", "v1", "Binding", "bindings", True, verbs=("create",)))

    def __iter__(self) -> Iterator[Resource]:
        return iter(self._resources.values())

    def add(self, resource: Resource) -> None:
        self._resources[resource.group, resource.version, resource.plural] = resource

    def find(self, group: str, version: str, plural: str) -> Resource | None:
        return self._resources.get((group, version, plural))

    def define(self, definition: Json) -> None:
        """Serves what a CustomResourceDefinition defines."""
        spec = definition["spec"]
        for version in spec["versions"]:
            if version.get("served", True):
                self.add(
                    Resource(
                        spec["group"],
                        version["name"],
                        spec["names"]["kind"],
                        spec["names"]["plural"],
                        spec.get("scope") == "Namespaced",
                        tuple(spec["names"].get("shortNames", ())),
                        tuple(sorted(version.get("subresources", {}))),
                        schema=version.get("schema", {}).get("openAPIV3Schema", {}),
                    )
                )

    def undefine(self, definition: Json) -> None:
        """No longer serves what a deleted CustomResourceDefinition defined."""
        spec = definition["spec"]
        for version in spec["versions"]:
            self._resources.pop((spec["group"], version["name"], spec["names"]["plural"]), None)

    def groups(self) -> dict[str, list[str]]:
        """The versions of each group but the core one, preferred first."""
        groups: dict[str, list[str]] = {}
        for resource in self:
            versions = groups.setdefault(resource.group, [])
            if resource.version not in versions:
                versions.append(resource.version)
        groups.pop("", None)
        return groups

    def group_list(self) -> Json:
        """The answer of /apis."""
        return {"kind": "APIGroupList", "apiVersion": "v1", "groups": [self.group(name) for name in self.groups()]}

    def group(self, name: str) -> Json:
        """The answer of /apis/GROUP, without its kind."""
        versions = [{"groupVersion": f"{name}/{version}", "version": version} for version in self.groups()[name]]
        return {"name": name, "versions": versions, "preferredVersion": versions[0]}

    def resource_list(self, group: str, version: str) -> Json:
        """The answer of /api/v1 and /apis/GROUP/VERSION."""
        resources = [entry for item in self._of(group, version) for entry in item.listed()]
        head: Json = {"kind": "APIResourceList"}
        if group:
            head |= {"apiVersion": "v1", "groupVersion": f"{group}/{version}"}
        else:
            head |= {"groupVersion": version}
        return head | {"resources": resources}

    def aggregated(self, *, core: bool) -> Json:
        """The answer of /api or /apis to a client that asks for everything at once."""
        groups = {"": ["v1"]} if core else self.groups()
        return {
            "kind": "APIGroupDiscoveryList",
            "apiVersion": "apidiscovery.k8s.io/v2",
            "metadata": {},
            "items": [self._aggregated(group, versions) for group, versions in groups.items()],
        }

    def _aggregated(self, group: str, versions: list[str]) -> Json:
        silent = group in self.silent
        return {
            "metadata": {"name": group, "creationTimestamp": None} if group else {"creationTimestamp": None},
            "versions": [
                {
                    "version": version,
                    "freshness": "Stale" if silent else "Current",
                    "resources": [] if silent else [item.aggregated() for item in self._of(group, version)],
                }
                for version in versions
            ],
        }

    def _of(self, group: str, version: str) -> list[Resource]:
        return [item for item in self if (item.group, item.version) == (group, version)]
