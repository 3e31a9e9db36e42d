"""The evidence model as a table (`evidence.toml`): what each signal says of each cause, and the words it looks for."""

from functools import cache
from importlib.resources import files

import msgspec
from msgspec import Struct

from engine.model import Category
from ml.case import Vocabulary


class _Weighted(Struct, frozen=True, forbid_unknown_fields=True):
    reason: str
    weights: dict[Category, float]
    lacks: str = ""


class EvidenceTable(Struct, frozen=True, forbid_unknown_fields=True):
    """The model's table; see its head for what each part means."""

    version: int
    temper: float
    base_observations: float
    per_weight: float
    ruled_out_below: float
    prior: dict[Category, float]
    without: dict[Category, str]
    unless: dict[Category, list[str]]
    signal: dict[str, _Weighted]
    words: dict[str, str]
    attributes: dict[str, str]
    asks: dict[str, str]


@cache
def evidence_table() -> EvidenceTable:
    """The shipped table."""
    return msgspec.toml.decode(files("ml").joinpath("evidence.toml").read_bytes(), type=EvidenceTable)


@cache
def vocabulary() -> Vocabulary:
    """The words of the shipped table."""
    return Vocabulary(evidence_table().words, evidence_table().attributes, evidence_table().asks)
