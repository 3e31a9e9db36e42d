"""What the activity log leaves unsaid, from its table: applications by their ids, and actions that only read."""

import re
from functools import cache, lru_cache
from importlib.resources import files

import msgspec
from msgspec import Struct


class _Operations(Struct, frozen=True, forbid_unknown_fields=True):
    reading: list[str]


class Tables(Struct, frozen=True, forbid_unknown_fields=True):
    """`clients` and `services` are names of applications by id: programs of people, and Azure's own software."""

    operations: _Operations
    clients: dict[str, str]
    services: dict[str, str]


@cache
def tables() -> Tables:
    """The table `tables.toml`."""
    raw = files("engine.collectors.events.azure_activity").joinpath("tables.toml").read_bytes()
    return msgspec.toml.decode(raw, type=Tables)


@lru_cache(maxsize=4096)
def writes(operation: str) -> bool:
    """Whether an operation (`Microsoft.Compute/virtualMachines/start/action`) may change anything."""
    *_, before, verb = ["", "", *operation.lower().split("/")]
    if verb == "read":
        return False
    return _reading().match(before if verb == "action" else verb) is None


@cache
def _reading() -> re.Pattern[str]:
    return re.compile("|".join(tables().operations.reading), re.IGNORECASE)
