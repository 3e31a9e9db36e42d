"""Where a session is kept: the seam at which a room that several people share can take the place of a local file."""

from typing import Protocol

from engine.warroom.entry import Entry, Session


class Room(Protocol):
    """One session that is under way. Its methods may block: call them on a thread."""

    def append(self, entry: Entry) -> None:
        """Adds an entry. What was said, pinned or decided is safe when this returns. Raises StoreError."""
        ...

    def session(self) -> Session:
        """All of it so far, whoever added it. Raises StoreError."""
        ...

    def close(self) -> None:
        """Leaves the room; the session stays."""
        ...
