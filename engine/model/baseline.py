"""The accepted actual values of what nobody declared."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from engine.model.resource import ResourceRef


class Accepted(Struct, frozen=True):
    """One resource's accepted values, by path: those of properties that its declaration is silent about.

    `unmanaged` says that nobody declares the resource at all, and that this was accepted too. What is secret is not
    among the values. `accepted_at` and `accepted_by` are None and empty until it is recorded.
    """

    resource: ResourceRef
    values: Mapping[str, Any]
    unmanaged: bool = False
    accepted_at: datetime | None = None
    accepted_by: str = ""
    reason: str = ""
