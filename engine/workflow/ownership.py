"""Which process has an execution: it says so again and again, and has it no longer once it falls silent or is gone."""

import os
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from engine.errors import StoreError
from engine.model import Execution

#: How long a process has an execution without saying so again.
LEASE = timedelta(minutes=2)


def new_owner() -> str:
    """A name for work that begins in this process: `HOST:PID:RANDOM`."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def is_here(execution: Execution) -> bool:
    """Whether this machine has what the execution keeps on disk."""
    return _parts(execution)[0] == socket.gethostname()


def is_orphan(execution: Execution, at: datetime) -> bool:
    """Whether no process is at it any more."""
    return execution.lease_until <= at or (is_here(execution) and not _lives(_parts(execution)[1]))


@contextmanager
def kept(renew: Callable[[], None]) -> Iterator[None]:
    """Renews a lease for as long as the block lasts; a ledger that is away for a while is asked again."""
    over = threading.Event()

    def keep() -> None:
        while not over.wait(LEASE.total_seconds() / 4):
            with suppress(StoreError):
                renew()

    keeper = threading.Thread(target=keep, name="lease", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()


def _parts(execution: Execution) -> tuple[str, str]:
    host, pid, _ = execution.owner.rsplit(":", 2)
    return host, pid


def _lives(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
