"""Whether the program that a command names would take it."""

import shlex
from importlib import import_module

import click

from driftguard_tui.cli import COMMANDS
from tests.support.grammar import aws
from tests.support.grammar.tables import PROGRAMS, Form


def problems(command: str) -> list[str]:
    """What is wrong with a shell command; empty when nothing is."""
    words, redirected = _before_redirection(shlex.split(command))
    inner = [text for word in words if word.startswith("$(") for text in problems(word[2:-1])]
    return inner or _outer_problems(words, redirected)


def _outer_problems(words: list[str], redirected: str) -> list[str]:
    program, *rest = words
    if program == "printf":
        return [] if len(rest) > 1 and rest[0] == "%s\\n" and redirected == ".driftignore" else ["an odd printf"]
    if program == "driftguard":
        return _own_problems(rest)
    if program == "aws":
        return aws.problems(rest)
    if program not in PROGRAMS:
        return [f"no program {program}"]
    return _table_problems(PROGRAMS[program], rest)


def _before_redirection(words: list[str]) -> tuple[list[str], str]:
    for sign in (">", ">>"):
        if sign in words[-2:-1]:
            return words[:-2], words[-1]
    return words, ""


def _table_problems(table: dict[str, Form], words: list[str]) -> list[str]:
    options, rest = [], list(words)
    # kubectl takes options before its verb as well.
    while rest and rest[0].startswith("-"):
        options += rest[:2]
        rest = rest[2:]
    for count in (3, 2, 1, 4):
        verb = " ".join(rest[:count])
        if verb in table:
            return _form_problems(table[verb], [*rest[count:], *options])
    return [f"no command {' '.join(rest[:3])}"]


def _form_problems(form: Form, words: list[str]) -> list[str]:
    found, places, seen = [], 0, set()
    while words:
        word, *words = words
        name, has_value, _ = word.partition("=")
        if not word.startswith("-"):
            places += 1
        elif name in form.valued:
            seen.add(name)
            if not has_value:
                words = words[1:]
        elif word not in form.flags:
            found.append(f"no option {word}")
    found += [f"{name} is missing" for name in form.needed - seen]
    return found if places <= form.places else [*found, f"{places} words where {form.places} belong"]


def _own_problems(words: list[str]) -> list[str]:
    """By the command line's own parser."""
    group, *rest = words
    if group not in COMMANDS:
        return [f"no command {group}"]
    command: click.Command = import_module(f"driftguard_tui.cli.{COMMANDS[group][0]}").command
    context = click.Context(command, info_name=group)
    try:
        while isinstance(command, click.Group):
            name, found, rest = command.resolve_command(context, rest)
            assert found is not None
            command, context = found, click.Context(found, info_name=name, parent=context)
        command.make_parser(context).parse_args(args=list(rest))
    except click.UsageError as error:
        return [error.format_message()]
    return []
