"""Panes that share a space: their borders drag, one can be maximised, layouts are presets."""

from collections.abc import Mapping, Sequence

from textual import events
from textual.containers import Container
from textual.geometry import Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.strip import Strip
from textual.widget import Widget

from driftguard_tui.widgets import splits
from driftguard_tui.widgets.covered import unseen
from driftguard_tui.widgets.splits import Border, Tree

_STEP = 0.05


class _Tiled(Layout):
    """Places the panes of a Tiles where its tree says."""

    name = "tiled"

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        if not isinstance(parent, Tiles):
            return []
        regions = {parent.panes[name]: region for name, region in parent.regions(size).items()}
        return [
            WidgetPlacement(region, child.styles.offset.resolve(size, size), child.styles.margin, child)
            for child in children
            if (region := regions.get(child)) is not None
        ]


_TILED = _Tiled()


class Tiles(Container):
    """The panes of a workspace. `layouts` are trees of their ids; the first is where one begins."""

    def __init__(self, panes: Mapping[str, Widget], layouts: Sequence[Tree]) -> None:
        super().__init__(*panes.values(), id="tiles")
        self.panes = dict(panes)
        self.layouts = layouts
        self.preset = 0
        self.splits = layouts[0]
        self.maximised = False
        self.current = next(splits.panes(self.splits))
        self._borders: list[Border] = []
        self._dragged: Border | None = None

    @property
    def layout(self) -> Layout:
        """The tree's, whatever the style sheet says."""
        return _TILED

    def render_lines(self, crop: Region) -> list[Strip]:
        """The panes cover it."""
        return unseen(self, crop)

    @property
    def pane(self) -> Widget:
        """The pane that keys are about."""
        return self.panes[self.current]

    @property
    def shown(self) -> Sequence[str]:
        """The ids of the panes of this layout, in reading order."""
        return tuple(splits.panes(self.splits))

    def is_alone(self, name: str) -> bool:
        """Whether this pane is all that is seen."""
        return self.maximised or list(self.regions(self.size)) == [name]

    def regions(self, size: Size) -> dict[str, Region]:
        """Where each pane that is seen is."""
        tree = self.current if self.maximised else self.splits
        regions, self._borders = splits.place(tree, Region(0, 0, size.width, size.height), self.current)
        return regions

    def go_to(self, name: str) -> None:
        """Gives the keys to a pane, which is then seen."""
        if name not in self.panes:
            return
        if name not in self.shown:
            self.maximised = True
        self.current = name
        self._rearrange()
        self.panes[name].focus(scroll_visible=False)

    def focused(self, pane: Widget) -> None:
        """Tells that a pane has got the keys by a click."""
        name = next((name for name, known in self.panes.items() if known is pane), self.current)
        if name != self.current:
            self.current = name
            self._rearrange()

    def next(self, step: int) -> None:
        """To the next pane of the layout, or the one before with -1."""
        shown = self.shown
        at = shown.index(self.current) if self.current in shown else 0
        self.go_to(shown[(at + step) % len(shown)])

    def zoom(self) -> None:
        """One pane on the whole space, or all again."""
        self.maximised = not self.maximised
        if not self.maximised and self.current not in self.shown:
            self.go_to(self.shown[0])
        self._rearrange()

    def take(self, preset: int, tree: Tree | None = None) -> None:
        """Takes a preset, or a tree that was made of it."""
        self.preset = preset % len(self.layouts)
        known = set(self.panes)
        self.splits = tree if tree is not None and set(splits.panes(tree)) <= known else self.layouts[self.preset]
        self.maximised = False
        if self.current not in self.shown:
            self.go_to(self.shown[0])
        self._rearrange()

    def grow(self, steps: int) -> None:
        """Makes the pane that keys are about larger, or smaller with negative steps."""
        self.splits = splits.grown(self.splits, self.current, steps * _STEP)
        self._rearrange()

    def _rearrange(self) -> None:
        """Has the panes placed anew: Textual asks again when one of them may have another size."""
        self.pane.refresh(layout=True)

    # The mouse

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Takes hold of a border."""
        x, y = event.screen_x - self.region.x, event.screen_y - self.region.y
        self._dragged = next((border for border in self._borders if border.under(x, y)), None)
        if self._dragged is not None:
            event.stop()
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Moves the border that is held."""
        if self._dragged is not None:
            x, y = event.screen_x - self.region.x, event.screen_y - self.region.y
            self.splits = splits.with_share(self.splits, self._dragged.path, self._dragged.share(x, y))
            self._rearrange()

    def on_mouse_up(self) -> None:
        """Lets go of it."""
        if self._dragged is not None:
            self._dragged = None
            self.release_mouse()
