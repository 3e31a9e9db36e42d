"""What is never seen of a screen: the containers below what they hold."""

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


def unseen(widget: Widget, crop: Region) -> list[Strip]:
    """The lines of a widget that its children cover whole: Textual would draw it under them at every paint."""
    return [Strip.blank(crop.width, widget.rich_style)] * crop.height
