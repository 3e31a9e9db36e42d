"""A connection to one API server: credentials as the client library finds them, requests paced and repeated.

Answers are taken as bytes: the library's classes for every type would cost more than the reading, and would drop
fields that this version of it does not know.
"""

import itertools
import os
import random
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlencode, urlsplit

import msgspec
import urllib3
from kubernetes import client, config
from msgspec import Struct, field
from urllib3.exceptions import HTTPError, SSLError
from yaml import YAMLError

from engine.collectors.actual.kubernetes_settings import Settings
from engine.collectors.base import CancelledError, Context
from engine.collectors.pacing import Pace
from engine.errors import SourceError

#: Requests at once: what one client may have under way without pushing others aside.
WORKERS = 4

#: Connections that are kept for the next request: more than are used, as each watch has one of its own.
_CONNECTIONS = 1000

JSON = "application/json"
_TIMEOUT = urllib3.Timeout(connect=5, read=60)
_AGENT = "driftguard"
#: How often a request is tried that fails for other reasons than throttling.
_ATTEMPTS = 5
#: Seconds that a throttled request may wait in all: throttling slows a scan, a server that stays shut ends its kind.
_PATIENCE = 600.0
#: Seconds before the second attempt, doubled before each further one up to the longest.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 30.0


class ListMeta(Struct, rename={"continue_": "continue", "version": "resourceVersion"}):
    """What a list, and the error about one, says of itself."""

    continue_: str = ""
    version: str = ""


class _Cause(Struct):
    reason: str = ""
    field: str = ""


class _Details(Struct):
    causes: list[_Cause] | None = None


class _Status(Struct):
    message: str = ""
    reason: str = ""
    metadata: ListMeta = field(default_factory=ListMeta)
    details: _Details | None = None
    code: int = 0


class ApiError(Exception):
    """The server refused a request. `continue_` is where it says that an expired list may go on.

    `message` may repeat values of the object that was sent; `summary` does not.
    """

    def __init__(self, code: int, answer: bytes = b"", retry_after: float = 0.0) -> None:
        try:
            status = msgspec.json.decode(answer, type=_Status)
        except msgspec.DecodeError:
            status = _Status()
        self.code = code
        self.reason = status.reason
        self.message = status.message
        self.continue_ = status.metadata.continue_
        self.fields = tuple(cause.field for cause in (status.details and status.details.causes) or () if cause.field)
        self.retry_after = retry_after
        super().__init__(self.summary)

    @property
    def summary(self) -> str:
        """Status, reason and the fields it is about."""
        about = f" about {', '.join(self.fields[:3])}" if self.fields else ""
        return f"the server answers {self.code} {self.reason}".rstrip() + about

    @property
    def is_transient(self) -> bool:
        """Whether the same request may be answered later."""
        return self.code in (408, 429, 500, 502, 503, 504)


