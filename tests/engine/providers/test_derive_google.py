"""Deriving tables: which attributes get a rule, from what the provider and the API say of them."""

from typing import Any

import pytest

from engine.providers.derive.cdktf import Attribute
from engine.providers.derive.google import access_rule, type_rule
from engine.providers.derive.google_shapes import Api, Apis, Given

LAMP = {
    "id": "Lamp",
    "properties": {
        "colour": {"type": "string", "enum": ["RED", "GREEN"]},
        "brightness": {"type": "integer"},
        "createTime": {"type": "string", "readOnly": True},
        "fadeTime": {"type": "string", "format": "google-duration"},
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "ipAddresses": {"type": "array", "items": {"type": "string"}},
        "setupToken": {"type": "string"},
        "wiring": {"type": "string", "description": "Input only. How it is wired."},
        "shade": {"$ref": "Shade"},
    },
}
SHADE = {"id": "Shade", "properties": {"material": {"type": "string"}}}


def attribute(name: str, kind: str = "simple", item: str = "string", **more: Any) -> Attribute:
    return Attribute(name, kind, item, **more)


class OneApi(Apis):
    """An API that no package knows."""

    def __init__(self) -> None:
        self._files = {"lamp": []}

    def versions(self, name: str) -> Any:
        """The one version of it."""
        api = Api("lamp.googleapis.com", "v1", {"lamp": LAMP, "shade": SHADE})
        return iter([api] if name == "lamp" else [])


class NothingGiven(Given):
    """The provider's types as if no package described them."""

    def __init__(self) -> None:
        self._files = {}


@pytest.fixture
def rules() -> dict[str, Any]:
    attributes = [
        attribute("colour"),
        attribute("brightness", item="number", required=True),
        attribute("create_time"),
        attribute("fade_time", required=True),
        attribute("labels", "map"),
        attribute("ip_address", "set", required=True),
        attribute("setup_token"),
        attribute("wiring"),
        attribute("force_destroy", item="boolean"),
        attribute("shade", "list", "block", required=True, fields={"material": attribute("material", required=True)}),
    ]
    rule = type_rule("google_lamp_lamp", {item.name: item for item in attributes}, OneApi(), NothingGiven())
    assert rule is not None
    assert rule["native"] == "lamp.googleapis.com/Lamp"
    found: dict[str, Any] = rule["attributes"]
    return found


def test_an_attribute_is_read_from_the_field_of_its_name(rules: dict[str, Any]) -> None:
    assert rules["brightness"] == "Asset.brightness"


def test_a_list_may_be_called_in_the_plural(rules: dict[str, Any]) -> None:
    assert rules["ip_address"] == "Asset.ipAddresses"


def test_the_kind_of_the_field_tells_how_it_compares(rules: dict[str, Any]) -> None:
    assert rules["fade_time"] == {"compare": "duration", "path": "Asset.fadeTime"}
    assert rules["colour"]["compare"] == "caseless"
    assert rules["labels"]["convert"] == "gcp_labels"


def test_blocks_are_read_within(rules: dict[str, Any]) -> None:
    assert rules["shade"] == {"block": {"material": "material"}, "path": "Asset.shade"}


def test_what_is_not_known_to_stay_unset_may_be_filled_in(rules: dict[str, Any]) -> None:
    assert rules["labels"]["unset_is_unknown"]


def test_what_cannot_be_read_or_set_gets_no_rule(rules: dict[str, Any]) -> None:
    assert not {"create_time", "wiring", "setup_token", "force_destroy"} & rules.keys()


@pytest.mark.parametrize(
    ("kind", "exists_as"), [("member", "gcp_has_member"), ("binding", "gcp_bound_members"), ("policy", None)]
)
def test_grants_are_pieces_of_what_they_are_for(kind: str, exists_as: str | None) -> None:
    names = {"lamp_id", "project", *{"policy": {"policy_data"}}.get(kind, {"role", "member"})}
    attributes = {name: attribute(name) for name in names}
    rule = access_rule(f"google_lamp_lamp_iam_{kind}", attributes, {"google_lamp_lamp": "lamp.googleapis.com/Lamp"})
    assert rule is not None
    assert (rule["native"], rule["part_of"], rule["join"]) == (
        "lamp.googleapis.com/Lamp",
        "google_lamp_lamp",
        ["lamp_id"],
    )
    assert rule.get("exists_as") == exists_as
