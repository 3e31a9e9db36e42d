"""The one table of what can be done in the console.

Key bindings, menus, the hints in the last line, the help, the palette and the `:` commands all come from it. An
action is carried out by the method `do_ID` of the pane that has the focus, else of the workspace, else of the app.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from driftguard_tui.actions import (
    ask,
    audit,
    correlations,
    drifts,
    estate,
    everywhere,
    requests,
    setup,
    sources,
    timeline,
    warroom,
)
from driftguard_tui.actions.action import GROUPS, Action, Situation, key_name, key_names, recommended_commands

__all__ = [
    "ACTIONS", "BY_ID", "GROUPS", "Action", "Situation", "clashes", "key_name", "key_names", "of",
    "recommended_commands",
]  # fmt: skip

#: The actions of each workspace, by its name.
_OWN: Mapping[str, Sequence[Action]] = {
    "drifts": drifts.ACTIONS,
    "correlations": correlations.ACTIONS,
    "estate": estate.ACTIONS,
    "requests": requests.ACTIONS,
    "ask": ask.ACTIONS,
    "audit": audit.ACTIONS,
    "sources": sources.ACTIONS,
    "setup": setup.ACTIONS,
    "timeline": timeline.ACTIONS,
}

ACTIONS: Sequence[Action] = (
    *everywhere.ACTIONS,
    *warroom.ACTIONS,
    *(replace(action, where=name) for name, own in _OWN.items() for action in own),
)

BY_ID = {action.id: action for action in ACTIONS}


def of(workspace: str) -> Iterator[Action]:
    """The actions of a workspace only; with an empty name those of every workspace."""
    return (action for action in ACTIONS if action.where == workspace)


def clashes(keys: Mapping[str, str], names: Iterable[str]) -> list[str]:
    """Sentences on what is wrong with a keymap of keys by the id of the action: unknown ids, keys used twice.

    `names` are the workspaces that there are.
    """
    found = [f"there is no action {id_!r} to give a key" for id_ in keys if id_ not in BY_ID]
    for name in names:
        taken: dict[str, str] = {}
        for action in (*of(""), *of(name)):
            given = keys.get(action.id)
            for key in given.split(",") if given else action.keys:
                other = taken.setdefault(key.strip(), action.id)
                if other != action.id:
                    found.append(f"{key_name(key)} is the key of {other} and of {action.id} in {name}")
    return list(dict.fromkeys(found))
