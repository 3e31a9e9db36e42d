"""States behind HTTP: Google Cloud Storage, Azure Blob Storage, HCP Terraform, and Terraform's own `http` backend."""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

import msgspec
from msgspec import Struct

from engine.collectors.files import decompress
from engine.errors import SourceError
from engine.loopback import LOOPBACK

#: An answer above this is no state.
_MAX_BYTES = 4 * 1024**3
_TRIES = 4
_LONGEST_PAUSE = 20.0
_SUFFIXES = (".tfstate", ".json")


class StateFile(Struct, frozen=True):
    """A place where a state is expected. `name` is how people are told of it.

    `mark` changes when the content does; `changed_at` is when it last did, where that is told. `read` raises
    SourceError when there is nothing to read. `certain` is false for what was only come across in a folder, under a
    name that does not say that it is a state. `refused` is true for a place that cannot be looked into.
    """

    name: str
    mark: str
    read: Callable[[], bytes]
    certain: bool = True
    changed_at: datetime | None = None
    refused: bool = False


class Reach(Protocol):
    """The settings that say how states behind HTTP are reached. Secrets are references."""

    @property
    def endpoint_url(self) -> str | None: ...
    @property
    def host(self) -> str | None: ...
    @property
    def username(self) -> str | None: ...
    @property
    def password(self) -> str | None: ...
    @property
    def token(self) -> str | None: ...


class Remote:
    """States by URL. `resolve` gives the secrets that the settings name."""

    def __init__(self, access: Reach, resolve: Callable[[str], str]) -> None:
        self._access = access
        self._resolve = resolve

    def find(self, url: str) -> Iterator[StateFile]:
        """The states that a URL means. Raises SourceError with one sentence."""
        parts = urlsplit(url)
        finders = {"gs": self._google, "azblob": self._azure, "tfc": self._cloud}
        if parts.scheme in finders:
            yield from finders[parts.scheme](url, parts.netloc, parts.path.removeprefix("/"))
        else:
            yield self._plain(url)

    def _google(self, url: str, bucket: str, key: str) -> Iterator[StateFile]:
        endpoint = (self._access.endpoint_url or "https://storage.googleapis.com").rstrip("/")
        base = f"{endpoint}/storage/v1/b/{quote(bucket, safe='')}/o"
        headers = self._google_headers(url)
        if key and not key.endswith("/"):
            found = [_json(_get(f"{base}/{quote(key, safe='')}", url, headers))]
        else:
            found, page = [], ""
            while True:
                query = f"?prefix={quote(key, safe='')}&maxResults=500{page}"
                answer = _json(_get(base + query, url, headers))
                found += [item for item in answer.get("items", ()) if _names_state(item["name"])]
                if not answer.get("nextPageToken"):
                    break
                page = f"&pageToken={quote(answer['nextPageToken'], safe='')}"
        for item in found:
            own = f"gs://{bucket}/{item['name']}"
            address = f"{base}/{quote(item['name'], safe='')}?alt=media"
            yield _file(own, f"{item.get('generation')} {item.get('etag')}", address, headers)

    def _google_headers(self, url: str) -> dict[str, str]:
        if self._access.token:
            return self._bearer()
        if self._access.endpoint_url:
            return {}
        import google.auth
        import google.auth.exceptions
        import google.auth.transport.requests

        try:
            found, _ = google.auth.default(scopes=["https://www.googleapis.com/auth/devstorage.read_only"])
            found.refresh(google.auth.transport.requests.Request())  # type: ignore[no-untyped-call]
        except google.auth.exceptions.GoogleAuthError as error:
            raise SourceError(
                f"{url}: no usable Google credentials were found; run `gcloud auth application-default login`,"
                " or set `token`"
            ) from error
        return {"Authorization": f"Bearer {found.token}"}

    def _azure(self, url: str, account: str, path: str) -> Iterator[StateFile]:
        container, _, key = path.partition("/")
        if not account or not key or key.endswith("/"):
            raise SourceError(f"{url}: a state in Azure is given as azblob://ACCOUNT/CONTAINER/BLOB")
        endpoint = (self._access.endpoint_url or f"https://{account}.blob.core.windows.net").rstrip("/")
        address = f"{endpoint}/{quote(container)}/{quote(key)}"
        headers = {"x-ms-version": "2021-12-02"}
        if self._access.token:
            token = self._resolve(self._access.token)
            if "sig=" in token:
                address += f"?{token.lstrip('?')}"
            else:
                headers["Authorization"] = f"Bearer {token}"
        head = _request("HEAD", address, url, headers).headers
        yield _file(url, f"{head.get('ETag')}", address, headers)

    def _cloud(self, url: str, organization: str, workspace: str) -> Iterator[StateFile]:
        if not organization or not workspace or "/" in workspace:
            raise SourceError(f"{url}: a state in HCP Terraform is given as tfc://ORGANIZATION/WORKSPACE")
        if not self._access.token:
            raise SourceError(f"{url}: set `token` to a reference to an API token")
        host = (self._access.host or "app.terraform.io").rstrip("/")
        api = f"{host if '://' in host else f'https://{host}'}/api/v2"
        headers = self._bearer()
        names = f"{quote(organization, safe='')}/workspaces/{quote(workspace, safe='')}"
        found = _json(_get(f"{api}/organizations/{names}", url, headers))
        version = _json(_get(f"{api}/workspaces/{quote(found['data']['id'])}/current-state-version", url, headers))
        attributes = version["data"]["attributes"]
        address = attributes["hosted-state-download-url"]
        mark = f"{version['data']['id']} {attributes.get('serial')}"
        yield _file(url, mark, address, headers if _is_same_service(api, address) else {})

    def _plain(self, url: str) -> StateFile:
        name = without_login(url)
        headers: dict[str, str] = {}
        login: tuple[str, str] | None = None
        if self._access.token:
            headers = self._bearer()
        elif self._access.username and self._access.password:
            login = self._access.username, self._resolve(self._access.password)
        parts = urlsplit(url)
        if (headers or login) and parts.scheme == "http" and parts.hostname not in LOOPBACK:
            raise SourceError(f"{name}: credentials are not sent over http; give an https:// address")
        # The protocol has no way to ask whether a state changed but to fetch it.
        raw = _request("GET", url, name, headers, login).content
        return StateFile(name, hashlib.blake2b(raw, digest_size=16).hexdigest(), partial(decompress, raw, name))

    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._resolve(self._access.token or '')}"}


