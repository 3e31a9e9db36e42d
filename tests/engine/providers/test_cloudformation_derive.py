"""Deriving facts from registry schemas, and defaults from what their descriptions say."""

from typing import Any

import pytest

from engine.providers.derive.cloudformation import type_facts
from engine.providers.derive.cloudformation_defaults import stated_default

SCHEMA: dict[str, Any] = {
    "typeName": "My::Shop::Till",
    "primaryIdentifier": ["/properties/ShopId", "/properties/Id"],
    "readOnlyProperties": ["/properties/Id", "/properties/Drawer/Serial"],
    "writeOnlyProperties": ["/properties/Drawers/*/Pin"],
    "required": ["ShopId"],
    "properties": {
        "Id": {"type": "string"},
        "Drawer": {"$ref": "#/definitions/Drawer"},
        "Drawers": {"type": "array", "insertionOrder": False, "items": {"$ref": "#/definitions/Drawer"}},
        "Options": {"type": "array", "arrayType": "AttributeList", "uniqueKeys": ["Name"], "items": {"type": "object"}},
        "Labels": {"type": "object", "patternProperties": {".*": {"type": "string"}}},
        "Plain": {"$ref": "#/definitions/Plain"},
    },
    "definitions": {
        "Drawer": {
            "type": "object",
            "properties": {"Coins": {"type": "integer", "default": 5}, "Inner": {"$ref": "#/definitions/Drawer"}},
        },
        "Plain": {"type": "object", "properties": {"Text": {"type": "string"}}},
    },
}


def test_facts_of_a_type() -> None:
    facts = type_facts(SCHEMA)
    assert facts["id"] == ["ShopId", "Id"]
    assert facts["read_only"] == ["Drawer.Serial", "Id"]
    assert facts["write_only"] == ["Drawers.*.Pin"]
    root = facts["shape"][""]
    assert root["Drawers"] == {"of": "Drawer"}
    assert root["Options"] == {"order": "settings", "key": ["Name"]}
    assert root["Labels"] == {"free": True}
    assert not root.keys() & {"Plain", "Id"}, "what says nothing is not kept"


def test_definitions_may_hold_themselves() -> None:
    drawer = type_facts(SCHEMA)["shape"]["Drawer"]
    assert drawer == {"Coins": {"default": 5}, "Inner": {"of": "Drawer"}}


@pytest.mark.parametrize(
    ("schema", "default"),
    [
        ({"type": "integer", "description": "The delay. The default value is ``0``."}, 0),
        ({"type": "integer", "description": "The default value is ``345,600`` seconds (4 days)."}, 345600),
        ({"type": "integer", "description": "Default: 1,048,576 bytes (1 MiB)."}, 1048576),
        ({"type": "integer", "description": "The default is 1 MiB."}, None),
        ({"type": "boolean", "description": "The default value is false."}, False),
        ({"type": "string", "enum": ["NONE", "ALL"], "description": "Default: none."}, "NONE"),
        ({"type": "string", "description": "The default is the account's own name."}, None),
        ({"type": "string", "description": "If omitted, the default is ``text``."}, "text"),
        ({"type": "integer", "description": "Default 100 for streams. The default is 10. The default is 20."}, None),
        ({"type": "string", "default": "x"}, "x"),
    ],
)
def test_stated_defaults(schema: dict[str, Any], default: Any) -> None:
    assert stated_default(schema, schema) == default
