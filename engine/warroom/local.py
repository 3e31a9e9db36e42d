"""A session in a file of this machine: newline-delimited JSON, only ever added to."""

import os
from datetime import datetime
from pathlib import Path

import msgspec

from engine.errors import StoreError
from engine.warroom import sessions
from engine.warroom.entry import WORDS, Entry, Session, Start, cleaned

_FLAGS = os.O_WRONLY | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


class LocalRoom:
    """The one implementation of `Room`. Each entry is one write at the end of the file, which is its owner's alone."""

    def __init__(self, file: Path) -> None:
        """Goes on with the session in a file. Raises StoreError when it cannot be written."""
        self.file = file
        try:
            self._descriptor = os.open(file, _FLAGS)
        except OSError as error:
            raise StoreError(f"the war room {file} cannot be written ({error.strerror})") from error

    @classmethod
    def open(cls, folder: Path, estate: str, *, by: str, at: datetime, name: str = "") -> "LocalRoom":
        """Begins a session in a folder, which is made if need be. Raises StoreError."""
        id_ = sessions.free_id(folder, at)
        start = Start(id=id_, estate=estate, started_at=at, by=by, name=name)
        file = folder / f"{id_}{sessions.SUFFIX}"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(file, _FLAGS | os.O_CREAT | os.O_EXCL, 0o600))
        except OSError as error:
            raise StoreError(f"no war room can be opened in {folder} ({error.strerror})") from error
        room = cls(file)
        room._write(_encoded(start), safely=True)
        return room

    def append(self, entry: Entry) -> None:
        """Adds an entry, without secrets. Raises StoreError."""
        self._write(_encoded(cleaned(entry)), safely=entry.kind in WORDS)

    def session(self) -> Session:
        """All of it so far. Raises StoreError."""
        return sessions.read(self.file)

    def close(self) -> None:
        """Lets the file go."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _write(self, line: bytes, *, safely: bool) -> None:
        """One write of a whole line, on a line of its own even after one that a crash cut short."""
        try:
            if not _ends_a_line(self.file):
                line = b"\n" + line
            os.write(self._descriptor, line + b"\n")
            if safely:
                os.fsync(self._descriptor)
        except OSError as error:
            raise StoreError(f"the war room {self.file} could not be written ({error.strerror})") from error


def _encoded(record: Entry | Start) -> bytes:
    """As JSON; halves of characters, which some logs hold and JSON cannot, as question marks."""
    try:
        return msgspec.json.encode(record)
    except UnicodeEncodeError:
        import json  # seldom needed, and takes its time

        text = json.dumps(msgspec.to_builtins(record), ensure_ascii=False)
        return text.encode("utf-8", errors="replace")


def _ends_a_line(file: Path) -> bool:
    with file.open("rb") as opened:
        if opened.seek(0, os.SEEK_END) == 0:
            return True
        opened.seek(-1, os.SEEK_END)
        return opened.read(1) == b"\n"
