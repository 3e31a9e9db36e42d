"""Stacks as the API of one account tells of them, region by region."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
from botocore import xform_name

from engine.collectors.aws_account import FAILURES, Account, failure, is_denied
from engine.collectors.aws_settings import AccountSettings
from engine.collectors.base import Access, CancelledError, Context, Lack
from engine.collectors.declared.cfn.declare import declare
from engine.collectors.declared.cfn.stacks import Description, DriftAnswer, Stack, StackResource, Stacks
from engine.collectors.declared.cfn.template import Template, read_template
from engine.collectors.declared.cfn.text import decode
from engine.errors import SourceError
from engine.model import Declared, Observed
from engine.providers.reads import load_reads

#: Stacks read at once; the pace of the account's requests is kept over all of them.
_WORKERS = 4
#: Stacks that were never made, or are no more.
_NOT_THERE = frozenset({"REVIEW_IN_PROGRESS", "DELETE_COMPLETE"})
#: What is read of each stack, by the call that tells.
_OF_A_STACK = {
    "templates": "GetTemplate",
    "resources of stacks": "ListStackResources",
    "CloudFormation's own drift answers": "DescribeStackResourceDrifts",
}


def read_live(settings: AccountSettings, context: Context) -> Iterator[Declared | Observed]:
    """Yields the resources of every stack in the regions of the source.

    A region or stack that cannot be read is reported with the permission that it needs, and the rest goes on.
    Raises SourceError when the account cannot be read at all, or its credentials run out on the way.
    """
    account = Account(settings, load_reads("aws", context.knowledge), context)
    reading = _Reading(account, context)
    try:
        for region in account.regions:
            reading.describe(region)
        if reading.regions_read == 0:
            raise SourceError(f"no stack can be read for source {settings.name!r}; {context.problems[0]}")
        with ThreadPoolExecutor(_WORKERS, thread_name_prefix="cloudformation") as pool:
            list(pool.map(reading.complete, reading.stacks.all()))
    except CancelledError:
        return
    yield from declare(reading.stacks, settings.name, context)


def try_access(settings: AccountSettings, context: Context) -> Access:
    """As whom stacks are read; what is lacking for it is tried on the first stack of each region."""
    account = Account(settings, load_reads("aws", context.knowledge), context)
    may: list[str] = []
    lacks: list[Lack] = []
    for region in account.regions:
        client = account.client("cloudformation", region)
        found = _try(client, region, "stacks", "DescribeStacks", {}, lacks)
        if found is None:
            continue
        may.append(f"stacks in {region}")
        for stack in found["Stacks"][:1]:
            for what, operation in _OF_A_STACK.items():
                _try(client, region, what, operation, {"StackName": stack["StackId"]}, lacks)
    return Access(identity=account.arn, may=tuple(may), lacks=tuple(lacks))


class _Reading:
    """One pass over the account."""

    def __init__(self, account: Account, context: Context) -> None:
        self.stacks = Stacks()
        self.regions_read = 0
        self._account = account
        self._context = context
        self._checked: set[str] = set()

    def describe(self, region: str) -> None:
        """Finds the stacks of a region."""
        pages = self._account.client("cloudformation", region).get_paginator("describe_stacks").paginate()
        try:
            for item in (item for page in pages for item in page["Stacks"]):
                if item["StackStatus"] not in _NOT_THERE:
                    self.stacks.add_description(_convert(item, Description), region)
                    if item.get("DriftInformation", {}).get("StackDriftStatus", "NOT_CHECKED") != "NOT_CHECKED":
                        self._checked.add(item["StackId"])
        except FAILURES as error:
            self._problem(f"stacks in {region}", "DescribeStacks", error)
            return
        self.regions_read += 1

    def complete(self, stack: Stack) -> None:
        """Adds the template and the resources of a stack."""
        client = self._account.client("cloudformation", stack.region)
        where = f"stack {stack.name} in {stack.scope}"
        try:
            pages = client.get_paginator("list_stack_resources").paginate(StackName=stack.id)
            for item in (item for page in pages for item in page["StackResourceSummaries"]):
                self.stacks.add_resource(_convert({**item, "StackId": stack.id}, StackResource), stack.region, "")
        except FAILURES as error:
            self._problem(where, "ListStackResources", error)
            return
        try:
            stack.template = _template(client.get_template(StackName=stack.id, TemplateStage="Processed"), stack)
        except SourceError as error:
            self._context.skip(where, f"its template {error}")
        except FAILURES as error:
            self._problem(where, "GetTemplate", error)
        if stack.id in self._checked:
            self._add_drifts(client, stack, where)

    def _add_drifts(self, client: Any, stack: Stack, where: str) -> None:
        request: dict[str, Any] = {"StackName": stack.id}
        try:
            while True:
                answer = client.describe_stack_resource_drifts(**request)
                for item in answer["StackResourceDrifts"]:
                    self.stacks.add_drift(_convert(item, DriftAnswer), stack.region)
                if not answer.get("NextToken"):
                    return
                request["NextToken"] = answer["NextToken"]
        except FAILURES as error:
            self._problem(where, "DescribeStackResourceDrifts", error)

    def _problem(self, where: str, operation: str, error: Exception) -> None:
        self._account.check_expiry(error)
        self._context.skip(where, failure(operation, error, f"cloudformation:{operation}"), records=0)


def _template(answer: dict[str, Any], stack: Stack) -> Template | None:
    body = answer["TemplateBody"]
    return read_template(decode(body.encode()) if isinstance(body, str) else body, stack.name)


def _convert(item: dict[str, Any], one: type[Any]) -> Any:
    return msgspec.convert(msgspec.to_builtins(item), one)


def _try(client: Any, region: str, what: str, operation: str, request: dict[str, str], lacks: list[Lack]) -> Any:
    """What a call answers; None when it fails, and then a lack where a permission is missing."""
    try:
        return getattr(client, xform_name(operation))(**request)
    except FAILURES as error:
        if is_denied(error):
            lacks.append(Lack(f"{what} in {region}", f"cloudformation:{operation}"))
    return None
