"""The tree of an estate as text, and a node of it as JSON values."""

from collections.abc import Sequence
from typing import Any

import msgspec

from driftguard_tui import labels
from driftguard_tui.formats import Paper
from driftguard_tui.formats.table import aligned
from driftguard_tui.text import plain
from engine.inventory import Node, NodeKind
from engine.model import Report

COLUMNS = ("WHAT", "DECLARED", "MANAGED", "DRIFTED", "WORST", "UNMANAGED", "COVERED")
_DEPTHS = {kind: max(0, depth - 1) for depth, kind in enumerate(NodeKind)}


def render(root: Node, nodes: Sequence[Node], report: Report, paper: Paper) -> str:
    """The estate's own line, then its nodes, each indented below what it is in."""
    name = f"{report.scan.estate} as of {labels.moment(report.scan.as_of)}"
    table = aligned(
        [COLUMNS, _row(root, plain(name)), *(_row(node, f"{'  ' * _DEPTHS[node.kind]}{title(node)}") for node in nodes)]
    )
    head, *rows = table.splitlines(keepends=True)
    return "".join([paper.paint(head.rstrip("\n"), "strong") + "\n", *rows])


def title(node: Node) -> str:
    """What a node is called; a resource as within its module."""
    if node.name is None:
        return "(not in code)"
    if node.kind is NodeKind.PART and not node.name:
        return "(top level)"
    if node.kind is NodeKind.RESOURCE and node.ref is not None:
        part = f"{node.path[1]}." if node.path[1] else ""
        return plain(node.name.removeprefix(part))
    return plain(node.name)


def as_dict(node: Node) -> dict[str, Any]:
    """Its fields, and what follows from them."""
    worst = node.worst.value if node.worst else None
    fields = {name: value for name, value in msgspec.structs.asdict(node).items() if name not in ("ref", "levels")}
    counted = {"managed": node.managed, "drifts": node.drifts, "worst": worst, "coverage": node.coverage}
    return {**fields, **counted, "resource": node.ref}


def _row(node: Node, name: str) -> tuple[str, ...]:
    worst = f"{labels.LEVEL_SIGNS[node.worst]} {node.worst.value}" if node.worst else ""
    covered = "" if node.coverage is None else labels.percent(node.coverage)
    counts = (node.declared, node.managed, node.modified + node.missing)
    return name, *(f"{count:,}" for count in counts), worst, f"{node.unmanaged:,}", covered
