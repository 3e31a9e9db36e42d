"""A client of Cloud Asset Inventory: paced, repeated where it helps, and its errors in plain words."""

import random
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import google.auth
import grpc
import requests
from google.api_core import exceptions
from google.auth.credentials import AnonymousCredentials, Credentials
from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError, TransportError
from google.cloud.asset_v1 import AssetServiceClient, ContentType, ListAssetsRequest, SearchAllResourcesRequest
from google.cloud.asset_v1.services.asset_service.transports import (
    AssetServiceGrpcTransport,
    AssetServiceRestTransport,
)
from google.protobuf.json_format import MessageToDict

from engine.collectors.actual.gcp_settings import Settings
from engine.collectors.base import Context
from engine.collectors.pacing import Pace
from engine.errors import SourceError

#: Requests a second that a project is given: 100 listings and 400 searches a minute.
_LIST_RATE = 100 / 60
_SEARCH_RATE = 400 / 60
_ATTEMPTS = 7
#: Seconds, doubled with each attempt up to the second; the wait is a random share of it.
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 30.0
_LIST_PAGE, _SEARCH_PAGE = 1000, 500

_PASSING = (
    exceptions.ResourceExhausted,
    exceptions.TooManyRequests,
    exceptions.ServerError,
    exceptions.Aborted,
    exceptions.RetryError,
    requests.exceptions.RequestException,
    TransportError,
)
#: The permission that listing each kind of content needs.
PERMISSIONS: dict[int, str] = {
    ContentType.RESOURCE: "cloudasset.assets.listResource",
    ContentType.IAM_POLICY: "cloudasset.assets.listIamPolicy",
}
SEARCH_PERMISSION = "cloudasset.assets.searchAllResources"


class RefusedError(Exception):
    """The caller may not do this. The text says what is lacking."""


class CancelledError(Exception):
    """The scan is no longer wanted; raised where a request would have been sent."""


class Client:
    """The inventory as the source's settings reach it.

    Raises SourceError when there are no credentials.
    """

    def __init__(self, settings: Settings, context: Context) -> None:
        self._settings = settings
        self._context = context
        self._paces = {"list": Pace(_LIST_RATE, burst=10), "search": Pace(_SEARCH_RATE, burst=10)}
        self._credentials = self._find_credentials()
        self._service = AssetServiceClient(transport=self._transport())

    @property
    def identity(self) -> str:
        """As whom the inventory is read, as far as the credentials tell."""
        return str(getattr(self._credentials, "service_account_email", "") or "")

    def close(self) -> None:
        """Gives the connection back."""
        self._service.transport.close()  # type: ignore[no-untyped-call]

    def assets(self, scope: str, content: int, size: int = _LIST_PAGE) -> Iterator[list[dict[str, Any]]]:
        """The assets of a scope, page by page, as the service writes them in JSON.

        Raises RefusedError when listing is not allowed there, SourceError when the service refuses or fails.
        """
        request = ListAssetsRequest(
            parent=scope, content_type=content, page_size=size, asset_types=self._settings.asset_types
        )
        return self._pages("list", self._service.list_assets, request, "assets", PERMISSIONS[content])

    def resources(self, scope: str) -> Iterator[list[dict[str, Any]]]:
        """What a search finds in a scope, page by page: names, places and labels without their settings.

        Raises RefusedError when searching is not allowed there, SourceError when the service refuses or fails.
        """
        request = SearchAllResourcesRequest(scope=scope, page_size=_SEARCH_PAGE, asset_types=self._settings.asset_types)
        return self._pages("search", self._service.search_all_resources, request, "results", SEARCH_PERMISSION)

    def _pages(
        self, pace: str, call: Callable[..., Any], request: Any, items: str, permission: str
    ) -> Iterator[list[dict[str, Any]]]:
        while True:
            page = self._send(pace, call, request, permission)
            yield [MessageToDict(type(item).pb(item)) for item in getattr(page, items)]
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token

    def _send(self, pace: str, call: Callable[..., Any], request: Any, permission: str) -> Any:
        """One page. What passes by itself is tried again, after a wait that grows."""
        for attempt in range(_ATTEMPTS):
            if self._paces[pace].wait(self._context):
                raise CancelledError
            try:
                pager = call(request=request, retry=None, timeout=self._settings.timeout)
                return next(iter(pager.pages))
            except _PASSING as error:
                if attempt == _ATTEMPTS - 1:
                    raise SourceError(self._failure(error)) from error
                longest = min(_LONGEST_WAIT, _FIRST_WAIT * 2**attempt)
                if self._context.wait(random.uniform(longest / 2, longest)):  # noqa: S311 - spreads requests
                    raise CancelledError from None
            except exceptions.Forbidden as error:
                raise RefusedError(_lack(error, permission)) from error
            except (exceptions.GoogleAPICallError, GoogleAuthError) as error:
                raise SourceError(self._failure(error)) from error
        raise AssertionError("unreachable")

    def _failure(self, error: Exception) -> str:
        """One sentence for what stands between the source and the inventory."""
        name = self._settings.name
        if isinstance(error, exceptions.Unauthorized | GoogleAuthError) and not isinstance(error, TransportError):
            return f"the Google credentials of source {name!r} have expired or are refused; log in again"
        if isinstance(error, exceptions.ResourceExhausted | exceptions.TooManyRequests):
            return f"Google's inventory still throttles source {name!r} after {_ATTEMPTS} attempts; scan later"
        if isinstance(error, exceptions.NotFound | exceptions.BadRequest):
            return f"Google's inventory does not accept `scope` or `asset_types` of source {name!r}; check them"
        return f"Google's inventory cannot be reached at {self._where()}; check the network and source {name!r}"

    def _where(self) -> str:
        return _address(self._settings.endpoint) if self._settings.endpoint else AssetServiceClient.DEFAULT_ENDPOINT

    def _find_credentials(self) -> Credentials:
        if _is_plain(self._settings.endpoint):
            return AnonymousCredentials()  # type: ignore[no-untyped-call]
        try:
            found, _ = google.auth.default(
                scopes=["https://www.googleapis.com/auth/cloud-platform"],
                quota_project_id=self._settings.quota_project,
            )
        except DefaultCredentialsError as error:
            raise SourceError(
                f"no Google credentials were found for source {self._settings.name!r}; log in with "
                "`gcloud auth application-default login`"
            ) from error
        return found

    def _transport(self) -> AssetServiceGrpcTransport | AssetServiceRestTransport:
        plain, host = _is_plain(self._settings.endpoint), self._where()
        if self._settings.transport == "rest":
            scheme = "http" if plain else "https"
            return AssetServiceRestTransport(host=host, credentials=self._credentials, url_scheme=scheme)
        if plain:
            return AssetServiceGrpcTransport(channel=grpc.insecure_channel(host))
        return AssetServiceGrpcTransport(host=host, credentials=self._credentials)


def _lack(error: exceptions.Forbidden, permission: str) -> str:
    if "SERVICE_DISABLED" in str(error) or "has not been used" in str(error):
        return "the API is switched off there; enable cloudasset.googleapis.com"
    return f"not allowed; grant {permission}"


def _is_plain(endpoint: str | None) -> bool:
    return bool(endpoint) and str(endpoint).startswith("http://")


def _address(endpoint: str) -> str:
    """`host:port` of an endpoint that may be written as a URL."""
    return urlsplit(endpoint).netloc.rpartition("@")[2] if "://" in endpoint else endpoint
