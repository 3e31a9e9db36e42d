"""A drift in a few words, for the cells of tables. What infrastructure named comes out fit for a terminal."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from driftguard_tui import labels
from driftguard_tui.text import ELLIPSIS, cut, plain
from engine.model import (
    UNDETERMINED,
    Actor,
    Category,
    Cause,
    CauseGroup,
    Change,
    Drift,
    DriftKind,
    Environment,
    GroupOrigin,
    Hidden,
    Report,
    ResourceRef,
    RuleState,
    SourceHealth,
    SourceStatus,
    Summary,
)

#: Enough of an id to name a drift.
SHORT_ID = 8
#: Names longer than this are not names; what is behind it is cut.
_LONGEST_NAME = 300
_LONGEST_VALUE = 48
#: Origins that a line names.
_SHOWN_ORIGINS = 3
_ORIGINS = {
    GroupOrigin.SESSION: "session of",
    GroupOrigin.COMMIT: "commit",
    GroupOrigin.CONTROLLER: "software",
    GroupOrigin.APPLY: "run of",
    GroupOrigin.PROVIDER: "provider's move of",
}
#: Of what two values share, so much is shown before the place where they differ.
_BEFORE_DIFFERENCE = 12


def resource(drift: Drift) -> str:
    """The drift's resource."""
    return name_of(drift.resource)


def name_of(ref: ResourceRef) -> str:
    """Where the code names the resource, else its type and its name."""
    return cut(plain(ref.address or f"{ref.type} {ref.name or ref.id}"), _LONGEST_NAME)


def severity(drift: Drift) -> str:
    """Sign and word."""
    level = drift.severity.level
    return f"{labels.LEVEL_SIGNS[level]} {level.value}"


def surroundings(drift: Drift) -> str:
    """What the resource stands in, as far as anything is known of it: `production, reached from the internet`."""
    around = drift.surroundings
    known = around.environment is not Environment.UNKNOWN
    told = (
        around.environment.value if known else "",
        "reached from the internet" if around.exposed else "",
        f"{plain(around.data)} data" if around.data else "",
        "much hangs on it" if around.foundation else "",
        labels.count(around.dependents, "resource") + " refer to it" if around.dependents > 1 else "",
        f"one of {around.shared_by} of the same origin" if around.shared_by > 1 else "",
    )
    return ", ".join(filter(None, told))


def changed(drift: Drift) -> str:
    """What differs: the first change with both values, and how many more there are."""
    if drift.kind is DriftKind.MISSING:
        return "declared, but not there"
    if drift.kind is DriftKind.UNMANAGED:
        return labels.join(("there, but not declared", *labels.origin(drift.origin)))
    first, *rest = drift.changes
    more = f" (+{len(rest)} more)" if rest else ""
    return f"{one_change(first)}{more}"


def one_change(change: Change) -> str:
    """`path: declared → actual`, of lists only what differs."""
    path = cut(plain(change.path), _LONGEST_VALUE)
    if change.sensitive:
        return f"{path}: changed (sensitive)"
    if isinstance(change.declared, list) and isinstance(change.actual, list):
        return f"{path}: {_moved(change.declared, change.actual)}"
    return f"{path}: {_from_to(change.declared, change.actual)}"


def _from_to(declared: Any, actual: Any) -> str:
    """Both values, without the beginning they share when that would push the difference out of sight."""
    before, after = _text(declared), _text(actual)
    if min(len(before), len(after)) > _LONGEST_VALUE:
        pairs = enumerate(zip(before, after, strict=False))
        alike = next((index for index, (one, other) in pairs if one != other), 0) - _BEFORE_DIFFERENCE
        if alike > 0:
            before, after = ELLIPSIS + before[alike:], ELLIPSIS + after[alike:]
    return f"{cut(plain(before), _LONGEST_VALUE)} → {cut(plain(after), _LONGEST_VALUE)}"


def _moved(declared: list[Any], actual: list[Any]) -> str:
    """How two lists differ; what they share would only push the difference out of sight."""
    gone = [item for item in declared if item not in actual]
    new = [item for item in actual if item not in declared]
    if gone and not new:
        return f"{value(gone)} removed"
    if new and not gone:
        return f"{value(new)} added"
    return f"{value(gone or declared)} → {value(new or actual)}"


