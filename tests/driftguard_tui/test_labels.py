"""How what there is is called."""

import pytest

from driftguard_tui import labels


@pytest.mark.parametrize(
    ("principal", "name"),
    [
        ("anna.keller@shop.example", "anna.keller@shop.example"),
        ("arn:aws:sts::210987654321:assumed-role/cost-tagger/lambda", "cost-tagger/lambda"),
        ("arn:aws:iam::210987654321:root", "root of 210987654321"),
        ("arn:aws:odd", "arn:aws:odd"),
    ],
)
def test_people_and_software_are_named_by_what_tells_them_apart(principal: str, name: str) -> None:
    assert labels.principal_name(principal) == name
