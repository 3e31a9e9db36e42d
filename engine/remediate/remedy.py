"""The guard around every tool: it applies what was approved, to the world that it was approved for, and once."""

import hmac
import secrets
import shutil
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import msgspec
from msgspec import Struct, field, structs

from engine.collectors.base import Context, Settings
from engine.errors import RemedyError
from engine.model import Plan, Prepared
from engine.redact import redact_prose
from engine.remediate.journal import Journal, Outcome, Progress, unusable, write_private

__all__ = ["Draft", "Outcome", "Remedy", "Say", "Tool", "Workplace", "digest", "read_kept"]

_canonical = msgspec.json.Encoder(order="deterministic")

T = TypeVar("T")

#: Is told what happens, a line at a time, without secrets.
Say = Callable[[str], None]


def _no_secrets(reference: str) -> str:
    raise RemedyError(f"no secret store is available to resolve {reference.split(':')[0]!r}")


class Workplace(Struct, frozen=True, kw_only=True):
    """Where a plan is carried out.

    sources: the settings of the estate's sources, which say where its code lies and how its providers are reached.
    base: the folder of the estate's configuration. folder: for what is prepared, of this one request and private to
    this user; it is made when it is needed. resolve_secret: gives the secret that a reference names. cancelled: ends
    the work as early as the tool can. knowledge: a folder of the user's own tables.
    """

    sources: tuple[Settings, ...]
    base: Path
    folder: Path
    resolve_secret: Callable[[str], str] = _no_secrets
    cancelled: threading.Event = field(default_factory=threading.Event)
    knowledge: Path | None = None

    def context(self) -> Context:
        """What the clients of collectors are given to work with."""
        return Context(resolve_secret=self.resolve_secret, cancelled=self.cancelled, knowledge=self.knowledge)


class Draft(Struct, frozen=True, kw_only=True):
    """What a tool worked out: see `Prepared`. `artifact` is the content to keep, None where the tool wrote the file."""

    summary: str
    shown: str
    world: str
    commands: tuple[str, ...] = ()
    artifact: bytes | None = None


class Tool(ABC):
    """One way of carrying out plans. `artifact` is the name of the file that it applies.

    Everything raises RemedyError, with one sentence, for what stands in the way. Building one reads and starts nothing.
    """

    name: ClassVar[str]
    artifact: ClassVar[str]

    def __init__(self, plan: Plan, workplace: Workplace) -> None:
        self.plan = plan
        self.workplace = workplace

    @abstractmethod
    def prepare(self, file: Path) -> Draft:
        """Works out what would be done and changes nothing; `file` is where the artifact will be."""

    @abstractmethod
    def world(self, file: Path) -> str:
        """What `Draft.world` would be if it were prepared now."""

    @abstractmethod
    def apply(self, file: Path, say: Say) -> Outcome:
        """Does what the artifact says. Errors say that nothing was done; once something may have been, failures are
        outcomes."""

    def aftermath(self, file: Path) -> Outcome:
        """What became of an execution whose process died, as far as it can be told without doing anything."""
        return Outcome(
            done=False,
            said="it was interrupted while it was carried out, and is not begun a second time",
            left=("a scan tells how far it came",),
        )

    def discard(self, file: Path) -> None:  # noqa: B027 - most tools leave nothing behind but their file
        """Takes back what preparing left outside of the private folder."""


class Remedy:
    """A plan and the tool that can carry it out.

    Everything before `execute` changes nothing. What `say` is told and what is shown holds no secrets. Each method
    raises RemedyError when it cannot be done; `execute` then has done nothing.
    """

    def __init__(self, tool: Tool, folder: Path) -> None:
        self._tool = tool
        self._folder = folder
        self._file = folder / tool.artifact
        self._key = folder / "world.key"
        self._journal = Journal(folder)

    @property
    def progress(self) -> Progress:
        """How far the execution has come, as the journal has it."""
        return self._journal.progress

    def prepare(self) -> Prepared:
        """Works out what would be done, for people to approve. May be repeated until the execution has begun."""
        if self.progress is not Progress.PREPARED:
            raise RemedyError("it has been carried out already, or begun to be; scan, then ask for another change")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = self._tool.prepare(self._file)
            if draft.artifact is not None:
                write_private(self._file, draft.artifact)
            self._file.chmod(0o600)
            artifact_hash = _hash_of(self._file)
            if not self._key.exists():
                write_private(self._key, secrets.token_bytes(32))
            world = _sealed(draft.world, self._key.read_bytes())
        except OSError as error:
            raise unusable(self._folder, error) from error
        return Prepared(
            tool=self._tool.name,
            summary=redact_prose(draft.summary),
            shown=redact_prose(draft.shown),
            artifact=self._tool.artifact,
            artifact_hash=artifact_hash,
            world=world,
            commands=draft.commands,
        )

    def execute(self, prepared: Prepared, say: Say) -> Outcome:
        """Does what was prepared. What was executed already is told again, and never done again.

        Refused when the artifact is not the one that was prepared, or the world it was made for has changed since.
        """
        if self.progress is Progress.PREPARED:
            self._check(prepared)
            if self._journal.begin(prepared.artifact_hash):
                return self._apply(say)
        if self.progress is Progress.ENDED:
            return self._journal.outcome()
        if self._journal.is_under_way:
            raise RemedyError("another process is carrying it out: look again when it has ended")
        outcome = _redacted(self._tool.aftermath(self._file))
        if outcome.done:
            self._journal.end(outcome)
        return outcome

    def discard(self) -> None:
        """Takes back what was prepared and will not be executed: rejected, withdrawn, expired."""
        if self.progress is not Progress.PREPARED:
            raise RemedyError("it has been carried out already, or begun to be: nothing of it can be taken back")
        if self._file.exists():
            self._tool.discard(self._file)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _apply(self, say: Say) -> Outcome:
        try:
            outcome = _redacted(self._tool.apply(self._file, lambda line: say(redact_prose(line))))
            self._journal.end(outcome)
        except RemedyError:
            if self.progress is Progress.BEGUN:
                self._journal.take_back()
            raise
        finally:
            self._journal.let_go()
        return outcome

    def _check(self, prepared: Prepared) -> None:
        try:
            found, key = _hash_of(self._file), self._key.read_bytes()
        except OSError as error:
            raise RemedyError(f"{self._file.name}: what was prepared is not there any more; prepare it anew") from error
        if (prepared.tool, prepared.artifact_hash) != (self._tool.name, found):
            raise RemedyError(f"{self._file.name}: is not what was approved; prepare it anew and have that approved")
        if _sealed(self._tool.world(self._file), key) != prepared.world:
            raise RemedyError(
                "the resource or its declaration has changed since this was prepared; prepare it anew and have that "
                "approved"
            )


def digest(value: Any) -> str:
    """The SHA-256 of a JSON-like value, in hexadecimal, whatever the order of its keys."""
    return sha256(_canonical.encode(value)).hexdigest()


def read_kept(file: Path, content: type[T]) -> T:
    """What a tool kept as its artifact. Raises RemedyError when it is not there, or something else."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=content)
    except (OSError, msgspec.MsgspecError) as error:
        raise RemedyError(f"{file.name}: is not what was prepared; prepare it anew") from error


def _redacted(outcome: Outcome) -> Outcome:
    left = tuple(map(redact_prose, outcome.left))
    return structs.replace(outcome, said=redact_prose(outcome.said), left=left)


def _sealed(world: str, key: bytes) -> str:
    """What the world is told by: with a key that stays private, since a bare hash of a short secret can be guessed."""
    return hmac.digest(key, world.encode(), "sha256").hex()


def _hash_of(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()
