"""The words and signs in which the console shows the model: one place, so that every view says the same."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from driftguard_tui.text import plain
from engine.model import (
    UNDETERMINED,
    Actor,
    ActorKind,
    Category,
    Cause,
    Drift,
    DriftKind,
    EventKind,
    Level,
    Origin,
    ResourceRef,
    SourceStatus,
    Via,
)

#: A severity is always told three times: by its sign, its word and its colour (the tone of the same name).
LEVEL_SIGNS = {Level.CRITICAL: "◆", Level.HIGH: "▲", Level.MEDIUM: "●", Level.LOW: "○"}
LEVELS = tuple(reversed(Level))

KIND_SIGNS = {DriftKind.MODIFIED: "~", DriftKind.MISSING: "−", DriftKind.UNMANAGED: "+"}
KIND_TONES = {DriftKind.MODIFIED: "muted", DriftKind.MISSING: "removed", DriftKind.UNMANAGED: "added"}

STATUS_SIGNS = {
    SourceStatus.OK: ("✓", "good"),
    SourceStatus.STALE: ("◷", "medium"),
    SourceStatus.PARTIAL: ("◐", "medium"),
    SourceStatus.FAILED: ("✗", "bad"),
}

CAUSES = {
    Category.EMERGENCY_FIX: "emergency fix",
    Category.MANUAL_TROUBLESHOOTING: "manual troubleshooting",
    Category.AUTOMATED_PROCESS: "automated process",
    Category.INCOMPLETE_ROLLOUT: "incomplete rollout",
    Category.UNAUTHORIZED_CHANGE: "unauthorized change",
}
#: The same, where a column is narrow.
SHORT_CAUSES = {
    Category.EMERGENCY_FIX: "emergency",
    Category.MANUAL_TROUBLESHOOTING: "manual",
    Category.AUTOMATED_PROCESS: "automated",
    Category.INCOMPLETE_ROLLOUT: "rollout",
    Category.UNAUTHORIZED_CHANGE: "unauthorized",
}
EVENT_SIGNS = {
    EventKind.API_CALL: "●",
    EventKind.COMMIT: "◆",
    EventKind.DEPLOY: "▲",
    EventKind.INCIDENT: "■",
    EventKind.ALERT: "▲",
    EventKind.METRIC: "○",
    EventKind.AUDIT: "●",
}
EVENT_NAMES = {
    EventKind.API_CALL: "calls",
    EventKind.COMMIT: "commits",
    EventKind.DEPLOY: "deploys",
    EventKind.INCIDENT: "incidents",
    EventKind.ALERT: "alerts",
    EventKind.METRIC: "metrics",
    EventKind.AUDIT: "audit",
}
EVENT_TONES = {
    EventKind.API_CALL: "accent",
    EventKind.COMMIT: "good",
    EventKind.DEPLOY: "good",
    EventKind.INCIDENT: "critical",
    EventKind.ALERT: "high",
    EventKind.METRIC: "medium",
    EventKind.AUDIT: "accent",
}

ACTOR_KINDS = {
    ActorKind.HUMAN: "a person",
    ActorKind.AUTOMATION: "automation",
    ActorKind.SERVICE: "a provider's service",
}
VIAS = {
    Via.CONSOLE: "through the web console",
    Via.CLI: "through the command line",
    Via.SDK: "through an SDK",
    Via.TERRAFORM: "through Terraform",
    Via.CONTROLLER: "through a controller",
}

#: The end of an address: `front`, `web[0]`, `web["a.b"]`.
_ROOT = ":root"
_LAST_NAME = re.compile(r"[^.\[\]]+(?:\[[^\[\]]*\])?$")


def cause_short(cause: Cause) -> str:
    """The cause for a narrow column."""
    return SHORT_CAUSES[cause.category] if determined(cause) else "undetermined"


def determined(cause: Cause) -> bool:
    """Whether a cause is likely enough to be named."""
    return cause.confidence >= UNDETERMINED


def percent(share: float) -> str:
    """A probability as people read it; neither certain nor impossible unless it is."""
    value = round(share * 100)
    if value >= 100 and share < 1:
        value = 99
    return f"{value}%"


def resource_name(drift: Drift) -> str:
    """What people call the drift's resource."""
    return name_of(drift.resource)


def name_of(ref: ResourceRef) -> str:
    """What people call a resource: its name in the code, else its own, else its id."""
    return last_name(ref.address) or ref.name or ref.id


def last_name(address: str) -> str:
    """The end of an address in the code, by which people call what it names."""
    match = _LAST_NAME.search(address)
    return match[0] if match else ""


def resource_title(drift: Drift) -> str:
    """The drift's resource in full."""
    return title_of(drift.resource)


def title_of(ref: ResourceRef) -> str:
    """A resource in full: where the code names it, else type and id."""
    return ref.address or f"{ref.type} {ref.name or ref.id}"


def what_changed(drift: Drift) -> str:
    """The change in a few words."""
    if drift.kind is not DriftKind.MODIFIED:
        return drift.kind.value
    if len(drift.changes) == 1:
        return drift.changes[0].path
    return f"{len(drift.changes)} attributes"


def actor_name(actor: Actor) -> str:
    """Who, or a dash: for columns."""
    return principal_name(actor.principal or "–")


def principal_name(principal: str) -> str:
    """Who in a few words. Of an ARN, what follows its kind: `deployer/anna`, not `assumed-role/…`."""
    if not principal.startswith("arn:"):
        return principal
    if principal.endswith(_ROOT):
        return f"root of {principal.removesuffix(_ROOT).rpartition(':')[2]}"
    return principal.partition("/")[2] or principal


def moment(at: datetime) -> str:
    """A time in full, in UTC."""
    return f"{at.astimezone(UTC):%-d %b %Y %H:%M} UTC"


def clock(at: datetime) -> str:
    """The time of day, in UTC."""
    return f"{at.astimezone(UTC):%H:%M:%S}"


def span(length: timedelta) -> str:
    """A length of time in its largest unit: `13 min`, `2 h`, `3 d`."""
    seconds = abs(length.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size:
            return f"{int(seconds // size)} {unit}"
    return f"{int(seconds)} s"


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 drift`, `1,204 drifts`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def join(parts: Iterable[str]) -> str:
    """Parts of one remark."""
    return " · ".join(part for part in parts if part)


def join_words(parts: Iterable[str]) -> str:
    """Parts of one phrase."""
    return ", ".join(part for part in parts if part)


def origin(known: Origin | None) -> tuple[str, ...]:
    """What is known of an undeclared resource's making: what it lives in, whose it is, since when; plain text."""
    if known is None:
        return ()
    words = (
        f"in {plain(known.parent)}" if known.parent else "",
        f"owner {plain(known.owner)}" if known.owner else "",
        f"made {known.created_at:%Y-%m-%d}" if known.created_at else "",
    )
    return tuple(word for word in words if word)
