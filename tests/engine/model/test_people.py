"""Whether two names are one person's."""

import pytest

from engine.model import is_among

SAME = [
    "Anna Berg",
    "anna.berg",
    "berg_anna",
    "aberg",
    "BERG.ANNA@shop.example",
    "arn:aws:sts::1:assumed-role/Ops/anna.berg",
]


@pytest.mark.parametrize("name", SAME)
def test_one_person_by_many_names(name: str) -> None:
    assert is_among("anna.berg@shop.example", [name])
    assert is_among(name, ["nobody", "Anna Berg"])


@pytest.mark.parametrize("name", ["", "Anna Lund", "jberg", "Johan Berg", "svc-anna-export", "system:node"])
def test_others(name: str) -> None:
    assert not is_among("anna.berg@shop.example", [name])
