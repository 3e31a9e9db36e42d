"""Texts of Jira, which are plain, or trees of the Atlassian Document Format."""

from collections.abc import Iterator
from typing import Any

_BLOCKS = frozenset(
    {"paragraph", "heading", "codeBlock", "blockquote", "listItem", "rule", "tableRow", "panel", "mediaSingle"}
)
_DEEPEST = 60


def plain_text(value: Any) -> str:
    """The words of a text, one line a block. Empty for what is no text."""
    if isinstance(value, str):
        return value.strip()
    lines = (line.strip() for line in "".join(_pieces(value, 0)).splitlines())
    return "\n".join(line for line in lines if line)


def _pieces(node: Any, depth: int) -> Iterator[str]:
    if not isinstance(node, dict) or depth > _DEEPEST:
        return
    kind, attributes = str(node.get("type")), node.get("attrs")
    if kind == "text":
        yield str(node.get("text", ""))
        yield from _links(node)
    elif kind == "hardBreak":
        yield "\n"
    elif isinstance(attributes, dict) and kind in ("mention", "emoji", "status", "inlineCard", "date"):
        yield str(attributes.get("text") or attributes.get("url") or attributes.get("shortName") or "")
    children = node.get("content")
    for child in children if isinstance(children, list) else ():
        yield from _pieces(child, depth + 1)
    if kind in _BLOCKS:
        yield "\n"
    elif kind in ("tableCell", "tableHeader"):
        yield " "


def _links(node: dict[str, Any]) -> Iterator[str]:
    """Where the text leads, when it does not say so itself."""
    marks = node.get("marks")
    for mark in marks if isinstance(marks, list) else ():
        attributes = mark.get("attrs") if isinstance(mark, dict) and mark.get("type") == "link" else None
        address = attributes.get("href") if isinstance(attributes, dict) else None
        if isinstance(address, str) and address != node.get("text"):
            yield f" ({address})"
