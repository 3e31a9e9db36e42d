"""A client for the REST APIs of tools: it keeps its pace, and says what went wrong in a sentence."""

import random
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec
import requests
from msgspec import Struct

from engine.collectors.base import CancelledError, Context
from engine.collectors.pacing import Pace
from engine.errors import SourceError
from engine.loopback import LOOPBACK

_ATTEMPTS = 5
_LONGEST_WAIT = 60.0
#: Requests a second; the tools publish budgets rather than rates, and people work in them at the same time.
_RATE = 5.0
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})


class Address(Struct, frozen=True):
    """Where a tool is, and as whom it is asked: a reference to a `token`, with `user` that user's password."""

    url: str | None
    token: str | None = None
    user: str | None = None


class RefusedError(Exception):
    """The tool refused this request, though not the caller as such: its status is `status`."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the service answered {status}")
        self.status = status


class Answer(Struct, frozen=True):
    """The JSON of an answer, with its headers."""

    body: Any
    headers: Mapping[str, str]


class Client:
    """The tool at an address, for the source of a name. Building it sends nothing.

    Raises SourceError when the settings cannot be used.
    """

    def __init__(self, tool: str, source: str, address: Address, context: Context) -> None:
        self._tool, self._name, self._context = tool, source, context
        self._pace = Pace(_RATE)
        self._base = (address.url or "").rstrip("/")
        parts = urlsplit(self._base)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SourceError(f"source {source!r} needs `path` or `url`, the address of {tool} (https://…)")
        if address.token and parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise SourceError(f"`url` of source {source!r} must be https: a token is sent there")
        self.host = parts.hostname
        self._session = requests.Session()
        self._session.headers.update({"Accept": "application/json", "User-Agent": "driftguard"})
        self._session.auth = _Login(address.user, context.resolve_secret(address.token) if address.token else "")

    def close(self) -> None:
        """Gives the connections back."""
        self._session.close()

    def get(self, path: str, query: Mapping[str, str]) -> Answer:
        """One answer, asked for again while the tool is busy or the connection breaks.

        Raises RefusedError, CancelledError, and SourceError when the tool cannot be reached or accepts no request.
        """
        reason = ""
        for attempt in range(_ATTEMPTS):
            if self._pace.wait(self._context):
                raise CancelledError
            rest = _backoff(attempt)
            try:
                response = self._session.get(
                    self._base + path, params=dict(query), timeout=(10, 60), allow_redirects=False
                )
            except requests.RequestException as error:
                reason = f"{self._tool} cannot be reached at {self.host} ({type(error).__name__}); check the network"
            else:
                if response.status_code not in _BUSY:
                    return self._answer(response)
                reason = f"{self._tool} answered {response.status_code} {_ATTEMPTS} times; scan again later"
                rest = _told_to_wait(response.headers) or rest
            if attempt + 1 < _ATTEMPTS and self._context.wait(rest):
                raise CancelledError
        raise SourceError(f"source {self._name!r}: {reason}")

    def post(self, path: str, body: Any) -> Answer:
        """The answer to one request that makes something. It is sent once, as it may have been heard unanswered.

        Raises as `get` does.
        """
        if self._pace.wait(self._context):
            raise CancelledError
        try:
            response = self._session.post(self._base + path, json=body, timeout=(10, 60), allow_redirects=False)
        except requests.RequestException as error:
            raise SourceError(
                f"source {self._name!r}: {self._tool} cannot be reached at {self.host} ({type(error).__name__}); "
                "check the network"
            ) from error
        return self._answer(response)

    def _answer(self, response: requests.Response) -> Answer:
        status = response.status_code
        if status == 401:
            raise SourceError(
                f"{self._tool} does not accept the credentials of source {self._name!r}; renew what its `token` refers"
                " to (with `user` it is sent as that user's password, without as a bearer token)"
            )
        if 300 <= status < 400:
            raise SourceError(
                f"{self._tool} sends requests to `url` of source {self._name!r} elsewhere; correct it, or log in"
            )
        if status >= 400:
            raise RefusedError(status)
        try:
            return Answer(msgspec.json.decode(response.content), response.headers)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise SourceError(
                f"what answers at `url` of source {self._name!r} is not {self._tool}'s API; correct it"
            ) from error


class _Login(requests.auth.AuthBase):
    """Puts the credentials on a request. Without any it still keeps those of a `.netrc` away."""

    def __init__(self, user: str | None, token: str) -> None:
        self._user, self._token = user, token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token and self._user:
            return requests.auth.HTTPBasicAuth(self._user.encode(), self._token.encode())(request)
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _backoff(attempt: int) -> float:
    """Seconds to wait after a failure: more each time, and not the same for all clients."""
    return float(min(_LONGEST_WAIT, 0.5 * 2**attempt) * random.uniform(0.5, 1.0))  # noqa: S311


def _told_to_wait(headers: Mapping[str, str]) -> float:
    text = headers.get("Retry-After") or ""
    return min(_LONGEST_WAIT, float(text)) if text.isdecimal() else 0.0
