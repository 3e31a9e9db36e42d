"""Comparison: from observations and declarations to differences that mean something."""

from engine.compare.baseline import Baseline
from engine.compare.comparator import Comparison, combined, compare, strays_of, take_baseline
from engine.compare.declarations import settle
from engine.compare.estate import Estate
from engine.compare.ignoring import Ignoring
from engine.compare.unmanaged import as_parent

__all__ = [
    "Baseline",
    "Comparison",
    "Estate",
    "Ignoring",
    "as_parent",
    "combined",
    "compare",
    "settle",
    "strays_of",
    "take_baseline",
]
