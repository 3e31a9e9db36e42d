"""Paths of changes are written and read in one way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model.change_path import joined, leads_into, overlap, path_of, steps_of


@pytest.mark.parametrize(
    ("steps", "path"),
    [
        (["tags", "Owner"], "tags.Owner"),
        (["ingress", 0, "cidr_blocks"], "ingress[0].cidr_blocks"),
        (["tags", "a.b"], 'tags["a.b"]'),
        (["metadata", "annotations", "example.com/team"], 'metadata.annotations["example.com/team"]'),
        (["data", 'say "hi"\\now'], r'data["say \"hi\"\\now"]'),
        (["data", ""], 'data[""]'),
        ([], ""),
    ],
)
def test_a_path_is_its_names_and_places(steps: list[str | int], path: str) -> None:
    assert path_of(steps) == path
    assert steps_of(path) == steps


@given(st.lists(st.text() | st.integers(0, 99), max_size=5))
def test_what_is_written_is_read_again(steps: list[str | int]) -> None:
    assert steps_of(path_of(steps)) == steps


@given(st.text(), st.text())
def test_a_key_more_leads_into_what_was_there(path: str, key: str) -> None:
    above = path_of([path])
    assert leads_into(above, joined(above, key))
    assert overlap(joined(above, key), above)


def test_a_longer_name_is_another_one() -> None:
    assert not leads_into("tags", "tags_all")
    assert not overlap("tags_all", "tags")
