"""The `/` filter of the estate: which resources its tree holds.

front                     a regular expression, anywhere in a resource's names, type, module and scope
type:security_group       a regular expression in one of these
!scope:eu-west            what does not match
module:shop type:queue    terms separated by spaces must all hold
"""

import re
from collections.abc import Iterable, Sequence

from driftguard_tui.filters import FilterError
from engine.inventory import Matching, Node

FIELDS = ("scope", "module", "type")

_TERM = re.compile(r'(?P<not>!)?(?:(?P<field>[a-z]+):)?(?P<value>"[^"]*"?|\S*)')


def parse(expression: str) -> list[Matching]:
    """What is wanted of every resource. Raises FilterError."""
    return [_term(match) for match in _TERM.finditer(expression) if match["value"] or match["field"]]


def completions(typed: str, nodes: Iterable[Node]) -> Sequence[str]:
    """What a filter can become: a field, or the name of a node that is on the screen in it."""
    before, space, last = typed.rpartition(" ")
    sign = "!" if last.startswith("!") else ""
    name, colon, value = last.removeprefix("!").partition(":")
    if not colon:
        found = [f"{field}:" for field in FIELDS if name and field.startswith(name)]
    elif name in FIELDS:
        depth = FIELDS.index(name)
        names = {str(node.path[depth]) for node in nodes if len(node.path) > depth and node.path[depth]}
        found = [f"{name}:{re.escape(one)}" for one in sorted(names) if one.startswith(value) and " " not in one]
    else:
        found = []
    return [f"{before}{space}{sign}{term}" for term in found]


def _term(match: re.Match[str]) -> Matching:
    name, value = match["field"], match["value"].strip('"')
    if name is not None and name not in FIELDS:  # `aws:sqs` is text that holds a colon
        name, value = None, f"{name}:{value}"
    try:
        re.compile(value)
    except re.error as error:
        raise FilterError(f"{value!r} is not a regular expression: {error.msg}") from None
    return Matching(value, name or "", match["not"] is not None)
