"""The console: wiring between the action table, the screens and the engine."""

import asyncio
import os
import signal
import sys
import traceback
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import App
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer

from driftguard_tui import filters, labels
from driftguard_tui.actions import ACTIONS, BY_ID, Situation
from driftguard_tui.commands import CommandError, completions, resolve
from driftguard_tui.progress import ScanProgress
from driftguard_tui.screens.estate import EstateScreen
from driftguard_tui.session import Engine
from driftguard_tui.widgets.drift_list import DriftList
from driftguard_tui.widgets.lines import Line, line
from engine.errors import DriftGuardError
from engine.model import Category
from themes import ANSI, CALM, STYLE_SHEET, load_themes

if TYPE_CHECKING:
    from textual.command import Provider

    from driftguard_tui.screens.reading import ReadingScreen
    from driftguard_tui.widgets.prompt import Complete, Prompt
    from engine.config import Config
    from engine.pipeline import Progress

#: Keys that work while something is typed, too.
_ALWAYS = ("ctrl+c", "ctrl+q", "ctrl+p")
#: How long a message stays.
_MESSAGE_SECONDS = 6.0


def run_console(config: "Config", store: Path | None = None) -> int:
    """Opens the console on this configuration and returns its exit status."""
    from driftguard_tui.session import Session

    app = DriftGuardApp(Session(config, store))
    app.run()
    return app.return_code or 0


def _provider() -> "type[Provider]":
    from driftguard_tui.palette import ActionProvider

    return ActionProvider


def _bindings() -> Iterable[Binding]:
    for action in ACTIONS:
        for key in action.keys:
            argument = f", '{key}'" if action.takes_key else ""
            yield Binding(key, f"do('{action.id}'{argument})", action.help, show=False, priority=key in _ALWAYS)


