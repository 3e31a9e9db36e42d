"""The console: wiring between the action table, the workspaces and the engine."""

import asyncio
import gc
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import on
from textual.app import App
from textual.binding import BindingType
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer

from driftguard_tui import desktop
from driftguard_tui.actions import BY_ID, Action, Situation, clashes
from driftguard_tui.actions.action import take_keys
from driftguard_tui.asking import Asking
from driftguard_tui.confirming import Confirming
from driftguard_tui.doing import Doing
from driftguard_tui.ending import end_with_terminal, where_it_broke
from driftguard_tui.floating import Floating
from driftguard_tui.looks import Looks
from driftguard_tui.profiles import Profile
from driftguard_tui.scanning import Scanning
from driftguard_tui.session import Engine
from driftguard_tui.showing import Showing
from driftguard_tui.tidying import Tidying
from driftguard_tui.warroom.desk import WarRoom
from driftguard_tui.widgets.glyph_filter import GlyphFilter
from driftguard_tui.widgets.lines import Line, line
from driftguard_tui.widgets.status import desk
from driftguard_tui.widgets.window import Window
from driftguard_tui.workspaces import BY_NAME, FIRST, WORKSPACES
from driftguard_tui.workspaces.workspace import Workspace, bindings
from engine.model import Drift, Report
from themes import STYLE_SHEET, STYLE_SHEET_OVER

if TYPE_CHECKING:
    from textual.command import Provider
    from textual.driver import Driver
    from textual.filter import LineFilter

    from driftguard_tui.screens.reading import ReadingScreen
    from driftguard_tui.widgets.detail import Detail
    from driftguard_tui.widgets.menu import Menu
    from driftguard_tui.widgets.prompt import Prompt
    from engine.config import Config
    from engine.pipeline import Progress

#: Keys that work while something is typed, too.
_ALWAYS = ("ctrl+c", "ctrl+q", "ctrl+p")
#: How long a message stays.
_MESSAGE_SECONDS = 6.0


def run_console(config: "Config", store: Path | None = None, profile: Profile | None = None) -> int:
    """Opens the console on this configuration and returns its exit status. Raises ConfigError for no such theme."""
    from driftguard_tui.session import Session

    app = DriftGuardApp(Session(config, store), profile)
    app.run(mouse=app.profile.mouse)
    return app.return_code or 0


def _provider() -> "type[Provider]":
    from driftguard_tui.palette import ActionProvider

    return ActionProvider


