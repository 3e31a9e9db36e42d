"""Asks Resource Graph through its SDK: within the published quota, patient with a service that is busy, read-only."""

import base64
import binascii
import random
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec
from azure.core.credentials import AzureKeyCredential
from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    DecodeError,
    HttpResponseError,
    ServiceRequestError,
    ServiceResponseError,
)
from azure.core.pipeline import policies
from azure.mgmt.resourcegraph import ResourceGraphClient
from azure.mgmt.resourcegraph.models import QueryRequest, QueryRequestOptions

from engine.collectors.actual.azure_settings import Settings
from engine.collectors.base import Context
from engine.collectors.pacing import Pace
from engine.errors import SourceError

#: What reading takes, in the words in which it is granted.
PERMISSION = "the role Reader on it (Microsoft.ResourceGraph/resources/read and */read)"
#: The published quota: 15 queries in 5 seconds.
_RATE, _BURST = 3.0, 15.0
#: Rows of a page, and subscriptions of a query; both the service's own limits.
_PAGE, _SCOPES = 1000, 1000
_ATTEMPTS = 6
_LONGEST_WAIT = 60.0
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_DENIED = frozenset({"AuthorizationFailed", "LinkedAuthorizationFailed", "NoValidSubscriptionsInQueryRequest"})


class CancelledError(Exception):
    """The scan is no longer wanted; raised where a request would have been sent."""


class RefusedError(Exception):
    """The service would not answer a query. Its text says why, and what to do."""


class TruncatedError(Exception):
    """The service left rows out of its answer and gave no further page."""


