"""The floating windows of the desktop: the same over every workspace, drawn on the one that is seen."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from textual.widget import Widget
from textual.worker import Worker

from driftguard_tui import desktop, labels
from driftguard_tui.widgets.window import Place, Window
from driftguard_tui.workspaces.workspace import Workspace
from engine.model import Event

if TYPE_CHECKING:
    from driftguard_tui.app import DriftGuardApp

#: How far the next window is from the one before.
_CASCADE_X, _CASCADE_Y = 6, 2

#: Makes the title and the content of a window of some kind; None when there is no such thing any more.
Maker = Callable[["DriftGuardApp", str], tuple[str, Widget] | None]


def _drift(app: "DriftGuardApp", drift_id: str) -> tuple[str, Widget] | None:
    from driftguard_tui.widgets.detail import Detail

    drift = next((drift for drift in app.report.drifts if drift.id == drift_id), None) if app.report else None
    if drift is None:
        return None
    detail = Detail()
    detail.show(drift)
    return labels.resource_title(drift), detail


def _board(app: "DriftGuardApp", _: str) -> tuple[str, Widget]:
    from driftguard_tui.widgets.board import Board

    return "Notes, pins and decisions", Board(app.warroom.pinned, app.warroom.go_to_later)


def _event(app: "DriftGuardApp", subject: str) -> tuple[str, Widget]:
    from driftguard_tui.widgets.event_record import EventRecord

    at, _, id_ = subject.partition(" ")

    async def read() -> Event | None:
        return await app.engine.read(lambda stores: stores.timeline.event(id_, datetime.fromisoformat(at)))

    return f"Event {id_}", EventRecord(read)


def _question(app: "DriftGuardApp", subject: str) -> tuple[str, Widget] | None:
    from driftguard_tui.interview import Interview
    from driftguard_tui.widgets.ask_talk import Talk
    from driftguard_tui.widgets.ask_window import AskWindow

    if app.report is None:
        return None
    drift, _, question = subject.partition(" ")
    window = AskWindow()
    interview = Interview(app.engine, lambda: window.post_message(Talk.Grown(window)))
    interview.is_whole = app.profile.presenter
    window.follow(interview)
    ask = partial(interview.ask, question, app.report, drift)
    _asking: Worker[None] = app.run_worker(ask, group=f"ask {subject}", exclusive=True)
    about = next((labels.resource_name(known) for known in app.report.drifts if known.id == drift), "")
    return labels.join((question, about)), window


#: Who makes the content of a window, by its kind.
MAKERS: dict[str, Maker] = {"drift": _drift, "event": _event, "board": _board, "question": _question}


class Floating:
    """Which windows are open, in the order in which they lie on each other; the desktop remembers them."""

    def __init__(self, app: "DriftGuardApp") -> None:
        self._app = app

    @property
    def places(self) -> list[Place]:
        """The windows, the uppermost last."""
        return self._app.kept.windows

    def open(self, kind: str, subject: str) -> None:
        """Opens a window on this, or raises the one that is open, and gives it the keys."""
        new = Place(kind, subject)
        known = next((place for place in self.places if place.key == new.key), None)
        if known is None and self.places:
            top = self.places[-1]
            new = Place(kind, subject, top.x + _CASCADE_X, top.y + _CASCADE_Y, top.width, top.height)
        self._change(known or new)
        self._focus()

    def put(self, place: Place) -> None:
        """Moves, resizes and raises a window."""
        self._change(place)

    def close(self, place: Place) -> None:
        """Closes one. The one below it gets the keys if it had them."""
        had_keys = self._app.workspace.window is not None
        self._app.kept.windows = [other for other in self.places if other.key != place.key]
        self.draw()
        if had_keys and self.places:
            self._focus()
        elif had_keys:
            self._app.workspace.refocus()

    # The actions of the table that are about windows

    def do_explain(self, question: str = "") -> None:
        """What is under the cursor: a time where the cursor is on times, else the selected drift, else the estate."""
        drift, moment = self._app.situation().drift, self._app.workspace.moment()
        if not question and moment is not None:
            question = f"What happened around {moment:%Y-%m-%dT%H:%M}Z?"
        about = drift.id if drift is not None else ""
        self.open("question", f"{about} {question or ('Analyse it' if drift else 'Summarise the estate')}")

    def do_tear_off(self) -> None:
        """The selected drift in a window that stays."""
        drift = self._app.situation().drift
        if drift is not None:
            self.open("drift", drift.id)

    def do_next_window(self) -> None:
        """From the panes to the uppermost window, from there to the one below, and at last back to the panes."""
        workspace = self._app.workspace
        window = workspace.window
        keys = [place.key for place in self.places]
        at = keys.index(window.place.key) if window is not None and window.place.key in keys else len(keys)
        if at == 0:
            workspace.refocus()
        else:
            self._focus(keys[at - 1])

    def do_close_window(self) -> None:
        """The one that has the keys, else the uppermost."""
        window = self._app.workspace.window
        self.close(window.place if window is not None else self.places[-1])

    def do_move_window(self, way: str) -> None:
        self._change_window(lambda place: place.moved(way))

    def do_resize_window(self, way: str) -> None:
        self._change_window(lambda place: place.resized(way))

    def _change_window(self, change: Callable[[Place], Place]) -> None:
        workspace = self._app.workspace
        if workspace.window is not None:
            space = workspace.query_one("#body").size
            self.put(change(workspace.window.place.within(space)).within(space))

    # Drawing

    def draw(self) -> None:
        """Makes the workspace that is seen show these windows and no others."""
        workspace = self._app.workspace
        if not workspace.is_mounted or not self._app.started:
            return
        body = workspace.query_one("#body")
        shown = {window.place.key: window for window in workspace.windows}
        for key, window in shown.items():
            if key not in {place.key for place in self.places}:
                window.remove()
        for place in self.places:
            existing = shown.get(place.key)
            if existing is None:
                made = MAKERS[place.kind](self._app, place.subject) if place.kind in MAKERS else None
                if made is None:
                    continue
                existing = Window(place, *made)
                body.mount(existing)
            existing.put(place, body.size)

    def _change(self, place: Place) -> None:
        self._app.kept.windows = desktop.raised(self.places, place)
        self.draw()
        body = self._app.workspace.query_one("#body")
        top = self._find(place.key)
        if top is not None and body.children[-1] is not top:
            body.move_child(top, after=len(body.children) - 1)

    def _focus(self, key: str = "") -> None:
        wanted = key or (self.places[-1].key if self.places else "")
        workspace: Workspace = self._app.workspace

        def focus() -> None:
            window = self._find(wanted)
            if window is not None:
                window.pane.focus(scroll_visible=False)
                self._app.hint()

        workspace.call_after_refresh(focus)

    def _find(self, key: str) -> Window | None:
        return next((window for window in self._app.workspace.windows if window.place.key == key), None)