class DriftGuardApp(App[None]):
    """The console on an engine. The first frame needs nothing of the engine; the scan starts after it."""

    TITLE = "DriftGuard"
    CSS_PATH = STYLE_SHEET
    BINDINGS: ClassVar[list[BindingType]] = bindings("", priority=_ALWAYS)
    COMMANDS: ClassVar = {_provider}
    ALLOW_SELECT = False
    ENABLE_COMMAND_PALETTE = False  # Textual's own key for it; ours is in the table

    class Told(Message):
        """A word of progress, from whatever thread the scan is on."""

        def __init__(self, progress: "Progress") -> None:
            self.progress = progress
            super().__init__()

    def __init__(self, engine: Engine, profile: Profile | None = None) -> None:
        self.profile = profile = profile or Profile()
        if profile.presenter:
            from driftguard_tui.presenting import masked

            engine = masked(engine)
        self.kept = desktop.load(engine.folder, engine.estate)
        self.DEFAULT_MODE = self.first_mode()  # type: ignore[misc]
        # Without colour Textual shows greys, unless it takes the terminal's own colours: then it shows none.
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None, driver_class=_driver(profile))
        self._glyphs = GlyphFilter(profile.glyphs)
        self.set_class(profile.presenter, "-presenter")
        self.looks = Looks(self, profile.themes)
        remembered = self.kept.theme if self.looks.has(self.kept.theme) else ""
        self._begin_with(self.looks.named(profile.theme or remembered or profile.fitting_theme))
        self.animation_level = "none"
        for place in WORKSPACES:
            self.add_mode(place.name, partial(self._open, place.name))
        self.set_keymap(dict(profile.keys))
        take_keys(profile.keys)
        self.engine = engine
        #: Whether the first frame is out.
        self.started = False
        #: The drift that was selected last, in whatever workspace.
        self.drift: Drift | None = None
        self.showing = Showing(self)
        self.scanning = Scanning(self, engine, self.showing)
        self.asking = Asking(self)
        self.floating = Floating(self)
        self.warroom = WarRoom(self)
        self.tidying = Tidying(self)
        self.confirming = Confirming(self)
        self.doing = Doing(self, self.showing, self.floating, self.warroom, self.confirming)
        #: The workspaces that have been looked at.
        self.opened: list[Workspace] = []
        self._hushing: Timer | None = None
        self._before = ""

    def first_mode(self) -> str:
        """Where one begins: the workspace that was left last, unless another was asked for."""
        wanted = (self.profile.workspace, self.kept.workspace)
        return next((name for name in wanted if name in BY_NAME), FIRST)

    def get_line_filters(self) -> "Sequence[LineFilter]":
        """What lines pass through before they are written: Textual's filters, then the terminal's characters."""
        filters = super().get_line_filters()
        return [*filters, self._glyphs] if self._glyphs.enabled else filters

    def _begin_with(self, theme: str) -> None:
        """Sets the theme as if it were the default: its watcher would have the first frame styled twice."""
        self.set_reactive(App.theme, theme)
        self.stylesheet.set_variables(self.get_css_variables())
        self.mutate_reactive(App.ansi_color)  # whose watcher asks the theme

    def _open(self, name: str) -> Screen[Any]:
        """A workspace, as it was left, showing what there is to show."""
        workspace = BY_NAME[name].make(self.engine)
        workspace.as_it_was(self.kept.of(name))
        workspace.fit(self.size)
        # What is made under this style sheet needs no restyling by it; Textual reads its rules once more otherwise.
        workspace._css_update_count = self._css_update_count
        self.opened.append(workspace)
        workspace.call_after_refresh(self.showing.show, workspace)
        return workspace

    def on_mount(self) -> None:
        """Ends in good order when the terminal goes; starts the scan once the first frame is out."""
        end_with_terminal(self)
        self.call_after_refresh(self._start)

    def on_unmount(self) -> None:
        """Remembers the desktop; lets go of the stores."""
        for workspace in self.opened:
            self.kept.workspaces[workspace.NAME] = workspace.to_remember()
        self.kept.workspace, self.kept.theme = self.current_mode, self.theme
        desktop.save(self.kept, self.engine.folder, self.engine.estate)
        self.warroom.close()
        self.engine.close()
        self.tidying.end()
        if self.profile.presenter:
            from driftguard_tui.presenting import unmask

            unmask()

    def _start(self) -> None:
        self.started = True
        if not gc.isenabled():  # put off by whoever opened the console: what is there by now is there to stay
            gc.freeze()
            gc.enable()
        self.tidying.begin()
        self.stylesheet.read(STYLE_SHEET_OVER)
        self.stylesheet.parse()
        self.looks.load()
        self.floating.draw()
        self.workspace.begun()
        self.scanning.start()
        self.hint()
        for problem in (*clashes(self.profile.keys, BY_NAME), *self.looks.problems)[:1]:
            self.say(problem, "bad")
        self.run_worker(self.looks.watch(self.say), group="themes")
        self.run_worker(self.warroom.resume(), group="warroom")

    # The workspaces

    @property
    def workspace(self) -> Workspace:
        """The one that is seen, or that lies under what is seen."""
        return cast(Workspace, self.screen_stack[0])

    async def do_workspace(self, name: str) -> None:
        """Goes to a workspace."""
        if name == self.current_mode:
            return
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self._before = self.current_mode
        await self.switch_mode(name)
        self.floating.draw()
        self.warroom.looked()
        self.hint()

    async def do_go_back(self) -> None:
        """To the workspace before."""
        await self.do_workspace(self._before or self.current_mode)

    def select_drift(self, drift: Drift | None) -> None:
        """Selects a drift in all workspaces."""
        self.drift = drift
        for workspace in self.opened:
            workspace.chosen(drift)
        self.hint()

    def drift_selected(self, drift: Drift | None) -> None:
        """A workspace tells that its cursor is on another drift."""
        self.drift = drift
        self.warroom.looked()
        self.hint()

    async def show_drift(self, drift: Drift) -> None:
        """Goes to a drift and opens it."""
        await self.do_workspace("drifts")
        self.select_drift(drift)
        await self.action_do("open")

    # What is shown

    @property
    def report(self) -> Report | None:
        """What all workspaces show: of the last scan, or of the last one before `as_of`."""
        return self.showing.report

    @property
    def as_of(self) -> datetime | None:
        """The time that the desktop shows; None: the present."""
        return self.showing.as_of

    async def travel(self, at: datetime | None) -> None:
        """Shows the estate as it was recorded at a time; None: as it is now."""
        await self.showing.travel(at)

    def listen(self, progress: "Progress") -> None:
        """Is told by the engine, on any thread."""
        self.post_message(self.Told(progress))

    @on(Told)
    def _told(self, event: Told) -> None:
        self.scanning.told(event.progress)

    # Actions

    def common_situation(self) -> dict[str, Any]:
        """What an action's availability depends on in every workspace: fields of `Situation`."""
        return {
            "scanning": self.scanning.is_running,
            "scanned": self.report is not None,
            "sources": len(self.engine.sources),
            "windows": len(self.kept.windows),
            "drift": self.drift,
            "as_of": self.as_of,
            "role": self.engine.role,
            "read_only": self.profile.read_only,
            **self.warroom.situation,
        }

    def situation(self) -> Situation:
        """What the current screen is about."""
        screen: Any = self.screen
        if isinstance(screen, Workspace):
            return screen.situation()
        return Situation(workspace=screen.name or "", **{**self.common_situation(), "drift": None})

    async def action_do(self, action_id: str, argument: str = "") -> None:
        """Carries out an action of the table, or says why it cannot be had."""
        self.tidying.touched()
        await self.doing.do(BY_ID[action_id], argument)

    def do_rescan(self) -> None:
        self.scanning.start()

    def do_cancel(self) -> None:
        self.scanning.cancel()

    def do_help(self) -> None:
        from driftguard_tui.screens.help import help_screen

        self.read(help_screen(self.current_mode))

    def do_theme(self, name: str = "") -> None:
        """The named theme, or the next."""
        if name and name not in self.looks.names:
            self.say(f"There is no theme {name!r}; there are {', '.join(self.looks.names)}", "medium")
            return
        self.theme = name or self.looks.after(self.theme)
        self.say(f"Theme {self.theme}")

    def do_filter(self, expression: str = "") -> None:
        """Asks for a filter, or uses the one given."""
        if not expression:
            self.asking.filter(self.workspace)
        else:
            try:
                self.workspace.apply_filter(expression)
            except ValueError as error:
                self.say(str(error), "bad")

    def do_command(self) -> None:
        self.asking.command()

    async def do_palette(self) -> None:
        """Opens it, and waits for it: it is not to be closed before it is there."""
        from textual.command import CommandPalette

        await self.push_screen(CommandPalette())

    def do_menu(self) -> None:
        """Opens the menus over the workspace."""
        from driftguard_tui.widgets.menu import Menu

        if not self.screen.query(Menu):
            menu = Menu(self.situation())
            self.screen.mount(menu)
            menu.focus()

    async def on_menu_chosen(self, event: "Menu.Chosen") -> None:
        """Closes the menus and does what was chosen."""
        from driftguard_tui.widgets.menu import Menu

        had_keys = isinstance(self.focused, Menu)
        await self.screen.query(Menu).remove()
        if had_keys:
            self.workspace.refocus()
        if event.action is not None:
            self._ask_or_do(event.action)

    def _ask_or_do(self, action: Action) -> None:
        if action.argument and not action.keys:
            self.asking.command(f"{action.name} ", action.argument)
        else:
            self.call_later(self.action_do, action.id)

    def do_quit(self) -> None:
        self.exit()

    # Windows

    def on_detail_recorded(self, event: "Detail.Recorded") -> None:
        """The record of an event in a window."""
        self.floating.open("event", event.subject)

    @on(Window.Placed)
    @on(Window.Raised)
    def _window_placed(self, event: Window.Placed | Window.Raised) -> None:
        self.floating.put(event.place)

    @on(Window.Closed)
    def _window_closed(self, event: Window.Closed) -> None:
        self.floating.close(event.place)

    # Saying and asking

    def say(self, message: str, tone: str = "") -> None:
        """Shows a sentence in the status line, for a while or until the next action."""
        self._tell(line((message, tone)))
        if self._hushing is not None:
            self._hushing.stop()
        self._hushing = self.set_timer(_MESSAGE_SECONDS, self.hush)

    def hush(self) -> None:
        """Takes the sentence away."""
        self._tell(())

    def _tell(self, message: Line) -> None:
        status = getattr(self.screen, "status", None)
        if status is not None:
            status.say(message)

    def hint(self) -> None:
        """Shows the keys that matter now, and the state of the desktop."""
        now = self.situation()
        hints = getattr(self.screen, "hints", None)
        if hints is not None:
            hints.show(now)
        if isinstance(self.screen, Workspace):
            hidden = self.report.summary.hidden if self.report else 0
            estate = "" if self.screen.tabs.names_estate else self.engine.estate
            self.screen.status.desk(desk(now, self.engine.user, hidden, estate))

    def read(self, screen: "ReadingScreen") -> None:
        """Lays a text over the workspace."""
        if len(self.screen_stack) > 1:
            self.pop_screen()
        self.push_screen(screen, lambda _: self.hint())
        self.call_after_refresh(self.hint)

    def on_prompt_typed(self, event: "Prompt.Typed") -> None:
        """Something is typed."""
        self.asking.typed(event.prompt, event.text)

    def on_prompt_given(self, event: "Prompt.Given") -> None:
        """It is wanted."""
        self.asking.given(event.prompt, event.text)

    def on_prompt_abandoned(self, event: "Prompt.Abandoned") -> None:
        """It is not wanted."""
        self.asking.abandoned(event.prompt)

    # Copying

    @on(Workspace.Copied)
    async def _copied(self, event: Workspace.Copied) -> None:
        """Copies, and says what and how."""
        from driftguard_tui.clipboard import copy

        how = await asyncio.to_thread(copy, event.text, self._through_terminal)
        self.say(f"Copied {event.what} {how}", "good")

    def _through_terminal(self, content: str) -> None:
        self.call_from_thread(self.copy_to_clipboard, content)

    def _fatal_error(self) -> None:
        """Says where it broke."""
        self.panic(where_it_broke(sys.exc_info()[1] or self._exception))


def _driver(profile: Profile) -> "type[Driver] | None":
    """The terminal's driver, where there is one of ours."""
    if sys.platform == "win32":
        return None
    from driftguard_tui.terminal import QuietMouseDriver, TerminalDriver

    return QuietMouseDriver if profile.slow else TerminalDriver
