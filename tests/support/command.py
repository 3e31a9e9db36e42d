"""Runs `driftguard` as a shell would see it: exit status, standard output, standard error."""

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

from driftguard_tui.cli import run


class Outcome(NamedTuple):
    status: int
    out: str
    err: str


def driftguard(*arguments: str | Path) -> Outcome:
    """Runs a command in this process, with nothing a terminal."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = run([str(argument) for argument in arguments])
    return Outcome(status, out.getvalue(), err.getvalue())


def driftguard_process(*arguments: str | Path, cwd: Path | None = None, **environ: str) -> Outcome:
    """Runs a command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "driftguard_tui", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=60,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)
