"""The drift engine: collect, normalise, compare, correlate, explain, recommend, record.

Nothing in here prints, and nothing in here knows a screen.
"""

__version__ = "0.1.0"
