"""Processes to be killed. They begin within milliseconds: a server forks them that has the libraries imported."""

import multiprocessing
import time
from collections.abc import Callable
from typing import Any

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(
    [f"tests.support.{victim}" for victim in ("scan_victim", "store_victim", "workflow_victim")]
)


def kill(victim: Callable[..., None], *arguments: Any, signs: int = 1, seconds: float = 0.0) -> None:
    """Starts a process and kills it this long after so many signs of life.

    The victim is given the arguments, and the connection over which it gives its signs.
    """
    here, there = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=victim, args=(*arguments, there), daemon=True)
    process.start()
    there.close()
    for _ in range(signs):
        assert here.poll(60), "the process shows no sign of life"
        here.recv()
    time.sleep(seconds)
    process.kill()
    process.join()
    process.close()
    here.close()
