"""What attribution finds: an event, and how well it explains a difference."""

from msgspec import Struct

from engine.model import Event


class Finding(Struct, frozen=True):
    """An event that explains a difference. `sure`: it wrote the very value; `explains`: how many of the changes."""

    event: Event
    sure: bool = True
    explains: int = 1
