"""As whom a cluster is read, what may be listed in it and what may not, by the server's own reviews."""

from typing import Any

import msgspec
from msgspec import Struct, field

from engine.collectors.actual.kubernetes_live import places
from engine.collectors.actual.kubernetes_live_cluster import ApiError, Cluster
from engine.collectors.actual.kubernetes_live_discovery import kinds_to_read
from engine.collectors.actual.kubernetes_live_lists import Place
from engine.collectors.actual.kubernetes_settings import Settings
from engine.collectors.base import Access, CancelledError, Context, Lack
from engine.errors import SourceError
from engine.model import Language


class _User(Struct):
    username: str = ""


class _Rule(Struct):
    verbs: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list, name="apiGroups")
    resources: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list, name="resourceNames")

    def allows(self, verb: str, place: Place) -> bool:
        return (
            not self.names
            and not {verb, "*"}.isdisjoint(self.verbs)
            and not {place.kind.group, "*"}.isdisjoint(self.groups)
            and not {place.kind.plural, "*"}.isdisjoint(self.resources)
        )


class _ReviewStatus(Struct):
    allowed: bool = False
    incomplete: bool = False
    user: _User = field(default_factory=_User, name="userInfo")
    rules: list[_Rule] = field(default_factory=list, name="resourceRules")


class _Review(Struct):
    status: _ReviewStatus = field(default_factory=_ReviewStatus)


def read_access(settings: Settings, context: Context) -> Access:
    """What the source's user may list. Raises SourceError when the cluster cannot be reached or refuses everything."""
    cluster = Cluster(settings, context)
    try:
        kinds = kinds_to_read(cluster, context.declared(Language.KUBERNETES), context)
        wanted = places(kinds, settings)
        rights = _Rights(cluster)
        allowed = [place for place in wanted if rights.may("list", place)]
        lacks = [Lack(str(place), "the verb list") for place in wanted if place not in allowed]
        if settings.dry_run:
            lacks += [
                Lack(f"a dry run of {place}", "the verb patch")
                for place in allowed
                if "patch" in place.kind.verbs and not rights.may("patch", place)
            ]
        return Access(identity=_identity(cluster), may=_told(allowed, settings), lacks=tuple(lacks))
    except ApiError as error:
        raise SourceError(
            f"the cluster {cluster.name} does not say what may be read: {error}; check what the user of source "
            f"{settings.name!r} may do"
        ) from error
    except CancelledError as error:
        raise SourceError("cancelled") from error
    finally:
        cluster.close()


def _told(allowed: list[Place], settings: Settings) -> tuple[str, ...]:
    if not allowed:
        return ()
    where = f"namespaces {', '.join(settings.namespaces)}" if settings.namespaces else "all namespaces"
    return (f"{len({place.kind.native for place in allowed})} kinds in {where}",)


def _identity(cluster: Cluster) -> str:
    """The user's name; the cluster's alone where the server is too old to tell (before 1.28)."""
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
    try:
        answer = cluster.post("/apis/authentication.k8s.io/v1/selfsubjectreviews", body)
        return f"{msgspec.json.decode(answer, type=_Review).status.user.username} in {cluster.name}"
    except (ApiError, msgspec.DecodeError):
        return cluster.name


class _Rights:
    """What the user may do, with as few requests as tell it."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._everything: dict[str, bool] = {}
        self._rules: dict[str, _ReviewStatus] = {}

    def may(self, verb: str, place: Place) -> bool:
        """Whether a verb is allowed on a list. Raises as Cluster.get does."""
        if place.namespace:
            status = self._rules_in(place.namespace)
            if any(rule.allows(verb, place) for rule in status.rules):
                return True
            if not status.incomplete:
                return False
        if verb not in self._everything:
            self._everything[verb] = self._ask(verb, "*", "*", "")
        return self._everything[verb] or self._ask(verb, place.kind.group, place.kind.plural, place.namespace)

    def _rules_in(self, namespace: str) -> _ReviewStatus:
        if namespace not in self._rules:
            self._rules[namespace] = self._review("SelfSubjectRulesReview", {"namespace": namespace})
        return self._rules[namespace]

    def _ask(self, verb: str, group: str, resource: str, namespace: str) -> bool:
        attributes = {"verb": verb, "group": group, "resource": resource, "namespace": namespace}
        return self._review("SelfSubjectAccessReview", {"resourceAttributes": attributes}).allowed

    def _review(self, kind: str, spec: dict[str, Any]) -> _ReviewStatus:
        body = {"apiVersion": "authorization.k8s.io/v1", "kind": kind, "spec": spec}
        answer = self._cluster.post(f"/apis/authorization.k8s.io/v1/{kind.lower()}s", body)
        return msgspec.json.decode(answer, type=_Review).status
