"""A Kubernetes API server for tests, on loopback.

    with KubernetesServer() as server:
        server.apply({"apiVersion": "v1", "kind": "ConfigMap", …})
        … kubeconfig=server.kubeconfig(folder) …

What it answers is held against recorded answers of a real server in `tests/support/test_kubernetes_server.py`. It runs
no controllers: a Deployment makes no Pods.
"""

import json
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

import yaml

from tests.support.kubernetes_server.access import EVERYTHING, Rule, User
from tests.support.kubernetes_server.api import Api
from tests.support.kubernetes_server.audit import AuditLog
from tests.support.kubernetes_server.wire import Answer, Fault, Request, Wire

Json = dict[str, Any]

ADMIN = "admin-token"


class KubernetesServer:
    """`api` is what it knows; `requests` are all that were made of it, oldest first."""

    def __init__(self) -> None:
        self.api = Api()
        self.api.users[ADMIN] = User("admin", (EVERYTHING,), ("system:masters", "system:authenticated"))
        self._log: AuditLog | None = None
        self._wire = Wire(self._handle)
        self.url = f"http://127.0.0.1:{self._wire.port}"
        for name in ("default", "kube-system"):
            self.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._wire.close()

    def audit(self, file: Path, level: str = "Request") -> None:
        """Logs every request from now on."""
        self._log = AuditLog(file, level, lambda request: self.api.users.get(request.token, self.api.anonymous))

    async def _handle(self, request: Request) -> Answer:
        return await (self._log.write(request, self.api.handle) if self._log else self.api.handle(request))

    @property
    def requests(self) -> list[Request]:
        return self._wire.requests

    @property
    def times(self) -> list[float]:
        """When each of the requests came, in seconds of a clock of its own."""
        return self._wire.times

    def fail(self, fault: Fault) -> None:
        """Makes requests fail, in the order in which faults are given."""
        self._wire.faults.append(fault)

    def cut_all(self) -> None:
        """Breaks every open connection."""
        self._wire.cut_all()

    def compact(self) -> None:
        """Forgets the past: lists and watches from before are too old from now on."""
        self._wire.call(self.api.store.compact)

    def allow(self, token: str, name: str, *rules: Rule) -> None:
        """Lets a caller in."""
        self.api.users[token] = User(name, rules)

    def forbid(self, token: str) -> None:
        """Lets a caller in no longer."""
        del self.api.users[token]

    def apply(self, manifest: Json, manager: str = "deploy") -> Json:
        """Applies an object as an administrator and returns it as it then is."""
        query = f"?fieldManager={manager}&force=true"
        return self.send("PATCH", self.path(manifest) + query, manifest, "application/apply-patch+yaml")

    def patch(self, manifest: Json, change: Json, manager: str = "kubectl-edit", subresource: str = "") -> Json:
        """Changes an object by a merge patch, as a person would."""
        path = self.path(manifest) + (f"/{subresource}" if subresource else "")
        return self.send("PATCH", f"{path}?fieldManager={manager}", change, "application/merge-patch+json")

    def delete(self, manifest: Json) -> None:
        """Deletes an object."""
        self.send("DELETE", self.path(manifest))

    def path(self, manifest: Json) -> str:
        """The path of an object."""
        group, _, version = manifest["apiVersion"].rpartition("/")
        kind = manifest["kind"]
        resource = next(
            item for item in self.api.catalog if (item.group, item.version, item.kind) == (group, version, kind)
        )
        root = f"/apis/{group}/{version}" if group else f"/api/{version}"
        namespace = manifest["metadata"].get("namespace", "default")
        place = f"/namespaces/{namespace}" if resource.namespaced else ""
        return f"{root}{place}/{resource.plural}/{manifest['metadata']['name']}"

    def send(self, method: str, path: str, body: Any = None, content_type: str = "application/json") -> Json:
        """One request as an administrator; raises AssertionError when it is refused."""
        answer = self.ask(method, path, body, {"content-type": content_type, "authorization": f"Bearer {ADMIN}"})
        assert answer.status < 300, answer.body
        result: Json = answer.body
        return result

    def ask(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Answer:
        """The answer to a request, without going over the network."""
        parts = urlsplit(path)
        raw = b"" if body is None else body.encode() if isinstance(body, str) else json.dumps(body).encode()
        request = Request(method, parts.path, dict(parse_qsl(parts.query)), headers or {}, raw)
        return self._wire.run(self._handle(request))

    def kubeconfig(self, folder: Path, token: str = ADMIN, cluster: str = "shop") -> Path:
        """Writes a kubeconfig for a caller and returns where it is."""
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": cluster, "cluster": {"server": self.url}}],
            "users": [{"name": "me", "user": {"token": token}}],
            "contexts": [{"name": "here", "context": {"cluster": cluster, "user": "me"}}],
            "current-context": "here",
        }
        file = folder / "kubeconfig"
        file.write_text(yaml.safe_dump(config))
        return file
