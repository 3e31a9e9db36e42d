"""A name in a commit and a login in a log are one person where only one login is made of the name."""

import pytest

from engine.correlate.people import login_of

OTHERS = ["omar.haddad@shop.example", "pipeline", "mia@shop.example"]


@pytest.mark.parametrize(
    "login",
    ["jana.novak@shop.example", "novak_jana", "jnovak", "novakj@shop.example", "jana-n", "arn:aws:sts::1:x/jana.novak"],
)
def test_a_login_that_is_made_of_the_name(login: str) -> None:
    assert login_of("Jana Novák", [*OTHERS, login]) == login
    assert login_of("Jana Maria Novák", [*OTHERS, login]) == login


def test_of_several_spellings_of_a_login_the_address() -> None:
    assert login_of("Jana Novak", ["jana.novak", "jana.novak@shop.example"]) == "jana.novak@shop.example"


@pytest.mark.parametrize("logins", [[], OTHERS, ["jana.novak", "jnovak"], ["j"], ["novak"]])
def test_nobody_where_none_or_several_may_be_meant(logins: list[str]) -> None:
    assert login_of("Jana Novak", logins) is None


@pytest.mark.parametrize("name", ["", "Jana", "novakj", "2", "東京"])
def test_a_name_of_one_word_is_no_ground_for_a_guess(name: str) -> None:
    assert login_of(name, ["jana.novak", *OTHERS]) is None
