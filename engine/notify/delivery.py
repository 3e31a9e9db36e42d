"""Sending what waits in the outbox: to each target so much in an hour, not in its quiet hours, and once."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from engine import secrets
from engine.errors import ConfigError, NotifyError
from engine.notify.sending import send
from engine.notify.targets import Target

if TYPE_CHECKING:
    from engine.store.ledger import Ledger
    from engine.store.records import Notification

#: How long after each failure it is tried again; after the last it is given up.
RETRIES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
#: A process that had a message in hand for longer is dead. What it had may have arrived, and is sent again.
_IN_HAND = timedelta(minutes=5)
_HOUR = timedelta(hours=1)


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def deliver(ledger: "Ledger", targets: Sequence[Target], clock: Callable[[], datetime] = now) -> list[str]:
    """Sends what is due, and says in a sentence each what could not be sent. Raises StoreError."""
    return [failure for target in targets for failure in _deliver_to(ledger, target, clock)]


def trial(target: Target, estate: str) -> str:
    """Sends a target a message that says that it is a test. What keeps it from being told; empty when it was."""
    try:
        send(secrets.resolve(target.url), "A test of DriftGuard", f"Notifications of {estate} arrive here.")
    except (NotifyError, ConfigError) as error:
        return str(error)
    return ""


def _deliver_to(ledger: "Ledger", target: Target, clock: Callable[[], datetime]) -> list[str]:
    at = clock()
    with ledger.outbox() as outbox:
        room = target.per_hour - outbox.sent_since(target.name, at - _HOUR)
        due = [note for note in outbox.due(target.name, at) if not target.waits(note.level, at)][: max(room, 0)]
    failures = []
    for note in due:
        with ledger.outbox(writes=True) as outbox:
            if not outbox.claim(note, at, clock() + _IN_HAND):
                continue
        try:
            send(secrets.resolve(target.url), note.subject, note.body)
        except (NotifyError, ConfigError) as error:
            failures.append(f"{target.name} could not be told: {_failed(ledger, note, str(error), clock())}")
        else:
            with ledger.outbox(writes=True) as outbox:
                outbox.sent(note, clock())
    return failures


def _failed(ledger: "Ledger", note: "Notification", reason: str, at: datetime) -> str:
    """Keeps why, and returns it with what comes of it."""
    again_at = at + RETRIES[note.attempts] if note.attempts < len(RETRIES) else None
    if again_at is None:
        reason = f"given up after {note.attempts + 1} attempts: {reason}"
    with ledger.outbox(writes=True) as outbox:
        outbox.failed(note, reason, again_at)
    return reason
