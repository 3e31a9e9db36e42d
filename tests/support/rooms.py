"""A war room after an incident, for everything that shows one."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from driftguard_tui import labels
from engine.model import Drift
from engine.warroom import Entry, Kind, LocalRoom
from tests.support.reports import AS_OF, a_report

BEGAN = datetime(2026, 3, 14, 14, 10, tzinfo=UTC)


def said(
    kind: Kind, minute: int, by: str = "anna.keller@shop.example", drift: Drift | None = None, **more: object
) -> Entry:
    """Something that was done in the room, so many minutes after it was opened."""
    about = {"drift": drift.id, "title": labels.resource_title(drift)} if drift else {}
    if drift is not None and kind is not Kind.LOOKED:
        about = {**about, "body": drift}
    return Entry(at=BEGAN + timedelta(minutes=minute), by=by, kind=kind, **{**about, **more})  # type: ignore[arg-type]


def entries() -> list[Entry]:
    """What was done, oldest first."""
    invoices, front, *_ = a_report().drifts
    return [
        said(Kind.LOOKED, 0, drift=invoices, workspace="drifts"),
        said(Kind.PIN, 1, drift=front, workspace="drifts"),
        said(Kind.NOTE, 2, drift=front, text="opened for the outage; the door was never closed again"),
        said(Kind.LOOKED, 3, workspace="timeline", as_of=AS_OF),
        said(Kind.PIN, 4, moment=AS_OF - timedelta(minutes=23), workspace="timeline", text="the page came in"),
        said(Kind.DECISION, 6, "boris.lind@shop.example", drift=front, text="revert at 15:00, boris does it"),
        said(Kind.NOTE, 7, text="tell the customers"),
    ]


def a_session(folder: Path, *more: Entry, name: str = "INC-4711") -> LocalRoom:
    """The room, with these entries at its end."""
    room = LocalRoom.open(folder, "shop-prod", by="anna.keller@shop.example", at=BEGAN, name=name)
    for entry in (*entries(), *more):
        room.append(entry)
    return room