class DriftGuardApp(App[None]):
    """The console on an engine. The first frame needs nothing of the engine; the scan starts after it."""

    TITLE = "DriftGuard"
    CSS_PATH = STYLE_SHEET
    BINDINGS: ClassVar[list[BindingType]] = list(_bindings())
    COMMANDS: ClassVar = {_provider}
    ALLOW_SELECT = False
    ENABLE_COMMAND_PALETTE = False  # Textual's own key for it; ours is in the table

    class Told(Message):
        """A word of progress, from whatever thread the scan is on."""

        def __init__(self, progress: "Progress") -> None:
            self.progress = progress
            super().__init__()

    def __init__(self, engine: Engine, *, theme: str | None = None) -> None:
        # Without colour Textual shows greys, unless it takes the terminal's own colours: then it shows none.
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        themes = load_themes()
        for known in themes:
            self.register_theme(known)
        self._themes = [known.name for known in themes]
        self._begin_with(theme or preferred_theme(self.no_color))
        self.animation_level = "none"
        self._engine = engine
        self._estate = EstateScreen(engine)
        self._scan: ScanProgress | None = None
        self._hushing: Timer | None = None
        self._filter_before = ""

    def _begin_with(self, theme: str) -> None:
        """Sets the theme as if it were the default: its watcher would have the first frame styled twice."""
        self.set_reactive(App.theme, theme)
        self.stylesheet.set_variables(self.get_css_variables())
        self.mutate_reactive(App.ansi_color)  # whose watcher asks the theme

    def get_default_screen(self) -> Screen[Any]:
        """The estate."""
        return self._estate

    def on_mount(self) -> None:
        """Ends in good order when the terminal goes; starts the scan once the first frame is out."""
        for name in ("SIGHUP", "SIGTERM"):
            number = getattr(signal, name, None)
            if number is not None and sys.platform != "win32":
                asyncio.get_running_loop().add_signal_handler(number, self.exit, None, 128 + number)
        self._estate.call_after_refresh(self._start)

    def on_unmount(self) -> None:
        """Lets go of the stores."""
        self._engine.close()

    # Actions

    def situation(self) -> Situation:
        """What the current screen is about."""
        screen: Any = self.screen
        asked = getattr(screen, "situation", None)
        return asked(self._scan is not None) if asked else Situation(screen="")

    async def action_do(self, action_id: str, argument: str = "") -> None:
        """Carries out an action of the table, or says why it cannot be had."""
        action = BY_ID[action_id]
        why_not = action.why_not(self.situation())
        handler = getattr(self.screen, action.handler, None) or getattr(self, action.handler, None)
        if why_not or handler is None:
            self.say(why_not or "That does nothing here; esc goes back", "medium")
            return
        self._hush()
        given = argument or action.passes
        result = handler(given) if given else handler()
        if asyncio.iscoroutine(result):
            await result
        self._hint()

    def do_rescan(self) -> None:
        self._start()

    def do_sources(self) -> None:
        from driftguard_tui.screens.sources import sources_screen

        self._read(sources_screen(self._engine))

    def do_help(self) -> None:
        from driftguard_tui.screens.help import help_screen

        self._read(help_screen())

    def do_theme(self, name: str = "") -> None:
        """The named theme, or the next."""
        if name and name not in self._themes:
            self.say(f"There is no theme {name!r}; there are {', '.join(self._themes)}", "medium")
            return
        following = self._themes[(self._themes.index(self.theme) + 1) % len(self._themes)]
        self.theme = name or following
        self.say(f"Theme {self.theme}")

    def do_filter(self, expression: str = "") -> None:
        """Asks for a filter, or uses the one given."""
        if not expression:
            self._filter_before = self._estate.filter
            fields = " ".join(f"{field}:" for field in filters.FIELDS)
            self._ask("/", self._estate.filter, self._complete_filter, fields)
            return
        try:
            self._estate.apply_filter(expression)
        except filters.FilterError as error:
            self.say(str(error), "bad")

    def do_go(self, beginning: str = "") -> None:
        if not beginning:
            self._ask(":", "go ", self._complete, "the beginning of an id or of a resource's name")
        elif not self._estate.select(beginning):
            self.say(f"No listed drift begins with {beginning!r}", "medium")

    async def do_confirm(self, cause: str = "") -> None:
        """Records what the selected drift's cause is; asks for it, with the named one to begin with."""
        drift = self.situation().drift
        if drift is None:
            return
        if not cause:
            named = f"confirm {drift.cause.category}"
            self._ask(":", named, self._complete, "enter confirms; type another cause to correct it, esc leaves")
            return
        if cause not in set(Category):
            self.say(f"{cause!r} is no cause; there are {', '.join(Category)}", "medium")
            return
        try:
            given = await self._engine.confirm(drift, Category(cause))
        except DriftGuardError as error:
            self.say(str(error), "bad")
            return
        done = "Corrected to" if given.is_correction else "Confirmed as"
        self.say(f"{done} {labels.CAUSES[given.category]}; the next scan takes it into account", "good")

    def do_command(self) -> None:
        self._ask(":", "", self._complete, "tab completes, enter runs, esc leaves")

    def do_palette(self) -> None:
        from textual.command import CommandPalette

        self.push_screen(CommandPalette())

    def do_quit(self) -> None:
        self.exit()

    # Scanning

    def _start(self) -> None:
        if self._engine.sources and self._scan is None:
            self._scan = ScanProgress(self._engine.sources)
            self._estate.going_on(self._scan)
            self.run_worker(self._run_scan(), group="scan")
        self._hint()

    async def _run_scan(self) -> None:
        try:
            report = await self._engine.scan(self._listen)
        except DriftGuardError as error:
            self._estate.failed(str(error))
        except Exception as error:  # noqa: BLE001 - a scan that breaks must not take the console with it
            self._estate.failed(f"unexpected {type(error).__name__}; please report this")
        else:
            self._estate.found(report)
        finally:
            self._scan = None
        self._refresh_readers()
        self._hint()

    def _listen(self, progress: "Progress") -> None:
        self.post_message(self.Told(progress))

    @on(Told)
    def _told(self, event: Told) -> None:
        if self._scan is not None:
            self._scan.told(event.progress)
            self._estate.going_on(self._scan)

    def _refresh_readers(self) -> None:
        """A screen of text over the estate may be about the report."""
        for screen in self.screen_stack[1:]:
            lay_out = getattr(getattr(screen, "text", None), "lay_out", None)
            if lay_out is not None:
                lay_out()

    # Saying and asking

    def say(self, message: str, tone: str = "") -> None:
        """Shows a sentence in the status line, for a while or until the next action."""
        self._tell(line((message, tone)))
        if self._hushing is not None:
            self._hushing.stop()
        self._hushing = self.set_timer(_MESSAGE_SECONDS, self._hush)

    def _hush(self) -> None:
        self._tell(())

    def _tell(self, message: Line) -> None:
        status = getattr(self.screen, "status", None)
        if status is not None:
            status.say(message)

    def _hint(self) -> None:
        hints = getattr(self.screen, "hints", None)
        if hints is not None:
            hints.show(self.situation())

    def _read(self, screen: "ReadingScreen") -> None:
        if self.screen is not self._estate:
            self.pop_screen()
        self.push_screen(screen, lambda _: self._hint())
        self.call_after_refresh(self._hint)

    def _ask(self, sign: str, typed: str, complete: "Complete", hint: str) -> None:
        from driftguard_tui.widgets.prompt import Prompt

        self.screen.add_class("-asking")
        self.screen.mount(Prompt(sign, typed, complete, hint))

    def _complete(self, typed: str) -> Sequence[str]:
        return completions(typed, {"theme": tuple(self._themes)})

    def _complete_filter(self, typed: str) -> Sequence[str]:
        report = self._engine.report
        return filters.completions(typed, report.drifts if report else ())

    def on_prompt_typed(self, event: "Prompt.Typed") -> None:
        """A filter shows what it does while it is typed."""
        if event.prompt.sign == "/":
            self._try_filter(event.prompt, event.text)

    def on_prompt_given(self, event: "Prompt.Given") -> None:
        """Runs the command, or keeps the filter."""
        if event.prompt.sign == "/":
            if self._try_filter(event.prompt, event.text):
                self._asked(event.prompt)
            return
        self._asked(event.prompt)
        if not event.text.strip():
            return
        try:
            action, argument = resolve(event.text)
        except CommandError as error:
            self.say(str(error), "medium")
            return
        self.call_later(self.action_do, action.id, argument)

    def on_prompt_abandoned(self, event: "Prompt.Abandoned") -> None:
        """As if nothing had been typed."""
        if event.prompt.sign == "/":
            self._estate.apply_filter(self._filter_before)
        self._asked(event.prompt)

    def _try_filter(self, prompt: "Prompt", expression: str) -> bool:
        try:
            self._estate.apply_filter(expression)
        except filters.FilterError as error:
            prompt.complain(str(error))
            return False
        return True

    def _asked(self, prompt: "Prompt") -> None:
        screen = prompt.screen
        screen.remove_class("-asking")
        prompt.remove()
        refocus = getattr(screen, "refocus", None)
        if refocus is not None:
            refocus()
        self._hint()

    # Copying

    @on(EstateScreen.Copied)
    async def _copied(self, event: EstateScreen.Copied) -> None:
        """Copies, and says what and how."""
        from driftguard_tui.clipboard import copy

        how = await asyncio.to_thread(copy, event.text, self._through_terminal)
        self.say(f"Copied {event.what} {how}", "good")

    def _through_terminal(self, content: str) -> None:
        self.call_from_thread(self.copy_to_clipboard, content)

    @on(DriftList.Highlighted)
    def _highlighted(self) -> None:
        self._hint()

    # Ending

    def _fatal_error(self) -> None:
        """Says where it broke. Never values: a local variable or a message may hold a secret."""
        from rich.text import Text

        error = sys.exc_info()[1] or self._exception
        lines = ["DriftGuard stopped because of an error of its own. Please report this:"]
        while error is not None:
            lines.append(f"  {type(error).__module__}.{type(error).__qualname__}")
            frames = traceback.extract_tb(error.__traceback__)
            lines += [f"    {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
            error = error.__cause__
        self.panic(Text("\n".join(lines)))


def preferred_theme(no_color: bool, environ: Mapping[str, str] = os.environ) -> str:
    """The theme for this terminal: the RGB one where it has at least 256 colours."""
    term = environ.get("TERM", "")
    rich = environ.get("COLORTERM") in ("truecolor", "24bit") or any(
        word in term for word in ("256color", "direct", "kitty", "alacritty", "ghostty", "wezterm", "foot")
    )
    return CALM if (rich or "WT_SESSION" in environ) and not no_color else ANSI