def without_login(url: str) -> str:
    """A URL without the user, password and query that may stand in it."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()


def _file(name: str, mark: str, address: str, headers: Mapping[str, str]) -> StateFile:
    def read() -> bytes:
        return decompress(_get(address, name, headers), name)

    return StateFile(name, f"{name} {mark}", read)


def _get(address: str, name: str, headers: Mapping[str, str]) -> bytes:
    content: bytes = _request("GET", address, name, headers).content
    return content


def _json(raw: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(raw, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise SourceError("the answer is not JSON; check `endpoint_url` or `host`") from error


def _request(
    method: str, address: str, name: str, headers: Mapping[str, str], login: tuple[str, str] | None = None
) -> Any:
    """A request that is tried again when the service is busy or the connection breaks."""
    import requests

    reason = ""
    for attempt in range(_TRIES):
        pause = 0.25 * 2**attempt
        try:
            answer = requests.request(method, address, headers=dict(headers), auth=login, timeout=(5, 60))
        except requests.RequestException as error:
            reason = f"the service cannot be reached ({type(error).__name__})"
        else:
            if answer.status_code < 300:
                if len(answer.content) > _MAX_BYTES:
                    raise SourceError(f"{name}: the answer is too large to be a state")
                return answer
            if answer.status_code != 429 and answer.status_code < 500:
                raise SourceError(f"{name}: {_refusal(answer.status_code)}")
            reason = f"the service answered {answer.status_code} {_TRIES} times; try again later"
            wanted = answer.headers.get("Retry-After", "")
            pause = min(float(wanted), _LONGEST_PAUSE) if wanted.isdecimal() else pause
        if attempt < _TRIES - 1:
            time.sleep(pause)
    raise SourceError(f"{name}: {reason}")


def _refusal(status: int) -> str:
    return {
        401: "the service does not accept the credentials; log in again, or correct the reference",
        403: "access is denied; the credentials need to be allowed to read the state",
        404: "there is no such state, or the credentials may not see it",
    }.get(status, f"the service answered {status}")


def _is_same_service(api: str, address: str) -> bool:
    """Whether a download may be given the API's token: HCP Terraform keeps states on a host of its own."""
    own, other = urlsplit(api), urlsplit(address)
    if (own.scheme, own.netloc) == (other.scheme, other.netloc):
        return True
    names = (own.hostname or "", other.hostname or "")
    return other.scheme == "https" and all(host.endswith(".terraform.io") for host in names)


def _names_state(name: str) -> bool:
    return name.removesuffix(".gz").removesuffix(".zst").endswith(_SUFFIXES)
