"""What is recorded holds no value that a declaration marks sensitive."""

from engine.model import SENSITIVE
from engine.recording import without

ATTRIBUTES = {
    "name": "shop",
    "password": "hunter2",
    "empty": None,
    "environment": [{"variables": {"TOKEN": "t", "MODE": "fast", "a.b": "c"}}, {"variables": {}}],
}


def test_marked_values_are_masked_and_the_rest_is_kept() -> None:
    masked = without(ATTRIBUTES, {"password", "environment[0].variables.TOKEN", 'environment[0].variables["a.b"]'})
    assert masked == {
        "name": "shop",
        "password": SENSITIVE,
        "empty": None,
        "environment": [{"variables": {"TOKEN": SENSITIVE, "MODE": "fast", "a.b": SENSITIVE}}, {"variables": {}}],
    }
    assert ATTRIBUTES["password"] == "hunter2"


def test_a_marked_whole_is_masked_whole() -> None:
    assert without(ATTRIBUTES, {"environment"})["environment"] == SENSITIVE


def test_paths_that_lead_nowhere_change_nothing() -> None:
    assert without(ATTRIBUTES, {"absent.path", "environment[7].x", "name.deeper", "empty"}) == ATTRIBUTES


def test_a_key_with_quotes_and_dots_is_found_by_its_path() -> None:
    attributes = {"data": {'a "b".c': "hunter2", "open": "x"}}
    assert without(attributes, {r'data["a \"b\".c"]'}) == {"data": {'a "b".c': SENSITIVE, "open": "x"}}
