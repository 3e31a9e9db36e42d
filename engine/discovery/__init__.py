"""Finds what on this machine could be a source, tries it, and writes the configuration.

    look → (answered) → check → compose → write

Looking reads files only: no network, no program is run, no credential leaves the file it is in.
"""

from engine.discovery.answering import Kept, answered, reference_of, variable_of
from engine.discovery.looking import PLACES, look
from engine.discovery.machine import Machine
from engine.discovery.proposal import Ask, Looked, Proposal, Sureness
from engine.discovery.trying import PATIENCE, check, unusable
from engine.discovery.writing import compose, write

__all__ = [
    "PATIENCE",
    "PLACES",
    "Ask",
    "Kept",
    "Looked",
    "Machine",
    "Proposal",
    "Sureness",
    "answered",
    "check",
    "compose",
    "look",
    "reference_of",
    "unusable",
    "variable_of",
    "write",
]
