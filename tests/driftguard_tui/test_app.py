"""What holds for the console as a process: what it imports, how it ends, which theme it takes."""

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.paths import REPOSITORY

HEAVY = (
    "boto3", "duckdb", "sqlalchemy", "alembic", "sklearn", "xgboost", "kubernetes", "google.genai", "google.cloud",
    "azure", "dulwich", "numpy", "keyring", "hcl2", "apprise", "hvac",
)  # fmt: skip

_FIRST_FRAME = """
import asyncio, json, sys
from pathlib import Path
from driftguard_tui.app import DriftGuardApp
from driftguard_tui.session import Session
from engine.config import load_config

seen = []

class Watched(DriftGuardApp):
    def _start(self):
        seen.extend(sys.modules)

async def main():
    app = Watched(Session(load_config(cwd=Path.cwd()), Path.cwd()))
    async with app.run_test() as pilot:
        await pilot.pause()

asyncio.run(main())
print(json.dumps(seen))
"""


def test_the_first_frame_needs_nothing_heavy(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _FIRST_FRAME],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=True,
    )
    modules = json.loads(done.stdout)
    assert "driftguard_tui.workspaces.overview" in modules
    assert [name for name in HEAVY if name in modules] == []
    assert [name for name in modules if name.startswith("engine.") and "pipeline" in name] == []


_CRASH = """
from driftguard_tui.app import DriftGuardApp
from tests.support.reports import RecordedEngine

class Broken(DriftGuardApp):
    def do_rescan(self):
        token = "hunter2-in-a-local"
        raise ValueError("hunter2-in-a-message")

    def on_mount(self):
        super().on_mount()
        self.set_timer(0.3, lambda: self.run_worker(self.action_do("rescan")))

app = Broken(RecordedEngine())
app.run()
raise SystemExit(app.return_code)
"""

_RUN = """
from driftguard_tui.app import DriftGuardApp
from driftguard_tui.profiles import Profile
from tests.support.reports import RecordedEngine

class Telling(RecordedEngine):
    def close(self):
        open("closed", "w").close()

app = DriftGuardApp(Telling(), Profile(workspace="drifts"))
app.run()
raise SystemExit(app.return_code)
"""


class Terminal:
    """A program on a terminal of its own."""

    def __init__(self, program: str, folder: Path) -> None:
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-c", program],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY), "COLUMNS": "100", "LINES": "30"},
            start_new_session=True,
        )
        os.close(slave)
        self.output = b""

    def read(self, until: bytes = b"", seconds: float = 30) -> bytes:
        """What it writes until this text, or until it ends."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not (until and until in self.output):
            if select.select([self.master], [], [], 0.1)[0]:
                try:
                    piece = os.read(self.master, 65536)
                except OSError:
                    break
                self.output += piece
            elif self.process.poll() is not None:
                break
        return self.output

    def close(self) -> int:
        """Its exit status."""
        try:
            return self.process.wait(20)
        finally:
            self.process.kill()
            os.close(self.master)


def test_a_crash_names_the_place_and_no_value(tmp_path: Path) -> None:
    terminal = Terminal(_CRASH, tmp_path)
    output = terminal.read().decode(errors="replace")
    assert terminal.close() == 1
    assert "DriftGuard stopped because of an error of its own" in output
    assert "ValueError" in output
    assert "do_rescan" in output
    assert "hunter2" not in output


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_in_good_order(number: signal.Signals, tmp_path: Path) -> None:
    terminal = Terminal(_RUN, tmp_path)
    assert b"shop-prod" in terminal.read(until=b"34 drifts")
    terminal.process.send_signal(number)
    output = terminal.read()
    assert terminal.close() == 128 + number
    assert (tmp_path / "closed").exists()
    assert b"\x1b[?1049l" in output, "the terminal has its own screen back"


def test_a_terminal_that_goes_away_without_a_signal_ends_it_too(tmp_path: Path) -> None:
    """As where a session has no controlling terminal: nobody sends SIGHUP."""
    terminal = Terminal(_RUN, tmp_path)
    terminal.read(until=b"34 drifts")
    os.close(terminal.master)
    assert terminal.process.wait(20) == 128 + signal.SIGHUP
    assert (tmp_path / "closed").exists()


def test_without_colour_there_is_none_and_severity_and_cursor_still_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    terminal = Terminal(_RUN, tmp_path)
    output = terminal.read(until=b"34 drifts").decode(errors="replace")
    terminal.process.send_signal(signal.SIGTERM)
    terminal.read()
    terminal.close()
    styles = {code for codes in re.findall(r"\x1b\[([\d;]*)m", output) for code in codes.split(";")}
    assert not styles & {"38", "48"}
    assert not {code for code in styles if code.isdecimal() and 30 <= int(code) <= 47} - {"39"}
    assert "7" in styles, "the cursor is reversed"
    assert "◆ critical" in output
    assert "▲ high" in output
