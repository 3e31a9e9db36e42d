"""What clients of Google's APIs share: credentials, pace, attempts that are repeated where it helps, failures in plain
words."""

import random
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import google.auth
import requests
from google.api_core import exceptions
from google.auth.credentials import AnonymousCredentials, Credentials
from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError, TransportError
from msgspec import Struct

from engine.collectors.base import CancelledError, Context
from engine.collectors.google_settings import GoogleSettings
from engine.collectors.pacing import Pace
from engine.errors import SourceError

_ATTEMPTS = 7
#: Seconds, doubled with each attempt up to the second; the wait is a random share of it.
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 30.0

_PASSING = (
    exceptions.ResourceExhausted,
    exceptions.TooManyRequests,
    exceptions.ServerError,
    exceptions.Aborted,
    exceptions.RetryError,
    requests.exceptions.RequestException,
    TransportError,
)


class RefusedError(Exception):
    """The caller may not do this. The text says what is lacking."""


class Api(Struct, frozen=True):
    """One of Google's APIs, for sentences about it: what it is `called`, its `service` and default `host`, and the
    `settings` of a source that it may not accept."""

    called: str
    service: str
    host: str
    settings: str


class Connection:
    """A source's way to one of Google's APIs. To an endpoint with `http://` before it no credentials are sent.

    Raises SourceError when there are no credentials.
    """

    def __init__(self, api: Api, settings: GoogleSettings, context: Context) -> None:
        self._api = api
        self._context = context
        self._source = settings.name
        self._timeout = settings.timeout
        endpoint = settings.endpoint
        self.is_plain = bool(endpoint) and str(endpoint).startswith("http://")
        self.host = _address(endpoint) if endpoint else api.host
        self.credentials = AnonymousCredentials() if self.is_plain else self._found(settings.quota_project)  # type: ignore[no-untyped-call]

    @property
    def identity(self) -> str:
        """As whom the API is called, as far as the credentials tell."""
        return str(getattr(self.credentials, "service_account_email", "") or "")

    def send(self, pace: Pace, call: Callable[..., Any], request: Any, permission: str) -> Any:
        """The first page of the answer. What passes by itself is tried again, after a wait that grows.

        Raises RefusedError when the caller lacks the permission, SourceError when the service refuses or fails.
        """
        for attempt in range(_ATTEMPTS):
            if pace.wait(self._context):
                raise CancelledError
            try:
                pager = call(request=request, retry=None, timeout=self._timeout)
                return next(iter(pager.pages))
            except _PASSING as error:
                if attempt == _ATTEMPTS - 1:
                    raise SourceError(self._failure(error)) from error
                longest = min(_LONGEST_WAIT, _FIRST_WAIT * 2**attempt)
                if self._context.wait(random.uniform(longest / 2, longest)):  # noqa: S311 - spreads requests
                    raise CancelledError from None
            except exceptions.Forbidden as error:
                raise RefusedError(self._lack(error, permission)) from error
            except (exceptions.GoogleAPICallError, GoogleAuthError) as error:
                raise SourceError(self._failure(error)) from error
        raise AssertionError("unreachable")

    def _found(self, quota_project: str | None) -> Credentials:
        try:
            found, _ = google.auth.default(
                scopes=["https://www.googleapis.com/auth/cloud-platform"], quota_project_id=quota_project
            )
        except DefaultCredentialsError as error:
            raise SourceError(
                f"no Google credentials were found for source {self._source!r}; log in with "
                "`gcloud auth application-default login`"
            ) from error
        return found

    def _failure(self, error: Exception) -> str:
        """One sentence for what stands between the source and the API."""
        if isinstance(error, exceptions.Unauthorized | GoogleAuthError) and not isinstance(error, TransportError):
            return f"the Google credentials of source {self._source!r} have expired or are refused; log in again"
        if isinstance(error, exceptions.ResourceExhausted | exceptions.TooManyRequests):
            return f"{self._api.called} still throttles source {self._source!r} after {_ATTEMPTS} attempts; scan later"
        if isinstance(error, exceptions.NotFound | exceptions.BadRequest):
            return f"{self._api.called} does not accept {self._api.settings} of source {self._source!r}; check them"
        return f"{self._api.called} cannot be reached at {self.host}; check the network and source {self._source!r}"

    def _lack(self, error: exceptions.Forbidden, permission: str) -> str:
        if "SERVICE_DISABLED" in str(error) or "has not been used" in str(error):
            return f"the API is switched off there; enable {self._api.service}"
        return f"not allowed; grant {permission}"


def _address(endpoint: str) -> str:
    """`host:port` of an endpoint that may be written as a URL."""
    return urlsplit(endpoint).netloc.rpartition("@")[2] if "://" in endpoint else endpoint
