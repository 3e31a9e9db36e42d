"""Writing values and new files of Terraform code, in which text from infrastructure is only text."""

import re
from collections.abc import Iterable
from typing import Any

_IDENTIFIER = re.compile(r"[A-Za-z_][\w-]*", re.ASCII)


def is_identifier(name: object) -> bool:
    """Whether a name may stand in code without quotes."""
    return isinstance(name, str) and _IDENTIFIER.fullmatch(name) is not None


def text(value: str) -> str:
    """A text in quotes: nothing in it is a template, and it stays on its line."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("${", "$${").replace("%{", "%%{")
    return f'"{"".join(char if char.isprintable() else _escape(char) for char in escaped)}"'


def scalar(value: Any) -> str | None:
    """A value as code; None for anything but scalars and lists of them."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return text(value)
    if isinstance(value, list | tuple):
        items = [None if isinstance(item, list | tuple) or item is None else scalar(item) for item in value]
        return f"[{', '.join(filter(None, items))}]" if all(items) else None
    return None


def new_file(path: str, lines: Iterable[str]) -> str:
    """A unified diff that adds a file."""
    body = list(lines)
    return "\n".join(
        ["--- /dev/null", f"+++ b/{path}", f"@@ -0,0 +1,{len(body)} @@", *(f"+{line}" for line in body), ""]
    )


def _escape(char: str) -> str:
    plain = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return plain.get(char) or (f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}")
