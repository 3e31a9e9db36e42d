"""Consoles are driven without waiting longer than they work."""

from collections.abc import Iterator

import pytest

from tests.support.rest import waiting_for_rest


@pytest.fixture(autouse=True)
def _waiting_for_rest() -> Iterator[None]:
    with waiting_for_rest():
        yield
