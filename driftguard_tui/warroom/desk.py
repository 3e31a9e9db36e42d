"""The war room at the desk: carries out its actions, and records where people look."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.timer import Timer

from driftguard_tui import labels
from driftguard_tui.asking import Question
from driftguard_tui.warroom.recorder import Recorder
from driftguard_tui.warroom.replay import SPEED, Replay
from driftguard_tui.workspaces import BY_NAME
from engine.errors import DriftGuardError
from engine.model import Drift
from engine.warroom import Entry, Kind, Pin, Session, board, pins

if TYPE_CHECKING:
    from driftguard_tui.app import DriftGuardApp

#: Where the cursor only passes by, nobody looked.
_SETTLED = 1.5


class WarRoom:
    """One for the desktop. Its `do_` methods are those of the action table."""

    def __init__(self, app: "DriftGuardApp") -> None:
        self._app = app
        self._recorder = Recorder(app.engine.folder, app.engine.estate, app.engine.user)
        self._replay: Replay | None = None
        self._stepping: Timer | None = None
        self._settling: Timer | None = None
        self._looked: tuple[object, ...] = ()

    @property
    def situation(self) -> dict[str, Any]:
        """What actions depend on: fields of `Situation`."""
        session = self._recorder.session
        return {"room": (session.start.name or "war room") if session else "", "replaying": self._replay is not None}

    @property
    def pinned(self) -> list[Entry]:
        """What the board shows."""
        return board(self._recorder.entries)

    async def resume(self) -> None:
        """Goes on with what a crash or a closed console left."""
        await self._safely(self._recorder.resume())
        self._app.hint()

    def close(self) -> None:
        """Leaves the room; the next start goes on with it."""
        self._recorder.leave()

    # Recording

    def looked(self) -> None:
        """Something else is on the screen: if it stays, it was looked at."""
        if not self._recorder.is_on or self._replay is not None:
            return
        if self._settling is not None:
            self._settling.stop()
        self._settling = self._app.set_timer(_SETTLED, self._note_the_look)

    def decided(self, words: str, drift: Drift | None = None) -> None:
        """A decision was taken by other means: it belongs to the room, if one is open."""
        if self._recorder.is_on:
            self._app.run_worker(self._record(self._entry(Kind.DECISION, drift, text=words)))

    def _note_the_look(self) -> None:
        now = self._app.situation()
        place = (now.workspace, now.drift.id if now.drift else "", now.as_of)
        if place != self._looked and now.workspace in BY_NAME:
            self._looked = place
            self._app.run_worker(self._record(self._entry(Kind.LOOKED, now.drift)))

    def _entry(self, kind: Kind, drift: Drift | None, **more: Any) -> Entry:
        app = self._app
        about: dict[str, Any] = {"drift": drift.id, "title": labels.resource_title(drift)} if drift else {}
        if drift is not None and kind is not Kind.LOOKED:
            about["body"] = drift
        workspace = app.workspace.NAME
        return Entry(
            at=datetime.now(UTC), by=app.engine.user, kind=kind, workspace=workspace, as_of=app.as_of, **about, **more
        )

    async def _record(self, entry: Entry) -> bool:
        """Writes an entry; what was said opens a room if none is. Says why it cannot be done."""
        if not self._recorder.is_on and not await self._safely(self._recorder.begin()):
            return False
        done = await self._safely(self._recorder.add(entry))
        self._changed()
        return done

    async def _safely(self, work: Awaitable[None]) -> bool:
        try:
            await work
        except DriftGuardError as error:
            self._app.say(str(error), "bad")
            return False
        return True

    def _changed(self) -> None:
        from driftguard_tui.widgets.board import Board

        for window in self._app.workspace.windows:
            if isinstance(window.pane, Board):
                window.pane.pinned(self.pinned)
        self._app.hint()

    # Saying and pinning

    async def do_note(self, text: str = "") -> None:
        """Notes it; asks for it first."""
        await self._say(Kind.NOTE, text, "what is to be remembered; enter keeps it, esc leaves")

    async def do_decide(self, text: str = "") -> None:
        """Records a decision; asks for it first."""
        await self._say(Kind.DECISION, text, "what was decided; enter records it, esc leaves")

    async def _say(self, kind: Kind, text: str, hint: str) -> None:
        drift = self._app.situation().drift
        if not text:
            self._ask(hint, lambda typed: self._app.run_worker(self._say(kind, typed, hint)))
        elif await self._record(self._entry(kind, drift, text=text)):
            about = f", on {labels.resource_name(drift)}" if drift else ""
            self._app.say(f"Recorded as a {_word(kind)}{about}", "good")

    def _ask(self, hint: str, then: Callable[[str], object]) -> None:
        def answered(typed: str) -> str:
            if typed.strip():
                then(typed.strip())
            return ""

        self._app.asking.ask(Question("+", answered, hint=hint))

    async def do_pin(self, time: str = "") -> None:
        """Pins the time given or under the cursor, else the selected drift; takes the pin away if there is one."""
        try:
            moment = _moment(time, self._app.report.scan.as_of if self._app.report else None)
        except ValueError:
            self._app.say(f"{time!r} is no time; write it as 14:05 or 2026-03-14T14:05", "medium")
            return
        moment = moment or self._app.workspace.moment()
        drift = None if moment else self._app.situation().drift
        if moment is None and drift is None:
            self._app.say("Nothing is under the cursor to pin", "medium")
            return
        wanted = Pin(drift.id if drift else "", moment)
        there = any(entry.pin == wanted for entry in pins(self._recorder.entries))
        name = labels.resource_title(drift) if drift else labels.moment(moment) if moment else ""
        if await self._record(self._entry(Kind.UNPIN if there else Kind.PIN, drift, moment=moment)):
            self._app.say(f"{'No longer pinned' if there else 'Pinned'}: {name}", "good")

    def do_board(self) -> None:
        self._app.floating.open("board", "")

    # The room

    async def do_war_room(self, name: str = "") -> None:
        """Opens a room under a name; asks for the name first."""
        if not name:
            self._ask("what it is called: an incident's number, …", self._open_later)
        elif await self._safely(self._recorder.begin(name)):
            self._changed()
            self._app.say(f"War room {name}: I notes, P pins, D decides, B shows them", "good")

    def _open_later(self, name: str) -> None:
        self._app.run_worker(self.do_war_room(name))

    async def do_end_room(self) -> None:
        """Ends it for good."""
        session = self._recorder.session
        if session is not None and await self._record(self._entry(Kind.END, None)):
            self._recorder.leave()
            self._changed()
            self._app.say(f"Ended; `driftguard warroom export {session.start.id}` makes a report of it", "good")

    async def do_export_room(self, file: str = "") -> None:
        """Writes the report where the console was started."""
        session = await self._last()
        if session is None:
            return
        target = file or f"warroom-{session.start.id}.html"
        if await self._safely(asyncio.to_thread(_export, session, target)):
            self._app.say(f"{target} written", "good")

    async def _last(self) -> Session | None:
        try:
            session = await self._recorder.last()
        except DriftGuardError as error:
            self._app.say(str(error), "bad")
            return None
        if session is None:
            self._app.say("No war room has been opened here", "medium")
        return session

    # Going there again

    def go_to_later(self, entry: Entry) -> None:
        """As `go_to`, from where nothing may be waited for."""
        self._app.run_worker(self.go_to(entry))

    async def go_to(self, entry: Entry) -> None:
        """Shows what an entry is about, as it was shown then."""
        app = self._app
        at = entry.moment or entry.as_of
        if at != app.as_of:
            await app.travel(at)
        workspace = "timeline" if entry.moment is not None and "timeline" in BY_NAME else entry.workspace
        if workspace in BY_NAME:
            await app.do_workspace(workspace)
        if entry.drift:
            drifts = app.report.drifts if app.report else ()
            drift = next((drift for drift in drifts if drift.id == entry.drift), None)
            if drift is None:
                app.say(f"{entry.title} is not in the report that is shown", "medium")
            else:
                app.select_drift(drift)

    async def do_replay(self, speed: str = "") -> None:
        """Goes through the room that is open, else through the last one."""
        try:
            factor = float(speed or SPEED)
        except ValueError:
            factor = 0.0
        if not factor > 0:
            self._app.say(f"{speed!r} is no speed; write 1 for its own pace, 10 for ten times as fast", "medium")
            return
        session = await self._last()
        if session is not None and session.entries:
            self._replay = Replay(session.title, session.entries, factor)
            await self.do_replay_next()

    async def do_replay_next(self) -> None:
        await self._step(1)

    async def do_replay_previous(self) -> None:
        await self._step(-1)

    def do_replay_pause(self) -> None:
        if self._replay is not None:
            self._replay.is_paused = not self._replay.is_paused
            self._app.say("The replay is held; \\ goes on" if self._replay.is_paused else "The replay goes on")
            self._wait()

    def do_replay_stop(self) -> None:
        self._replay = None
        self._wait()
        self._app.say("The replay is over")

    async def _step(self, steps: int) -> None:
        replay = self._replay
        entry = replay.move(steps) if replay else None
        if replay is None or entry is None:
            return
        await self.go_to(entry)
        words = labels.join((entry.text, entry.title))
        done = f"{_word(entry.kind)} {words or entry.workspace}"
        self._app.say(f"▶ {replay.place}  {labels.clock(entry.at)}  {entry.by}: {done}", "accent")
        self._wait()

    def _wait(self) -> None:
        """Sets the clock for the next step."""
        if self._stepping is not None:
            self._stepping.stop()
        seconds = self._replay.wait if self._replay is not None else None
        if seconds is not None:
            self._stepping = self._app.set_timer(seconds, self.do_replay_next)
        self._app.hint()


def _moment(text: str, day: datetime | None) -> datetime | None:
    """A time as it is typed: of the day that is shown, or in full. Raises ValueError."""
    if not text:
        return None
    if len(text) <= len("14:05:00") and day is not None:
        text = f"{day.astimezone(UTC):%Y-%m-%d}T{text}"
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _word(kind: Kind) -> str:
    """What an entry is called."""
    from driftguard_tui.formats.incident import WORDS

    return WORDS[kind]


def _export(session: Session, name: str) -> None:
    from driftguard_tui.formats.export import SUFFIXES, ExportError, exported, write

    file = Path(name).expanduser()
    form = SUFFIXES.get(file.suffix.lower())
    if form is None:
        raise ExportError(f"{file} is no report's name; end it in .html or .md")
    write(exported(session, form), file)
