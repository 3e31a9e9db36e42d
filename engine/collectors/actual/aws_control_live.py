"""Cloud Control of a live account: what no read covers but somebody declares, and the types that are asked for."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import Any

import msgspec
from msgspec import Struct

from engine.collectors.actual.aws_config import as_document
from engine.collectors.actual.aws_settings import Settings
from engine.collectors.actual.aws_wanted import Wanted, wanted_resources
from engine.collectors.aws_account import FAILURES, WORKERS, Account, failure, wrong_with
from engine.collectors.base import CancelledError, Context, Found
from engine.model import Coverage, Observed
from engine.providers import Knowledge, load_knowledge
from engine.providers.reads import Reads

#: The resource is not there: a definite answer, so that it can be called missing.
_ABSENT = ("ResourceNotFoundException", "NotFound")
#: The type cannot be read this way: nothing is known, and there is nothing to put right.
_UNREADABLE = ("TypeNotFoundException", "UnsupportedActionException")
#: The identifier is not one of the type's, or the type can only be listed within something else.
_INVALID = ("InvalidRequestException", "ValidationException")


class Answer(Struct):
    """What became of asking for one resource. `is_definite`: it is there, or it surely is not."""

    wanted: Wanted
    observed: Observed | None = None
    is_definite: bool = False
    problem: str = ""


class ControlReader:
    """Reads through Cloud Control what it is asked for, several resources at once."""

    def __init__(self, account: Account, settings: Settings, reads: Reads, context: Context) -> None:
        self._account = account
        self._settings = settings
        self._reads = reads
        self._context = context
        self._knowledge: Knowledge = load_knowledge(context.knowledge)

    def read(self) -> Iterator[Found]:
        """Yields the declared resources, and those of the types that the settings name, with their coverage.

        A type counts as covered once every resource of it got a definite answer.
        """
        try:
            with ThreadPoolExecutor(WORKERS, thread_name_prefix="aws-control") as pool:
                declared = wanted_resources(self._context, self._account, self._knowledge, self._reads)
                chosen = self._settings.types
                declared = [item for item in declared if not chosen or item.native in chosen]
                yield from self._collect(pool, declared, covered=set())
                for native, region in self._listed_types():
                    yield from self._list(pool, native, region)
        except CancelledError:
            return

    def _collect(
        self, pool: ThreadPoolExecutor, wanted: list[Wanted], covered: set[tuple[str, str]]
    ) -> Iterator[Found]:
        """The answers about resources; `covered` are types and scopes that a list covers already."""
        open_ones: set[tuple[str, str]] = set()
        asked = {(item.native, item.scope) for item in wanted if item.is_certain}
        for answer in pool.map(self._get, wanted):
            if answer.problem:
                self._context.skip(f"{answer.wanted.native} {answer.wanted.identifiers[0]}", answer.problem, records=0)
            if not answer.is_definite:
                open_ones.add((answer.wanted.native, answer.wanted.scope))
            if answer.observed is not None:
                yield answer.observed
        for native, scope in sorted((asked | covered) - open_ones):
            yield Coverage("aws", native, scope, self._settings.name)

    def _get(self, wanted: Wanted) -> Answer:
        """Asks for one resource by each identifier that may be its own."""
        client = self._account.client("cloudcontrol", wanted.region)
        for identifier in wanted.identifiers:
            try:
                asked = partial(client.get_resource, TypeName=wanted.native, Identifier=identifier)
                answer = self._account.again(asked)
            except FAILURES as error:
                self._account.check_expiry(error)
                code = wrong_with(error)
                if code in _ABSENT:
                    continue
                if code in (*_UNREADABLE, *_INVALID):
                    return Answer(wanted)
                return Answer(wanted, problem=_failure("GetResource", error))
            return Answer(wanted, self._observed(wanted, answer["ResourceDescription"]), is_definite=True)
        return Answer(wanted, is_definite=wanted.is_certain)

    def _list(self, pool: ThreadPoolExecutor, native: str, region: str) -> Iterator[Found]:
        """All resources of a type in a region. A list may leave out properties, so each is asked for."""
        client = self._account.client("cloudcontrol", region)
        scope = self._scope(native, region)
        try:
            pages = client.get_paginator("list_resources").paginate(TypeName=native)
            identifiers = [item["Identifier"] for page in pages for item in page["ResourceDescriptions"]]
        except FAILURES as error:
            self._account.check_expiry(error)
            if wrong_with(error) not in (*_UNREADABLE, *_INVALID):
                self._context.skip(f"{native} in {region}", _failure("ListResources", error), records=0)
            return
        wanted = [Wanted(native, region, scope, (identifier,)) for identifier in identifiers]
        yield from self._collect(pool, wanted, covered={(native, scope)})

    def _listed_types(self) -> Iterator[tuple[str, str]]:
        names = self._settings.cloud_control
        if "*" in names:
            unread = (name for name in self._knowledge.registry.names() if name not in self._reads.types)
            names = list(dict.fromkeys([*(name for name in names if name != "*"), *unread]))
        return ((native, region) for native in names for region in self._account.regions)

    def _scope(self, native: str, region: str) -> str:
        owner = self._knowledge.owner_of(native)
        is_global = owner is not None and self._knowledge.types[owner].is_global
        return f"{self._account.number}/{'global' if is_global else region}"

    def _observed(self, wanted: Wanted, described: dict[str, Any]) -> Observed | None:
        identifier, properties = described["Identifier"], _properties(described.get("Properties"))
        if not isinstance(properties, dict):
            return None
        return Observed(
            provider="aws",
            native=wanted.native,
            scope=wanted.scope,
            parts={"CloudControlId": identifier, "CloudControl": properties},
            source=self._settings.name,
            observed_at=datetime.now(UTC),
            keys=tuple(dict.fromkeys((identifier, *wanted.keys))),
        )


def _failure(operation: str, error: Exception) -> str:
    return failure(operation, error, f"cloudformation:{operation} and the type's own permissions")


def _properties(text: Any) -> Any:
    try:
        return as_document(text)
    except msgspec.DecodeError:
        return None
