"""Differences to judge the severity of, and which rules find something in them."""

from typing import Any

from engine.model import Change, Difference, DriftKind, ResourceRef
from ml.severity_rules import matches


def difference(type_: str, kind: DriftKind, *changes: Change, **more: Any) -> Difference:
    return Difference(ResourceRef("aws", type_, "x"), kind, changes, **more)


def modified(type_: str, path: str, declared: Any, actual: Any, **more: Any) -> Difference:
    return difference(type_, DriftKind.MODIFIED, Change(path, declared, actual), **more)


def rules_of(drift: Difference) -> list[str]:
    """The rules that apply, by name."""
    return [match.rule.id for match in matches(drift)]
