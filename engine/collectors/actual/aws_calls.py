"""Makes the calls of one read: the listing, what it is joined with, and the details of each resource."""

from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Any

from botocore import xform_name
from botocore.exceptions import ClientError

from engine.collectors.actual.aws_answers import body, flat, listed_items
from engine.collectors.aws_account import FAILURES, Account, code_of, failure
from engine.compare.paths import NOT_READ, compile_path
from engine.providers.reads import Batch, Call, Read

Parts = dict[str, Any]

_TOKENS = ("NextToken", "nextToken")


class Caller:
    """Makes the calls of a read for one listing or one chunk of it.

    `problems` says what could not be read; `is_complete` is false once resources may have been passed over.
    """

    def __init__(self, account: Account, read: Read, region: str) -> None:
        self._account = account
        self._read = read
        self._region = region
        self.problems: list[str] = []
        self.is_complete = True

    def listing(self) -> list[Parts]:
        """The resources, each with its listed item and what answers about all of them hold.

        Raises one of FAILURES when the listing itself fails.
        """
        call = self._read.listing
        listed: list[Parts] = [{call.part: item} for item in self._items(call, call.params)]
        for detail in self._read.details:
            if detail.match and detail.batch is None and listed:
                self._join(detail, listed, detail.params)
        return listed

    def details(self, resources: list[Parts]) -> list[tuple[Parts, str]]:
        """The resources that are still there with all their parts, each with the region it lives in."""
        for call in self._read.details:
            if call.expand:
                resources = [held for parts in resources for held in self._expand(call, parts)]
            elif call.batch is not None:
                self._join_batches(call, call.batch, resources)
            elif not call.match:
                resources = [parts for parts in resources if self._add(call, parts)]
        return [(parts, self._region_of(parts)) for parts in resources]

    def problem(self, call: Call, error: Exception) -> str:
        """What to tell about a call that failed, and what to do about it.

        Raises SourceError when the credentials ran out: nothing more can be read then.
        """
        self._account.check_expiry(error)
        permission = call.permission or f"{self._client().meta.service_model.signing_name}:{call.operation}"
        return failure(call.operation, error, permission)

    def _add(self, call: Call, parts: Parts) -> bool:
        """Adds the answer about one resource to its parts. False when the resource is gone."""
        given = _given(call, parts)
        if given is None or not _applies(call, parts):
            return True
        try:
            answer = self._answer(call, {**call.params, **given}, self._region_of(parts))
        except ClientError as error:
            if code_of(error) in call.not_set:
                parts.setdefault(call.part, {})
            elif code_of(error) in self._read.gone:
                return False
            else:
                self.problems.append(self.problem(call, error))
            return True
        except FAILURES as error:
            self.problems.append(self.problem(call, error))
            return True
        parts[call.part] = body(call, answer, given)
        return True

    def _expand(self, call: Call, holder: Parts) -> list[Parts]:
        """The resources that a listed thing holds, each with its holder's parts beside its own item."""
        given = _given(call, holder)
        if given is None:
            return []
        try:
            return [{**holder, call.part: item} for item in self._items(call, {**call.params, **given})]
        except FAILURES as error:
            if not isinstance(error, ClientError) or code_of(error) not in self._read.gone:
                self.is_complete = False
                self.problems.append(self.problem(call, error))
            return []

    def _join_batches(self, call: Call, batch: Batch, resources: list[Parts]) -> None:
        """Joins resources with answers about up to a batch of them, all of which share what the call is given."""
        alike: dict[str, tuple[Parts, list[Parts]]] = {}
        for parts in resources:
            given = _given(call, parts)
            if given is not None:
                alike.setdefault(repr(given), (given, []))[1].append(parts)
        for given, sharing in alike.values():
            for start in range(0, len(sharing), batch.size):
                group = sharing[start : start + batch.size]
                values = [compile_path(batch.of).read(parts) for parts in group]
                self._join(call, group, {**call.params, **given, batch.parameter: values})

    def _join(self, call: Call, resources: list[Parts], params: Mapping[str, Any]) -> None:
        """Gives each resource its item, or items, of an answer about many."""
        found: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
        try:
            for item in self._items(call, params):
                for key in product(*(flat([compile_path(own).within(item)]) for own in call.match)):
                    found.setdefault(key, []).append(item)
        except FAILURES as error:
            self.problems.append(self.problem(call, error))
            return
        for parts in resources:
            items = found.get(tuple(compile_path(of).read(parts) for of in call.match.values()), [])
            parts[call.part] = items if call.many else next(iter(items), {})

    def _items(self, call: Call, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The items of all pages."""
        client, method = self._client(), xform_name(call.operation)
        params = self._filled(params)

        def ask() -> list[dict[str, Any]]:
            pages = (
                client.get_paginator(method).paginate(**params)
                if client.can_paginate(method)
                else _pages(getattr(client, method), params)
            )
            return [item for page in pages for item in listed_items(call, page)]

        return self._account.again(ask)

    def _answer(self, call: Call, params: Mapping[str, Any], region: str) -> dict[str, Any]:
        """One answer, the pages put together."""
        client, method = self._client(region), xform_name(call.operation)
        params = self._filled(params)

        def ask() -> dict[str, Any]:
            if client.can_paginate(method):
                return dict(client.get_paginator(method).paginate(**params).build_full_result())
            return dict(getattr(client, method)(**params))

        return self._account.again(ask)

    def _filled(self, params: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self._account.number if value == "{account}" else value for name, value in params.items()}

    def _client(self, region: str = "") -> Any:
        return self._account.client(self._read.service, region or self._region)

    def _region_of(self, parts: Parts) -> str:
        where = self._read.region
        if where is None:
            return self._region
        value = compile_path(where.path).read(parts)
        if value is NOT_READ:
            return self._region
        return where.named.get(value or "", value or self._region)


def _given(call: Call, parts: Parts) -> Parts | None:
    """The parameters that are taken from the resource; None when an answer that has them was not read."""
    given = {name: compile_path(path).read(parts) for name, path in call.given.items()}
    if any(value is None or value is NOT_READ for value in given.values()):
        return None
    return given


def _pages(ask: Callable[..., dict[str, Any]], params: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All answers of an operation that the SDK has no paginator for: a token in an answer asks for the next."""
    while True:
        page = ask(**params)
        yield page
        token = next((name for name in _TOKENS if page.get(name)), None)
        if token is None or params.get(token) == page[token]:
            return
        params = {**params, token: page[token]}


def _applies(call: Call, parts: Parts) -> bool:
    return all(str(compile_path(path).read(parts)) == wanted for path, wanted in call.when.items())
