"""How far the execution of one plan has come, kept beside its artifact so that a crash cannot make it happen twice."""

import os
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

    @property
    def progress(self) -> Progress:
        if (self._folder / _ENDED).exists():
            return Progress.ENDED
        return Progress.BEGUN if (self._folder / _BEGUN).exists() else Progress.PREPARED

    def begin(self, artifact_hash: str) -> bool:
        """Takes the execution for this caller; False when another has taken it, however closely they meet."""
        try:
            write_private(self._folder / _BEGUN, msgspec.json.encode(_Begun(artifact_hash)), new=True)
        except FileExistsError:
            return False
        except OSError as error:
            raise unusable(self._folder, error) from error
        return True

    def end(self, outcome: Outcome) -> None:
        """Keeps how it ended."""
        try:
            write_private(self._folder / _ENDED, msgspec.json.encode(outcome))
        except OSError as error:
            raise unusable(self._folder, error) from error

    def outcome(self) -> Outcome:
        """How it ended."""
        try:
            return msgspec.json.decode((self._folder / _ENDED).read_bytes(), type=Outcome)
        except (OSError, msgspec.MsgspecError) as error:
            raise unusable(self._folder, error) from error


def write_private(file: Path, content: bytes, *, new: bool = False) -> None:
    """Writes a file that only this user can read, whole or not at all, and durably. Raises OSError.

    `new`: raises FileExistsError when there is one already.
    """
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = file.with_name(f".{file.name}.{os.getpid()}")
    with os.fdopen(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    if not new:
        written.replace(file)
        return
    try:
        file.hardlink_to(written)
    finally:
        written.unlink()


def unusable(folder: Path, error: Exception) -> RemedyError:
    """What to raise when the private folder fails."""
    why = error.strerror if isinstance(error, OSError) else "damaged"
    return RemedyError(f"{folder}: cannot be used for what was prepared ({why}); check the folder of the store")
