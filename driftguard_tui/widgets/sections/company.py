"""Whom the drift keeps company with: the others that have the same origin."""

from driftguard_tui import labels
from driftguard_tui.widgets.lines import Line, Span, flow, line
from engine.model import CauseGroup, GroupOrigin

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
