"""Values as Terraform code writes them, in the way in which the code around them does."""

import json
from typing import Any

from engine.recommend import hcl


def written(value: Any, indent: str, line_break: str) -> str | None:
    """A value as code whose further lines stand by `indent`; None when it is more than scalars, lists and maps."""
    if not isinstance(value, dict):
        return hcl.scalar(value)
    inner = deeper(indent)
    keys = {key: key if hcl.is_identifier(key) else hcl.text(str(key)) for key in value}
    width = max(map(len, keys.values()), default=0)
    lines = []
    for key, name in keys.items():
        text = written(value[key], inner, line_break)
        if text is None:
            return None
        lines.append(f"{inner}{name:<{width}} = {text}{line_break}")
    return f"{{{line_break}{''.join(lines)}{indent}}}" if lines else "{}"


def deeper(indent: str) -> str:
    """What the lines within begin with, where those around them begin with `indent`."""
    return f"{indent}\t" if "\t" in indent else f"{indent}  "


def heredoc_text(source: str) -> str | None:
    """What a heredoc says; None when it is put together from other values."""
    opening, lines, _ = _parts(source)
    body = "".join(f"{line}\n" for line in lines)
    if "${" in body.replace("$${", "") or "%{" in body.replace("%%{", ""):
        return None
    if opening.startswith("<<-"):
        margin = _margin(lines)
        body = "".join(f"{line[margin:]}\n" for line in lines)
    return body.replace("$${", "${").replace("%%{", "%{")


def heredoc(source: str, value: str, line_break: str) -> str | None:
    """A heredoc, marked and indented as the one in `source`, that says `value`; None where none can say it.

    A document in JSON is laid out, its keys in the order that they have in `source`.
    """
    opening, lines, closing = _parts(source)
    document, before = _document(value), _document(heredoc_text(source) or "")
    if document is not None and before is not None:
        value = json.dumps(_ordered(document, before), indent=_json_indent(lines), ensure_ascii=False) + "\n"
    if not value.endswith("\n") or any(not char.isprintable() and char not in "\n\t" for char in value):
        return None
    margin = (
        min((line[: _margin(lines)] for line in lines if line.strip()), default="") if opening.startswith("<<-") else ""
    )
    new = value.replace("${", "$${").replace("%{", "%%{").removesuffix("\n").split("\n")
    if any(line.strip() == closing.strip() for line in new):
        return None
    return line_break.join([opening, *(f"{margin}{line}" if line else "" for line in new), closing])


def _parts(source: str) -> tuple[str, list[str], str]:
    """A heredoc's first line, its text line by line, and its last line."""
    opening, *lines, closing = (line.removesuffix("\r") for line in source.split("\n"))
    return opening, lines, closing


def _margin(lines: list[str]) -> int:
    return min((len(line) - len(line.lstrip(" \t")) for line in lines if line.strip()), default=0)


def _json_indent(lines: list[str]) -> int:
    return next((len(inner) - len(inner.lstrip()) - _margin(lines) for inner in lines[1:2]), 2) or 2


def _document(text: str) -> Any:
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict | list) else None


def _ordered(value: Any, like: Any) -> Any:
    """The same document with the keys that `like` has in the order that they have there."""
    if isinstance(value, dict) and isinstance(like, dict):
        names = [*(name for name in like if name in value), *(name for name in value if name not in like)]
        return {name: _ordered(value[name], like.get(name)) for name in names}
    if isinstance(value, list) and isinstance(like, list):
        return [_ordered(item, like[place] if place < len(like) else None) for place, item in enumerate(value)]
    return value