def value(content: Any, longest: int = _LONGEST_VALUE) -> str:
    """A value on one line; `unset` for none."""
    return cut(plain(_text(content)), longest)


def _text(content: Any) -> str:
    if content is None:
        return "unset"
    return content if isinstance(content, str) and content.strip() else msgspec.json.encode(content).decode()


def who(actor: Actor) -> str:
    """The principal and what it came through."""
    if not actor.principal:
        return "unknown"
    via = "" if actor.via.value == "unknown" else f" ({actor.via.value})"
    return cut(plain(labels.actor_name(actor)), _LONGEST_VALUE) + via


def when(at: datetime | None) -> str:
    """A moment to the minute, in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M}" if at else "unknown"


def why(cause: Cause) -> str:
    """The cause and how sure it is."""
    return likely(cause.category, cause.confidence)


def likely(category: Category, confidence: float) -> str:
    """A category and its probability; `undetermined` when that is too low to name one."""
    if confidence < UNDETERMINED:
        return "undetermined"
    return f"{labels.CAUSES[category]} {labels.percent(confidence)}"


def headline(report: Report) -> str:
    """The outcome in one sentence."""
    found = labels.count(len(report.drifts), "drift") if report.drifts else "No drift"
    return f"{found} as of {labels.moment(report.scan.as_of)}"


def totals(summary: Summary) -> str:
    """The counts of the summary on one line."""
    return labels.join(
        (
            f"{summary.declared:,} declared",
            f"{summary.actual:,} live",
            f"{summary.in_sync:,} in sync",
            f"{summary.modified:,} modified",
            f"{summary.missing:,} missing",
            f"{summary.unmanaged:,} unmanaged",
            f"{summary.not_compared:,} not compared" if summary.not_compared else "",
            f"coverage {labels.percent(summary.coverage)}",
        )
    )


def origins(report: Report) -> list[str]:
    """How many origins share how many of the drifts, and the first of them."""
    groups = [group for group in report.groups if len(group.drifts) > 1]
    if not groups:
        return []
    drifts = sum(len(group.drifts) for group in groups)
    named = [f"{origin(group)} ({len(group.drifts)})" for group in groups[:_SHOWN_ORIGINS]]
    more = f" and {len(groups) - len(named)} more" if len(groups) > len(named) else ""
    return [f"{drifts:,} of them share {labels.count(len(groups), 'origin')}: {', '.join(named)}{more}"]


def origin(group: CauseGroup) -> str:
    """What the drifts of a cause group share."""
    who, comma, rest = group.label.partition(", ")
    return f"{_ORIGINS[group.origin]} {cut(plain(f'{labels.principal_name(who)}{comma}{rest}'), _LONGEST_VALUE)}"


def hidden(report: Report) -> list[str]:
    """How much was hidden by how many rules, and the rules of people that do nothing any more."""
    working = sum(rule.count > 0 for rule in report.hidden)
    lines = [f"hidden: {report.summary.hidden:,} by {labels.count(working, 'rule')}"] if working else []
    return lines + [idle(rule) for rule in report.hidden if rule.state is not RuleState.ACTIVE]


def idle(rule: Hidden) -> str:
    """An ignore rule that hides nothing, and why."""
    why = f"expired on {rule.expires}" if rule.state is RuleState.EXPIRED else "matches nothing that was found"
    said = ": ".join(plain(text) for text in (rule.author, rule.reason) if text)
    return f"{plain(rule.origin)} {cut(plain(rule.rule), _LONGEST_VALUE)} {why}{f' ({said})' if said else ''}"


def troubled(report: Report) -> list[SourceHealth]:
    """The sources that did not go well."""
    return [source for source in report.scan.sources if source.status is not SourceStatus.OK]


def health(source: SourceHealth) -> str:
    """A source that did not go well, and why."""
    sign = labels.STATUS_SIGNS[source.status][0]
    skipped = f", {source.skipped:,} skipped" if source.skipped else ""
    reason = f": {plain(source.error)}" if source.error else ""
    return f"{sign} {plain(source.name)} ({plain(source.kind)}) {source.status.value}{skipped}{reason}"
