"""A floating window: a pane over the tiles, which can be moved, resized, stacked and closed."""

from msgspec import Struct
from msgspec.structs import replace
from textual import events
from textual.containers import Container
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from driftguard_tui import text

_LEAST_WIDTH, _LEAST_HEIGHT = 30, 6
#: How far a key moves or stretches it.
_STEP_X, _STEP_Y = 4, 2


class Place(Struct, frozen=True):
    """What is in a window and where it is, in cells from the upper left of the tiles.

    `kind` says who makes the content (`drift`, …) and `subject` of what; together they are its identity.
    """

    kind: str
    subject: str
    x: int = 4
    y: int = 2
    width: int = 72
    height: int = 18

    @property
    def key(self) -> str:
        """Its identity."""
        return f"{self.kind}:{self.subject}"

    def moved(self, way: str) -> "Place":
        """A step to the left, right, up or down."""
        across, down = _STEPS[way]
        return replace(self, x=self.x + across, y=self.y + down)

    def resized(self, way: str) -> "Place":
        """A step narrower (left), wider, lower (up) or taller."""
        across, down = _STEPS[way]
        return replace(self, width=self.width + across, height=self.height + down)

    def within(self, space: Size) -> "Place":
        """The nearest place that fits into this space."""
        width = max(min(self.width, space.width), min(_LEAST_WIDTH, space.width))
        height = max(min(self.height, space.height), min(_LEAST_HEIGHT, space.height))
        return replace(
            self,
            x=max(0, min(self.x, space.width - width)),
            y=max(0, min(self.y, space.height - height)),
            width=width,
            height=height,
        )


_STEPS = {"left": (-_STEP_X, 0), "right": (_STEP_X, 0), "up": (0, -_STEP_Y), "down": (0, _STEP_Y)}


class Window(Container):
    """A frame with a title around a pane. Dragging its upper border moves it, its lower right corner resizes it."""

    class Placed(Message):
        """The window is to be somewhere else."""

        def __init__(self, place: Place) -> None:
            self.place = place
            super().__init__()

    class Closed(Message):
        """The window is to go."""

        def __init__(self, place: Place) -> None:
            self.place = place
            super().__init__()

    class Raised(Message):
        """The window is to be on top of the others."""

        def __init__(self, place: Place) -> None:
            self.place = place
            super().__init__()

    def __init__(self, place: Place, title: str, pane: Widget) -> None:
        super().__init__(pane)
        self.place = place
        self.pane = pane
        self.border_title = Content(text.plain(title))
        self.border_subtitle = Content("x close")
        self._held: tuple[str, int, int, Place] | None = None

    def put(self, place: Place, space: Size) -> None:
        """Draws it there, or as near as the space has room."""
        self.place = place
        fitting = place.within(space)
        self.styles.offset = (fitting.x, fitting.y)
        self.styles.width, self.styles.height = fitting.width, fitting.height

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Raises it; takes hold of its title or its corner."""
        event.stop()
        self.post_message(self.Raised(self.place))
        x, y = event.screen_x - self.region.x, event.screen_y - self.region.y
        if y == self.region.height - 1 and x >= self.region.width - 3:
            hold = "corner"
        elif y == 0:
            hold = "title"
        else:
            return
        self._held = (hold, int(event.screen_x), int(event.screen_y), self.place)
        self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Moves or resizes it while it is held."""
        if self._held is None:
            return
        hold, x, y, place = self._held
        across, down = int(event.screen_x) - x, int(event.screen_y) - y
        if hold == "title":
            place = replace(place, x=place.x + across, y=place.y + down)
        else:
            place = replace(place, width=place.width + across, height=place.height + down)
        self.post_message(self.Placed(place))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Lets go of it; a click on the lower border's word closes it."""
        if self._held is not None:
            self._held = None
            self.release_mouse()

    def on_click(self, event: events.Click) -> None:
        """The word in the lower border closes."""
        event.stop()
        y = event.screen_y - self.region.y
        x = event.screen_x - self.region.x
        if y == self.region.height - 1 and x < self.region.width - 3:
            self.post_message(self.Closed(self.place))
