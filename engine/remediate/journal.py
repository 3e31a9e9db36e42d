"""How far the execution of one plan has come, kept beside its artifact so that a crash cannot make it happen twice."""

import fcntl
import os
import secrets
from enum import StrEnum
from pathlib import Path

import msgspec
from msgspec import Struct

from engine.errors import RemedyError

_BEGUN, _ENDED = "begun.json", "ended.json"


class Outcome(Struct, frozen=True, kw_only=True):
    """What became of an execution: whether all of it was done, what there is to say of it, and what is left to do."""

    done: bool
    said: str
    left: tuple[str, ...] = ()


class Progress(StrEnum):
    """Begun without an end: this process is at it, or one that was at it died."""

    PREPARED = "prepared"
    BEGUN = "begun"
    ENDED = "ended"


class _Begun(Struct, frozen=True):
    artifact_hash: str


class Journal:
    """The journal of one plan in the private folder where its artifact is.

    Every method raises RemedyError when the folder cannot be used.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: int | None = None

    @property
    def progress(self) -> Progress:
        if (self._folder / _ENDED).exists():
            return Progress.ENDED
        return Progress.BEGUN if (self._folder / _BEGUN).exists() else Progress.PREPARED

    @property
    def is_under_way(self) -> bool:
        """Whether a process is at it now. One that has died is not."""
        try:
            found = os.open(self._folder / _BEGUN, os.O_RDONLY)
        except OSError:
            return False
        try:
            fcntl.flock(found, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(found)
        return False

    def begin(self, artifact_hash: str) -> bool:
        """Takes the execution for this caller; False when another has taken it, however closely they meet."""
        try:
            self._held = _create_locked(self._folder / _BEGUN, msgspec.json.encode(_Begun(artifact_hash)))
        except FileExistsError:
            return False
        except OSError as error:
            raise unusable(self._folder, error) from error
        return True

    def end(self, outcome: Outcome) -> None:
        """Keeps how it ended, for the one who began it."""
        try:
            write_private(self._folder / _ENDED, msgspec.json.encode(outcome))
        except OSError as error:
            raise unusable(self._folder, error) from error
        finally:
            self.let_go()

    def take_back(self) -> None:
        """Forgets that it was begun, for the one who began it and has done nothing."""
        (self._folder / _BEGUN).unlink(missing_ok=True)

    def let_go(self) -> None:
        """Says that this process is not at it any more. What it leaves without an end counts as interrupted."""
        if self._held is not None:
            os.close(self._held)
            self._held = None

    def outcome(self) -> Outcome:
        """How it ended."""
        try:
            return msgspec.json.decode((self._folder / _ENDED).read_bytes(), type=Outcome)
        except (OSError, msgspec.MsgspecError) as error:
            raise unusable(self._folder, error) from error


def write_private(file: Path, content: bytes) -> None:
    """Writes a file that only this user can read, whole or not at all, and durably. Raises OSError."""
    written = _beside(file)
    os.close(_written(written, content))
    written.replace(file)


def _create_locked(file: Path, content: bytes) -> int:
    """A new private file, locked from its first moment for as long as the descriptor is open. Raises OSError."""
    written = _beside(file)
    descriptor = _written(written, content)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        file.hardlink_to(written)
    except OSError:
        os.close(descriptor)
        raise
    finally:
        written.unlink()
    return descriptor


def _beside(file: Path) -> Path:
    return file.with_name(f".{file.name}.{secrets.token_hex(8)}")


def _written(file: Path, content: bytes) -> int:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(os.dup(descriptor), "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(descriptor)
    return descriptor


def unusable(folder: Path, error: Exception) -> RemedyError:
    """What to raise when the private folder fails."""
    why = error.strerror if isinstance(error, OSError) else "damaged"
    return RemedyError(f"{folder}: cannot be used for what was prepared ({why}); check the folder of the store")
