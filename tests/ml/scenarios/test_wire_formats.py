"""The pieces that bundles are written with: templates, YAML, patches, managed fields."""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ml.scenarios.chance import Chance
from ml.scenarios.kinds import load_kinds
from ml.scenarios.organisation import make_organisation
from ml.scenarios.render.yaml import to_yaml
from ml.scenarios.requests import steps_between
from ml.scenarios.templates import fill
from ml.scenarios.thing import Thing

TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\x85\u2028\u2029\ufeff")
)
SCALARS = st.none() | st.booleans() | st.integers(-(10**9), 10**9) | TEXTS
DOCUMENTS = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4), max_leaves=12
)


def patched(document: Any, operations: list[dict[str, Any]]) -> Any:
    for operation in operations:
        *steps, last = [step.replace("~1", "/").replace("~0", "~") for step in operation["path"].split("/")[1:]]
        node = document
        for step in steps:
            node = node[int(step) if isinstance(node, list) else step]
        node[int(last) if isinstance(node, list) else last] = operation["value"]
    return document


@given(st.dictionaries(TEXTS, DOCUMENTS, min_size=1, max_size=4))
def test_yaml_reads_back_as_it_was(document: dict[str, Any]) -> None:
    assert yaml.safe_load(to_yaml(document)) == document


@pytest.mark.parametrize("text", ["yes", "1.0", "0x1f", "12:30", "~", "1e3", "*/5 * * * *", "a: b", "- x", "# no", ""])
def test_texts_that_look_like_something_else_stay_texts(text: str) -> None:
    assert yaml.safe_load(to_yaml({"schedule": text, "items": [text]})) == {"schedule": text, "items": [text]}


def test_a_word_alone_keeps_its_type_and_a_word_within_a_text_becomes_text() -> None:
    words = {"size": 5, "open": True, "tags": {"Team": "web"}}
    template = {"size": "{size}", "{open}": "{size} of {size}", "tags": "{tags|pairs}", "text": "{open|text}"}
    assert fill(template, words) == {
        "size": 5, "true": "5 of 5", "tags": [{"key": "Team", "value": "web"}], "text": "true",
    }  # fmt: skip


def test_unknown_words_are_errors_and_json_is_no_word() -> None:
    with pytest.raises(KeyError):
        fill("{nobody}", {})
    assert fill('{"Version":"2012-10-17"}', {}) == '{"Version":"2012-10-17"}'


def testoperations_lead_from_one_manifest_to_the_other() -> None:
    organisation = make_organisation(Chance("words"), "training")
    for kind in load_kinds():
        if kind.provider != "kubernetes":
            continue
        thing = Thing(kind, organisation, "basket", "", Chance(kind.type))
        for move in kind.moves:
            before = thing.state(thing.live)
            after = thing.state({**thing.live, move.slot: move.to[0]})
            assert patched(before, list(steps_between(before, after))) == after


def test_every_kind_says_in_state_and_answer_what_its_slots_hold() -> None:
    organisation = make_organisation(Chance("words"), "training")
    for kind in load_kinds():
        thing = Thing(kind, organisation, "basket", "", Chance(kind.type))
        for move in kind.moves:
            if move.slot == "tags":
                continue
            other = {**thing.live, move.slot: thing.next_value(move, Chance(move.call))[0]}
            assert thing.state(other) != thing.state(thing.live), (kind.type, move.slot)
            told = thing.answer(), thing.answer("extra")
            thing.live, kept = other, thing.live
            assert (thing.answer(), thing.answer("extra")) != told, (kind.type, move.slot)
            thing.live = kept
