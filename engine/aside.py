"""Blocking work beside an event loop, on a thread that nothing waits for."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")


async def on_a_thread(work: Callable[[], T], name: str) -> T:
    """What the work returns or raises. Neither the end of the loop nor that of the process waits for it.

    Unlike with `asyncio.to_thread`, a provider that never answers cannot keep a program from ending. Whoever cancels
    this has to tell the work so themselves.
    """
    loop = asyncio.get_running_loop()
    outcome: asyncio.Future[T] = loop.create_future()

    def settle(result: list[T], error: BaseException | None) -> None:
        if outcome.cancelled():
            return
        if error is None:
            outcome.set_result(result[0])
        else:
            outcome.set_exception(error)

    def run() -> None:
        result: list[T] = []
        error: BaseException | None = None
        try:
            result.append(work())
        except BaseException as raised:  # noqa: BLE001 - handed to whoever awaits, whatever it is
            error = raised
        with suppress(RuntimeError):  # the loop may have ended without waiting
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=run, name=name, daemon=True).start()
    return await outcome
