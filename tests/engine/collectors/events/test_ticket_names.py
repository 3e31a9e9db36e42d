"""Names of services and resources in texts that people wrote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.collectors.events.tickets.names import names_and_words, names_in


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("allow 10.0.0.0/8 on sg-0a1b2c3d.", ("sg-0a1b2c3d",)),
        ("see arn:aws:iam::123456789012:role/deploy, please", ("arn:aws:iam::123456789012:role/deploy", "deploy")),
        ("restarted deployment/cart and svc/front-door", ("cart", "front-door")),
        ("pods of media-live/mediaservice restart", ("media-live/mediaservice", "mediaservice")),
        ("orders_db_2 and jobs.shop.example are slow", ("orders_db_2", "jobs.shop.example")),
        ("on /subscriptions/0-1/resourceGroups/rg-shop/x", ("/subscriptions/0-1/resourceGroups/rg-shop/x", "x")),
        ("projects/shop-prod/instances/db-1 is full", ("projects/shop-prod/instances/db-1", "db-1")),
        ("checkout is down since 10:15 on 2024-07-16, v1.2.3, e.g. the cart and/or the list", ()),
        ("mail jana.reyes@shop.example", ()),
    ],
)
def test_names_by_their_form(text: str, names: tuple[str, ...]) -> None:
    assert names_in(text) == names


def test_a_line_about_one_thing_names_it_by_a_plain_word_too() -> None:
    assert "shippingservice" in names_and_words("dead letters piling up shippingservice")


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    assert len(names_in(text, text)) <= 100
