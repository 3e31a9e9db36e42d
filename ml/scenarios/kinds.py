"""Kinds of resources, as data: what the code and the provider say about one, and how it can be changed.

The tables are below `kinds/`. Every text in them is a template (`templates.py`).
"""

from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from msgspec import Struct, field


class Slot(Struct, frozen=True, forbid_unknown_fields=True):
    """What may vary in a resource. `values` are what code declares; `path` is where a report shows a change of it."""

    path: str
    values: list[Any]


class Move(Struct, frozen=True, forbid_unknown_fields=True):
    """One way to change a slot, by one call.

    purposes: what people and software do it for (`scale`, `expose`, `log_level`, …).
    call: the operation, with the service before a colon where the provider's log names it apart.
    to: values it is set to; add: items of which one is added to a list. Without either, tags are added.
    request: what the log shows of the request, where `{new}` is the new value and `{added}` what was added.
    whole: the request of consoles and pipelines, which send other attributes along; slots are words in it.
    target: the id that the log names, where it is a part of the resource; `{part}` is the name of what was added.
    back: the operation that takes it back with the same request, where it is another one.
    before, after: calls with the request `around` that go along with it.
    """

    purposes: list[str]
    slot: str
    call: str
    request: Any
    to: list[Any] = []
    add: list[Any] = []
    whole: dict[str, Any] = {}
    target: str = ""
    back: str = ""
    before: list[str] = []
    after: list[str] = []
    around: dict[str, Any] = {}


class Making(Struct, frozen=True, forbid_unknown_fields=True):
    """The call that makes or removes a resource."""

    call: str
    request: dict[str, Any] = {}
    response: dict[str, Any] | None = None


class Kind(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One type of resource.

    type: the declaring tool's type; native: the provider's. id: as reports name it; resource_id: as the provider's
    own records do. state: the attributes in Terraform's state, or the manifest. live, extra: what the provider
    answers (for AWS Config the main and the supplementary configuration). how: the way in which AWS is asked.
    code: the attributes that code states, for kinds whose code is written too. service: Google's name of the type
    in logs; asset: its name in the inventory. confidential: audit logs leave out what is written.
    suffix: how resources of the kind are told apart by name. is_global: whether it belongs to no region.
    place: the word for where it is, if there may be a namesake elsewhere.
    """

    type: str
    native: str
    provider: str
    suffix: str
    id: str
    arn: str = ""
    resource_id: str = "{id}"
    resource_name: str = "{name}"
    asset: str = ""
    service: str = ""
    name: str = ""
    how: str = "config"
    is_global: bool = False
    place: str = ""
    confidential: bool = False
    code: list[str] = []
    state: dict[str, Any]
    live: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    slots: dict[str, Slot] = field(default_factory=dict)
    moves: list[Move] = []
    create: Making | None = None
    delete: Making | None = None

    def moves_for(self, purpose: str) -> list[Move]:
        """The ways to change it for a purpose."""
        return [move for move in self.moves if purpose in move.purposes]


class _Table(Struct, frozen=True, forbid_unknown_fields=True):
    kind: list[Kind]


@cache
def load_kinds() -> tuple[Kind, ...]:
    """All kinds."""
    tables = sorted(files("ml.scenarios").joinpath("kinds").iterdir(), key=lambda entry: entry.name)
    return tuple(
        kind
        for table in tables
        if table.name.endswith(".toml")
        for kind in msgspec.toml.decode(table.read_bytes(), type=_Table).kind
    )
