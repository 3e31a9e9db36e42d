"""What one call can say about one change."""

from enum import IntEnum
from functools import lru_cache
from typing import Any

import msgspec

from engine.model import Event


class Said(IntEnum):
    """What a call says about a change, from nothing to everything."""

    NOTHING = 0  #: it does not write the attribute, or wrote another part of it
    OTHERWISE = 1  #: it set the attribute to another value
    MAYBE = 2  #: it writes the attribute, and does not show the value
    YES = 3  #: it wrote the value that is there now


@lru_cache(maxsize=8192)
def request_of(event: Event) -> Any:
    """The event's request, decoded; None when it has none."""
    try:
        return msgspec.json.decode(event.request) if event.request else None
    except msgspec.DecodeError:
        return None
