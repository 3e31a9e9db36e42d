"""Patterns for `.driftignore` and for accepting a baseline, which fit one drift and nothing else."""

import re
import unicodedata

from engine.model import Drift, DriftKind, Plan, ResourceRef
from engine.model.change_path import steps_of


def ignore_patterns(drift: Drift | Plan) -> tuple[str, ...]:
    """The lines that would hide the drift: one for each change, or one for a resource that is missing or unmanaged.

    None when a name cannot be written as a pattern.
    """
    start = accept_pattern(drift.resource)
    if not start:
        return ()
    if drift.kind is not DriftKind.MODIFIED:
        return (start,)
    lines = [_joined(start, change.path) for change in drift.changes]
    return tuple(dict.fromkeys(lines)) if all(lines) else ()


def accept_pattern(ref: ResourceRef) -> str:
    """`type.id` of exactly this resource, empty when that cannot be written."""
    identity = ref.id or ref.address
    return f"{_escaped(ref.type)}.{_escaped(identity)}" if _writable(ref.type) and _writable(identity) else ""


def _joined(start: str, path: str) -> str:
    steps = [str(step) for step in steps_of(path)]
    return ".".join([start, *map(_escaped, steps)]) if steps and all(map(_writable, steps)) else ""


def _escaped(name: str) -> str:
    """A name in which dots are part of it, and what patterns use for anything stands for itself."""
    return re.sub(r"([.*?\[\]])", r"\\\1", name)


def _writable(name: str) -> bool:
    """Whether a name survives being written as a pattern: one line, no escapes or slips of its own."""
    return (
        bool(name)
        and not {"\\", '"'} & set(name)
        and name == name.strip()
        and not any(unicodedata.category(char)[0] == "C" or char in "\u2028\u2029" for char in name)
    )
