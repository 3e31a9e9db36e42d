"""The tools as they are offered to a model: their parameters as JSON schema, from the types that check them."""

from functools import cache
from typing import Any

import msgspec

from engine.assistant import tables
from engine.assistant.remote.model import Tool
from engine.assistant.tools import arguments_of

_UNDERSTOOD = ("type", "enum", "format")


@cache
def specs() -> tuple[Tool, ...]:
    """Every tool."""
    return tuple(Tool(name, table.about, _parameters(name, table.parameters)) for name, table in tables.tools().items())


def _parameters(tool: str, meanings: dict[str, str]) -> dict[str, Any]:
    """What the table tells of is offered, and no more."""
    [schema], defined = msgspec.json.schema_components([arguments_of(tool)], ref_template="{name}")
    own = defined[schema["$ref"]]
    offered = {
        name: {**_plain(own["properties"][name], defined), "description": meaning} for name, meaning in meanings.items()
    }
    return {"type": "object", "properties": offered, "required": own.get("required", [])}


def _plain(schema: dict[str, Any], defined: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """A schema without references, defaults and alternatives to nothing: not every model's server reads those."""
    if "$ref" in schema:
        return _plain(defined[schema["$ref"]], defined)
    for alternative in schema.get("anyOf", ()):
        if alternative.get("type") != "null":
            return _plain(alternative, defined)
    kept: dict[str, Any] = {name: schema[name] for name in _UNDERSTOOD if name in schema}
    return {"type": "string", **kept} if "enum" in kept else kept
