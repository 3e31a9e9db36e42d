"""A node of the estate's tree: what is in it, or both sides of a resource and how they came to be so."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from driftguard_tui import labels, text
from driftguard_tui.document import hunks, opened
from driftguard_tui.widgets.lines import BLANK, Line, Span, beside, cut, flow, line
from driftguard_tui.widgets.sections.cause import bar
from engine.inventory import Node, NodeKind, ResourceDetail
from engine.model import Drift, DriftKind, ResourceState

#: So many drifts of a node are named.
MOST_DRIFTS = 30
_MOST_LINES = 400
#: No name is longer; what is behind it is cut.
_LONGEST = 500
_TWO_COLUMNS, _GAP = 96, 3
_NAMES = {
    NodeKind.ESTATE: "the estate", NodeKind.SCOPE: "scope", NodeKind.PART: "module, namespace or stack",
    NodeKind.TYPE: "type", NodeKind.RESOURCE: "resource",
}  # fmt: skip
_SIGNS = {"+": ("+ ", "added"), "-": ("− ", "removed"), " ": ("  ", "muted"), "⋯": ("  ⋯ ", "faint")}


class Version(NamedTuple):
    """How a side of a resource became at a moment. `state` is None when it was gone then."""

    side: str
    state: ResourceState | None
    before: ResourceState | None

    @property
    def happened(self) -> str:
        """What happened to it, in a word or two."""
        return "gone" if self.state is None else "changed" if self.before is not None else "first seen"


def node_title(node: Node) -> str:
    """What a node is called; a resource as within its module."""
    if node.name is None:
        return "not in code"
    if node.kind is NodeKind.PART and not node.name:
        return "top level"
    if node.kind is NodeKind.RESOURCE and node.ref is not None:
        if not node.ref.address:
            return node.ref.name or node.ref.id
        part = f"{node.path[1]}." if node.path[1] else ""
        return node.name.removeprefix(part).removeprefix(f"{node.path[2]}.")
    return node.name


def kind_sign(node: Node) -> Line:
    """How a resource drifted, for the list."""
    if node.kind is not NodeKind.RESOURCE:
        return ()
    kinds = (
        (DriftKind.MODIFIED, node.modified),
        (DriftKind.MISSING, node.missing),
        (DriftKind.UNMANAGED, node.unmanaged),
    )
    found = next((kind for kind, number in kinds if number), None)
    return (Span(f"{labels.KIND_SIGNS[found]} ", labels.KIND_TONES[found]),) if found else (Span("  "),)


def node(shown: Node, drifts: Sequence[Drift], cells: int) -> list[Line]:
    """What there is below a node, and the gravest of what drifted there, MOST_DRIFTS at most."""
    path = " › ".join(step or "top level" if step is not None else "not in code" for step in shown.path)
    lines = flow([Span(path[:_LONGEST] or _NAMES[shown.kind], "strong")], cells, limit=3)
    lines += [line((_NAMES[shown.kind], "muted")), BLANK, *_counts(shown, cells)]
    if drifts:
        lines += [BLANK, _heading(labels.count(shown.drifts, "drift"), cells)]
        lines += [_drift(drift, cells) for drift in drifts]
        if shown.drifts > len(drifts):
            lines.append(line((f"… and {shown.drifts - len(drifts):,} more", "muted")))
        lines += [BLANK, line(("f", "key"), (" lists them", "muted"))]
    return [cut(one, cells) for one in lines]


def moments(detail: ResourceDetail) -> list[tuple[datetime, list[Version]]]:
    """The moments at which a side of a resource became another, the newest first."""
    found: dict[datetime, list[Version]] = {}
    for side, history in (("declared", detail.declared), ("actual", detail.actual)):
        before: ResourceState | None = None
        for at, state in history:
            found.setdefault(at, []).append(Version(side, state, before))
            before = state
    return sorted(found.items(), reverse=True)


def resource(shown: Node, drift: Drift | None, detail: ResourceDetail | None, chosen: int, cells: int) -> list[Line]:
    """A resource: its drift, its versions with the chosen one marked, what that one changed, and both sides then."""
    ref = shown.ref
    if ref is None:
        return []
    where = labels.join((ref.type, ref.scope or ref.provider))
    lines = [
        *flow([Span((ref.address or ref.id)[:_LONGEST], "strong")], cells, limit=3),
        line((where[:_LONGEST], "muted")),
    ]
    lines += [line((ref.id[:_LONGEST], "muted"))] if ref.address and ref.id not in ("", ref.address) else []
    if drift is not None:
        lines += [BLANK, _heading("Drift", cells), _drift(drift, cells), line(("enter", "key"), (" reads it", "muted"))]
    if detail is None:
        return [cut(one, cells) for one in (*lines, BLANK, line(("reading …", "muted")))]
    found = moments(detail)
    if not found:
        return [cut(one, cells) for one in (*lines, BLANK, line(("No version of it is recorded.", "muted")))]
    at, changed = found[max(0, min(len(found) - 1, chosen))]
    lines += [BLANK, _heading("Versions", cells), *_history(found, at, cells)]
    if told := [one for version in changed for one in _changed(version, cells)]:
        lines += [BLANK, _heading(f"What changed by {labels.moment(at)}", cells), *told]
    lines += [BLANK, *_both_sides(detail, at, cells)]
    return [cut(one, cells) for one in lines]


def _both_sides(detail: ResourceDetail, at: datetime, cells: int) -> list[Line]:
    """What was declared and what was live at a moment: beside each other where there is room."""
    room = (cells - _GAP) // 2 if cells >= _TWO_COLUMNS else cells
    declared = [_heading("Declared", room), *_state(detail.declared, at, room)]
    live = [_heading("Live", room), *_state(detail.actual, at, room)]
    return beside(declared, live, room, _GAP) if cells >= _TWO_COLUMNS else [*declared, BLANK, *live]


def _heading(title: str, cells: int) -> Line:
    return line((title, "title"), (f" {'─' * max(0, cells - text.width(title) - 1)}", "faint"))


def _counts(shown: Node, cells: int) -> list[Line]:
    numbers = (
        ("declared", shown.declared), ("there", shown.managed), ("modified", shown.modified),
        ("missing", shown.missing), ("not in code", shown.unmanaged),
    )  # fmt: skip
    lines = [
        line((f"{name:<12}", "muted"), (f"{number:>9,}", "strong" if number else "muted")) for name, number in numbers
    ]
    if shown.coverage is not None:
        wide = max(6, min(30, cells - 30))
        tone = "good" if shown.coverage >= 0.95 else "medium"
        lines.append(
            line(
                (f"{'covered':<12}", "muted"),
                (f"{labels.percent(shown.coverage):>9}  ", "strong"),
                *bar(shown.coverage, wide, tone),
            )
        )
    most = max(1, *shown.levels)
    if shown.drifts:
        lines.append(BLANK)
    for level in labels.LEVELS:
        number = shown.levels[level.rank]
        if number:
            name = f"{labels.LEVEL_SIGNS[level]} {level.value}"
            lines.append(
                line(
                    (f"{name:<12}", level.value),
                    (f"{number:>9,}  ", level.value),
                    *bar(number / most, max(6, min(30, cells - 30)), level.value),
                )
            )
    return lines


def _drift(drift: Drift, cells: int) -> Line:
    level = drift.severity.level
    spans = line(
        (f"{labels.LEVEL_SIGNS[level]} ", level.value),
        (f"{labels.KIND_SIGNS[drift.kind]} ", labels.KIND_TONES[drift.kind]),
        (labels.resource_name(drift)[: cells + 1], "strong"),
        (f"  {labels.what_changed(drift)[: cells + 1]}", ""),
        (f"  {labels.cause_short(drift.cause)}", "muted"),
    )
    return cut(spans, cells)


def _history(found: Sequence[tuple[datetime, list[Version]]], chosen: datetime, cells: int) -> list[Line]:
    lines = []
    for at, changed in found:
        here = at == chosen
        mark, told = Span("▶ " if here else "  ", "accent"), _happened(changed)
        lines.append(cut((mark, Span(f"{labels.moment(at)}  ", "strong" if here else ""), Span(told, "muted")), cells))
    if len(found) > 1:
        lines.append(line(("[", "key"), (" earlier  ", "muted"), ("]", "key"), (" later", "muted")))
    return lines


def _happened(changed: Sequence[Version]) -> str:
    """`live changed`, `both first seen`."""
    sides: dict[str, list[str]] = {}
    for version in changed:
        sides.setdefault(version.happened, []).append("live" if version.side == "actual" else version.side)
    return ", ".join(f"{names[0] if len(names) == 1 else 'both'} {happened}" for happened, names in sides.items())


def _changed(version: Version, cells: int) -> list[Line]:
    """What a version changed of the one before it."""
    if version.state is None or version.before is None:
        return []
    lines = []
    for kind, content in hunks(_document(version.before), _document(version.state)):
        sign, tone = _SIGNS[kind]
        lines.append(cut(line((f"{sign}{content[: cells + 1]}", tone)), cells))
    return lines[:_MOST_LINES]


def _state(history: Sequence[tuple[datetime, ResourceState | None]], at: datetime, cells: int) -> list[Line]:
    known = [state for moment, state in history if moment <= at]
    if not known:
        return [line(("nothing was recorded then", "muted"))]
    if known[-1] is None:
        return [line(("it was not there", "muted"))]
    document = _document(known[-1])
    lines = [cut(line(row[: cells + 1]), cells) for row in document[:_MOST_LINES]]
    more = len(document) - _MOST_LINES
    return [*lines, line((f"… and {labels.count(more, 'line')} more", "muted"))] if more > 0 else lines


def _document(state: ResourceState) -> list[str]:
    return json.dumps(_laid_open(state.attributes), ensure_ascii=False, indent=2, default=str).split("\n")


def _laid_open(value: Any) -> Any:
    """With the JSON documents that texts hold as what they are."""
    value = opened(value)
    if isinstance(value, Mapping):
        return {key: _laid_open(item) for key, item in value.items()}
    return [_laid_open(item) for item in value] if isinstance(value, list | tuple) else value
