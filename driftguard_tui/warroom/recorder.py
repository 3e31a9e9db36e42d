"""The session that is under way, if any, and what is in it so far."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from engine.errors import StoreError
from engine.warroom import Entry, LocalRoom, Room, Session, folder_of, newest

#: A session that nobody touched for longer is not gone on with at the next start.
_STALE = timedelta(hours=12)


class Recorder:
    """Writes on threads, one entry after the other. Without a folder nothing can be recorded."""

    def __init__(self, store: Path | None, estate: str, user: str) -> None:
        self.folder = None if store is None else folder_of(store)
        self.session: Session | None = None
        self._estate, self._user = estate, user
        self._room: Room | None = None
        self._writing = asyncio.Lock()

    @property
    def is_on(self) -> bool:
        """Whether a session is under way."""
        return self._room is not None

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All of it so far."""
        return self.session.entries if self.session is not None else ()

    async def begin(self, name: str = "") -> None:
        """Begins a session. Raises StoreError where nothing can be recorded."""
        if self.folder is None:
            raise StoreError("nothing is recorded here: open the console with a store")
        self.leave()
        opening = partial(LocalRoom.open, self.folder, self._estate, by=self._user, at=datetime.now(UTC), name=name)
        await self._enter(await asyncio.to_thread(opening))

    async def resume(self) -> None:
        """Goes on with the estate's last session, if it is not over and not long ago. Raises StoreError."""
        found = None if self.folder is None else await asyncio.to_thread(newest, self.folder, self._estate)
        if found is None:
            return
        file, session = found
        if not session.is_over and datetime.now(UTC) - session.last_at < _STALE:
            await self._enter(await asyncio.to_thread(LocalRoom, file))

    async def add(self, entry: Entry) -> None:
        """Adds an entry; returns when it is written. Raises StoreError."""
        async with self._writing:
            if self._room is not None:
                await asyncio.to_thread(self._room.append, entry)
                self.session = await asyncio.to_thread(self._room.session)

    async def last(self) -> Session | None:
        """The session under way, else the estate's last one. Raises StoreError."""
        if self.session is not None or self.folder is None:
            return self.session
        found = await asyncio.to_thread(newest, self.folder, self._estate)
        return found[1] if found else None

    def leave(self) -> None:
        """Leaves the room. The session can be gone on with."""
        if self._room is not None:
            self._room.close()
        self._room = self.session = None

    async def _enter(self, room: Room) -> None:
        self._room = room
        self.session = await asyncio.to_thread(room.session)
