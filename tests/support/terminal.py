"""Runs `driftguard` on a terminal of its own and looks at what it shows."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path


class Terminal:
    """A command on a pseudo-terminal. Use as a context: it is killed at the end if it still runs.

    Without `errors`, standard error goes nowhere.
    """

    def __init__(self, *arguments: str | Path, errors: bool = True, **environ: str) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "driftguard_tui", *map(str, arguments)],
            env={**os.environ, **environ},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs if errors else subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(theirs)
        self.shown = ""

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._ours)

    def press(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def signal(self, number: int) -> None:
        """Sends the command a signal: SIGHUP is what a closed connection sends."""
        self._process.send_signal(number)

    def read_until(self, enough: Callable[[str], bool], seconds: float = 60) -> str:
        """Reads on until what was shown so far is enough, or the command has ended."""
        ends_at = time.monotonic() + seconds
        while not enough(self.shown):
            assert time.monotonic() < ends_at, f"not shown within {seconds} s; the last was {self.shown[-500:]!r}"
            if not select.select([self._ours], [], [], 0.2)[0]:
                continue
            try:
                chunk = os.read(self._ours, 65536)
            except OSError:  # Linux tells the end of a terminal so
                return self.shown
            if not chunk:
                return self.shown
            self.shown += chunk.decode(errors="replace")
        return self.shown

    def read_all(self) -> str:
        """Everything until the command ends."""
        return self.read_until(lambda _: False)

    def status(self) -> int:
        """The exit status, once the command has ended."""
        self.read_all()
        return self._process.wait(timeout=20)
