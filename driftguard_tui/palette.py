"""The palette: the same actions, searched for by what they do."""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from textual.command import DiscoveryHit, Hit, Hits, Provider

from driftguard_tui.actions import ACTIONS, Action, key_names

_OFFERED = [action for action in ACTIONS if action.id != "palette"]


class ActionProvider(Provider):
    """Offers the actions with their keys; those that move only when they are searched for."""

    async def discover(self) -> Hits:
        """What there is to do, before anything is typed."""
        for action in _OFFERED:
            if action.group != "Move":
                yield DiscoveryHit(action.help, self._run(action), help=key_names(action))

    async def search(self, query: str) -> Hits:
        """Those whose name or help matches."""
        matcher = self.matcher(query)
        for action in _OFFERED:
            score = max(matcher.match(action.help), matcher.match(action.name))
            if score > 0:
                yield Hit(score, matcher.highlight(action.help), self._run(action), help=key_names(action))

    def _run(self, action: Action) -> Callable[[], Coroutine[Any, Any, bool]]:
        return partial(self.app.run_action, f"do('{action.id}')")
