"""What can be told of a source beside what it holds: how it is set up, and how its last readings went."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from msgspec import Struct, structs

from engine.config import SourceConfig
from engine.model import Scan, SourceHealth

if TYPE_CHECKING:
    from engine.store import Stores


class Reading(Struct, frozen=True):
    """How a source was read by one scan, which is about the time `as_of` and took `seconds` as a whole."""

    as_of: datetime
    finished_at: datetime
    seconds: float
    health: SourceHealth


def readings(stores: "Stores", estate: str, most: int) -> dict[str, list[Reading]]:
    """The readings of each source by the last scans of an estate, the newest first. Raises StoreError."""
    found: dict[str, list[Reading]] = {}
    for scan in stores.ledger.scans(estate, most):
        seconds = (scan.finished_at - scan.started_at).total_seconds()
        for health in scan.sources:
            found.setdefault(health.name, []).append(Reading(scan.as_of, scan.finished_at, seconds, health))
    return found


def last_scan(stores: "Stores", estate: str | None) -> Scan | None:
    """The last scan of an estate; without a name, of the one that was scanned last. Raises StoreError."""
    report = stores.timeline.report_at(None, estate, most=0)
    return report.scan if report else None


def settings_of(source: SourceConfig) -> dict[str, str]:
    """The settings of a source that somebody has given, as text. Secrets are references, and logins left out."""
    settings = source.settings
    shown: dict[str, str] = {}
    for field in structs.fields(settings):
        value = getattr(settings, field.name)
        if field.name not in ("name", "kind", "base") and value != _default(field):
            shown[field.encode_name] = _shown(value)
    return shown


def _default(field: structs.FieldInfo) -> Any:
    return field.default_factory() if callable(field.default_factory) else field.default


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} = {_shown(inner)}" for key, inner in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_shown, value))
    return _without_login(value) if isinstance(value, str) else str(value)


def _without_login(text: str) -> str:
    if "://" not in text:
        return text
    parts = urlsplit(text)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
