"""What every workspace is: a screen with tabs, tiled panes, floating windows, a status line and hints."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.geometry import Region, Size
from textual.message import Message
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from driftguard_tui import actions, progress
from driftguard_tui.actions import Situation
from driftguard_tui.desktop import Arrangement, Remembered
from driftguard_tui.session import Engine
from driftguard_tui.widgets.choice import Choice
from driftguard_tui.widgets.covered import unseen
from driftguard_tui.widgets.lines import Line, line
from driftguard_tui.widgets.splits import Tree
from driftguard_tui.widgets.status import Hints, StatusLine
from driftguard_tui.widgets.tabs import Tabs
from driftguard_tui.widgets.tiles import Tiles
from driftguard_tui.widgets.window import Window
from driftguard_tui.workspaces import BY_NAME
from engine.model import Drift, Report

if TYPE_CHECKING:
    from driftguard_tui.app import DriftGuardApp

_NARROW, _VAST = 110, 160
_SHORT = 30


def bindings(workspace: str, *, priority: Sequence[str] = ()) -> list[BindingType]:
    """The keys of a workspace's own actions, or with an empty name of those that are everywhere."""
    return [
        Binding(key, f"app.do('{action.id}')", action.help, show=False, id=action.id, priority=key in priority)
        for action in actions.of(workspace)
        for key in action.keys
    ]


class _Body(Container):
    """What the panes share, and the windows lie on."""

    def render_lines(self, crop: Region) -> list[Strip]:
        """The panes cover it."""
        return unseen(self, crop)

    def on_resize(self) -> None:
        """Windows stay within it."""
        cast("DriftGuardApp", self.app).floating.draw()


