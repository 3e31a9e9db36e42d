"""Reads Cloud Asset Inventory, scope by scope: the resources with their settings, then who may access them.

Where listing is not allowed, a search still tells what is there; it does not show settings, so only what is missing
or undeclared is found.
"""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from google.cloud.asset_v1 import ContentType
from msgspec import Struct

from engine.collectors.actual.gcp_client import PERMISSIONS, Client
from engine.collectors.actual.gcp_records import Asset, Projects, coverage, native, observed
from engine.collectors.actual.gcp_settings import Settings
from engine.collectors.base import Access, CancelledError, Context, Found, Lack
from engine.collectors.google_account import RefusedError
from engine.errors import SourceError


class _Inventory(Struct, frozen=True, forbid_unknown_fields=True):
    types: frozenset[str]


def read_live(settings: Settings, context: Context) -> Iterator[Found]:
    """Yields the assets of every scope, and what was listed completely.

    Raises SourceError when nothing can be read at all, or the credentials are refused.
    """
    client = _client(settings, context)
    refused = []
    try:
        for scope in settings.scopes:
            try:
                yield from _Reading(client, settings, context, scope).found()
            except RefusedError as error:
                refused.append(f"{scope}: {error}")
                context.skip(scope, str(error), records=0)
    except CancelledError:
        return
    finally:
        client.close()
    if len(refused) == len(settings.scopes):
        raise SourceError(f"nothing of source {settings.name!r} can be read: {refused[0]}")


def try_access(settings: Settings, context: Context) -> Access:
    """What may be listed of each scope, and as whom. Raises SourceError when the service cannot be asked."""
    client = _client(settings, context)
    may, lacks = [], []
    try:
        for scope in settings.scopes:
            for content, permission in PERMISSIONS.items():
                what = f"{'resources' if content is ContentType.RESOURCE else 'access policies'} of {scope}"
                try:
                    next(client.assets(scope, content, size=1))
                    may.append(what)
                except RefusedError:
                    lacks.append(Lack(what, permission))
    except CancelledError:
        return Access(identity=client.identity)
    finally:
        client.close()
    if not may:
        raise SourceError(f"source {settings.name!r} may read nothing; grant {lacks[0].needs} on {settings.scopes[0]}")
    return Access(identity=client.identity, may=tuple(may), lacks=tuple(lacks))


def _client(settings: Settings, context: Context) -> Client:
    if not settings.scopes:
        raise SourceError(f"nothing says what to read; set `scope` of source {settings.name!r} to projects/ID")
    return Client(settings, context)


class _Reading:
    """One scope while it is read."""

    def __init__(self, client: Client, settings: Settings, context: Context, scope: str) -> None:
        self._client = client
        self._settings = settings
        self._context = context
        self._scope = scope
        self._projects = Projects()
        self._kinds: set[str] = set()
        self._places = {scope.removeprefix("projects/")} if scope.startswith("projects/") else set()
        self._waiting: list[Asset] = []

    def found(self) -> Iterator[Found]:
        """The resources, what they cover, and the access policies.

        Raises RefusedError when neither listing nor searching is allowed.
        """
        try:
            yield from self._observed(self._client.assets(self._scope, ContentType.RESOURCE))
        except RefusedError as error:
            self._context.skip(self._scope, f"{error}; searched instead, which shows no settings", records=0)
            yield from self._observed(self._client.resources(self._scope))
        kinds = set(map(native, self._settings.asset_types)) or self._kinds | _inventory().types
        yield from self._settled()
        yield from coverage(kinds, self._places, self._settings.name)
        try:
            yield from self._observed(self._client.assets(self._scope, ContentType.IAM_POLICY))
        except RefusedError as error:
            self._context.skip(f"access policies of {self._scope}", str(error), records=0)
        yield from self._settled()

    def _observed(self, pages: Iterator[list[dict[str, Any]]]) -> Iterator[Found]:
        for page in pages:
            for item in page:
                asset = self._asset(item)
                if asset is None:
                    continue
                self._kinds.add(asset.kind)
                project = self._projects.of(asset)
                if project:
                    self._places.add(project)
                    yield observed(asset, project, self._settings.name, self._scope)
                else:
                    self._waiting.append(asset)

    def _settled(self) -> Iterator[Found]:
        """The assets whose project another one had to tell."""
        for asset in self._waiting:
            yield observed(asset, self._projects.of(asset), self._settings.name, self._scope)
        self._waiting = []

    def _asset(self, item: dict[str, Any]) -> Asset | None:
        try:
            return msgspec.convert(item, Asset)
        except msgspec.ValidationError as error:
            self._context.skip(self._scope, f"not an asset: {error}")
            return None


@cache
def _inventory() -> _Inventory:
    """The asset types that a complete listing speaks about."""
    text = files("engine.providers").joinpath("gcp", "inventory.toml").read_bytes()
    return msgspec.toml.decode(text, type=_Inventory)
