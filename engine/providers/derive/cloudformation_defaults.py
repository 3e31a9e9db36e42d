"""Default values that CloudFormation's schemas state: in the `default` keyword, or in the property's description."""

import re
from collections.abc import Mapping
from typing import Any

_STATEMENT = re.compile(
    r"""\bdefault(?:s)?(?:\ value)?(?:\ is|\ is\ set|:|\ to|\ is:|\ value:)+\s*(?:to\s+)?(?:the\ )?
        (?P<quote>``|`|"|'|\*\*|\*)?(?P<value>[\w.,:/+\- ]*?\w)(?(quote)(?P=quote)|(?=[.,;)(]*(?:\s|$)))""",
    re.IGNORECASE | re.VERBOSE,
)
_MARKED = re.compile(r"(?:``|`|\"|')(?P<value>[\w.:/+-]+)(?:``|`|\"|')?\s*\((?:the\ )?default\)", re.IGNORECASE)
_SCALE = re.compile(r"\s*(?:[KMGT]i?B\b|kilo|mega|giga|%)", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def stated_default(stated: Mapping[str, Any], resolved: Mapping[str, Any]) -> Any:
    """The default of a property, None when its schema tells none or several.

    `stated` is the property as it is written, `resolved` what its reference leads to.
    """
    for schema in (stated, resolved):
        if schema.get("default") is not None:
            return schema["default"]
    description = stated.get("description") or resolved.get("description") or ""
    values = [
        value
        for pattern in (_STATEMENT, _MARKED)
        for match in pattern.finditer(description)
        if (value := _typed(match, resolved)) is not None
    ]
    return values[0] if values and all(value == values[0] for value in values) else None


def _typed(match: re.Match[str], schema: Mapping[str, Any]) -> Any:
    """The stated value in the property's type, None when it does not fit it."""
    text = match["value"].strip()
    word = text.split()[0] if text.split() else ""
    kind = schema.get("type")
    if kind == "boolean":
        return {"true": True, "enabled": True, "false": False, "disabled": False}.get(word.lower().strip(".,"))
    if kind in ("integer", "number"):
        number = _NUMBER.match(text.replace(",", ""))
        if number is None or _SCALE.match(match.string, match.end("value")):
            return None
        value = float(number[0])
        return int(value) if value.is_integer() else value
    if kind == "string":
        values = {str(value).lower(): value for value in schema.get("enum", ())}
        if values:
            return values.get(text.lower(), values.get(word.lower().strip(".,")))
        quoted = match.groupdict().get("quote") not in (None, "*", "**") or match.re is _MARKED
        return text if quoted and " " not in text else None
    return None
