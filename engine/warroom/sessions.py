"""The sessions that are kept in a folder: which there are, and what is in one."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from engine.errors import StoreError
from engine.warroom.entry import SCHEMA, Entry, Session, Start

SUFFIX = ".ndjson"
#: A longer line is no entry.
_LONGEST_LINE = 16 * 1024 * 1024

_start = msgspec.json.Decoder(Start)
_entry = msgspec.json.Decoder(Entry)


def folder_of(store: Path) -> Path:
    """Where the sessions of a store are."""
    return store / "warroom"


def sessions(folder: Path, estate: str | None = None) -> list[Session]:
    """Every session of a folder, of an estate if one is given, the newest first. What is no session is left out."""
    found = []
    for file in sorted(folder.glob(f"*{SUFFIX}"), reverse=True):
        try:
            session = read(file)
        except StoreError:
            continue
        if estate is None or session.start.estate == estate:
            found.append(session)
    return found


def find(folder: Path, id_: str) -> Session:
    """The one session whose id begins so. Raises StoreError when there is none, or more than one."""
    files = [file for file in sorted(folder.glob(f"*{SUFFIX}")) if file.name.startswith(id_)]
    exact = [file for file in files if file.stem == id_]
    if len(exact or files) != 1:
        what = "more than one war room has" if files else "no war room has"
        raise StoreError(f"{what} an id that begins with {id_!r}: `driftguard warroom list` shows all")
    return read((exact or files)[0])


def newest(folder: Path, estate: str) -> tuple[Path, Session] | None:
    """The estate's last session and its file."""
    for session in sessions(folder, estate):
        return folder / f"{session.start.id}{SUFFIX}", session
    return None


def read(file: Path) -> Session:
    """The session in a file. A line that cannot be read costs that line. Raises StoreError when it is no session."""
    try:
        with file.open("rb") as opened:
            start = _start.decode(opened.readline(_LONGEST_LINE))
            if not start.schema.startswith(SCHEMA.rpartition("/")[0]):
                raise StoreError(f"{file} is no war room: its first line has another schema")
            lines = list(_lines(opened.read()))
    except OSError as error:
        raise StoreError(f"the war room {file} cannot be read ({error.strerror})") from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise StoreError(f"{file} is no war room: its first line does not say so") from error
    entries = [entry for entry in lines if entry is not None]
    return Session(start, tuple(entries), len(lines) - len(entries))


def free_id(folder: Path, at: datetime) -> str:
    """An id for a session that begins then: its minute, and a number where there is one of that minute already."""
    base = f"{at.astimezone(UTC):%Y-%m-%d-%H%M}"
    numbers = (f"-{number}" if number > 1 else "" for number in range(1, 10_000))
    return next(f"{base}{number}" for number in numbers if not (folder / f"{base}{number}{SUFFIX}").exists())


def _lines(content: bytes) -> Iterator[Entry | None]:
    for line in content.split(b"\n"):
        if line.strip():
            try:
                yield _entry.decode(line)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                yield None
