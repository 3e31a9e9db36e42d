"""List and detail of drifts: the one under the cursor is read as soon as keys rest, with what is recorded about it."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.timer import Timer
from textual.widget import Widget
from textual.worker import Worker

from driftguard_tui import labels
from driftguard_tui.session import Engine
from driftguard_tui.widgets.choice import Choice
from driftguard_tui.widgets.detail import Detail
from driftguard_tui.widgets.detail_layout import Known
from driftguard_tui.widgets.drift_list import DriftList
from driftguard_tui.widgets.lines import cut, line
from driftguard_tui.widgets.rows import Column
from driftguard_tui.widgets.sections.history import what
from driftguard_tui.workspaces.workspace import Workspace
from engine.errors import DriftGuardError
from engine.model import CauseGroup, Drift, Event

if TYPE_CHECKING:
    from engine.versions import Version

#: Keys rest when none has come for so many seconds: longer than between two of a key that is held.
_REST = 0.06
#: The stores may take so long before a drift is shown without what they hold about it.
_PATIENCE = 0.1

_VERSIONS: "tuple[Column[Version], ...]" = (
    Column("since", 21, 0, lambda version, _: line((labels.moment(version.at), "strong"))),
    Column("travel to which version?", 0, 0, lambda version, cells: cut(line((what(version), "")), cells)),
)


class DriftReading(Workspace):
    """The detail is about what is under the list's cursor at once, and shows it when keys rest."""

    def __init__(self, engine: Engine) -> None:
        self.list = DriftList()
        self.detail = Detail()
        super().__init__(engine)
        self._resting: Timer | None = None

    def panes(self) -> Mapping[str, Widget]:
        """The list, and the drift that is read."""
        return {"list": self.list, "detail": self.detail}

    # Sections and records

    def do_next_section(self) -> None:
        self.detail.section(1)

    def do_previous_section(self) -> None:
        self.detail.section(-1)

    def do_original(self, number: str = "") -> None:
        """The record behind a claim of the drift that is read."""
        self.detail.do_original(number)
        if not number:
            self.tiles.go_to("detail")

    # Versions

    async def do_versions(self) -> None:
        """Asks to which version of the resource to travel."""
        drift = self.list.drift
        versions = await self._versions(drift) if drift else ()
        if drift is None or not versions:
            self.desk.say("No version of this resource is recorded", "medium")
        else:
            title = f"As it was: {labels.resource_name(drift)}"
            self.mount(Choice(title, list(versions), _VERSIONS, self._travel_to))

    def _travel_to(self, version: "Version") -> None:
        _: Worker[None] = self.desk.run_worker(partial(self.desk.travel, version.at), group="travel")

    # Following the cursor

    @on(DriftList.Highlighted, "#drifts")
    def _highlighted(self) -> None:
        drift, heading = self.list.drift, self.list.heading
        is_first = self.detail.drift is None
        self.detail.take(heading if drift is None else self._known(drift))
        if is_first or (drift is None and heading is None):
            self.detail.draw()
        self.desk.drift_selected(drift)
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(_REST, self._read)

    def _known(self, drift: Drift) -> Known:
        """What is known at once; of the same drift as before, also what the stores have told."""
        events = self.detail.events if self.detail.drift is not None and self.detail.drift.id == drift.id else ()
        return Known(drift, events, group=self._group_of(drift))

    def _read(self) -> None:
        drift = self.list.drift
        if drift is None:
            self.detail.draw()
        else:
            _: Worker[None] = self.run_worker(partial(self._ask, drift), group="events", exclusive=True)

    async def _ask(self, drift: Drift) -> None:
        """Shows the drift with what the stores hold about it; before that without, if they take long."""
        asking = asyncio.ensure_future(self._recorded(drift))
        try:
            done, _ = await asyncio.wait({asking}, timeout=_PATIENCE)
            if not done and self.list.drift is drift:
                self.detail.draw()
            events, versions = await asking
        finally:
            asking.cancel()
        if self.list.drift is drift:
            self.detail.show(drift, events, versions, self._group_of(drift))

    async def _recorded(self, drift: Drift) -> "tuple[Sequence[Event], Sequence[Version]]":
        return await self.engine.events_around(drift), await self._versions(drift)

    async def _versions(self, drift: Drift) -> Sequence["Version"]:
        from engine.versions import versions_of

        try:
            return await self.engine.read(lambda stores: versions_of(stores, drift)) or ()
        except DriftGuardError as error:
            self.desk.say(str(error), "bad")
            return ()

    def _group_of(self, drift: Drift) -> CauseGroup | None:
        groups = self.report.groups if self.report else ()
        return next((group for group in groups if len(group.drifts) > 1 and drift.id in group.drifts), None)
