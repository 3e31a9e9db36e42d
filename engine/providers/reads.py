"""The schema of the read tables, and loading them: how each native type is read from a provider's API.

A read is an ordered list of calls. The first lists the resources of the type, or what holds them; the others add an
answer to each.
The README beside this file explains the tables by examples.
"""

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, field

from engine.errors import ConfigError


class Batch(Struct, frozen=True, forbid_unknown_fields=True):
    """A call that takes many resources at once: `parameter` gets up to `size` of the values at the path `of`.

    They are grouped so that all of a group share what the call is `given`.
    """

    parameter: str
    of: str
    size: int


class Call(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One operation of the provider's API. Its answer becomes the part of that name (see `part`).

    operation: the API's name (`GetBucketVersioning`). params: parameters that are always the same, where the text
    `{account}` stands for the account's number.
    given: parameters taken from the resource, as paths into its parts (`{Bucket = "ListBuckets.Name"}`).
    expand: what was listed so far holds the resources (clusters, zones); each item of this call is one of them, and
    keeps the parts of its holder.
    items: where the answer holds a list, the path of it; nested lists are flattened. wrap: the field under which
    items that are bare texts are put; respell: patterns in such texts and what they are written as today. rewrite:
    the same for fields of items (`{Id = {"^/hostedzone/" = ""}}`).
    present: an item is there only while these fields have one of these values; what was deleted may stay listed.
    answer: the path of the body within the answer, when it is not all of it. leave_out: fields of the body that
    are dropped (presigned addresses and other secrets).
    match: the call answers for many resources; an item belongs to the resource when each field of it (left)
    equals the value at a path of the resource (right). many: an item list per resource instead of one item.
    batch: the call is made for groups of resources. Without `batch`, a call with `match` is made once a region.
    when: the call is made only where these paths have these values.
    not_set: error codes that mean that the thing is not set: the part is there, and empty.
    permission: the permission it needs, where that is not `service:Operation`.
    recorded: the call is only recognised in recordings; a live read has its facts from another call.
    """

    operation: str
    params: dict[str, Any] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)
    expand: bool = False
    items: str = ""
    wrap: str = ""
    respell: dict[str, str] = field(default_factory=dict)
    rewrite: dict[str, dict[str, str]] = field(default_factory=dict)
    present: dict[str, list[str]] = field(default_factory=dict)
    answer: str = ""
    leave_out: list[str] = field(default_factory=list)
    match: dict[str, str] = field(default_factory=dict)
    many: bool = False
    batch: Batch | None = None
    when: dict[str, str] = field(default_factory=dict)
    not_set: list[str] = field(default_factory=list)
    permission: str = ""
    recorded: bool = False

    @property
    def part(self) -> str:
        """The part that the answer becomes: the operation, with the attribute where it tells one at a time."""
        attribute = self.params.get("Attribute")
        return f"{self.operation}:{attribute}" if attribute else self.operation


class Region(Struct, frozen=True, forbid_unknown_fields=True):
    """Where resources that are listed once for all regions live: a path, and regions that it spells otherwise."""

    path: str
    named: dict[str, str] = field(default_factory=dict)


class Read(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How one native type is read.

    service: the provider's service as its SDK names it. is_global: there is one list for all regions, not one per
    region. region: where each resource of a global list lives; without it the scope is `account/global`.
    gone: error codes that mean that the resource was deleted after it had been listed.
    """

    service: str
    calls: list[Call]
    is_global: bool = False
    region: Region | None = None
    gone: list[str] = field(default_factory=list)

    @property
    def listing(self) -> Call:
        """The call that lists the resources."""
        return self.calls[0]

    @property
    def innermost(self) -> Call:
        """The call whose items are the resources: the last that expands, else the listing."""
        return next((call for call in reversed(self.calls) if call.expand), self.listing)

    @property
    def is_nested(self) -> bool:
        """Whether the resources are listed within others."""
        return self.innermost is not self.listing

    @property
    def details(self) -> list[Call]:
        """The calls that add to each listed resource, in order."""
        return [call for call in self.calls[1:] if not call.recorded]


class Reads(Struct, frozen=True, forbid_unknown_fields=True):
    """All reads of a provider by native type. `rates`: requests a second that a service allows per region."""

    rates: dict[str, float] = field(default_factory=dict)
    types: dict[str, Read] = field(default_factory=dict)

    def rate(self, service: str) -> float:
        """Requests a second for a service; `default` is for those whose provider publishes none."""
        return self.rates.get(service, self.rates["default"])


def load_reads(provider: str, extra: Path | None = None) -> Reads:
    """The shipped reads of a provider, and over them those of `extra` (PROVIDER/reads.toml), type by type.

    Raises ConfigError that names the file and the field when a table does not fit the schema.
    """
    shipped = _shipped(provider)
    file = extra / provider / "reads.toml" if extra is not None else None
    if file is None or not file.is_file():
        return shipped
    added = _decode(file.read_bytes(), f"{provider}/reads.toml")
    return Reads(rates=shipped.rates | added.rates, types=shipped.types | added.types)


@cache
def _shipped(provider: str) -> Reads:
    rates: dict[str, float] = {}
    types: dict[str, Read] = {}
    for file in sorted(files("engine.providers").joinpath(provider, "reads").iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            reads = _decode(file.read_bytes(), f"{provider}/reads/{file.name}")
            rates |= reads.rates
            types |= reads.types
    return Reads(rates, types)


def _decode(text: bytes, name: str) -> Reads:
    try:
        reads = msgspec.toml.decode(text, type=Reads)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{name}: {error}") from error
    for native, read in reads.types.items():
        if not read.calls or read.listing.given or read.listing.match:
            raise ConfigError(f"{name}: the first call of {native} must list its resources and need none of them")
    return reads
