"""What a session holds, and what follows from it."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from engine.model import Drift

SCHEMA = "driftguard.warroom/1"


class Kind(StrEnum):
    LOOKED = "looked"  # at a workspace, a drift, a time
    NOTE = "note"
    PIN = "pin"
    UNPIN = "unpin"
    DECISION = "decision"
    END = "end"  # the room was left for good


#: What must not be lost once the screen says that it is done.
WORDS = frozenset({Kind.NOTE, Kind.PIN, Kind.UNPIN, Kind.DECISION, Kind.END})


class Pin(Struct, frozen=True):
    """What is pinned: a drift by its id, or else a time."""

    drift: str = ""
    moment: datetime | None = None


class Entry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that somebody did in the room.

    `text` is what was said, without secrets. `workspace` is where they were, `as_of` the time that the console showed,
    None for the present. `drift` and `title` name the drift that it is about; `moment` is the time that is pinned.
    `body` is the drift as it was then, where it was pinned or something was said of it.
    """

    at: datetime
    by: str
    kind: Kind
    text: str = ""
    workspace: str = ""
    as_of: datetime | None = None
    drift: str = ""
    title: str = ""
    moment: datetime | None = None
    body: Drift | None = None

    @property
    def pin(self) -> Pin:
        """What it pins, or takes the pin from."""
        return Pin(self.drift, None if self.drift else self.moment)


class Start(Struct, frozen=True, kw_only=True):
    """The first line of a session. `id` is its name among the estate's sessions, `name` what people call it."""

    id: str
    estate: str
    started_at: datetime
    by: str
    name: str = ""
    schema: str = SCHEMA


class Session(Struct, frozen=True):
    """A session as it was read. `damaged` lines could not be."""

    start: Start
    entries: tuple[Entry, ...] = ()
    damaged: int = 0

    @property
    def title(self) -> str:
        """What people call it."""
        return self.start.name or f"{self.start.estate}, {self.start.id}"

    @property
    def is_over(self) -> bool:
        """Whether it was ended, rather than left."""
        return bool(self.entries) and self.entries[-1].kind is Kind.END

    @property
    def last_at(self) -> datetime:
        """When something was last done in it."""
        return self.entries[-1].at if self.entries else self.start.started_at

    @property
    def people(self) -> tuple[str, ...]:
        """Who did something in it, in the order in which they came."""
        return tuple(dict.fromkeys((self.start.by, *(entry.by for entry in self.entries))))

    def of(self, kind: Kind) -> list[Entry]:
        """Its entries of this kind."""
        return [entry for entry in self.entries if entry.kind is kind]


def cleaned(entry: Entry) -> Entry:
    """The entry without what looks like a secret in what was said."""
    from engine.redact import redact_prose  # its patterns take their time to build

    text = entry.text.encode("utf-8", errors="replace").decode()
    return replace(entry, text=redact_prose(text)) if text else entry


def pins(entries: Sequence[Entry]) -> list[Entry]:
    """What is pinned at the end, in the order in which it was."""
    standing: dict[Pin, Entry] = {}
    for entry in entries:
        if entry.kind is Kind.PIN:
            standing.setdefault(entry.pin, entry)
        elif entry.kind is Kind.UNPIN:
            standing.pop(entry.pin, None)
    return list(standing.values())


def board(entries: Sequence[Entry]) -> list[Entry]:
    """What was said and what is pinned, oldest first."""
    standing = pins(entries)
    return [
        entry
        for entry in entries
        if entry.kind in (Kind.NOTE, Kind.DECISION) or any(entry is pinned for pinned in standing)
    ]
