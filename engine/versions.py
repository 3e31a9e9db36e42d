"""The versions of a resource that scans have seen, and what changed from one to the next."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from engine.model import Change, Drift, DriftKind

if TYPE_CHECKING:
    from engine.store import Stores


class Version(Struct, frozen=True):
    """How a resource was from a time on. `changes` is what differs from the version before: that is their `declared`.

    `is_first` is set of the first that was seen; `is_gone` from when the resource was not there any more.
    """

    at: datetime
    changes: tuple[Change, ...] = ()
    is_first: bool = False
    is_gone: bool = False


def versions_of(stores: "Stores", drift: Drift) -> tuple[Version, ...]:
    """The versions of a drift's resource, the newest first: of the live one, or of what is declared and not there.

    Secrets are as they are stored, redacted. Raises StoreError.
    """
    side = "declared" if drift.kind is DriftKind.MISSING else "actual"
    found: list[Version] = []
    before: Mapping[str, Any] | None = None
    for at, state in stores.timeline.history(drift.resource, side):
        now = None if state is None else state.attributes
        if now is None:
            found.append(Version(at, is_gone=True))
        else:
            found.append(Version(at, _between(before, now) if before is not None else (), is_first=not found))
        before = now
    return tuple(reversed(found))


def _between(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[Change, ...]:
    from engine.compare.difference import changes

    return tuple(
        change
        for name in sorted({*before, *now})
        if before.get(name) != now.get(name)
        for change in changes(name, before.get(name), now.get(name))
    )
