"""Reaches Azure through its SDK: within the published quotas, patient with a service that is busy, read-only."""

import base64
import binascii
import random
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlsplit

import msgspec
from azure.core import PipelineClient
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
from azure.core.rest import HttpRequest
from msgspec import Struct

from engine.collectors.azure_settings import AzureSettings
from engine.collectors.base import CancelledError, Context
from engine.collectors.pacing import Pace
from engine.errors import SourceError
from engine.loopback import LOOPBACK

_ATTEMPTS = 6
_LONGEST_WAIT = 60.0
_DENIED = frozenset({"AuthorizationFailed", "LinkedAuthorizationFailed", "NoValidSubscriptionsInQueryRequest"})

Answer = TypeVar("Answer")


class RefusedError(Exception):
    """The service would not answer. Its text says why, and what to do."""


class DeniedError(RefusedError):
    """The service would not answer because the caller may not read that."""


class Service(Struct, frozen=True):
    """A service of Azure: what reading it takes, in the words in which it is granted, and its published quota.

    rate: requests a second; burst: those that may come at once after a pause.
    """

    name: str
    permission: str
    rate: float
    burst: float


class Account:
    """One service of Azure as the source's settings reach it. Building it sends nothing.

    Raises SourceError when the settings or this machine's credentials cannot be used.
    """

    def __init__(self, settings: AzureSettings, service: Service, context: Context) -> None:
        self._settings = settings
        self._service = service
        self._context = context
        self._pace = Pace(service.rate, service.burst)
        self._rest = 0.0
        address = urlsplit(settings.endpoint)
        if address.scheme != "https" and address.hostname not in LOOPBACK:
            raise SourceError(f"`endpoint` of source {settings.name!r} must be https: a token is sent there")
        self._token = context.resolve_secret(settings.token) if settings.token else ""
        self._credential = self._find_credential()
        #: What a client of the SDK is built with.
        self.options: dict[str, Any] = {
            "base_url": settings.endpoint,
            "policies": [
                policies.RequestIdPolicy(),
                policies.UserAgentPolicy("driftguard", user_agent_overwrite=True),
                policies.ContentDecodePolicy(),
                self._authentication(),
            ],
            "connection_timeout": 10,
            "read_timeout": 60,
        }
        self._client: Any = PipelineClient(**self.options)

    @property
    def credential(self) -> Any:
        """What the SDK's clients take as the caller's proof."""
        return self._credential

    @property
    def identity(self) -> str:
        """As whom the service is asked, as the token says; empty when it does not."""
        token = self._token or self._credential.get_token(self._scope).token
        claims = _claims(token)
        return str(next((claims[name] for name in ("upn", "unique_name", "appid", "oid") if claims.get(name)), ""))

    def get(self, address: str, parameters: Mapping[str, str] | None = None) -> bytes:
        """The body of an answer. `address` is a path of the Resource Manager, or the link to a further page.

        Raises as `ask`, and RefusedError for a link that leads to another server than `endpoint`.
        """
        if "://" in address and urlsplit(address).netloc != urlsplit(self._settings.endpoint).netloc:
            raise RefusedError(f"{self._service.name} names a further page on another server, which is not followed")
        request = HttpRequest("GET", self._client.format_url(address), params=dict(parameters or {}))

        def send() -> tuple[bytes, Mapping[str, str]]:
            response = self._client.send_request(request)
            response.raise_for_status()
            return response.content, response.headers

        return self.ask(send)

    def ask(self, send: Callable[[], tuple[Answer, Mapping[str, str]]]) -> Answer:
        """An answer, asked for again while the service is busy or the connection breaks.

        Raises RefusedError when the request is refused or keeps failing, SourceError when the credentials are not
        accepted, and CancelledError.
        """
        for attempt in range(_ATTEMPTS):
            self._wait()
            try:
                answer, headers = send()
            except (ServiceRequestError, ServiceResponseError, DecodeError) as error:
                if attempt + 1 == _ATTEMPTS:
                    where = urlsplit(self._settings.endpoint).hostname
                    raise RefusedError(
                        f"Azure cannot be reached at {where}; check the network and `endpoint`"
                    ) from error
                self._rest = _backoff(attempt)
            except HttpResponseError as error:
                if not _may_try_again(error) or attempt + 1 == _ATTEMPTS:
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

    def _refusal(self, error: HttpResponseError) -> Exception:
        name, code = self._settings.name, error.error.code if error.error else ""
        if isinstance(error, ClientAuthenticationError) or error.status_code == 401:
            return SourceError(
                f"the Azure credentials of source {name!r} have expired or are not accepted; "
                + ("renew what its `token` refers to" if self._token else "log in again, or set its `token`")
            )
        service = self._service.name
        if error.status_code == 403 or code in _DENIED:
            return DeniedError(f"not allowed to read {service}; grant {self._service.permission}")
        if error.status_code == 429:
            return RefusedError(f"{service} keeps refusing requests as too many; scan again later")
        return RefusedError(f"{service} failed ({code or error.status_code})")

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


def _may_try_again(error: HttpResponseError) -> bool:
    return error.status_code in (408, 429) or (error.status_code or 0) >= 500


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
