"""When a console is at rest: what a test waits for after each key, instead of watching the processor."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from textual._context import active_app
from textual.app import App

#: What goes on for longer than this, beside the keys, is not waited for.
_LONGEST = 1.0
#: What a console puts off for less than this, in seconds: until its next frame, and until the keys rest.
_A_FRAME, _A_MOMENT = 0.02, 0.5

_to_thread = asyncio.to_thread
_on_threads = 0


async def at_rest(_min_sleep: float = 0, max_sleep: float = _LONGEST) -> None:
    """Waits until the event loop has nothing left to do but wait, and no thread works for it.

    It stands for Textual's `wait_for_idle`, which takes a processor that does little for a console that is done:
    slow where there is nothing to wait for, and wrong on a machine that has no time for us.
    """
    app, loop = active_app.get(), asyncio.get_running_loop()
    ready, ends_at = loop._ready, loop.time() + max_sleep  # type: ignore[attr-defined]
    while loop.time() < ends_at and app.is_running:
        await asyncio.sleep(0)
        if ready:
            continue
        if _on_threads or _is_put_off(app, _A_FRAME):
            await asyncio.sleep(0.001)
            continue
        app.screen._on_timer_update()
        await asyncio.sleep(0)
        if not ready:
            break


def is_settling(app: App[Any]) -> bool:
    """Whether something comes by itself: the answer of a worker, or what waits for the keys to rest.

    The watching of themes never ends, and what an engine holds comes when the test lets it.
    """
    held = hasattr(app, "engine") and hasattr(app.engine, "hold") and not app.engine.hold.is_set()
    at_work = any(worker.is_running and worker.group != "themes" for worker in app.workers)
    return (at_work and not held) or _is_put_off(app, _A_MOMENT)


def _is_put_off(app: App[Any], seconds: float) -> bool:
    return any(
        timer._repeat == 0 and timer._interval < seconds and timer._task is not None and not timer._task.done()
        for pump in (app, *app.screen_stack)
        for timer in pump._timers
    )


async def _counted(call: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    global _on_threads
    _on_threads += 1
    try:
        return await _to_thread(call, *args, **kwargs)
    finally:
        _on_threads -= 1


@contextmanager
def waiting_for_rest() -> Iterator[None]:
    """Has Textual's pilots wait for rest."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncio, "to_thread", _counted)
        patch.setattr("textual.app.wait_for_idle", at_rest)
        patch.setattr("textual.pilot.wait_for_idle", at_rest)
        yield
