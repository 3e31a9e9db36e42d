from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.compare.kubernetes.quantities import duration, quantity


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1000m", "1"),
        ("1.5Gi", "1536Mi"),
        ("1e3", "1k"),
        ("0.1", "100m"),
        ("2000000k", "2G"),
        (0.5, "500m"),
        (".5", "0.50"),
    ],
)
def test_spellings_of_one_quantity(one: object, other: object) -> None:
    assert quantity(one) == quantity(other) is not None


@pytest.mark.parametrize("text", ["", "Mi", "1 Gi", "1GiB", "abc", "1..2", True, None, "1e9999"])
def test_what_is_no_quantity(text: object) -> None:
    assert quantity(text) is None


@pytest.mark.parametrize(("one", "other"), [("90m", "1h30m0s"), ("2160h", "2160h0m0s"), ("1.5s", "1500ms")])
def test_spellings_of_one_duration(one: str, other: str) -> None:
    assert duration(one) == duration(other) is not None


@given(st.integers(-(10**12), 10**12))
def test_a_number_is_the_quantity_of_itself(number: int) -> None:
    assert quantity(str(number)) == Decimal(number)
    assert quantity(f"{number}Ki") == Decimal(number) * 1024


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    quantity(text)
    duration(text)
