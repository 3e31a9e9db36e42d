"""Comparison: from observations and declarations to differences that mean something."""

from engine.compare.baseline import Baseline
from engine.compare.comparator import Comparison, compare, strays_of, take_baseline
from engine.compare.estate import Estate
from engine.compare.ignoring import Ignoring

__all__ = ["Baseline", "Comparison", "Estate", "Ignoring", "compare", "strays_of", "take_baseline"]
