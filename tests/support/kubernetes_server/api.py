"""The paths of the API: discovery, lists, watches, single objects, reviews."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from typing import Any

from tests.support.kubernetes_server.access import ANONYMOUS, User
from tests.support.kubernetes_server.catalog import Catalog, Resource
from tests.support.kubernetes_server.forms import as_form, form_of
from tests.support.kubernetes_server.openapi import openapi
from tests.support.kubernetes_server.status import StatusError, not_found_path
from tests.support.kubernetes_server.store import Change, Key, Store
from tests.support.kubernetes_server.wire import Answer, Request
from tests.support.kubernetes_server.writing import Writer, scale_answer

Json = dict[str, Any]

_PATH = re.compile(
    r"/(?:api|apis/(?P<group>[^/]+))/(?P<version>[^/]+)(?:/namespaces/(?P<namespace>[^/]+))?"
    r"/(?P<plural>[^/]+)(?:/(?P<name>[^/]+))?(?:/(?P<subresource>[^/]+))?"
)
_OF_NAMESPACE = re.compile(
    r"/api/(?P<version>[^/]+)/namespaces(?:/(?P<name>[^/]+))?(?:/(?P<subresource>status|finalize))?"
)
_TERM = re.compile(r"(?P<key>[\w./-]+)\s*(?P<sign>!=|==?)\s*(?P<value>[\w./-]*)")
_BOOKMARK_BEFORE_END = 0.3


class Api:
    """`users` are callers by token; `anonymous` is who a request without one comes from.

    `aggregates` is whether discovery is served in one answer, as since 1.27. `before_list` is called before each list.
    """

    def __init__(self) -> None:
        self.catalog = Catalog()
        self.store = Store()
        self.users: dict[str, User] = {}
        self.anonymous = ANONYMOUS
        self.bookmark_every = 60.0
        self.bookmarked: list[int] = []
        self.aggregates = True
        self.before_list: Callable[[Request], Any] = lambda request: None
        self._written = asyncio.Event()

    async def handle(self, request: Request) -> Answer:
        try:
            user = self._caller(request)
            if "protobuf" in request.content_type:
                raise StatusError(415, "415: Unsupported Media Type", details={})
            if answer := self._discovery(request, user):
                return answer
            return self._resource(request, user)
        except StatusError as error:
            return Answer(error.code, error.body, error.headers)

    def _caller(self, request: Request) -> User:
        if not request.token:
            return self.anonymous
        if request.token not in self.users:
            raise StatusError(401, "Unauthorized")
        return self.users[request.token]

    def _discovery(self, request: Request, user: User) -> Answer | None:
        path = request.path.rstrip("/")
        known = path in ("/api", "/apis", "/version", "/healthz", "/livez", "/readyz") or path.startswith("/openapi")
        groups = self.catalog.groups()
        parts = path.split("/")[1:]
        is_group = parts[0] == "apis" and len(parts) in (2, 3) and parts[1] in groups
        is_core = path == "/api/v1"
        if not (known or is_group or is_core):
            if parts[0] == "apis" and len(parts) <= 3:
                return Answer(404, b"404 page not found\n", content_type="text/plain; charset=utf-8")
            return None
        if not user.may_read_path(path):
            raise StatusError(403, f'forbidden: User "{user.name}" cannot get path "{path}"', details={})
        if is_group and parts[1] in self.catalog.silent:
            return Answer(503, b"service unavailable\n", content_type="text/plain; charset=utf-8")
        return self._described(request, path, parts)

    def _described(self, request: Request, path: str, parts: list[str]) -> Answer:
        if path in ("/healthz", "/livez", "/readyz"):
            return Answer(body=b"ok", content_type="text/plain; charset=utf-8")
        if path == "/version":
            return Answer(body={"major": "1", "minor": "32", "gitVersion": "v1.32.0", "platform": "linux/amd64"})
        if path.startswith("/openapi"):
            return openapi(self.catalog, path)
        if path in ("/api", "/apis"):
            if self.aggregates and "as=APIGroupDiscoveryList" in request.accept and "v=v2;" in request.accept:
                kind = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
                return Answer(body=self.catalog.aggregated(core=path == "/api"), content_type=kind)
            if path == "/apis":
                return Answer(body=self.catalog.group_list())
            address = {"clientCIDR": "0.0.0.0/0", "serverAddress": request.headers.get("host", "")}
            return Answer(body={"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": [address]})
        if len(parts) == 2 and parts[0] == "apis":
            return Answer(body={"kind": "APIGroup", "apiVersion": "v1", **self.catalog.group(parts[1])})
        group, version = ("", parts[1]) if parts[0] == "api" else (parts[1], parts[2])
        if group and version not in self.catalog.groups()[group]:
            return Answer(404, b"404 page not found\n", content_type="text/plain; charset=utf-8")
        return Answer(body=self.catalog.resource_list(group, version))

    def _resource(self, request: Request, user: User) -> Answer:
        if match := _OF_NAMESPACE.fullmatch(request.path):
            place = {"group": "", "plural": "namespaces", "namespace": "", **match.groupdict()}
        elif match := _PATH.fullmatch(request.path):
            place = match.groupdict()
        else:
            return Answer(404, b"404 page not found\n", content_type="text/plain; charset=utf-8")
        group, namespace, name = place["group"] or "", place["namespace"] or "", place["name"] or ""
        resource = self.catalog.find(group, place["version"], place["plural"])
        subresource = place["subresource"] or ""
        if resource is None or (subresource and subresource not in resource.subresources):
            raise not_found_path()
        verb = _verb(request, name)
        if verb is None:
            raise StatusError(405, "the server does not allow this method on the requested resource", details={})
        self._authorize(user, verb, resource, namespace, name, subresource)
        if verb not in resource.verbs:
            raise StatusError(405, "the server does not allow this method on the requested resource", details={})
        if verb == "create" and resource.verbs == ("create",):
            return self._review(resource, request, user)
        if verb in ("list", "watch"):
            return self._collection(resource, namespace, verb, request)
        return self._one(resource, (group, resource.plural, namespace, name), subresource, verb, request)

    def _authorize(
        self, user: User, verb: str, resource: Resource, namespace: str, name: str, subresource: str
    ) -> None:
        rule_name = f"{resource.plural}/{subresource}" if subresource else resource.plural
        if resource.verbs == ("create",) or user.may(verb, resource.group, rule_name, namespace):
            return
        what = f'{resource.qualified} "{name}"' if name else resource.qualified
        where = f'in the namespace "{namespace}"' if namespace else "at the cluster scope"
        message = (
            f'{what} is forbidden: User "{user.name}" cannot {verb} resource "{rule_name}" in API group '
            f'"{resource.group}" {where}'
        )
        details = {"name": name} if name else {}
        group = {"group": resource.group} if resource.group else {}
        raise StatusError(403, message, details={**details, **group, "kind": resource.plural})

    def _review(self, resource: Resource, request: Request, user: User) -> Answer:
        body = json.loads(request.body)
        spec = body.get("spec", {})
        if resource.kind == "SelfSubjectReview":
            status: Json = {"userInfo": {"username": user.name, "groups": list(user.groups)}}
        elif resource.kind == "SelfSubjectRulesReview":
            rules = list(user.rules_in(spec.get("namespace", "")))
            status = {"resourceRules": rules, "nonResourceRules": [], "incomplete": False}
            spec = {}
        else:
            asked = spec["resourceAttributes"]
            names = [asked.get(name, "") for name in ("verb", "group", "resource", "namespace")]
            status = {"allowed": user.may(*names)}
        head = {"kind": resource.kind, "apiVersion": resource.api_version, "metadata": {"creationTimestamp": None}}
        return Answer(201, {**head, "spec": spec, "status": status})

    def _collection(self, resource: Resource, namespace: str, verb: str, request: Request) -> Answer:
        form = form_of(request.accept)
        keep = _selector(request.query)
        if verb == "watch":
            return Answer(stream=self._watch(resource, namespace, request, keep, form))
        self.before_list(request)
        limit = request.query.get("limit", "0")
        if not limit.isdigit():
            raise StatusError(400, f'strconv.ParseInt: parsing "{limit}": invalid syntax')
        revision = self._moment(request.query)
        whole = request.query.get("resourceVersion") == "0"
        page = self.store.page(
            resource.group,
            resource.plural,
            namespace,
            limit=0 if whole else int(limit),
            continue_=request.query.get("continue", ""),
            revision=revision,
            keep=keep,
        )
        metadata: Json = {"resourceVersion": str(page.revision)}
        if page.continue_:
            metadata["continue"] = page.continue_
            if "labelSelector" not in request.query and "fieldSelector" not in request.query:
                metadata["remainingItemCount"] = page.remaining
        return Answer(body=as_form(form, resource, page.objects, metadata))

    def _moment(self, query: dict[str, str]) -> int | None:
        """The revision that a list must be of; None for now."""
        wanted = query.get("resourceVersion", "")
        if wanted in ("", "0"):
            return None
        if int(wanted) > self.store.revision:
            raise StatusError(
                504,
                f"Timeout: Too large resource version: {wanted}, current: {self.store.revision}",
                details={
                    "causes": [{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}],
                    "retryAfterSeconds": 1,
                },
                headers={"retry-after": "1"},
            )
        return int(wanted) if query.get("resourceVersionMatch") == "Exact" else None

    def _one(self, resource: Resource, key: Key, subresource: str, verb: str, request: Request) -> Answer:
        writer = Writer(self.store, resource, key, subresource, request)
        status = 200
        if verb == "create":
            self._check_namespace(key[2])
            obj, status = writer.create(), 201
        elif verb == "update":
            obj = writer.replace()
        elif verb == "patch":
            obj, is_new = writer.patch()
            status = 201 if is_new else 200
        elif verb == "delete":
            gone = writer.live()
            answer = Answer(body=writer.delete())
            if resource.kind == "CustomResourceDefinition":
                self.catalog.undefine(gone)
            self._tell()
            return answer
        else:
            obj = writer.live()
        if verb != "get":
            self._tell()
            if resource.kind == "CustomResourceDefinition":
                self.catalog.define(obj)
        headers = {"warning": f"299 - {_quoted(writer.warnings[0])}"} if writer.warnings else {}
        if subresource == "scale":
            return Answer(status, scale_answer(obj), headers)
        return Answer(status, as_form(form_of(request.accept), resource, obj, {}), headers)

    def _check_namespace(self, namespace: str) -> None:
        if namespace and self.store.get(("", "namespaces", "", namespace)) is None:
            details = {"name": namespace, "kind": "namespaces"}
            raise StatusError(404, f'namespaces "{namespace}" not found', details=details)

    def _tell(self) -> None:
        """Wakes the watches."""
        self._written.set()
        self._written = asyncio.Event()

    async def _watch(
        self, resource: Resource, namespace: str, request: Request, keep: Callable[[Json], bool], form: str
    ) -> AsyncIterator[Json]:
        loop = asyncio.get_running_loop()
        end = loop.time() + float(request.query.get("timeoutSeconds", "1800"))
        start = request.query.get("resourceVersion", "")
        wants_bookmarks = request.query.get("allowWatchBookmarks") == "true"
        seen = self.store.revision if start in ("", "0") else int(start)
        if start in ("", "0"):
            for _, obj in self.store.objects(resource.group, resource.plural, namespace, seen):
                if keep(obj):
                    yield {"type": "ADDED", "object": as_form(form, resource, obj, {})}
        elif seen < self.store.compacted:
            error = StatusError(410, f"too old resource version: {seen} ({self.store.compacted})")
            yield {"type": "ERROR", "object": error.body}
            return
        bookmark_at = min(loop.time() + self.bookmark_every, end - _BOOKMARK_BEFORE_END)
        while loop.time() < end:
            written = self._written
            for change in list(self.store.changes):
                if change.revision <= seen or not _concerns(change.key, resource, namespace):
                    continue
                if event := _event(change, keep):
                    yield {"type": event[0], "object": as_form(form, resource, event[1], {})}
            seen = max(seen, self.store.revision)
            if wants_bookmarks and loop.time() >= bookmark_at:
                bookmark_at = loop.time() + self.bookmark_every
                yield {"type": "BOOKMARK", "object": _bookmark(resource, seen)}
                self.bookmarked.append(seen)
            pause = max(0.0, min(end, bookmark_at if wants_bookmarks else end) - loop.time())
            try:
                await asyncio.wait_for(written.wait(), pause)
            except TimeoutError:
                continue


def _verb(request: Request, name: str) -> str | None:
    if request.method == "GET":
        watches = request.query.get("watch", "").lower() in ("1", "true")
        return "get" if name else "watch" if watches else "list"
    verbs = {("POST", False): "create", ("PUT", True): "update", ("PATCH", True): "patch", ("DELETE", True): "delete"}
    return verbs.get((request.method, bool(name)))


def _concerns(key: Key, resource: Resource, namespace: str) -> bool:
    return key[:2] == (resource.group, resource.plural) and namespace in ("", key[2])


def _event(change: Change, keep: Callable[[Json], bool]) -> tuple[str, Json] | None:
    """How a change looks to a watcher: what leaves its selection is deleted to it."""
    was = change.before is not None and keep(change.before)
    is_now = change.after is not None and keep(change.after)
    if is_now and change.after is not None:
        return ("MODIFIED" if was else "ADDED"), change.after
    if was and change.before is not None:
        last = {**change.before, "metadata": {**change.before["metadata"], "resourceVersion": str(change.revision)}}
        return "DELETED", last
    return None


def _bookmark(resource: Resource, revision: int) -> Json:
    metadata = {"resourceVersion": str(revision), "creationTimestamp": None}
    return {"kind": resource.kind, "apiVersion": resource.api_version, "metadata": metadata}


def _selector(query: dict[str, str]) -> Callable[[Json], bool]:
    labels = [_TERM.fullmatch(term.strip()) for term in query.get("labelSelector", "").split(",") if term]
    if None in labels:
        raise StatusError(400, "unable to parse requirement: found '(', expected: ',', ')' or identifier")
    fields = [_TERM.fullmatch(term.strip()) for term in query.get("fieldSelector", "").split(",") if term]
    for term in fields:
        if term is None or term["key"] not in ("metadata.name", "metadata.namespace"):
            name = term["key"] if term else ""
            message = f'"{name}" is not a known field selector: only "metadata.name", "metadata.namespace"'
            raise StatusError(400, message)

    def keep(obj: Json) -> bool:
        own = obj["metadata"].get("labels", {})
        return all(
            (own.get(term["key"]) == term["value"]) != (term["sign"] == "!=") for term in labels if term
        ) and all(obj["metadata"].get(term["key"].partition(".")[2]) == term["value"] for term in fields if term)

    return keep


def _quoted(text: str) -> str:
    escaped = text.replace('"', '\\"')
    return f'"{escaped}"'
