"""The console over a real OpenSSH connection: it opens, keys answer, and it leaves the terminal clean."""

import fcntl
import getpass
import os
import pty
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from engine.store.ledger import Ledger
from tests.support.paths import REPOSITORY

_SSHD = shutil.which("sshd") or next((path for path in ("/usr/sbin/sshd",) if Path(path).exists()), None)

pytestmark = [
    pytest.mark.skipif(_SSHD is None, reason="no OpenSSH server is installed here"),
    pytest.mark.skipif(shutil.which("ssh") is None, reason="no OpenSSH client is installed here"),
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can start a server that nobody configured"),
]

_ALTERNATE, _MAIN = "\x1b[?1049h", "\x1b[?1049l"
_SHOWN = "\x1b[?25h"


class Server(NamedTuple):
    """A server on loopback, and how to get in."""

    port: int
    key: Path
    folder: Path

    def command(self, *command: str) -> list[str]:
        """The client's command line."""
        options = ("StrictHostKeyChecking=no", f"UserKnownHostsFile={self.folder / 'known'}", "BatchMode=yes",
                   "IdentitiesOnly=yes", "LogLevel=ERROR")  # fmt: skip
        return [
            "ssh", "-tt", "-F", "none", "-i", str(self.key), "-p", str(self.port),
            *(part for option in options for part in ("-o", option)),
            f"{getpass.getuser()}@127.0.0.1", *command,
        ]  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """With keys and a configuration of its own."""
    folder = tmp_path_factory.mktemp("ssh")
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    Path("/run/sshd").mkdir(exist_ok=True)
    config = folder / "config"
    config.write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder / 'host'}\nPidFile none\nUsePAM no\n"
        f"AuthorizedKeysFile {folder / 'user.pub'}\nStrictModes no\nPermitRootLogin prohibit-password\n"
        "PasswordAuthentication no\nPermitUserEnvironment no\n"
    )
    process = subprocess.Popen([str(_SSHD), "-D", "-e", "-f", config], stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield Server(port, folder / "user", folder)
    finally:
        process.terminate()
        process.wait()


class Connection:
    """A command on the other side, seen from a terminal on this one. Use as a context."""

    def __init__(self, server: Server, command: str, term: str = "xterm-256color") -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.process = subprocess.Popen(
            server.command(command), env={**os.environ, "TERM": term}, stdin=theirs, stdout=theirs, stderr=theirs,
            start_new_session=True,
        )  # fmt: skip
        os.close(theirs)
        self.shown = ""

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._ours)

    def press(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def read_until(self, enough: Callable[[str], bool], seconds: float = 60) -> str:
        """What was shown since the last time."""
        shown, ends_at = "", time.monotonic() + seconds
        while not enough(shown):
            assert time.monotonic() < ends_at, f"not shown within {seconds} s; the last was {shown[-800:]!r}"
            if select.select([self._ours], [], [], 0.2)[0]:
                try:
                    chunk = os.read(self._ours, 65536)
                except OSError:
                    break
                shown += chunk.decode(errors="replace")
        self.shown += shown
        return shown

    def read_all(self) -> str:
        """Until the connection ends."""
        return self.read_until(lambda _: False)


def on_the_demo(store: Path, *before: str) -> str:
    """The command that opens it."""
    environment = f"cd {store.parent} && export HOME={store.parent} PYTHONPATH={REPOSITORY}"
    return " && ".join((environment, *before, f"{sys.executable} -m driftguard_tui demo --store {store}"))


def assert_left_clean(written: str) -> None:
    """Whatever was switched on is off again: the screen, the cursor, the mouse, pasting, what tells of the focus."""
    for mode in set(re.findall(r"\x1b\[\?(\d+)h", written)) - {"25", "2026", "7"}:
        on, off = written.rfind(f"\x1b[?{mode}h"), written.rfind(f"\x1b[?{mode}l")
        assert off > on, f"mode {mode} stays on"
    if "\x1b[?25l" in written:
        assert written.rfind(_SHOWN) > written.rfind("\x1b[?25l"), "the cursor stays hidden"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which the demo was scanned already."""
    return tmp_path_factory.mktemp("demo") / "store"


@pytest.mark.parametrize("term", ["xterm-256color", "xterm", "screen", "linux"])
def test_it_opens_answers_and_leaves_the_terminal_clean(server: Server, store: Path, term: str) -> None:
    with Connection(server, on_the_demo(store), term) as far:
        far.read_until(lambda shown: "drifts in" in shown)
        far.press("1")  # the console remembers where it was left
        far.press("8")
        far.read_until(lambda shown: "Sources" in shown and "read" in shown)
        far.press("?")
        far.read_until(lambda shown: "Help" in shown)
        far.press("\x1b")
        time.sleep(0.5)
        far.press("q")
        far.read_all()
        assert far.process.wait(20) == 0
        assert _ALTERNATE in far.shown
        assert_left_clean(far.shown)


@pytest.mark.skipif(shutil.which("tmux") is None, reason="no tmux is installed here")
def test_in_tmux(server: Server, store: Path) -> None:
    tmux = f"tmux -L drift{os.getpid()} -f /dev/null"
    inner = on_the_demo(store).replace("'", "'\\''")
    with Connection(server, f"{tmux} new-session '{inner}'") as far:
        far.read_until(lambda shown: "drifts in" in shown)
        far.press("2")
        far.read_until(lambda shown: "severity" in shown)
        far.press("q")
        far.read_all()
        assert far.process.wait(20) == 0
        assert_left_clean(far.shown)


def test_a_connection_that_breaks_in_the_middle_of_an_approval_leaves_the_ledger_right(
    server: Server, store: Path
) -> None:
    with Connection(server, on_the_demo(store)) as far:
        far.read_until(lambda shown: "drifts in" in shown)
    ledger = Ledger.open(store)
    try:
        from engine.workflow.requests import Requests

        asked = Requests(ledger, "anna").create(ledger.drifts()[0].id)
    finally:
        ledger.close()
    with Connection(server, on_the_demo(store, "echo shell $$")) as far:
        far.read_until(lambda shown: "drifts in" in shown)
        shell = int(re.findall(r"shell (\d+)", far.shown)[0])
        far.press("6")
        far.read_until(lambda shown: "waiting" in shown)
        far.press("ga")
        far.read_until(lambda shown: "Approve " in shown)
        far.press("y\r")
        far.process.send_signal(signal.SIGKILL)
    _assert_gone(shell)
    ledger = Ledger.open(store)
    try:
        known = Requests(ledger, "anna").find(asked.id)
        logged = [entry.action for entry in ledger.audit_entries() if entry.subject == asked.id]
        assert len(known.decisions) == logged.count("request.approve") <= 1
        assert ledger.verify_audit().intact
    finally:
        ledger.close()


def _assert_gone(process: int) -> None:
    """The console on the other side has ended, and all that it started."""
    for _ in range(300):
        members = subprocess.run(["ps", "-o", "pid=", "-s", str(process)], capture_output=True, text=True, check=False)
        if not members.stdout.strip():
            return
        time.sleep(0.1)
    raise AssertionError(f"still there: {members.stdout}")
