"""What a war room's session comes to: the story that its reports tell, whatever they are written in."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from driftguard_tui import labels
from engine.model import Drift
from engine.warroom import Entry, Kind, Session, pins

#: What the entries of a room are called, and their signs.
WORDS = {
    Kind.LOOKED: "looked at",
    Kind.NOTE: "note",
    Kind.PIN: "pinned",
    Kind.UNPIN: "pin taken away",
    Kind.DECISION: "decision",
    Kind.END: "ended",
}
SIGNS = {
    Kind.LOOKED: "·", Kind.NOTE: "✎", Kind.PIN: "★", Kind.UNPIN: "☆", Kind.DECISION: "◆", Kind.END: "■",
}  # fmt: skip


class Moment(NamedTuple):
    """A row of the report's timeline: something that happened to the estate, or that was said in the room."""

    at: datetime
    lane: str
    sign: str
    who: str
    text: str
    about: str = ""


class Subject(NamedTuple):
    """A drift that the report tells in full, as it was when it was last pinned or spoken of, and what was said."""

    drift: Drift
    said: Sequence[Entry]


def subjects(session: Session) -> list[Subject]:
    """The pinned drifts and those that something was said about, the gravest first."""
    standing = {entry.drift for entry in pins(session.entries) if entry.drift}
    spoken = [entry for entry in session.entries if entry.kind in (Kind.NOTE, Kind.DECISION) and entry.drift]
    wanted = standing | {entry.drift for entry in spoken}
    bodies = {entry.drift: entry.body for entry in session.entries if entry.drift in wanted and entry.body is not None}
    found = [Subject(body, [entry for entry in spoken if entry.drift == id_]) for id_, body in bodies.items()]
    return sorted(found, key=lambda subject: (-subject.drift.severity.score, subject.drift.id))


def moments(session: Session) -> list[Moment]:
    """Evidence and changes of the drifts, pinned times, notes and decisions, oldest first."""
    rows = {}
    for subject in subjects(session):
        drift = subject.drift
        title = labels.resource_title(drift)
        if drift.changed_at is not None:
            who = labels.actor_name(drift.actor)
            rows["change", drift.id] = Moment(drift.changed_at, "drifts", "▲", who, labels.what_changed(drift), title)
        for item in drift.evidence:
            sign, lane = labels.EVENT_SIGNS[item.kind], labels.EVENT_NAMES[item.kind]
            rows["event", item.event_id] = Moment(item.at, lane, sign, item.source, item.summary)
    for number, entry in enumerate(session.entries):
        if entry.kind in (Kind.NOTE, Kind.DECISION):
            lane = f"{WORDS[entry.kind]}s"
            rows["said", str(number)] = Moment(entry.at, lane, SIGNS[entry.kind], entry.by, entry.text, entry.title)
    for entry in pins(session.entries):
        if entry.moment is not None:
            text = entry.text or "a pinned time"
            rows["pin", entry.moment.isoformat()] = Moment(entry.moment, "pins", SIGNS[Kind.PIN], entry.by, text)
    return sorted(rows.values(), key=lambda row: (row.at, row.lane, row.text))


def looked_at(session: Session) -> list[Entry]:
    """Where people looked, each place once, in the order in which they came to it."""
    first: dict[tuple[str, str], Entry] = {}
    for entry in session.of(Kind.LOOKED):
        first.setdefault((entry.workspace, entry.drift), entry)
    return list(first.values())


def headline(session: Session) -> str:
    """How much there is, in a line."""
    counts = (
        labels.count(len(subjects(session)), "drift"),
        labels.count(len(session.of(Kind.DECISION)), "decision"),
        labels.count(len(session.of(Kind.NOTE)), "note"),
    )
    damaged = f"{labels.count(session.damaged, 'line')} of the record could not be read" if session.damaged else ""
    return labels.join((*counts, damaged))


def span(session: Session) -> str:
    """From when to when."""
    return f"{labels.moment(session.start.started_at)} to {labels.moment(session.last_at)}"


def place(entry: Entry) -> str:
    """Where somebody looked, in a few words."""
    at = f"as of {labels.moment(entry.as_of)}" if entry.as_of else ""
    return labels.join((entry.workspace, entry.title, at))
