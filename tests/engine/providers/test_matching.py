"""How derived tables come to be: what agrees in name and kind becomes a rule, and nothing else does."""

from typing import Any

import pytest

from engine.providers.derive.aws_shapes import Shape
from engine.providers.derive.cdktf import Attribute
from engine.providers.derive.matching import Matcher

TEXT, NUMBER, SWITCH = Shape("string"), Shape("number"), Shape("boolean")


def rule(attribute: Attribute, **fields: Shape) -> dict[str, Any] | None:
    return Matcher({"GetGroup": fields}, "WorkGroup").rule(attribute)


def text(name: str, **more: Any) -> Attribute:
    return Attribute(name, "simple", "string", **more)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("role_arn", "RoleArn"),
        ("role_arn", "Role"),
        ("name", "WorkGroupName"),
        ("kms_key_id", "kmsKeyArn"),
    ],
)
def test_the_same_thing_under_another_spelling(name: str, field: str) -> None:
    found = rule(text(name), **{field: TEXT})
    assert found is not None
    assert found["path"] == f"GetGroup.{field}"


def test_an_exact_name_goes_before_a_likely_one() -> None:
    found = rule(text("role_arn"), Role=TEXT, RoleArn=TEXT)
    assert found is not None
    assert found["path"] == "GetGroup.RoleArn"


@pytest.mark.parametrize(
    ("attribute", "field"),
    [
        (text("enabled"), SWITCH),
        (Attribute("enabled", "simple", "boolean"), TEXT),
        (Attribute("subnets", "list", "string"), TEXT),
        (Attribute("labels", "map", "string"), Shape("list", item=TEXT)),
    ],
)
def test_another_kind_of_value_is_not_compared(attribute: Attribute, field: Shape) -> None:
    assert rule(attribute, **{attribute.name.title(): field}) is None


@pytest.mark.parametrize("name", ["password", "auth_token", "client_secret", "id", "arn"])
def test_secrets_and_identities_are_not_compared(name: str) -> None:
    assert rule(text(name), **{name.title().replace("_", ""): TEXT}) is None


def test_what_the_declaration_leaves_unset_says_nothing() -> None:
    found = rule(text("description"), Description=TEXT)
    assert found is not None
    assert found["unset_is_unknown"]


def test_of_repeated_blocks_only_what_each_must_have_is_compared() -> None:
    fields = {"port": Attribute("port", "simple", "number", required=True), "note": text("note")}
    many = Attribute("listener", "list", "block", fields=fields)
    item = Shape("object", {"Port": NUMBER, "Note": TEXT})
    found = rule(many, Listeners=Shape("list", item=item))
    assert found is not None
    assert list(found["block"]) == ["port"]
    single = Attribute("listener", "list", "block", single=True, fields=fields)
    found = rule(single, Listener=item)
    assert found is not None
    assert list(found["block"]) == ["port", "note"]


@pytest.mark.parametrize("field", [NUMBER, Shape("string", is_choice=True)])
def test_what_a_resource_always_has_is_not_unset_where_an_answer_lacks_it(field: Shape) -> None:
    assert rule(text("mode"), Mode=TEXT) == {"path": "GetGroup.Mode", "compare": "caseless", "unset_is_unknown": True}
    found = rule(text("mode"), Mode=field)
    assert found is not None
    assert found["absent_is_unknown"]


def test_a_list_that_comes_with_its_length_is_the_list() -> None:
    origins = Attribute("origin", "set", "block", fields={"domain": text("domain", required=True)})
    found = rule(origins, **{"Origins.Items": Shape("list", item=Shape("object", {"Domain": TEXT}))})
    assert found is not None
    assert (found["path"], list(found["block"])) == ("GetGroup.Origins.Items", ["domain"])


def test_a_field_that_not_all_answers_have_is_not_unset_where_one_lacks_it() -> None:
    block = Attribute("limit", "list", "block", single=True, fields={"rate": text("rate"), "unit": text("unit")})
    full, part = Shape("object", {"Rate": TEXT, "Unit": TEXT}), Shape("object", {"Rate": TEXT})
    found = Matcher({"GetGroup": {"Limit": full}, "ListGroups": {"Limit": part}}, "Group").rule(block)
    assert found is not None
    assert "absent_is_unknown" not in found["block"]["rate"]
    assert found["block"]["unit"]["absent_is_unknown"]