class Workspace(Screen[None]):
    """A screen of one mode. A subclass is named in the table of workspaces, and gives panes and layouts."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (_NARROW, "-wide"), (_VAST, "-vast")]  # noqa: RUF012 - as Textual declares it
    VERTICAL_BREAKPOINTS = [(0, "-short"), (_SHORT, "-tall")]  # noqa: RUF012 - as Textual declares it
    #: Its name in the table of workspaces.
    NAME: ClassVar[str] = ""
    #: Trees of pane ids; the first is where one begins.
    LAYOUTS: ClassVar[Sequence[Tree]] = ()

    class Copied(Message):
        """A text is to be copied."""

        def __init__(self, content: str, what: str) -> None:
            self.text, self.what = content, what
            super().__init__()

    def __init__(self, engine: Engine) -> None:
        super().__init__(id=self.NAME)
        self.engine = engine
        self.tabs = Tabs(self.NAME, engine.estate)
        self.tiles = Tiles(self.panes(), self.LAYOUTS)
        self.status = StatusLine()
        self.hints = Hints()
        self.report: Report | None = None
        self._was_seen = False
        #: The `/` filter; a workspace that has none has no hint of what can be typed either.
        self.filter = ""
        self.filter_hint = ""

    # What a workspace gives

    def panes(self) -> Mapping[str, Widget]:
        """Its panes by id. Asked once, when it is made."""
        raise NotImplementedError

    def first_line(self) -> Widget:
        """What is above all else."""
        return self.tabs

    def head(self) -> Widget | None:
        """What is between the tabs and the panes, if anything."""
        return None

    def begun(self) -> None:
        """The console's first frame is out: what is slow may begin."""

    def found(self, report: Report) -> None:
        """Shows a report: after a scan, after moving in time, and when the workspace is first opened."""

    def chosen(self, drift: Drift | None) -> None:
        """A drift has been selected in another workspace."""

    def moved_in_time(self) -> None:
        """The time that the desktop shows has changed; `found` follows."""

    def waiting(self, scan: progress.ScanProgress) -> None:
        """A scan is under way; there may be no report yet."""

    def failed(self, reason: str) -> None:
        """A scan could not be done."""

    def moment(self) -> datetime | None:
        """The time under its cursor, where its cursor is on times."""
        return None

    def describe(self, situation: dict[str, Any]) -> None:
        """Adds to the situation what this workspace has selected: fields of `Situation` by name."""

    def remember(self) -> dict[str, Remembered]:
        """What it wants to know again at the next start."""
        return {}

    def recall(self, own: dict[str, Remembered]) -> None:
        """What it wanted to know."""

    def apply_filter(self, expression: str) -> None:
        """Shows what matches. Raises FilterError and leaves all as it is when the filter is no filter."""

    def complete_filter(self, typed: str) -> Sequence[str]:
        """What a filter can become."""
        return ()

    # What they have in common

    @property
    def desk(self) -> "DriftGuardApp":
        """The console."""
        return cast("DriftGuardApp", self.app)

    def compose(self) -> ComposeResult:
        """Tabs, head, panes under the windows, status and keys."""
        yield self.first_line()
        if self.desk.profile.presenter:
            yield self._banner()
        head = self.head()
        if head is not None:
            yield head
        with _Body(id="body"):
            yield self.tiles
        yield self.status
        yield self.hints

    def _banner(self) -> Widget:
        from driftguard_tui.widgets.banner import Banner

        place = BY_NAME[self.NAME]
        return Banner(place.title, place.about)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Lines and panes cover it."""
        return unseen(self, crop)

    def on_mount(self) -> None:
        """Keys begin in the pane that had them."""
        self.refocus()

    def fit(self, size: Size) -> None:
        """Takes the classes that go with a size before it is shown: styling it once is enough then."""
        for cells, points in ((size.width, self.HORIZONTAL_BREAKPOINTS), (size.height, self.VERTICAL_BREAKPOINTS)):
            self.add_class(max(point for point in points if point[0] <= cells)[1], update=False)

    @on(events.ScreenResume)
    def _comes_up(self, event: events.ScreenResume) -> None:
        """What has only just been made has its styles."""
        event.refresh_styles = self._was_seen
        self._was_seen = True

    def on_screen_suspend(self) -> None:
        """A question that nobody answered does not wait for their return."""
        self.query(Choice).remove()

    def situation(self) -> Situation:
        """What can be done depends on this."""
        fields: dict[str, Any] = {
            "workspace": self.NAME,
            "pane": "window" if self.window is not None else self.tiles.current,
            "panes": len(self.tiles.shown),
            "filters": bool(self.filter_hint),
        }
        self.describe(fields)
        return Situation(**{**self.desk.common_situation(), **fields})

    def to_remember(self) -> Arrangement:
        """What to remember of it."""
        tiles = self.tiles
        tree = None if tiles.splits == tiles.layouts[tiles.preset] else tiles.splits
        return Arrangement(tiles.preset, tree, tiles.current, tiles.maximised, self.remember())

    def as_it_was(self, kept: Arrangement) -> None:
        """As it was."""
        self.recall(kept.own)
        self.tiles.take(kept.preset, kept.tree)
        if kept.pane in self.tiles.shown:
            self.tiles.current = kept.pane
        self.tiles.maximised = kept.maximised

    def say(self, message: Line | str, tone: str = "") -> None:
        """Shows a sentence in the status line."""
        self.status.say(line((message, tone)) if isinstance(message, str) else message)

    # Windows

    @property
    def windows(self) -> list[Window]:
        """The windows that are open, the uppermost last."""
        return list(self.query_one("#body").query_children(Window))

    @property
    def window(self) -> Window | None:
        """The window that has the keys."""
        focused = self.focused
        while focused is not None and not isinstance(focused, Window):
            focused = focused.parent if isinstance(focused.parent, Widget) else None
        return focused

    # Moving between panes

    def refocus(self) -> None:
        """Gives the keys back to the pane that had them."""
        self.tiles.pane.focus(scroll_visible=False)

    def on_descendant_focus(self) -> None:
        """A click moves the focus, and with it the pane that keys are about."""
        focused = self.focused
        while focused is not None and focused.parent is not self.tiles:
            focused = focused.parent if isinstance(focused.parent, Widget) else None
        if focused is not None:
            self.tiles.focused(focused)

    def do_next_pane(self) -> None:
        self.tiles.next(1)

    def do_previous_pane(self) -> None:
        self.tiles.next(-1)

    def do_left(self) -> None:
        self.run_worker(self.desk.action_do("back"))

    def do_right(self) -> None:
        self.run_worker(self.desk.action_do("open"))

    def do_back(self) -> None:
        """To the pane before; in the first one, nothing."""
        if self.window is not None:
            self.refocus()
        elif self.tiles.current != self.tiles.shown[0]:
            self.tiles.next(-1)

    def do_zoom(self) -> None:
        self.tiles.zoom()

    def do_layout(self) -> None:
        self.tiles.take(self.tiles.preset + 1)

    def do_even(self) -> None:
        self.tiles.take(self.tiles.preset)

    def do_wider(self) -> None:
        self.tiles.grow(1)

    def do_narrower(self) -> None:
        self.tiles.grow(-1)

    @on(Tabs.Chosen)
    async def _tab(self, event: Tabs.Chosen) -> None:
        await self.desk.action_do(f"go_{event.name}" if event.name else "menu")
