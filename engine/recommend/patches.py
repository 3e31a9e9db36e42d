"""Patches for Terraform code. Each adds a file, since what the existing files hold is not known here.

What changes a resource goes into an override file, which Terraform lays over the block of the same name; so the patch
applies and works as it is, and can be folded into the block in review.
"""

import re
from collections.abc import Callable
from pathlib import PurePosixPath

from engine.model import SENSITIVE, Against, Change, Drift, DriftKind
from engine.model.change_path import steps_of
from engine.recommend import hcl
from engine.recommend.naming import import_id, printable, proposed_address, tool_of

#: Attributes that are maps in every provider, of which a single key can be left alone.
_MAPS = frozenset({"tags", "tags_all", "labels", "annotations"})
#: Blocks that occur once and are lists, so that what is in them can be named by its place.
_LISTS = frozenset({"scaling_config", "autoscaling", "default_node_pool", "serverlessv2_scaling_configuration"})
_ADDRESS = re.compile(
    r"(?P<module>(?:module\.[^.\[]+(?:\[[^\]]*\])?\.)*)(?P<type>\w+)\.(?P<name>[\w-]+)(?P<key>\[.*\])?"
)

Patch = Callable[[Drift, str], str | None]


def import_block(drift: Drift, declared_in: str = "") -> str | None:
    """Adds an `import` block for the resource; None when no address can be proposed."""
    address, identity = proposed_address(drift.resource), import_id(drift.resource)
    if not address or not identity:
        return None
    return hcl.new_file("imports.tf", ["import {", f"  to = {address}", f"  id = {hcl.text(identity)}", "}"])


def ignore_changes(drift: Drift, declared_in: str = "") -> str | None:
    """Leaves the changed attributes to whoever sets them; None where the code's place or an attribute is not known."""
    names = list(dict.fromkeys(_ignorable(change) for change in drift.changes if change.against is Against.DECLARED))
    if not names or not all(names):
        return None
    who = printable(drift.actor.principal or "") or "Software"
    return _override(
        drift,
        declared_in,
        f"{who} sets this: an apply leaves it alone.",
        ["lifecycle {", f"  ignore_changes = [{', '.join(filter(None, names))}]", "}"],
        every_instance=True,
    )


def live_values(drift: Drift, declared_in: str = "") -> str | None:
    """Puts what is live into the code, where all of it is plain attributes; None otherwise."""
    declared = [change for change in drift.changes if change.against is Against.DECLARED]
    lines = [_assignment(change) for change in declared]
    if drift.kind is not DriftKind.MODIFIED or not lines or not all(lines):
        return None
    width = max(len(name) for name, _ in filter(None, lines))
    body = [f"{name:<{width}} = {value}" for name, value in filter(None, lines)]
    return _override(drift, declared_in, "As it is live; fold it into the block.", body)


#: By the name that policies use.
PATCHES: dict[str, Patch] = {
    "import_block": import_block,
    "ignore_changes": ignore_changes,
    "live_values": live_values,
}


def _override(
    drift: Drift, declared_in: str, remark: str, body: list[str], *, every_instance: bool = False
) -> str | None:
    """An override file for the resource's block; what holds for one instance of several cannot be said there."""
    found = _ADDRESS.fullmatch(drift.resource.address) if tool_of(drift.resource) == "terraform" else None
    if found is None or (found["key"] and not every_instance):
        return None
    folder = _folder(found["module"], declared_in)
    if folder is None:
        return None
    head = f"# {remark} (drift {drift.id})"
    block = f'resource "{found["type"]}" "{found["name"]}" {{'
    file = f"{found['type']}_{found['name']}_override.tf"
    return hcl.new_file(f"{folder}{file}", [head, block, *(f"  {line}" for line in body), "}"])


def _folder(module: str, declared_in: str) -> str | None:
    """The folder of the code that declares it, with a slash behind; None for a module whose folder is not known."""
    file = PurePosixPath(printable(declared_in))
    if file.suffix == ".tf" and not file.is_absolute() and ".." not in file.parts:
        return "" if str(file.parent) == "." else f"{file.parent}/"
    return None if module else ""


def _ignorable(change: Change) -> str | None:
    """How `ignore_changes` names the attribute: as closely as Terraform lets it."""
    first, *rest = steps_of(change.path) or [""]
    if not hcl.is_identifier(first):
        return None
    if first in _MAPS and len(rest) == 1 and isinstance(rest[0], str):
        return f"{first}[{hcl.text(printable(rest[0]))}]"
    if first in _LISTS and len(rest) == 2 and rest[0] == 0 and hcl.is_identifier(rest[1]):
        return f"{first}[0].{rest[1]}"
    return str(first)


def _assignment(change: Change) -> tuple[str, str] | None:
    steps = steps_of(change.path)
    if len(steps) != 1 or not hcl.is_identifier(steps[0]) or change.sensitive or SENSITIVE in str(change.actual):
        return None
    value = hcl.scalar(change.actual)
    return (str(steps[0]), value) if value is not None else None
