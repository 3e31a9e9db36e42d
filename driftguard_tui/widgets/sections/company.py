"""Whom a drift keeps company with: the others of its origin, or those under one heading."""

from collections import Counter

from driftguard_tui import labels
from driftguard_tui.grouping import Heading
from driftguard_tui.widgets.lines import BLANK, Line, Span, cut, flow, line
from engine.model import CauseGroup, GroupOrigin

#: So many of the commonest are named.
_NAMED = 5
#: So many are counted while the cursor waits.
_COUNTED = 5_000
_ORIGINS = {
    GroupOrigin.SESSION: "one sitting of one caller",
    GroupOrigin.COMMIT: "one commit",
    GroupOrigin.CONTROLLER: "one controller that writes again and again",
    GroupOrigin.APPLY: "one run of Terraform or of a pipeline",
    GroupOrigin.PROVIDER: "a change of the provider's own",
}


def company(group: CauseGroup, cells: int) -> list[Line]:
    """What they share, how many they are and how far they reach."""
    level = group.level
    lines = flow([Span(group.label, "strong"), Span(f"  {_ORIGINS[group.origin]}", "muted")], cells, limit=3)
    reach = labels.join(
        (
            labels.count(len(group.drifts), "drift"),
            labels.count(group.resources, "resource"),
            labels.count(len(group.scopes), "scope") if group.scopes else "",
            ", ".join(group.services[:4]),
        )
    )
    lines += flow(line((f"{labels.LEVEL_SIGNS[level]} {level}", level.value), ("   ", ""), (reach, "")), cells, limit=3)
    if group.first_at and group.last_at:
        took = labels.span(group.last_at - group.first_at)
        lines += flow(line((f"from {labels.moment(group.first_at)}, within {took}", "muted")), cells)
    return lines


def gathered(heading: Heading, cells: int) -> list[Line]:
    """What is under a heading: how grave, of what causes, by whom."""
    lines = [*company(heading.group, cells), BLANK] if heading.group else []
    drifts = heading.drifts[:_COUNTED]
    if len(heading.drifts) > _COUNTED:
        lines += [line((f"Of its first {_COUNTED:,} drifts:", "muted")), BLANK]
    levels = Counter(drift.severity.level for drift in drifts)
    for level in labels.LEVELS:
        if levels[level]:
            lines.append(line((f"{labels.LEVEL_SIGNS[level]} {level:10}", level.value), f"{levels[level]:>7,}"))
    for title, counts in (
        ("Causes", Counter(labels.cause_short(drift.cause) for drift in drifts)),
        ("Callers", Counter(labels.actor_name(drift.actor) for drift in drifts)),
        ("Types", Counter(drift.resource.type for drift in drifts)),
    ):
        lines += [BLANK, line((title, "title"))]
        lines += [cut(line(f"{count:>7,}  {name}"), cells) for name, count in counts.most_common(_NAMED)]
        if len(counts) > _NAMED:
            lines.append(line((f"{'':9}… and {len(counts) - _NAMED:,} more", "muted")))
    return lines
