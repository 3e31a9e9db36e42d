"""A client of Cloud Asset Inventory: paced, repeated where it helps, and its errors in plain words."""

from collections.abc import Callable, Iterator
from typing import Any

import grpc
from google.cloud.asset_v1 import AssetServiceClient, ContentType, ListAssetsRequest, SearchAllResourcesRequest
from google.cloud.asset_v1.services.asset_service.transports import (
    AssetServiceGrpcTransport,
    AssetServiceRestTransport,
)
from google.protobuf.json_format import MessageToDict

from engine.collectors.actual.gcp_settings import Settings
from engine.collectors.base import Context
from engine.collectors.google_account import Api, Connection
from engine.collectors.pacing import Pace

#: Requests a second that a project is given: 100 listings and 400 searches a minute.
_LIST_RATE = 100 / 60
_SEARCH_RATE = 400 / 60
_LIST_PAGE, _SEARCH_PAGE = 1000, 500
_API = Api(
    called="Google's inventory",
    service="cloudasset.googleapis.com",
    host=AssetServiceClient.DEFAULT_ENDPOINT,
    settings="`scope` or `asset_types`",
)

#: The permission that listing each kind of content needs.
PERMISSIONS: dict[int, str] = {
    ContentType.RESOURCE: "cloudasset.assets.listResource",
    ContentType.IAM_POLICY: "cloudasset.assets.listIamPolicy",
}
SEARCH_PERMISSION = "cloudasset.assets.searchAllResources"


class Client:
    """The inventory as the source's settings reach it.

    Raises SourceError when there are no credentials.
    """

    def __init__(self, settings: Settings, context: Context) -> None:
        self._settings = settings
        self._paces = {"list": Pace(_LIST_RATE, burst=10), "search": Pace(_SEARCH_RATE, burst=10)}
        self._connection = Connection(_API, settings, context)
        self._service = AssetServiceClient(transport=self._transport())

    @property
    def identity(self) -> str:
        """As whom the inventory is read, as far as the credentials tell."""
        return self._connection.identity

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
            page = self._connection.send(self._paces[pace], call, request, permission)
            yield [MessageToDict(type(item).pb(item)) for item in getattr(page, items)]
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token

    def _transport(self) -> AssetServiceGrpcTransport | AssetServiceRestTransport:
        plain, host, credentials = self._connection.is_plain, self._connection.host, self._connection.credentials
        if self._settings.transport == "rest":
            return AssetServiceRestTransport(
                host=host, credentials=credentials, url_scheme="http" if plain else "https"
            )
        if plain:
            return AssetServiceGrpcTransport(channel=grpc.insecure_channel(host))
        return AssetServiceGrpcTransport(host=host, credentials=credentials)
