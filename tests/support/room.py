"""How much room an object takes with all that it holds."""

import sys
from collections import deque
from collections.abc import Mapping
from typing import Any


def room_of(thing: Any) -> int:
    """Bytes of the object and of what it refers to, each counted once; classes and functions left out."""
    seen: set[int] = set()
    waiting = [thing]
    room = 0
    while waiting:
        part = waiting.pop()
        if id(part) in seen or isinstance(part, type) or callable(part):
            continue
        seen.add(id(part))
        room += sys.getsizeof(part)
        if isinstance(part, Mapping):
            waiting += [*part.keys(), *part.values()]
        elif isinstance(part, list | tuple | set | frozenset | deque):
            waiting += part
        waiting += vars(part).values() if hasattr(part, "__dict__") else ()
        waiting += [getattr(part, name) for name in getattr(type(part), "__slots__", ()) if hasattr(part, name)]
    return room