class Cluster:
    """One API server, for several threads. Building it reads the kubeconfig and sends nothing.

    `name` is the cluster's.

    Raises SourceError when the kubeconfig cannot be used.
    """

    def __init__(self, settings: Settings, context: Context) -> None:
        self._settings = settings
        self._context = context
        self._pace = Pace(settings.qps)
        self._lock = threading.Lock()
        self._generation = 0
        self._client, self.name = self._load()

    def get(
        self, path: str, query: Mapping[str, str] | None = None, accept: str = JSON, attempts: int = _ATTEMPTS
    ) -> bytes:
        """The answer to a GET, tried up to `attempts` times, and longer while the server throttles.

        Raises ApiError when the server refuses it, SourceError when it cannot be reached or does not know the caller,
        CancelledError when the scan is cancelled.
        """
        return self._send("GET", _url(path, query), {"accept": accept}, attempts=attempts)

    def post(self, path: str, body: Any) -> bytes:
        """The answer to a POST of a review. Raises as `get` does."""
        return self._send("POST", path, {"accept": JSON, "content-type": JSON}, msgspec.json.encode(body))

    def apply_dry(self, path: str, body: Any, *, force: bool = True) -> bytes:
        """What an object would become by a server-side apply; nothing is changed. Raises as `get` does.

        Without `force`, ApiError with the code 409 names the fields that are another manager's.
        """
        return self._apply(path, body, {"dryRun": "All"}, force)

    def apply(self, path: str, body: Any, *, force: bool) -> bytes:
        """Applies an object, for remedies only, and answers what it has become. Raises as `apply_dry` does."""
        return self._apply(path, body, {}, force)

    def _apply(self, path: str, body: Any, query: dict[str, str], force: bool) -> bytes:
        query = {**query, "force": str(force).lower(), "fieldManager": _AGENT}
        headers = {"accept": JSON, "content-type": "application/apply-patch+yaml"}
        # Servers before 1.27 answer 500 to an object that does not fit the schema: not worth many attempts.
        return self._send("PATCH", _url(path, query), headers, msgspec.json.encode(body), attempts=2)

    def stream(self, path: str, query: Mapping[str, str], silence: float) -> urllib3.BaseHTTPResponse:
        """An answer to read as it comes, which breaks off after `silence` seconds without a byte.

        One attempt only, as the caller knows where to go on. Raises as `get` does, and urllib3's HTTPError.
        """
        generation = self._generation
        timeout = urllib3.Timeout(connect=5, read=silence)
        response = self._once("GET", _url(path, query), {"accept": JSON}, None, timeout, whole=False)
        if response.status < 400:
            return response
        error = _error(response)
        if error.code == 401:
            self._renew(generation)
        raise error

    def close(self) -> None:
        """Gives the connections back."""
        self._client.rest_client.pool_manager.clear()

    def _send(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None = None, attempts: int = _ATTEMPTS
    ) -> bytes:
        """Tries until there is an answer, or no hope of one."""
        give_up_at = time.monotonic() + _PATIENCE
        renewed = False
        for attempt in itertools.count(1):
            generation = self._generation
            try:
                response = self._once(method, url, headers, body, _TIMEOUT)
            except SSLError as error:
                raise SourceError(
                    f"{self._where()} does not prove its identity; check the certificate authority in the kubeconfig "
                    f"of source {self._settings.name!r}"
                ) from error
            except HTTPError as error:
                if attempt >= attempts:
                    raise SourceError(
                        f"{self._where()} cannot be reached; check the network and the kubeconfig of source "
                        f"{self._settings.name!r}"
                    ) from error
                self._pause(attempt)
                continue
            if response.status < 400:
                return response.data
            failure = _error(response)
            if failure.code == 401 and renewed:
                self._refuse()
            elif failure.code == 401:
                self._renew(generation)
                renewed = True
            elif not failure.is_transient:
                raise failure
            elif failure.code == 429 or failure.retry_after:
                if time.monotonic() > give_up_at:
                    raise failure
            elif attempt >= attempts:
                raise failure
            self._pause(attempt, failure.retry_after)
        raise AssertionError("the attempts never run out by themselves")

    def _once(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        body: bytes | None,
        timeout: urllib3.Timeout,
        *,
        whole: bool = True,
    ) -> urllib3.BaseHTTPResponse:
        if self._pace.wait(self._context):
            raise CancelledError
        settings = self._client.configuration
        headers = {**headers, "user-agent": _AGENT, "accept-encoding": "gzip"}
        for auth in settings.auth_settings().values():
            if auth["value"]:
                headers[auth["key"]] = auth["value"]
        pool: urllib3.PoolManager = self._client.rest_client.pool_manager
        # Repeating is ours: the library's own waits know nothing of a cancelled scan.
        return pool.request(
            method,
            settings.host + url,
            headers=headers,
            body=body,
            timeout=timeout,
            retries=False,
            preload_content=whole,
        )

    def _pause(self, attempt: int, at_least: float = 0.0) -> None:
        """Waits longer each time, and never all clients at once."""
        longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**attempt)
        if self._context.wait(max(at_least, random.uniform(longest / 2, longest))):  # noqa: S311 - no secret
            raise CancelledError

    def _renew(self, generation: int) -> None:
        """Loads the credentials again: a token file or a plugin may have newer ones than those that ran out."""
        with self._lock:
            if generation < self._generation:
                return  # another thread has just done it
            self._client.rest_client.pool_manager.clear()
            self._client, _ = self._load()
            self._generation += 1

    def _refuse(self) -> NoReturn:
        raise SourceError(
            f"{self._where()} does not accept the credentials of source {self._settings.name!r}, or they have expired; "
            f"log in again, or check its `context`"
        )

    def _where(self) -> str:
        host = urlsplit(self._client.configuration.host).netloc
        return f"the Kubernetes API server at {host.rpartition('@')[2]}"

    def _load(self) -> tuple[client.ApiClient, str]:
        configuration = client.Configuration()
        configuration.connection_pool_maxsize = _CONNECTIONS
        file, name = self._kubeconfig(), "in-cluster"
        try:
            if file is None:
                config.load_incluster_config(client_configuration=configuration)  # type: ignore[no-untyped-call]
            else:
                name = self._cluster_of_context(file)
                # Not persisted: reading a cluster writes nothing, not even a fresh token into the kubeconfig.
                chosen = (file, self._settings.context, configuration)
                config.load_kube_config(*chosen, persist_config=False)  # type: ignore[no-untyped-call]
        except (config.ConfigException, YAMLError, OSError, KeyError, TypeError, ValueError) as error:
            raise SourceError(self._unusable(file)) from error
        return client.ApiClient(configuration), self._settings.cluster or name

    def _kubeconfig(self) -> str | None:
        """The kubeconfig to read; None within a pod."""
        if self._settings.kubeconfig:
            path = Path(self._settings.kubeconfig).expanduser()
            return str(path if path.is_absolute() else self._settings.base / path)
        default = os.environ.get("KUBECONFIG") or str(Path("~/.kube/config").expanduser())
        if "KUBERNETES_SERVICE_HOST" in os.environ and not Path(default).exists():
            return None
        return default

    def _cluster_of_context(self, file: str) -> str:
        contexts, current = config.list_kube_config_contexts(file)  # type: ignore[no-untyped-call]
        wanted = self._settings.context or current["name"]
        chosen = next(
            item for item in (*contexts, {"name": wanted, "context": {"cluster": ""}}) if item["name"] == wanted
        )
        # Amazon's names are ARNs, `…:cluster/prod`; a scope keeps the slash for itself.
        return str(chosen["context"]["cluster"]).rpartition("/")[2]

    def _unusable(self, file: str | None) -> str:
        name = self._settings.name
        if file is None:
            return f"the service account of this pod cannot be used for source {name!r}; set its `kubeconfig`"
        if not any(Path(part).exists() for part in file.split(os.pathsep)):
            return f"{file}: no such kubeconfig; set `kubeconfig` of source {name!r}"
        if self._settings.context:
            return f"{file}: has no usable context {self._settings.context!r}; check `context` of source {name!r}"
        return f"{file}: cannot be used; check it with `kubectl config view`, or set `context` of source {name!r}"


def _url(path: str, query: Mapping[str, str] | None) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def _error(response: urllib3.BaseHTTPResponse) -> ApiError:
    try:
        retry_after = float(response.headers.get("retry-after", 0))
    except ValueError:  # a date, which servers of this API do not send
        retry_after = 0.0
    return ApiError(response.status, response.data, retry_after)
