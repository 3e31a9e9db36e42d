"""Carrying out what the action table holds, where it can be had and after any question is answered."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from driftguard_tui.actions import Action

if TYPE_CHECKING:
    from driftguard_tui.app import DriftGuardApp


class Doing:
    """Finds the method that carries an action out, and calls it.

    It is looked for in the widget that has the keys, in what that is in, in the screen and the console; at last in
    `helpers`, which have methods for actions that are theirs alone.
    """

    def __init__(self, app: "DriftGuardApp", *helpers: object) -> None:
        self._app = app
        self._helpers = helpers

    async def do(self, action: Action, argument: str = "") -> None:
        """Carries it out, or says why it cannot be had."""
        app = self._app
        why_not = action.unavailable(app.situation())
        handler = self._handler(action)
        if why_not or handler is None:
            app.say(why_not or "That does nothing here; esc goes back", "medium")
            return
        app.hush()
        carry_out = partial(self._carry_out, handler, argument or action.passes)
        if question := action.question(app.situation()):
            app.asking.confirm(question, partial(self._later_if_so, action, question, carry_out))
        else:
            await carry_out()

    def _later_if_so(self, action: Action, question: str, carry_out: Callable[[], Awaitable[None]]) -> None:
        self._app.call_later(self._if_still_so, action, question, carry_out)

    async def _if_still_so(self, action: Action, question: str, carry_out: Callable[[], Awaitable[None]]) -> None:
        """Does what was asked about, unless something else has come under the cursor meanwhile."""
        if action.question(self._app.situation()) == question:
            await carry_out()
        else:
            self._app.say("That has changed meanwhile: nothing was done", "medium")

    def _handler(self, action: Action) -> Any:
        node: Any = self._app.screen.focused or self._app.screen
        while node is not None:
            handler = getattr(node, action.handler, None)
            if handler is not None:
                return handler
            node = node.parent
        return next((getattr(each, action.handler) for each in self._helpers if hasattr(each, action.handler)), None)

    async def _carry_out(self, handler: Any, argument: str) -> None:
        result = handler(argument) if argument else handler()
        if asyncio.iscoroutine(result):
            await result
        self._app.hint()
