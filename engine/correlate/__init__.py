"""Links events to differences: who made the change, when, and what else bears on it."""

from engine.correlate.attribution import attribute

__all__ = ["attribute"]
