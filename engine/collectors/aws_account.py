"""A session with one AWS account: its clients, paced and with short timeouts, and its errors in plain words."""

import threading
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    HTTPClientError,
    IncompleteReadError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    ResponseStreamingError,
    SSOError,
    TokenRetrievalError,
)
from botocore.exceptions import (
    ConnectionError as EndpointError,
)
from botocore.parsers import ResponseParserError

from engine.collectors.aws_settings import AccountSettings
from engine.collectors.base import CancelledError, Context
from engine.collectors.pacing import Pace
from engine.errors import SourceError
from engine.providers.reads import Reads

#: Requests at once over all services: bound by the network, not by this machine.
WORKERS = 8

#: What a call may fail with; the last is an answer that is none: a proxy's page, half a body.
FAILURES = (BotoCoreError, ClientError, ResponseParserError)
#: Of these, what the SDK does not repeat by itself and another try may cure.
BROKEN_OFF = (ResponseParserError, ResponseStreamingError, IncompleteReadError)
_PAGES = (b"<!doctype html", b"<html")

_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
_DENIED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "AuthorizationErrorException",
        "Forbidden",
        "UnauthorizedOperation",
    }
)
_NO_CREDENTIALS = (
    NoCredentialsError,
    PartialCredentialsError,
    CredentialRetrievalError,
    SSOError,
    TokenRetrievalError,
)


Answer = TypeVar("Answer")


class Account:
    """One account as the source's settings reach it. Building it asks who is calling, and so proves that it works.

    `number` is the account's, `arn` that of the caller.

    Raises SourceError when there are no credentials, they are refused, or the endpoint cannot be reached.
    """

    def __init__(self, settings: AccountSettings, reads: Reads, context: Context) -> None:
        self._settings = settings
        self._reads = reads
        self._context = context
        self._lock = threading.Lock()
        self._clients: dict[tuple[str, str], Any] = {}
        self._paces: dict[tuple[str, str], Pace] = {}
        try:
            self._session = boto3.Session(profile_name=settings.profile)
            self.regions = self._regions()
            if settings.role_arn:
                self._session = self._assume(settings.role_arn)
            identity = self._sts().get_caller_identity()
            self.number, self.arn = str(identity["Account"]), str(identity["Arn"])
        except (BotoCoreError, ClientError, ValueError) as error:
            raise SourceError(self._refusal(error)) from error

    def client(self, service: str, region: str) -> Any:
        """The client of a service in a region, one for all threads. Every request waits for its turn."""
        with self._lock:
            client = self._clients.get((service, region))
            if client is None:
                # Building a client is not safe in threads, using it is.
                client = self._build(service, region, attempts=5)
                self._clients[service, region] = client
            return client

    def check_expiry(self, error: Exception) -> None:
        """Raises SourceError when the credentials ran out while reading: every further call would fail too."""
        if wrong_with(error) in _EXPIRED:
            raise SourceError(self._refusal(error)) from error

    def _regions(self) -> list[str]:
        regions = self._settings.regions or [self._session.region_name]
        if not all(regions):
            raise SourceError(f"no AWS region is known; set `regions` of source {self._settings.name!r}")
        return list(dict.fromkeys(regions))

    def _build(self, service: str, region: str, attempts: int) -> Any:
        config = Config(
            connect_timeout=5,
            read_timeout=30,
            retries={"mode": "standard", "total_max_attempts": attempts},
            max_pool_connections=WORKERS,
            user_agent_appid="driftguard",
        )
        client = self._session.client(
            service, region_name=region, endpoint_url=self._settings.endpoint_url, config=config
        )
        pace = self._paces.setdefault((service, region), Pace(self._reads.rate(service)))

        def wait(**_: Any) -> None:
            if pace.wait(self._context):
                raise CancelledError

        # Fires for every page and every retry, which all count against the quota.
        client.meta.events.register("before-send.*", wait)
        client.meta.events.register("response-received.*", _refuse_pages)
        return client

    def again(self, ask: Callable[[], Answer]) -> Answer:
        """What `ask` gives, asked again where an answer was broken off."""
        for pause in (0.2, 1.0):
            try:
                return ask()
            except BROKEN_OFF:
                if self._context.wait(pause):
                    raise CancelledError from None
        return ask()

    def _sts(self) -> Any:
        return self._build("sts", self.regions[0], attempts=2)

    def _assume(self, role_arn: str) -> boto3.Session:
        answer = self._sts().assume_role(RoleArn=role_arn, RoleSessionName="driftguard")
        given = answer["Credentials"]
        return boto3.Session(
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
        )

    def _refusal(self, error: Exception) -> str:
        """One sentence for what stands between the source and its account."""
        name, profile = self._settings.name, self._settings.profile
        if isinstance(error, ProfileNotFound):
            return f"the AWS profile {profile!r} does not exist; check `profile` of source {name!r}"
        if isinstance(error, _NO_CREDENTIALS):
            return f"no AWS credentials were found for source {name!r}; log in, or set its `profile`"
        if isinstance(error, EndpointError | HTTPClientError):
            return f"AWS cannot be reached at {self._where()}; check the network and `endpoint_url` of source {name!r}"
        if isinstance(error, ClientError):
            code = code_of(error)
            if code in _EXPIRED:
                return f"the AWS credentials of source {name!r} have expired ({code}); log in again"
            if error.operation_name == "AssumeRole":
                return f"AWS refuses the role in `role_arn` of source {name!r} ({code}); check it and its trust policy"
            return f"AWS refuses the credentials of source {name!r} ({code}); check them, or set its `profile`"
        return f"the AWS settings of source {name!r} cannot be used: {type(error).__name__}"

    def _where(self) -> str:
        host = urlsplit(self._settings.endpoint_url or "").netloc
        return host.rpartition("@")[2] or f"its public endpoints in {self.regions[0]}"


def _refuse_pages(response_dict: Mapping[str, Any] | None, **_: Any) -> None:
    """A proxy's page is no answer. The SDK would take it for one that lists nothing."""
    body = response_dict.get("body") if response_dict else None
    if isinstance(body, bytes) and body[:100].lstrip().lower().startswith(_PAGES):
        raise ResponseParserError("a page came in place of an answer")


def code_of(error: ClientError) -> str:
    """The provider's error code."""
    return str(error.response.get("Error", {}).get("Code", "unknown"))


def wrong_with(error: Exception) -> str:
    """The provider's error code, or what else the call failed with."""
    return code_of(error) if isinstance(error, ClientError) else type(error).__name__


def is_denied(error: Exception) -> bool:
    """Whether the caller lacks the permission, as opposed to any other failure."""
    return wrong_with(error) in _DENIED


def failure(operation: str, error: Exception, permission: str) -> str:
    """What to tell of a call that failed, with what to grant where the caller may not make it."""
    if is_denied(error):
        return f"not allowed to call {operation}; grant {permission}"
    return f"{operation} failed ({wrong_with(error)})"
