"""Saying what the cause of a drift was: the next scan learns from it."""

from typing import TYPE_CHECKING

from driftguard_tui import labels
from engine.errors import DriftGuardError
from engine.model import Category

if TYPE_CHECKING:
    from driftguard_tui.app import DriftGuardApp


class Confirming:
    """Its `do_` method is that of the action table."""

    def __init__(self, app: "DriftGuardApp") -> None:
        self._app = app

    async def do_confirm(self, cause: str = "") -> None:
        """Records what the selected drift's cause is; asks for it, with the named one to begin with."""
        app = self._app
        drift = app.situation().drift
        if drift is None:
            return
        if not cause:
            hint = "enter confirms; type another cause to correct it, esc leaves"
            app.asking.command(f"confirm {drift.cause.category}", hint)
            return
        if cause not in set(Category):
            app.say(f"{cause!r} is no cause; there are {', '.join(Category)}", "medium")
            return
        try:
            given = await app.engine.confirm(drift, Category(cause))
        except DriftGuardError as error:
            app.say(str(error), "bad")
            return
        done = "Corrected to" if given.is_correction else "Confirmed as"
        app.warroom.decided(f"{done} {labels.CAUSES[given.category]}", drift)
        app.say(f"{done} {labels.CAUSES[given.category]}; the next scan takes it into account", "good")
