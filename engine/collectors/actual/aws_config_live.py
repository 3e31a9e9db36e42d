"""AWS Config of a live account, or of an aggregator over many: everything it recorded, by one paged query."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import zstandard

from engine.collectors.actual.aws_config import ConfigItems
from engine.collectors.actual.aws_settings import Settings
from engine.collectors.aws_account import FAILURES, Account, failure
from engine.collectors.base import CancelledError, Context, Found
from engine.providers import load_knowledge

_FIELDS = (
    "accountId", "arn", "awsRegion", "resourceId", "resourceName", "resourceType", "tags",
    "configurationItemCaptureTime", "configurationItemStatus", "configuration", "supplementaryConfiguration",
)  # fmt: skip


def read_config(account: Account, settings: Settings, context: Context) -> Iterator[Found]:
    """Yields what AWS Config holds, in each region or of the aggregator; a query that fails is reported."""
    items = ConfigItems(load_knowledge(context.knowledge), settings.name)
    for region in account.regions[:1] if settings.config_aggregator else account.regions:
        origin = Path(f"AWS Config in {region}")
        try:
            for page in _pages(account.client("config", region), settings):
                items.note(page, origin, context, partial(zstandard.decompress, zstandard.compress(page, 1)))
        except CancelledError:
            return
        except FAILURES as error:
            account.check_expiry(error)
            operation = "SelectAggregateResourceConfig" if settings.config_aggregator else "SelectResourceConfig"
            context.skip(str(origin), failure(operation, error, f"config:{operation}"), records=0)
    yield from items.found(context)


def _pages(client: Any, settings: Settings) -> Iterator[bytes]:
    """The pages of the query's answer, in the form in which the command line records them."""
    expression = f"SELECT {', '.join(_FIELDS)}"
    if settings.types:
        listed = ", ".join(f"'{name}'" for name in settings.types)
        expression += f" WHERE resourceType IN ({listed})"
    aggregator = settings.config_aggregator
    name = "select_aggregate_resource_config" if aggregator else "select_resource_config"
    scope = {"ConfigurationAggregatorName": aggregator} if aggregator else {}
    for page in client.get_paginator(name).paginate(Expression=expression, **scope):
        fields = [{"Name": name} for name in _FIELDS]
        yield msgspec.json.encode({"Results": page.get("Results", []), "QueryInfo": {"SelectFields": fields}})