class Client:
    """Resource Graph as the source's settings reach it. Building it sends nothing.

    Raises SourceError when the settings or this machine's credentials cannot be used.
    """

    def __init__(self, settings: Settings, context: Context) -> None:
        self._settings = settings
        self._context = context
        self._pace = Pace(_RATE, _BURST)
        self._rest = 0.0
        address = urlsplit(settings.endpoint)
        if address.scheme != "https" and address.hostname not in _LOOPBACK:
            raise SourceError(f"`endpoint` of source {settings.name!r} must be https: a token is sent there")
        self._token = context.resolve_secret(settings.token) if settings.token else ""
        self._credential = self._find_credential()
        self._client: Any = ResourceGraphClient(
            self._credential,
            base_url=settings.endpoint,
            policies=[
                policies.RequestIdPolicy(),
                policies.UserAgentPolicy("driftguard", user_agent_overwrite=True),
                policies.ContentDecodePolicy(),
                self._authentication(),
            ],
            connection_timeout=10,
            read_timeout=60,
        )

    @property
    def identity(self) -> str:
        """As whom the service is asked, as the token says; empty when it does not."""
        token = self._token or self._credential.get_token(self._scope).token
        claims = _claims(token)
        return str(next((claims[name] for name in ("upn", "unique_name", "appid", "oid") if claims.get(name)), ""))

    def rows(self, query: str, subscriptions: list[str]) -> Iterator[dict[str, Any]]:
        """The rows of all pages. With no subscriptions, of the management groups, or of all that can be seen.

        Raises RefusedError when the query is refused or keeps failing, TruncatedError when rows were left out,
        SourceError when the credentials are not accepted, and CancelledError.
        """
        chunks = [subscriptions[at : at + _SCOPES] for at in range(0, len(subscriptions), _SCOPES)] or [[]]
        for chunk in chunks:
            token: str | None = None
            while True:
                answer = self._page(query, chunk, token)
                yield from (row for row in answer.data or () if isinstance(row, dict))
                token = answer.skip_token
                if token is None:
                    break
            if str(answer.result_truncated).lower().endswith("true"):
                raise TruncatedError("the service left rows out of its answer")

    def _page(self, query: str, subscriptions: list[str], token: str | None) -> Any:
        """One page, asked for again while the service is busy or the connection breaks."""
        request = QueryRequest(
            query=query,
            subscriptions=subscriptions or None,
            management_groups=None if subscriptions else self._settings.management_groups or None,
            options=QueryRequestOptions(skip_token=token, top=_PAGE, result_format="objectArray"),
        )
        for attempt in range(_ATTEMPTS):
            self._wait()
            try:
                answer, headers = self._client.resources(request, cls=_with_headers)
            except (ServiceRequestError, ServiceResponseError, DecodeError) as error:
                if attempt + 1 == _ATTEMPTS:
                    where = urlsplit(self._settings.endpoint).hostname
                    raise RefusedError(
                        f"Azure cannot be reached at {where}; check the network and `endpoint`"
                    ) from error
                self._rest = _backoff(attempt)
            except HttpResponseError as error:
                if not self._may_try_again(error) or attempt + 1 == _ATTEMPTS:
                    raise self._refusal(error) from error
                self._rest = _told_to_wait(_headers_of(error)) or _backoff(attempt)
            except AzureError as error:
                raise SourceError(f"the Azure credentials of source {self._settings.name!r} cannot be used") from error
            else:
                if headers.get("x-ms-user-quota-remaining") == "0":
                    self._rest = _told_to_wait(headers)
                return answer
        raise AssertionError("every way out of the loop is inside it")

    def _wait(self) -> None:
        rest, self._rest = self._rest, 0.0
        if self._pace.wait(self._context) or (rest and self._context.wait(rest)):
            raise CancelledError

    def _may_try_again(self, error: HttpResponseError) -> bool:
        return error.status_code in (408, 429) or (error.status_code or 0) >= 500

    def _refusal(self, error: HttpResponseError) -> Exception:
        name, code = self._settings.name, error.error.code if error.error else ""
        if isinstance(error, ClientAuthenticationError) or error.status_code == 401:
            return SourceError(
                f"the Azure credentials of source {name!r} have expired or are not accepted; "
                + ("renew what its `token` refers to" if self._token else "log in again, or set its `token`")
            )
        if error.status_code == 403 or code in _DENIED:
            return RefusedError(f"not allowed to query Resource Graph; grant {PERMISSION}")
        if error.status_code == 429:
            return RefusedError("Resource Graph keeps refusing queries as too many; scan again later")
        return RefusedError(f"Resource Graph failed ({code or error.status_code})")

    def _find_credential(self) -> Any:
        if self._token:
            return AzureKeyCredential(self._token)
        from azure.identity import DefaultAzureCredential

        return DefaultAzureCredential()

    @property
    def _scope(self) -> str:
        return f"{self._settings.endpoint.rstrip('/')}/.default"

    def _authentication(self) -> Any:
        if self._token:
            return policies.AzureKeyCredentialPolicy(self._credential, "Authorization", prefix="Bearer")
        return policies.BearerTokenCredentialPolicy(self._credential, self._scope)


def _with_headers(response: Any, answer: Any, _headers: Any) -> tuple[Any, Mapping[str, str]]:
    return answer, response.http_response.headers


def _headers_of(error: HttpResponseError) -> Mapping[str, str]:
    response: Any = error.response
    return response.headers if response is not None else {}


def _backoff(attempt: int) -> float:
    """Seconds to wait after a failure: more each time, and not the same for all clients."""
    return float(min(_LONGEST_WAIT, 0.5 * 2**attempt) * random.uniform(0.5, 1.0))  # noqa: S311


def _told_to_wait(headers: Mapping[str, str]) -> float:
    """The seconds that the service asks for: as `Retry-After`, or until its quota begins anew (`00:00:05`)."""
    text = headers.get("Retry-After") or ""
    if text.isdigit():
        return min(_LONGEST_WAIT, float(text))
    pieces = (headers.get("x-ms-user-quota-resets-after") or "").split(":")
    try:
        hours, minutes, seconds = map(float, pieces)
    except ValueError:
        return 0.0
    return min(_LONGEST_WAIT, hours * 3600 + minutes * 60 + seconds)


def _claims(token: str) -> Mapping[str, Any]:
    """What a token says of its bearer; nothing when it is not one that says."""
    payload = token.split(".")[1] if token.count(".") == 2 else ""
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)), type=dict[str, Any])
    except (binascii.Error, msgspec.DecodeError, UnicodeDecodeError, ValueError):
        return {}
