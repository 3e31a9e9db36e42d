"""Opens a program on a terminal of its own and sees how long it takes to its first frame."""

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

REPOSITORY = Path(__file__).resolve().parents[2]

BLANK = """
from textual.app import App
class Blank(App):
    pass
Blank().run()
"""
#: As the installed command does it: the command line, the configuration of the folder, the console.
CONSOLE = """
import sys
sys.argv = ["driftguard", "--store", "."]
from driftguard_tui.cli import main
main()
"""
#: A frame is written line by line; this moves to the last.
LAST_LINE = b"\x1b[40;1H"


class Taken(NamedTuple):
    """Seconds from the start of a process to its first frame: on the clock, and of the processor."""

    clock: float
    processor: float


def first_frame(program: str, folder: str, holds: bytes) -> Taken:
    """What a program of Python takes to its first frame, which has to hold this text. Linux only."""
    master, slave = pty.openpty()
    size = {"COLUMNS": "120", "LINES": "40", "TERM": "xterm-256color"}
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONPYCACHEPREFIX": f"{folder}/compiled", **size}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # both are compiled, as they are once installed
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdin=slave, stdout=slave, stderr=slave, cwd=folder, env=environment,
        start_new_session=True,
    )  # fmt: skip
    os.close(slave)
    output = b""
    try:
        while LAST_LINE not in output:
            if not select.select([master], [], [], 30)[0]:
                raise TimeoutError(output[-500:])
            output += os.read(master, 65536)
        taken = Taken(time.perf_counter() - start, time.clock_gettime(_clock_of(process.pid)))
        if holds not in output:
            raise ValueError(f"the first frame does not hold {holds!r}")
        return taken
    finally:
        process.kill()
        process.wait()
        os.close(master)


def _clock_of(pid: int) -> int:
    """The clock of another process's processor time, as Linux numbers them."""
    return ~pid << 3 | 2
