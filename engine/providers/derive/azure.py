"""Writes down which attributes the azurerm provider has, for the types that have tables.

    python -m engine.providers.derive.azure LIB

LIB is the `lib` folder of the npm package `@cdktf/provider-azurerm`. What is written,
`engine/providers/azure/attributes.jsonl`, has one line a type: its attributes, with the fields of blocks within. The
tables are checked against it: a rule for an attribute that is misspelt would pass for one that never differs.
"""

import sys
from pathlib import Path
from typing import Any

import msgspec

from engine.providers import load_knowledge
from engine.providers.derive.cdktf import Attribute, resources

TARGET = Path(__file__).parents[1] / "azure" / "attributes.jsonl"


def main(arguments: list[str]) -> None:
    """Writes the attributes."""
    tables = [name for name, provider in load_knowledge().providers.items() if provider == "azure"]
    known = ((name, attributes) for name, attributes in resources(Path(arguments[0])) if name in tables)
    lines = [msgspec.json.encode({"type": name, "attributes": _names(attributes)}) for name, attributes in known]
    TARGET.write_bytes(b"\n".join(lines) + b"\n")


def _names(attributes: dict[str, Attribute]) -> dict[str, Any]:
    return {name: _names(item.fields) for name, item in sorted(attributes.items()) if name != "timeouts"}


if __name__ == "__main__":
    main(sys.argv[1:])
