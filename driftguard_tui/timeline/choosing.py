"""The `/` filter of the timeline: which events to show.

anna                      a regular expression, in any field
source:cloudtrail         a regular expression in one field
!actor:ci                 what does not match
kind:alert actor:anna     terms separated by spaces must all hold; "quotes" keep spaces together
touches:sg-0a1            what touches exactly this identifier; one of several such
"""

import re
from collections.abc import Mapping

from driftguard_tui.filters import FilterError
from engine.model.event import FIELDS
from engine.store.stretches import Names, Wanted

TOUCHES = "touches"
#: The fields of a term.
TERMS = (*FIELDS, TOUCHES)
#: Values that are offered to complete a field.
_OFFERED = 20
_TERM = re.compile(r'(?P<not>!)?(?:(?P<field>[a-z]+):)?(?P<value>"[^"]*"?|\S*)')


def parse(expression: str, names: Names, *, every_call: bool = False) -> Wanted:
    """What is wanted, among the names that there are; calls that only read with `every_call`. Raises FilterError."""
    wanted = Wanted(only_writes=not every_call)
    for match in _TERM.finditer(expression):
        if match["value"] or match["field"]:
            wanted = _with(wanted, match, names)
    return wanted


def completions(typed: str, names: Names) -> list[str]:
    """What a filter can become when its last term is completed: by a field, or by one of its values."""
    before, space, last = typed.rpartition(" ")
    sign = "!" if last.startswith("!") else ""
    field, colon, value = last.removeprefix("!").partition(":")
    if not colon:
        found = [f"{name}:" for name in TERMS if field and name.startswith(field)]
    else:
        known = (name for name in names.get(field, ()) if " " not in name)
        fitting = [name for name in known if name.startswith(value) and name != value]
        found = [f"{field}:{re.escape(name)}" for name in fitting[:_OFFERED]]
    return [f"{before}{space}{sign}{term}" for term in found]


def _with(wanted: Wanted, match: re.Match[str], names: Names) -> Wanted:
    """The same, and the term as well."""
    field, value, inverse = match["field"], match["value"].strip('"'), match["not"] is not None
    if field == TOUCHES and not inverse:
        return Wanted(wanted.among, (*wanted.touching, value), wanted.only_writes)
    if field is not None and field not in FIELDS:  # `aws:sqs` is text that holds a colon
        field, value = None, f"{field}:{value}"
    try:
        pattern = re.compile(value, re.IGNORECASE)
    except re.error as error:
        raise FilterError(f"{value!r} is not a regular expression: {error.msg}") from None
    fields = (field,) if field else FIELDS
    if inverse:
        for one in fields:
            wanted = wanted.of(one, *(name for name in names.get(one, ()) if not pattern.search(name)))
        return wanted
    matching = {one: tuple(name for name in names.get(one, ()) if pattern.search(name)) for one in fields}
    return Wanted((*wanted.among, _alternatives(matching)), wanted.touching, wanted.only_writes)


def _alternatives(matching: Mapping[str, tuple[str, ...]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((field, values) for field, values in matching.items() if values)
