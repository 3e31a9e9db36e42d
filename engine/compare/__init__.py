"""Comparison: from observations and declarations to differences that mean something."""

from engine.compare.comparator import Comparison, compare, strays_of
from engine.compare.estate import Estate

__all__ = ["Comparison", "Estate", "compare", "strays_of"]
