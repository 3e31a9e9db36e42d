"""Changing Terraform code to say what is live: only the values that differ, and every other byte as it was."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from engine.collectors.declared.hcl.expressions import parse
from engine.collectors.declared.hcl.holes import HOLE, UnsureError, holds_hole
from engine.collectors.declared.hcl.values import evaluate
from engine.errors import RemedyError
from engine.model import SENSITIVE, Change
from engine.model.change_path import steps_of
from engine.recommend import hcl
from engine.remediate.hcl_source import (
    Block,
    CodeError,
    Entry,
    Span,
    arguments_of,
    blocks_of,
    break_of,
    entries_of,
    indent_of,
    is_alone,
    items_of,
    line_of,
)
from engine.remediate.hcl_values import deeper, heredoc, heredoc_text, written

Steps = list[str | int]

#: Attributes that are maps in every provider, so that they can be added where a block has none.
_MAPS = frozenset({"tags", "labels", "annotations"})
#: How much of an expression is shown.
_LINE = 60
#: What makes several resources of one block.
_SEVERAL = ("for_each", "count")


def adopt(text: str, kind: str, name: str, changes: Iterable[Change], *, instance: bool = False) -> str:
    """The code with the resource of this type and name as the changes say it is live.

    `instance`: the changes are of one of several instances. Raises RemedyError with the reason where the code leaves
    a value to something else, where it says something else than what was compared, and where it cannot be understood.
    """
    for change in changes:
        if change.sensitive or SENSITIVE in json.dumps([change.declared, change.actual], default=str):
            raise RemedyError(f"{change.path}: is secret, and is not written into code")
        try:
            block = _resource(text, kind, name)
            if instance or any(block.entry(several) for several in _SEVERAL):
                raise RemedyError(f"{kind}.{name}: makes several resources; change what they are made from by hand")
            text = _Edit(text, change).within(block, steps_of(change.path))
        except CodeError as error:
            raise RemedyError(f"the code of {kind}.{name} cannot be read at {error}; check it") from error
    return text


def _resource(text: str, kind: str, name: str) -> Block:
    for block in blocks_of(text):
        if block.kind == "resource" and block.labels == (kind, name):
            return block
    raise RemedyError(f'there is no block resource "{kind}" "{name}" in the file any more; scan again')


class _Edit:
    """One change to a text."""

    def __init__(self, text: str, change: Change) -> None:
        self._text = text
        self._change = change
        self._break = break_of(text)

    def within(self, block: Block, steps: Steps) -> str:
        """The text with the change made where the steps lead to within a block."""
        name, *rest = steps or [""]
        entry = block.entry(str(name))
        if entry is not None:
            return self._entry(entry, rest, block.entries)
        if any(one.kind == "dynamic" and one.labels == (name,) for one in block.blocks):
            raise self._refusal(f"a dynamic block makes {name}")
        below = [one for one in block.blocks if one.kind == name]
        if below:
            return self._block(below, rest)
        if self._change.declared is None and rest == [] and hcl.is_identifier(name):
            return self._add_to_block(block, str(name), self._actual)
        if self._change.declared is None and name in _MAPS and len(rest) == 1:
            return self._add_to_block(block, str(name), {str(rest[0]): self._actual})
        raise self._refusal("the code does not say it where it can be changed")

    @property
    def _actual(self) -> Any:
        return self._change.actual

    def _block(self, blocks: Sequence[Block], steps: Steps) -> str:
        if steps and isinstance(steps[0], int):
            place, *rest = steps
        elif len(blocks) == 1:
            place, rest = 0, steps
        else:
            raise self._refusal("which of several blocks it is cannot be told")
        if rest and int(place) < len(blocks):
            return self.within(blocks[int(place)], rest)
        if not rest and isinstance(self._actual, dict) and self._change.declared is None:
            return self._add_block(blocks[-1], self._actual)
        if not rest and self._actual is None and int(place) < len(blocks):
            return self._remove_block(blocks[int(place)])
        raise self._refusal("it is a whole block")

    def _add_block(self, last: Block, values: dict[str, Any]) -> str:
        """A block more, behind the last of its kind."""
        indent = indent_of(self._text, last.start)
        told = {name: value for name, value in values.items() if value not in (None, "", [], {})}
        body = self._written(told, indent)
        if not all(map(hcl.is_identifier, told)) or any(isinstance(value, dict) for value in told.values()):
            raise self._refusal("what is live is more than a plain block")
        end = line_of(self._text, Span(last.start, last.inside.end + 1)).end
        return self._put(Span(end, end), f"{self._break}{indent}{last.kind} {body}{self._break}")

    def _remove_block(self, block: Block) -> str:
        declared = self._change.declared
        if block.blocks or not isinstance(declared, dict):
            raise self._refusal("it is a whole block")
        for entry in block.entries:
            if not _same(self._said(entry.value), declared.get(entry.name)):
                raise self._refusal("the code says something else than what was compared: scan again")
        lines = line_of(self._text, Span(block.start, block.inside.end + 1))
        before = self._text[: lines.start]
        blank = len(before) - len(before.rstrip(" \t\r\n"))
        # With the empty line before it, if there is one, and without the break of the line before that.
        kept = before[: len(before) - blank] + (self._break if blank else "")
        return kept + self._text[lines.end :]

    def _entry(self, entry: Entry, steps: Steps, siblings: Sequence[Entry]) -> str:
        if steps:
            return self._inside(entry.value, steps)
        self._check(entry.value)
        if self._actual is None:
            return self._remove(entry, siblings)
        return self._replace(entry.value)

    def _inside(self, value: Span, steps: Steps) -> str:
        """The change to a part of a map or a list that is written out."""
        step, *rest = steps
        if isinstance(step, int):
            items = items_of(self._text, value)
            if items is None or step >= len(items):
                raise self._refusal(f"it is {self._shown(value)} in the code")
            if rest:
                return self._inside(items[step], rest)
            self._check(items[step])
            return self._replace(items[step])
        maps = self._maps(value)
        for one in maps:
            entries = entries_of(self._text, one) or []
            found = next((entry for entry in entries if entry.name == step), None)
            if found is not None:
                return self._entry(found, rest, entries)
        if not maps or rest or self._change.declared is not None:
            raise self._refusal(f"it is {self._shown(value)} in the code")
        first = maps[0]
        return self._add(Span(first.start + 1, first.end - 1), entries_of(self._text, first) or [], step, self._actual)

    def _maps(self, value: Span) -> list[Span]:
        """The maps that are written out in a value: itself, or those that are merged, of which the last comes first."""
        merged = arguments_of(self._text, value, "merge") or [value]
        return [one for one in reversed(merged) if entries_of(self._text, one) is not None]

    def _check(self, value: Span) -> None:
        """Refuses unless the code says what was compared, and says it itself."""
        said = self._said(value)
        if not _same(said, self._change.declared):
            raise self._refusal("the code says something else than what was compared: scan again")

    def _said(self, value: Span) -> Any:
        """What the code says, comments left aside. Refuses where it takes it from elsewhere."""
        if (items := items_of(self._text, value)) is not None:
            return [self._said(item) for item in items]
        if (entries := entries_of(self._text, value)) is not None:
            return {entry.name: self._said(entry.value) for entry in entries}
        source = value.of(self._text)
        if source.startswith("<<"):
            told = heredoc_text(source)
            if told is None:
                raise self._refusal("it is put together from other values in the code")
            return told
        try:
            said = evaluate(parse(source), _Nothing()) if _is_plain(source) else HOLE
        except UnsureError:
            said = HOLE
        if holds_hole(said):
            raise self._refusal(f"it is {self._shown(value)} in the code")
        return said

    def _replace(self, value: Span) -> str:
        source = value.of(self._text)
        if isinstance(self._actual, list) and (items := items_of(self._text, value)) is not None:
            return self._list(value, items)
        if source.startswith("<<") and isinstance(self._actual, str):
            new = heredoc(source, self._actual, self._break)
            if new is not None:
                return self._put(value, new)
        return self._put(value, self._written(self._actual, indent_of(self._text, value.start)))

    def _list(self, value: Span, items: list[Span]) -> str:
        """A list with items taken out and put in; the others stay as they are written, with what is beside them."""
        places = _pairing([self._said(item) for item in items], self._actual)
        kept = [place for place in places if place is not None]
        if kept != sorted(kept):
            places = [None] * len(places)  # another order: it is written anew
        if kept == sorted(kept) and items and all(is_alone(self._text, item) for item in items):
            return self._lines(items, places)
        texts = [
            self._written(item, "") if place is None else items[place].of(self._text)
            for place, item in zip(places, self._actual, strict=True)
        ]
        return self._put(value, f"[{', '.join(texts)}]")

    def _lines(self, items: list[Span], places: list[int | None]) -> str:
        """A list with one item a line, each with the comments before and beside it."""
        text, indent = self._text, indent_of(self._text, items[0].start)
        starts = [line_of(text, items[0]).start, *(line_of(text, item).end for item in items)]
        last_has_comma = text[items[-1].end : items[-1].end + 1] == ","
        lines: list[str] = []
        for number, (place, item) in enumerate(zip(places, self._actual, strict=True), 1):
            comma = "," if number < len(places) or last_has_comma else ""
            if place is None:
                lines.append(f"{indent}{self._written(item, indent)}{comma}{self._break}")
            else:
                beside = text[items[place].end : starts[place + 1]].removeprefix(",")
                lines.append(f"{text[starts[place] : items[place].end]}{comma}{beside}")
        return self._put(Span(starts[0], starts[-1]), "".join(lines))

    def _remove(self, entry: Entry, siblings: Sequence[Entry]) -> str:
        whole = Span(entry.key.start, entry.value.end)
        if is_alone(self._text, whole):
            return self._put(line_of(self._text, whole), "")
        place = [one.key for one in siblings].index(entry.key)
        if place + 1 < len(siblings):
            return self._put(Span(whole.start, siblings[place + 1].key.start), "")
        start = siblings[place - 1].value.end if place else whole.start
        return self._put(Span(start, whole.end), "")

    def _add_to_block(self, block: Block, name: str, value: Any) -> str:
        inside = block.inside.of(self._text)
        if not inside.strip() or "\n" in inside:
            return self._add(block.inside, block.entries, name, value)
        # A block in one line holds one attribute at most.
        outer = indent_of(self._text, block.start)
        lines = [inside.strip(), f"{name} = {self._written(value, deeper(outer))}"]
        body = "".join(f"{self._break}{deeper(outer)}{line}" for line in lines)
        return self._put(block.inside, f"{body}{self._break}{outer}")

    def _add(self, inside: Span, entries: Sequence[Entry], name: str, value: Any) -> str:
        """A name more, behind the last one that is there, written as that is."""
        key = name if hcl.is_identifier(name) else hcl.text(name)
        if not entries:
            return self._first(inside, key, value)
        last = entries[-1]
        whole = Span(last.key.start, last.value.end)
        if not is_alone(self._text, whole):
            return self._put(Span(whole.end, whole.end), f", {key} = {self._written(value, '')}")
        indent = indent_of(self._text, last.key.start)
        gap = " " * max(1, self._equals(last) - len(key))
        comma = "," if self._text[whole.end : whole.end + 1] == "," else ""
        line = f"{indent}{key}{gap}= {self._written(value, indent)}{comma}"
        end = line_of(self._text, whole).end
        missing = "" if self._text[:end].endswith("\n") else self._break
        return self._put(Span(end, end), f"{missing}{line}{self._break}")

    def _equals(self, entry: Entry) -> int:
        """How far behind the beginning of a name its sign stands."""
        between = self._text[entry.key.end : entry.value.start]
        return entry.key.end - entry.key.start + len(between) - len(between.lstrip())

    def _first(self, inside: Span, key: str, value: Any) -> str:
        outer = indent_of(self._text, inside.start)
        indent = deeper(outer)
        line = f"{self._break}{indent}{key} = {self._written(value, indent)}"
        rest = inside.of(self._text)
        # Behind a comment that may stand there; a closing brace gets a line of its own.
        closing = "" if rest.lstrip(" \t").startswith(("\n", "\r")) else f"{self._break}{outer}"
        return self._put(Span(inside.start, inside.start), f"{line}{closing}")

    def _written(self, value: Any, indent: str) -> str:
        text = written(value, indent, self._break)
        if text is None:
            raise self._refusal("what is live is more than a plain value")
        return text

    def _put(self, span: Span, text: str) -> str:
        return self._text[: span.start] + text + self._text[span.end :]

    def _shown(self, value: Span) -> str:
        source = " ".join(value.of(self._text).split())
        return source if len(source) <= _LINE else f"{source[: _LINE - 3]}..."

    def _refusal(self, why: str) -> RemedyError:
        return RemedyError(f"{self._change.path}: cannot be adopted by itself, since {why}; change it by hand")


class _Nothing:
    """A scope in which no name stands for anything."""

    def root(self, name: str) -> Any:
        raise UnsureError


def _is_plain(source: str) -> bool:
    """Whether an expression is a value that is written out, and no calculation that happens to give it."""
    return source[0] in "\"'[{-0123456789" or source in ("true", "false", "null")


def _same(one: Any, other: Any) -> bool:
    """Whether the code says what was compared: a provider may hold as text what the code writes as a number."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list | dict) or isinstance(other, list | dict):
        return _same_document(one, other)
    return _plain(one) == _plain(other) or (
        isinstance(one, str) and _parsed(one) is not None and _same_document(one, other)
    )


def _same_document(one: Any, other: Any) -> bool:
    return bool(_parsed(one) == _parsed(other))


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _parsed(value: Any) -> Any:
    """A document that is kept as text, as what it says."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return None


def _pairing(said: list[Any], actual: list[Any]) -> list[int | None]:
    """For each item that is live its place in the code, None where the code has no such item."""
    free = list(range(len(said)))
    places: list[int | None] = []
    for item in actual:
        place = next((one for one in free if _same(said[one], item)), None)
        if place is not None:
            free.remove(place)
        places.append(place)
    return places
