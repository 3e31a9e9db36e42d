"""War rooms: what was looked at, noted, pinned and decided during an incident, by whom and when.

A room's record is a session. It is kept in one file of lines that are only ever added to, so that a crash costs at
most its last line, and it holds the pinned drifts themselves, so that it can be read where the estate is unknown.
"""

from engine.warroom.entry import Entry, Kind, Pin, Session, Start, board, pins
from engine.warroom.local import LocalRoom
from engine.warroom.room import Room
from engine.warroom.sessions import folder_of, newest, read, sessions

__all__ = [
    "Entry", "Kind", "LocalRoom", "Pin", "Room", "Session", "Start", "board", "folder_of", "newest", "pins", "read",
    "sessions",
]  # fmt: skip
