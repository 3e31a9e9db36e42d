"""The action table as a page: what can be done in the console, with which key and which command."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from driftguard_tui.actions import GROUPS, Action, key_name, of
from driftguard_tui.formats import Paper
from driftguard_tui.formats.table import aligned
from driftguard_tui.workspaces import WORKSPACES
from engine.model import Role

_TITLES = ("KEYS", "DOES", "COMMAND", "ROLE")


def render_keys(keys: Mapping[str, str], paper: Paper) -> str:
    """A table for each chapter. `keys` are the user's own, by the id of the action."""
    parts: list[str] = []
    for title, actions in _chapters():
        heading, rest = aligned([_TITLES, *(_row(action, keys) for action in actions)]).split("\n", 1)
        parts.append(f"{paper.paint(title, 'title')}\n{paper.paint(heading, 'muted')}\n{rest}")
    return "\n".join(parts)


def keys_as_markdown(keys: Mapping[str, str]) -> str:
    """The same as a page of the documentation."""
    lines = ["# Keys and commands of the console", ""]
    for title, actions in _chapters():
        lines += [f"## {title}", "", "| keys | does | `:` command | role |", "|---|---|---|---|"]
        for action in actions:
            given, does, command, role = _row(action, keys)
            shown = " ".join(f"`{_escaped(key)}`" for key in given.split())
            lines.append(f"| {shown} | {_escaped(does)} | `{_escaped(command)}` | {role} |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def keys_as_json(keys: Mapping[str, str]) -> str:
    """One object an action."""
    rows = [
        {
            "id": action.id, "workspace": action.where or None, "group": action.group, "help": action.help,
            "keys": _keys(action, keys), "command": f":{action.name}", "argument": action.argument or None,
            "role": action.role.value, "asks_first": bool(action.danger),
        }
        for _, actions in _chapters()
        for action in actions
    ]  # fmt: skip
    return msgspec.json.format(msgspec.json.encode(rows), indent=2).decode() + "\n"


def _chapters() -> Iterator[tuple[str, Sequence[Action]]]:
    """What is everywhere by group, then each workspace's own."""
    for group in GROUPS:
        if actions := [action for action in of("") if action.group == group]:
            yield group, actions
    for place in WORKSPACES:
        if actions := list(of(place.name)):
            yield f"In {place.title}", actions


def _row(action: Action, keys: Mapping[str, str]) -> tuple[str, str, str, str]:
    command = f":{action.name}" + (f" {action.argument}" if action.argument else "")
    role = "" if action.role is Role.VIEW else action.role.value
    return " ".join(key_name(key) for key in _keys(action, keys)), action.help, command, role


def _keys(action: Action, keys: Mapping[str, str]) -> list[str]:
    own = keys.get(action.id)
    return [key.strip() for key in own.split(",")] if own else list(action.keys)


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")
