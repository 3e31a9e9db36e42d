"""Changing a manifest to say what is live: only the values that differ, and every other character as it was."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from engine.errors import RemedyError
from engine.model import SENSITIVE, Change
from engine.model.change_path import steps_of

Steps = list[str | int]

_SCALARS = (str, int, float, bool)


def adopt_manifest(text: str, declared: Mapping[str, Any], changes: Iterable[Change]) -> str:
    """The file with the object that `declared` is, as the changes say it is live.

    Raises RemedyError with the reason where a value cannot be changed by itself, or is not what was compared.
    """
    for change in changes:
        if change.sensitive or declared.get("kind") == "Secret" or SENSITIVE in str((change.declared, change.actual)):
            raise RemedyError(f"{change.path}: is secret, and is not written into a manifest")
        text = _Edit(text, change).within(_document(text, declared), steps_of(change.path))
    return text


def _document(text: str, declared: Mapping[str, Any]) -> Node:
    """The document that declares the object. One within a list of objects is not looked for."""
    try:
        for node in yaml.compose_all(text, yaml.SafeLoader):
            if node is not None and _names(_value_of(node)) == _names(declared):
                return node
    except (yaml.YAMLError, ValueError) as error:
        raise RemedyError("the manifest is not YAML that can be read; check it") from error
    raise RemedyError("the manifest does not hold the object as a document of its own; change it by hand")


def _names(value: Any) -> tuple[Any, ...]:
    metadata = value.get("metadata") if isinstance(value, Mapping) else None
    if not isinstance(metadata, Mapping):
        return ()
    return value.get("apiVersion"), value.get("kind"), metadata.get("namespace"), metadata.get("name")


class _Edit:
    """One change to a text."""

    def __init__(self, text: str, change: Change) -> None:
        self._text = text
        self._change = change
        self._in_flow = False
        self._break = "\r\n" if "\r\n" in text else "\n"

    def within(self, document: Node, steps: Steps) -> str:
        """The text with the change made where the steps lead to."""
        uses = Counter(map(id, _nodes(document)))
        node, above = document, [document]
        for place, step in enumerate(steps):
            below = _below(node, step)
            if below is None:
                if place + 1 == len(steps) and self._change.declared is None and isinstance(node, MappingNode):
                    return self._add(node, str(step))
                raise self._refusal("the manifest does not say it where it can be changed")
            node = below
            above.append(node)
        self._in_flow = any(getattr(one, "flow_style", False) for one in above[:-1])
        if any(uses[id(one)] > 1 for one in above):
            raise self._refusal("an alias uses it elsewhere as well")
        if _value_of(node) != self._change.declared and str(_value_of(node)) != str(self._change.declared):
            raise self._refusal("the manifest says something else than what was compared: scan again")
        if self._change.actual is None:
            return self._remove(above[-2], node)
        return self._replace(node)

    def _replace(self, node: Node) -> str:
        start, end = node.start_mark.index, node.end_mark.index
        if isinstance(node, ScalarNode) and node.style in ("|", ">"):
            return self._block_text(node)
        if isinstance(node, SequenceNode) and not node.flow_style:
            raise self._refusal("it is a whole list")
        style = node.style if isinstance(node, ScalarNode) else None
        return self._put(start, end, self._written(self._change.actual, style, flow=self._in_flow))

    def _block_text(self, node: ScalarNode) -> str:
        """A text over several lines, in the lines and by the indent that it has."""
        actual, start, end = self._change.actual, node.start_mark.index, node.end_mark.index
        header, _, body = self._text[start:end].partition("\n")
        first = next((line for line in body.split("\n") if line.strip()), "")
        indent = first[: len(first) - len(first.lstrip(" "))]
        plain = isinstance(actual, str) and actual.endswith("\n") and not actual.endswith("\n\n")
        if header.strip() != "|" or not plain or not indent or actual[0] in " \n" or not _is_printable(actual):
            raise self._refusal("it is a text over several lines")
        lines = [f"{indent}{line}" if line else "" for line in actual.removesuffix("\n").split("\n")]
        return self._put(start, end, self._break.join([header.rstrip("\r"), *lines, ""]))

    def _add(self, node: MappingNode, name: str) -> str:
        if not node.value or node.flow_style:
            raise self._refusal("it is to be added to a map that is written in one line")
        last = node.value[-1][1]
        indent = " " * node.value[0][0].start_mark.column
        end = self._behind(last)
        missing = "" if self._text[:end].endswith("\n") else self._break
        line = f"{indent}{self._written(name)}: {self._written(self._change.actual)}{self._break}"
        return self._put(end, end, f"{missing}{line}")

    def _remove(self, parent: Node, node: Node) -> str:
        pairs = parent.value if isinstance(parent, MappingNode) and not parent.flow_style else []
        key = next((key for key, value in pairs if value is node), None)
        if key is None or len(pairs) == 1:
            raise self._refusal("it cannot be taken out without more")
        start = self._text.rfind("\n", 0, key.start_mark.index) + 1
        if self._text[start : key.start_mark.index].strip():
            raise self._refusal("it cannot be taken out without more")
        return self._put(start, self._behind(node), "")

    def _behind(self, node: Node) -> int:
        """Where the line after a value begins. The mark behind a block is where the next thing stands, or the end."""
        last = node
        while isinstance(last, MappingNode | SequenceNode) and not last.flow_style and last.value:
            last = last.value[-1][1] if isinstance(last, MappingNode) else last.value[-1]
        end: int = last.end_mark.index
        if end and self._text[end - 1] == "\n":
            return end
        found = self._text.find("\n", end)
        return len(self._text) if found < 0 else found + 1

    def _written(self, value: Any, style: str | None = None, *, flow: bool = False) -> str:
        """A value in one line, in quotes of the kind that it had. In a flow, more has to be quoted."""
        items = value if isinstance(value, list) else [value]
        odd = [item for item in items if isinstance(item, str) and not item.isprintable()]
        if not all(isinstance(item, _SCALARS) for item in items) or (odd and value is items):
            raise self._refusal("what is live is more than a plain value")
        if odd:
            return _dumped(value, default_style='"', allow_unicode=False).rstrip("\n")
        kept = style if style in ("'", '"') and isinstance(value, str) else None
        if kept is None and not flow and not isinstance(value, list):
            line = _dumped({"k": value}).removeprefix("k: ").removesuffix("\n")
            if "\n" not in line:
                return line
        return _dumped([value], default_flow_style=True, default_style=kept).strip()[1:-1]

    def _put(self, start: int, end: int, text: str) -> str:
        return self._text[:start] + text + self._text[end:]

    def _refusal(self, why: str) -> RemedyError:
        return RemedyError(f"{self._change.path}: cannot be adopted by itself, since {why}; change it by hand")


def _below(node: Node, step: str | int) -> Node | None:
    if isinstance(node, SequenceNode) and isinstance(step, int):
        return node.value[step] if step < len(node.value) else None
    if isinstance(node, MappingNode):
        return next((value for key, value in node.value if key.value == str(step)), None)
    return None


def _nodes(node: Node) -> Iterator[Node]:
    """A node and those below it; one that is used twice comes twice."""
    yield node
    if isinstance(node, MappingNode):
        for key, value in node.value:
            yield key
            yield from _nodes(value)
    elif isinstance(node, SequenceNode):
        for item in node.value:
            yield from _nodes(item)


def _value_of(node: Node) -> Any:
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_document(node)
    finally:
        loader.dispose()


def _dumped(value: Any, **how: Any) -> str:
    text: str = yaml.safe_dump(value, **{"width": float("inf"), "allow_unicode": True, **how})
    return text


def _is_printable(text: str) -> bool:
    return all(char.isprintable() or char == "\n" for char in text)
