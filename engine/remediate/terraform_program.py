"""Running Terraform for a remedy: what it prints is kept in a file, so that it outlives the process that started it."""

import fcntl
import shutil
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from engine.collectors.declared.terraform_run import Runner, environment
from engine.errors import RemedyError, SourceError
from engine.remediate.remedy import Say, Workplace

#: Seconds that planning may take, and that another holder of the state's lock is waited for.
_PATIENCE = 1800
LOCK = "-lock-timeout=20s"


class Program(Struct, frozen=True):
    """`program` in `folder`. Every method raises RemedyError with one sentence when it cannot be run, or fails."""

    folder: Path
    program: str
    workplace: Workplace

    def answer(self, *arguments: str) -> bytes:
        """What a command prints that changes nothing."""
        runner = Runner(folder=self.folder, program=self.program, timeout=_PATIENCE, source="")
        self._check()
        try:
            return runner.run(arguments, self.workplace.context())
        except SourceError as error:
            raise RemedyError(str(error)) from error

    def apply(self, plan: Path, log: Path, say: Say) -> None:
        """Applies a plan and nothing else, telling each line; the log says how it ended.

        When cancelled it is interrupted, upon which it finishes what it is at and keeps the state.
        """
        self._check()
        arguments = ("apply", "-input=false", "-no-color", LOCK, str(plan))
        with _private(log) as out, log.open("rb") as told:
            fcntl.flock(out, fcntl.LOCK_EX)  # goes over to the program, and is held until it has ended
            # Not through a pipe: it would be killed by its next line, in the middle of a change, if we died.
            process = self._start(arguments, out)
            interrupted = False
            while process.poll() is None:
                _tell(told, say)
                if not interrupted and self.workplace.cancelled.is_set():
                    interrupted = True
                    process.send_signal(signal.SIGINT)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(0.05)
            _tell(told, say, whole=True)

    def _start(self, arguments: Sequence[str], out: BinaryIO) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(  # noqa: S603 - one of two programs, never through a shell
            [self.program, *arguments],
            cwd=self.folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def _check(self) -> None:
        if not self.folder.is_dir():
            raise RemedyError(f"{self.folder}: no such folder; check the sources of this estate")
        if shutil.which(self.program) is None:
            raise RemedyError(f"the program {self.program!r} is not on the PATH; install it, or follow the commands")


def _private(log: Path) -> BinaryIO:
    log.touch(0o600)
    return log.open("wb")


def _tell(log: BinaryIO, say: Say, *, whole: bool = False) -> None:
    """Tells the lines that have been written since; `whole` when there will be no more."""
    while line := log.readline():
        if not line.endswith(b"\n") and not whole:
            log.seek(-len(line), 1)
            return
        if text := line.decode(errors="replace").rstrip():
            say(text)


def is_running(log: Path) -> bool:
    """Whether a program that was started by `apply`, by this process or one that died, still writes its log."""
    with log.open("rb") as opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
