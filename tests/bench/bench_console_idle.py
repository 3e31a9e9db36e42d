"""What the console costs while nobody touches it: its share of a processor, and bytes written to the terminal.

    python -m tests.bench.bench_console_idle [--seconds 30]

Opens the demo on a terminal of its own, waits for its scan, then leaves it alone in one workspace after the other.
Prints one JSON object.
"""

import argparse
import fcntl
import json
import os
import pty
import select
import struct
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
_WANTED_SHARE = 0.01
#: How long the desktop gets to come to rest after a key.
_SETTLING = 4.0
_TICKS = os.sysconf("SC_CLK_TCK")


def processor_seconds(process: int) -> float:
    """What a process has used so far, all of its threads."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def read_for(terminal: int, seconds: float, until: bytes = b"") -> bytes:
    """What is written to the terminal within so many seconds, or until a text has come."""
    written, ends_at = b"", time.monotonic() + seconds
    while (left := ends_at - time.monotonic()) > 0 and not (until and until in written):
        if select.select([terminal], [], [], min(left, 0.5))[0]:
            written += os.read(terminal, 65536)
    return written


def measure(seconds: float, workspaces: str) -> dict[str, dict[str, float]]:
    """Share of a processor and bytes a second, by the key of the workspace."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    found = {}
    with tempfile.TemporaryDirectory() as store:
        process = subprocess.Popen(
            [sys.executable, "-m", "driftguard_tui", "demo", "--store", f"{store}/store"],
            stdin=theirs, stdout=theirs, stderr=theirs, cwd=store, start_new_session=True,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY), "TERM": "xterm-256color"},
        )  # fmt: skip
        os.close(theirs)
        try:
            if b"drifts in" not in read_for(ours, 120, b"drifts in"):
                raise TimeoutError("the scan of the demo did not end")
            for key in workspaces:
                os.write(ours, key.encode())
                read_for(ours, _SETTLING)
                before = processor_seconds(process.pid)
                written = read_for(ours, seconds)
                used = processor_seconds(process.pid) - before
                found[key] = {"share": round(used / seconds, 4), "bytes_a_second": len(written) / seconds}
        finally:
            process.kill()
            process.wait()
            os.close(ours)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument(
        "--workspaces", default="1", help="keys of the workspaces to look at in turn, such as 123456789"
    )
    options = parser.parse_args()
    found = measure(options.seconds, options.workspaces)
    holds = all(idle["share"] < _WANTED_SHARE and not idle["bytes_a_second"] for idle in found.values())
    print(
        json.dumps({"seconds": options.seconds, "idle": found, "limit_share": _WANTED_SHARE, "holds": holds}, indent=1)
    )


if __name__ == "__main__":
    main()
