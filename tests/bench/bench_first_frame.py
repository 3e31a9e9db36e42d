"""How long the console takes to its first frame, as a multiple of what a blank Textual app takes.

    python tests/bench/bench_first_frame.py [ROUNDS]

Runs both in turn, each in a process and on a terminal of its own, and prints JSON. The first frame is out when the
last line of the terminal has been written.
"""

import json
import os
import pty
import select
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
LIMIT = 1.5

BLANK = """
from textual.app import App
class Blank(App):
    pass
Blank().run()
"""
CONSOLE = """
from pathlib import Path
from driftguard_tui.app import DriftGuardApp
from driftguard_tui.session import Session
from engine.config import load_config
DriftGuardApp(Session(load_config(cwd=Path.cwd()), Path.cwd())).run()
"""
#: A frame is written line by line; this moves to the last.
LAST_LINE = b"\x1b[40;1H"


def first_frame(program: str, folder: str, holds: bytes) -> float:
    """Seconds from the start of the process to the first frame, which has to hold this text."""
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
        seconds = time.perf_counter() - start
        if holds not in output:
            raise ValueError(f"the first frame does not hold {holds!r}")
        return seconds
    finally:
        process.kill()
        process.wait()
        os.close(master)


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    blank, console = [], []
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder, "driftguard.toml")
        config.write_text('[[source]]\nname = "state"\nkind = "terraform_state"\npath = "*.tfstate"\n')
        for number in range(rounds + 1):
            times = first_frame(BLANK, folder, b""), first_frame(CONSOLE, folder, b"Overview")
            if number:  # the first round compiles and warms the disk's cache
                blank.append(times[0])
                console.append(times[1])
    ratio = statistics.median(console) / statistics.median(blank)
    result = {
        "blank_seconds": round(statistics.median(blank), 3),
        "console_seconds": round(statistics.median(console), 3),
        "ratio": round(ratio, 2),
        "limit": LIMIT,
        "holds": ratio <= LIMIT,
        "rounds": rounds,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
