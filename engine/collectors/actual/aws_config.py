"""AWS Config's items: snapshots, and the answers of `aws configservice`.

One item is one resource at one moment. Several of one resource may be recorded; the newest tells how it is now,
and a newest item that says "deleted" tells that it is gone.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Raw, Struct

from engine.collectors.base import Context
from engine.collectors.files import read_bytes
from engine.model import Coverage, Observed
from engine.providers import Knowledge, TypeRule

_GONE = ("ResourceDeleted", "ResourceDeletedNotRecorded")
_NOT_RECORDED = "ResourceNotRecorded"


class ConfigAnswer(Struct):
    """The files and answers that hold items, by the key each keeps them under."""

    snapshot: list[Raw] = msgspec.field(name="configurationItems", default_factory=list)
    batch: list[Raw] = msgspec.field(name="baseConfigurationItems", default_factory=list)
    single: Raw | None = msgspec.field(name="configurationItem", default=None)
    aggregate: Raw | None = msgspec.field(name="ConfigurationItem", default=None)
    results: list[str] = msgspec.field(name="Results", default_factory=list)
    query: Any = msgspec.field(name="QueryInfo", default=None)

    def items(self) -> Iterator[Raw]:
        """Every item, still undecoded, in the order of the file."""
        yield from self.snapshot
        yield from self.batch
        yield from (item for item in (self.single, self.aggregate) if item is not None)
        yield from (Raw(text.encode()) for text in self.results)

    @property
    def is_partial(self) -> bool:
        """Whether a query left out parts of the configuration, so that what is absent says nothing."""
        if not self.results:
            return False
        fields = self.query.get("SelectFields", []) if isinstance(self.query, dict) else []
        return not any(isinstance(item, dict) and item.get("Name") == "configuration" for item in fields)


#: The top-level keys by which a file is known to hold items. A query's answer has both of the last two.
CONFIG_KEYS = frozenset(
    {"configurationItems", "baseConfigurationItems", "configurationItem", "ConfigurationItem", "QueryInfo"}
)


class ItemHead(Struct, rename="camel"):
    """What tells of which resource and when an item is. Snapshots and answers spell some names differently."""

    resource_type: str
    resource_id: str
    resource_name: str | None = None
    aws_region: str | None = None
    account_id: str | None = None
    snapshot_account: str | None = msgspec.field(name="awsAccountId", default=None)
    arn: str | None = None
    snapshot_arn: str | None = msgspec.field(name="ARN", default=None)
    configuration_item_capture_time: Any = None
    configuration_item_status: str | None = None
    configuration_state_id: str | int | None = None

    @property
    def scope(self) -> str:
        """`account/region`, from the item or from its ARN; empty when neither tells."""
        parts = (self.any_arn or "").split(":")
        from_arn = (parts[4], parts[3]) if len(parts) > 5 else ("", "")
        account = self.account_id or self.snapshot_account or from_arn[0]
        region = self.aws_region or from_arn[1]
        return f"{account}/{region}" if account and region else account

    @property
    def any_arn(self) -> str | None:
        """The ARN under whichever name it came."""
        return self.arn or self.snapshot_arn

    @property
    def order(self) -> tuple[float, str]:
        """Sorts the items of one resource by age, the newest last."""
        at = parse_time(self.configuration_item_capture_time)
        # A number of up to twenty digits, and kept a text: what else stands there is nobody's to read.
        return (at.timestamp() if at else 0.0, str(self.configuration_state_id or "").zfill(20))


class ConfigItem(ItemHead, rename="camel"):
    """One item."""

    tags: Any = None
    configuration: Any = None
    supplementary_configuration: dict[str, Any] | None = None


class ConfigItems:
    """Items from all files of a source, of which the newest of each resource counts.

    The files are read twice, so that a large estate need not be in memory: first for the heads of their items, which
    tell the newest, then for the items that were chosen.
    """

    def __init__(self, knowledge: Knowledge, source: str) -> None:
        self._knowledge = knowledge
        self._source = source
        self._files: list[tuple[Path, Callable[[], bytes]]] = []
        #: By type and scope: the newest item of each resource as (its order, its file, its place in it).
        self._newest: dict[tuple[str, str], dict[str, tuple[tuple[float, str], int, int]]] = {}
        #: Where resources are that could not be read; with a file that could not, it may be anywhere.
        self._unread: set[tuple[str, str]] = set()
        self._lacks_a_file = False

    def lose_file(self) -> None:
        """Takes note that there are items which nobody can read: what is not seen need not be gone."""
        self._lacks_a_file = True

    def note(self, data: bytes, file: Path, context: Context, again: Callable[[], bytes] | None = None) -> None:
        """Takes note of the items of one file; those that cannot be used are skipped with their reason.

        `again` gives the same data once more, where that is not to read the file.
        """
        answer = msgspec.json.decode(data, type=ConfigAnswer)
        if answer.is_partial:
            context.skip(
                file.name,
                "a query that does not select the whole `configuration` cannot be compared",
                len(answer.results),
            )
            return
        self._files.append((file, again or partial(read_bytes, file)))
        for number, raw in enumerate(answer.items()):
            try:
                head = _head_decoder.decode(raw)
            except msgspec.MsgspecError as error:
                context.skip(file.name, f"item {number}: {error}")
                continue
            if head.configuration_item_status == _NOT_RECORDED:
                continue
            resources = self._newest.setdefault(self._place(head), {})
            known, order = resources.get(head.resource_id), head.order
            if known is None or order >= known[0]:
                resources[head.resource_id] = (order, len(self._files) - 1, number)

    @property
    def scopes(self) -> set[str]:
        """Every `account/region` that an item names."""
        return {scope for _, scope in self._newest}

    def found(self, context: Context) -> Iterator[Observed | Coverage]:
        """One observation for each resource that is still there, and what the items covered."""
        chosen: list[set[int]] = [set() for _ in self._files]
        for resources in self._newest.values():
            for _, place, number in resources.values():
                chosen[place].add(number)
        for (file, again), numbers in zip(self._files, chosen, strict=True):
            answer = msgspec.json.decode(again(), type=ConfigAnswer)
            for number, raw in enumerate(answer.items()):
                if number in numbers and (observed := self._observed(raw, number, file, context)):
                    yield observed
        for native, scope in () if self._lacks_a_file else self._newest:
            if (native, scope) not in self._unread:
                yield Coverage("aws", native, scope, self._source)

    def _place(self, head: ItemHead) -> tuple[str, str]:
        """The type and scope of an item."""
        return self._knowledge.config_types.get(head.resource_type, head.resource_type), head.scope

    def _observed(self, raw: Raw, number: int, file: Path, context: Context) -> Observed | None:
        try:
            item = _decoder.decode(raw)
            item.configuration = as_document(item.configuration)
        except msgspec.MsgspecError as error:
            context.skip(file.name, f"item {number}: {error}")
            self._unread.add(self._place(_head_decoder.decode(raw)))
            return None
        if item.configuration_item_status in _GONE:
            return None
        if not isinstance(item.configuration, dict):
            context.skip(file.name, f"item {number} ({item.resource_id}): its configuration was not recorded")
            self._unread.add(self._place(item))
            return None
        item.resource_type = self._place(item)[0]
        captured = parse_time(item.configuration_item_capture_time)
        return Observed(
            provider="aws",
            native=item.resource_type,
            scope=item.scope,
            parts=self._parts(item),
            source=self._source,
            observed_at=captured,
            changed_at=captured,
            origin=file.name,
        )

    def _parts(self, item: ConfigItem) -> dict[str, Any]:
        rule = self._rule(item.resource_type)
        parts: dict[str, Any] = {
            "ConfigItem": {
                "arn": item.any_arn,
                "resourceId": item.resource_id,
                "resourceName": item.resource_name,
                "resourceType": item.resource_type,
                "awsRegion": item.aws_region,
                "accountId": item.account_id or item.snapshot_account,
            },
            "ConfigTags": _tag_map(item.tags),
        }
        configuration = item.configuration
        if rule is not None:
            for given, name in rule.config_names.items():
                if given in configuration:
                    configuration[name] = configuration.pop(given)
            parts |= {f"Config:{name}": None for name in rule.config_optional}
        parts[rule.config if rule is not None and rule.config else "Config"] = configuration
        for name, value in (item.supplementary_configuration or {}).items():
            parts[f"Config:{name}"] = as_document(value)
        return parts

    def _rule(self, native: str) -> TypeRule | None:
        owner = self._knowledge.owner_of(native)
        return self._knowledge.types[owner] if owner else None


_head_decoder = msgspec.json.Decoder(ItemHead)
_decoder = msgspec.json.Decoder(ConfigItem)


def as_document(value: Any) -> Any:
    """What JSON text says, once or twice encoded; any other value as it is.

    Raises msgspec.DecodeError when the text starts like a document and is none.
    """
    for _ in range(2):
        if not isinstance(value, str) or value[:1] not in ("{", "[", '"'):
            break
        value = msgspec.json.decode(value)
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


def parse_time(value: Any) -> datetime | None:
    """A moment as the API, the CLI or a recorder writes it: RFC 3339, or seconds since 1970."""
    try:
        if isinstance(value, str):
            moment = msgspec.convert(value.replace("+0000", "Z"), datetime)
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC)
    except (msgspec.ValidationError, OverflowError, ValueError, OSError):
        return None
    return value if isinstance(value, datetime) else None


def _tag_map(tags: Any) -> dict[str, Any]:
    if isinstance(tags, Mapping):
        return dict(tags)
    pairs = (item for item in tags or () if isinstance(item, Mapping) and "key" in item)
    return {str(item["key"]): item.get("value") for item in pairs}
