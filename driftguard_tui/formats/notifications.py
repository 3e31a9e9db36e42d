"""Notifications as a table, and how trying the targets went."""

from collections.abc import Mapping, Sequence

from driftguard_tui import labels
from driftguard_tui.formats import Paper
from driftguard_tui.formats.table import aligned
from driftguard_tui.text import cut, plain
from engine.store.records import Notification, NotificationStatus

_COLUMNS = ("WHEN (UTC)", "STATUS", "SEVERITY", "RULE", "TARGET", "SUBJECT", "WHY NOT")
_SUBJECT, _WHY = 60, 100
_TONES = {NotificationStatus.FAILED: "bad", NotificationStatus.PENDING: "medium"}


def render(notifications: Sequence[Notification], paper: Paper) -> str:
    """A line for each, as they come, then how many wait."""
    if not notifications:
        return "Nobody was told of anything.\n"
    titles, *lines = aligned([_COLUMNS, *map(_cells, notifications)]).splitlines(keepends=True)
    tones = [_TONES.get(each.status, "") for each in notifications]
    body = [paper.paint(line, tone) if tone else line for line, tone in zip(lines, tones, strict=True)]
    waiting = sum(each.status is NotificationStatus.PENDING for each in notifications)
    total = f"{labels.count(len(notifications), 'notification')}, {waiting:,} to be sent"
    return f"{paper.paint(titles, 'strong')}{''.join(body)}\n{total}\n"


def render_trial(outcomes: Mapping[str, str], paper: Paper) -> str:
    """A line for each target: that it was told, or why not (the outcome is empty when it was)."""
    return "".join(
        paper.paint(f"✗ {plain(name)}: {plain(why)}", "bad") + "\n"
        if why
        else paper.paint(f"✓ {plain(name)} was told", "good") + "\n"
        for name, why in outcomes.items()
    )


def _cells(each: Notification) -> tuple[str, ...]:
    return (
        f"{each.sent_at or each.created_at:%Y-%m-%d %H:%M}",
        each.status.value,
        each.level.value,
        plain(each.channel),
        plain(each.target) or "nobody yet",
        cut(plain(each.subject), _SUBJECT),
        cut(plain(each.error or ""), _WHY),
    )
