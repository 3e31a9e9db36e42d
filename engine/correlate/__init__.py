"""Links events to differences: who made the change, when, and what else bears on it."""

from engine.correlate.attribution import attribute
from engine.correlate.names import names_of

__all__ = ["attribute", "names_of"]
