"""An alert of any monitoring system, as an event."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from engine.collectors.events.monitoring.about import names_in, summary_of, text_of
from engine.model import Event, EventKind, Ticket
from engine.redact import redact_json, redact_prose, redact_value


class Alert(Struct, frozen=True, kw_only=True):
    """A stretch of time in which an alert's condition held.

    ended: when it was over, None while it lasts. seen: up to when that is known. priority: how grave it is, in
    the system's own words. about: names of what it is about, beside those in the labels. original: the record it came
    from.
    """

    name: str
    labels: Mapping[str, str]
    began: datetime
    ended: datetime | None = None
    seen: datetime | None = None
    status: str = ""
    priority: str = ""
    annotations: Mapping[str, str] = {}
    about: tuple[str, ...] = ()
    scope: str = ""
    service: str = ""
    original: Any = None


def events_of(alerts: Iterable[Alert], source: str, since: datetime | None = None) -> Iterator[Event]:
    """The events of alerts, but for those that nothing was told of since a moment."""
    for event in (to_event(alert, source) for alert in alerts):
        if since is None or event.recorded_at is None or event.recorded_at >= since:
            yield event


def to_event(alert: Alert, source: str) -> Event:
    """The event of an alert. Its id is that of every other report of the same alert, from whichever source."""
    title = redact_prose(alert.name)
    summary = redact_prose(summary_of(alert.annotations))
    ticket = Ticket(
        title=title,
        text=redact_prose(text_of(alert.annotations)),
        priority=alert.priority,
        status=alert.status or ("firing" if alert.ended is None else "resolved"),
    )
    return Event(
        id=f"alert:{_digest(alert)}",
        at=alert.began,
        source=source,
        kind=EventKind.ALERT,
        operation=title,
        service=alert.service,
        scope=alert.scope,
        touches=tuple(dict.fromkeys((*names_in(redact_value(dict(alert.labels))), *alert.about))),
        summary=f"{title}: {summary}" if summary and summary != title else title,
        request=redact_json(msgspec.json.encode(ticket)),
        original=redact_json(msgspec.json.encode(alert.original)) if alert.original is not None else "",
        ended_at=alert.ended,
        recorded_at=alert.ended or alert.seen,
    )


def _digest(alert: Alert) -> str:
    told = [alert.name, sorted(alert.labels.items()), alert.scope, int(alert.began.timestamp())]
    return hashlib.blake2b(msgspec.json.encode(told), digest_size=12).hexdigest()
