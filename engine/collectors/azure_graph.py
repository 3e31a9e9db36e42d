"""Asks Azure's Resource Graph: the rows of a query, page by page, over many subscriptions at once."""

from collections.abc import Iterator, Mapping
from typing import Any

from azure.mgmt.resourcegraph import ResourceGraphClient
from azure.mgmt.resourcegraph.models import QueryRequest, QueryRequestOptions

from engine.collectors.azure_account import Account, RefusedError, Service
from engine.collectors.azure_settings import AzureSettings
from engine.collectors.base import Context
from engine.errors import SourceError

#: What reading takes, in the words in which it is granted.
PERMISSION = "the role Reader on it (Microsoft.ResourceGraph/resources/read and */read)"
#: The published quota: 15 queries in 5 seconds.
_SERVICE = Service("Resource Graph", PERMISSION, rate=3.0, burst=15.0)
#: Rows of a page, and subscriptions of a query; both the service's own limits.
_PAGE, _SCOPES = 1000, 1000
_SUBSCRIPTIONS = (
    "resourcecontainers | where type =~ 'microsoft.resources/subscriptions' "
    "| project id, name, type, subscriptionId | order by id asc"
)


class TruncatedError(Exception):
    """The service left rows out of its answer and gave no further page."""


class Graph:
    """Resource Graph as the source's settings reach it. Building it sends nothing.

    Raises SourceError when the settings or this machine's credentials cannot be used.
    """

    def __init__(self, settings: AzureSettings, context: Context) -> None:
        self._settings = settings
        self._account = Account(settings, _SERVICE, context)
        self._client: Any = ResourceGraphClient(self._account.credential, **self._account.options)

    @property
    def identity(self) -> str:
        """As whom the service is asked, as the token says; empty when it does not."""
        return self._account.identity

    def subscriptions(self) -> dict[str, str]:
        """The ids, in small letters, and names of the subscriptions that the source means and the caller may see.

        Raises SourceError when there is none, or they cannot be asked for.
        """
        wanted = [text.lower() for text in self._settings.subscriptions]
        try:
            rows = list(self.rows(_SUBSCRIPTIONS, wanted))
        except (RefusedError, TruncatedError) as error:
            raise SourceError(f"source {self._settings.name!r}: {error}") from error
        if not rows:
            raise SourceError(f"source {self._settings.name!r} sees no subscription; grant {PERMISSION}")
        return {str(row.get("subscriptionId") or "").lower(): str(row.get("name") or "") for row in rows}

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
        request = QueryRequest(
            query=query,
            subscriptions=subscriptions or None,
            management_groups=None if subscriptions else self._settings.management_groups or None,
            options=QueryRequestOptions(skip_token=token, top=_PAGE, result_format="objectArray"),
        )
        return self._account.ask(lambda: self._client.resources(request, cls=_with_headers))


def _with_headers(response: Any, answer: Any, _headers: Any) -> tuple[Any, Mapping[str, str]]:
    return answer, response.http_response.headers
