"""Notifications in the ledger: what waits to be sent, what was, and what was given up."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from msgspec import structs
from sqlalchemy import ColumnElement, Connection, Row, case, func, insert, or_, select, text, update

from engine.model import Level
from engine.store.ledger_tables import NotificationRow
from engine.store.records import Notification, NotificationStatus

_PENDING = NotificationRow.status == NotificationStatus.PENDING
_NUMBERED = ("id",)
_COLUMNS = tuple(getattr(NotificationRow, name) for name in Notification.__struct_fields__)
_RANKS = {level: level.rank for level in Level}


class Outbox:
    """The notifications, for as long as one transaction lasts. Of two that write, the later waits for the earlier."""

    def __init__(self, connection: Connection, *, writes: bool = False) -> None:
        self._connection = connection
        if writes and connection.dialect.name == "postgresql":
            # Whether something was told already is asked and answered by one process at a time.
            connection.execute(text("LOCK TABLE notifications IN SHARE ROW EXCLUSIVE MODE"))

    def told(self, target: str, channel: str, since: datetime) -> set[str]:
        """The keys of what a rule had to tell a target since a moment, sent or not."""
        query = select(NotificationRow.key).where(
            NotificationRow.target == target, NotificationRow.channel == channel, NotificationRow.created_at > since
        )
        return {key for keys in self._connection.scalars(query) for key in keys.splitlines()}

    def add(self, notifications: Iterable[Notification]) -> None:
        """Keeps them, to be sent."""
        rows = [_fields(each) for each in notifications]
        if rows:
            self._connection.execute(insert(NotificationRow), rows)

    def unaddressed(self) -> list[Notification]:
        """What waits and is for nobody yet."""
        return self._found(_PENDING, NotificationRow.target == "")

    def address(self, notification: Notification, copies: Sequence[Notification]) -> None:
        """Has one that is for nobody yet sent as these, each for its target; there is one at least."""
        first, *others = copies
        self._update(notification.id, target=first.target, subject=first.subject, body=first.body)
        self.add(others)

    def due(self, target: str, at: datetime) -> list[Notification]:
        """What may be sent to a target now and is in no process's hands, the gravest first, then the oldest."""
        return self._found(
            _PENDING,
            NotificationRow.target == target,
            or_(NotificationRow.due_at.is_(None), NotificationRow.due_at <= at),
            or_(NotificationRow.claimed_until.is_(None), NotificationRow.claimed_until <= at),
        )

    def sent_since(self, target: str, since: datetime) -> int:
        """How many a target was sent since a moment."""
        query = select(func.count()).where(NotificationRow.target == target, NotificationRow.sent_at > since)
        return self._connection.scalar(query) or 0

    def claim(self, notification: Notification, at: datetime, until: datetime) -> bool:
        """Takes one in hand up to a moment, after which its process is taken for dead; False when another has it."""
        free = or_(NotificationRow.claimed_until.is_(None), NotificationRow.claimed_until <= at)
        done = self._connection.execute(
            update(NotificationRow)
            .where(NotificationRow.id == notification.id, _PENDING, free)
            .values(claimed_until=until, attempts=NotificationRow.attempts + 1)
        )
        return done.rowcount == 1

    def sent(self, notification: Notification, at: datetime) -> None:
        """One has arrived."""
        self._update(notification.id, status=NotificationStatus.SENT, sent_at=at, error=None, claimed_until=None)

    def failed(self, notification: Notification, reason: str, again_at: datetime | None) -> None:
        """One could not be sent: it is tried again at a moment, or given up."""
        status = NotificationStatus.PENDING if again_at else NotificationStatus.FAILED
        self._update(notification.id, status=status, error=reason, due_at=again_at, claimed_until=None)

    def newest(self, *, status: NotificationStatus | None = None, limit: int = 100) -> list[Notification]:
        """The last ones, newest first."""
        wanted = () if status is None else (NotificationRow.status == status,)
        query = select(*_COLUMNS).where(*wanted).order_by(NotificationRow.id.desc()).limit(limit)
        return [_notification(row) for row in self._connection.execute(query)]

    def _found(self, *conditions: ColumnElement[bool]) -> list[Notification]:
        rank = case(_RANKS, value=NotificationRow.level)
        query = select(*_COLUMNS).where(*conditions).order_by(rank.desc(), NotificationRow.id)
        return [_notification(row) for row in self._connection.execute(query)]

    def _update(self, number: int, **values: Any) -> None:
        self._connection.execute(update(NotificationRow).where(NotificationRow.id == number).values(**values))


def _notification(row: Row[Any]) -> Notification:
    return Notification(**row._mapping)


def _fields(notification: Notification) -> dict[str, Any]:
    return {name: value for name, value in structs.asdict(notification).items() if name not in _NUMBERED}
