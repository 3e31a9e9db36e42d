"""The `:` line: from what was typed to an action, and what could be typed next."""

from driftguard_tui.actions import ACTIONS, Action

#: Short names that users of vi, k9s and lazygit type without thinking.
ALIASES = {
    "q": "quit", "q!": "quit", "wq": "quit", "h": "help", "?": "help", "f": "filter", "y": "copy", "src": "sources",
}  # fmt: skip

_COMMANDS = {action.name: action for action in ACTIONS}


class CommandError(ValueError):
    """What was typed is no command; the text says what to do."""


def resolve(typed: str) -> tuple[Action, str]:
    """The action and its argument. A beginning that fits one command only is enough. Raises CommandError."""
    words = " ".join(typed.split())
    for name in sorted(_COMMANDS, key=len, reverse=True):
        if words == name or words.startswith(f"{name} "):
            return _checked(_COMMANDS[name], words[len(name) :].strip())
    first, _, rest = words.partition(" ")
    if first in ALIASES:
        return _checked(_COMMANDS[ALIASES[first]], rest)
    fitting = [name for name in _COMMANDS if name.startswith(words)]
    if len(fitting) == 1:
        return _COMMANDS[fitting[0]], ""
    if fitting:
        raise CommandError(f":{words} could be {', '.join(fitting[:6])}")
    raise CommandError(f":{words} is no command; ? lists them")


def completions(typed: str, choices: dict[str, tuple[str, ...]]) -> list[str]:
    """Every whole line that what was typed can become. `choices` adds values to those of the table, by action."""
    lines = []
    for name, action in _COMMANDS.items():
        if name.startswith(typed):
            lines.append(name)
        elif typed.startswith(f"{name} "):
            given = typed[len(name) + 1 :]
            before, _, last = given.rpartition(" ")
            start = f"{name} {before} " if before else f"{name} "
            values = choices.get(action.id, action.choices)
            lines += [start + value for value in values if value.startswith(last) and value != last]
    return sorted(lines)


def _checked(action: Action, argument: str) -> tuple[Action, str]:
    if argument and not action.argument:
        raise CommandError(f":{action.name} takes no argument")
    return action, argument
