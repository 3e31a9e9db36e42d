"""Tables of a metric, as tools write them and as people break them."""

import gzip
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.collectors.series_csv import Row, read_rows
from engine.errors import SourceError


def rows(text: str) -> list[Row]:
    return list(read_rows(text.encode(), "cpu.csv"))


@pytest.mark.parametrize(
    "timestamp",
    ["2026-03-02 10:00:00", "2026-03-02T10:00:00Z", "2026-03-02T12:00+02:00", "1772445600", "1772445600000"],
)
def test_times_are_read_in_the_usual_forms(timestamp: str) -> None:
    (row,) = rows(f"timestamp,value\n{timestamp},1.5\n")
    assert row.at == datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert (row.value, row.problem, row.number) == (1.5, "", 2)


@pytest.mark.parametrize("missing", ["", " ", "NaN", "null", "None", "inf"])
def test_what_is_missing_is_no_problem(missing: str) -> None:
    (row,) = rows(f"timestamp,value\n2026-03-02,{missing}\n")
    assert (row.value, row.problem) == (None, "")


def test_columns_are_found_by_name_and_others_left_out() -> None:
    (row,) = rows('\ufeffhost,Value,Time\r\n"a,b",2,2026-03-02\r\n\r\n')
    assert (row.value, row.timestamp) == (2, "2026-03-02")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("2026-03-02", "has too few columns"),
        ("2026-03-02,many", "has a value that is no number"),
        ("yesterday,1", "has no timestamp that can be read"),
        ("1e300,1", "has no timestamp that can be read"),
    ],
)
def test_a_bad_row_costs_one_row(line: str, problem: str) -> None:
    bad, good = rows(f"timestamp,value\n{line}\n2026-03-02,1\n")
    assert (bad.value, bad.problem) == (None, problem)
    assert (good.value, good.problem) == (1, "")


def test_a_compressed_table_is_read_and_a_damaged_one_told() -> None:
    packed = gzip.compress(b"timestamp,value\n2026-03-02,1\n")
    assert [row.value for row in read_rows(packed, "cpu.csv.gz")] == [1]
    with pytest.raises(SourceError, match=r"cpu\.csv\.gz: .* damaged"):
        list(read_rows(packed[:-9], "cpu.csv.gz"))


@pytest.mark.parametrize("text", ["", "\n", "when,what\n1,2\n", "2026-03-02,1\n"])
def test_a_table_without_the_columns_is_told(text: str) -> None:
    with pytest.raises(SourceError, match="has to name the columns `timestamp` and `value`"):
        rows(text)


@given(st.binary(max_size=200))
def test_any_content_gives_rows_or_a_sentence(raw: bytes) -> None:
    try:
        found = list(read_rows(b"timestamp,value\n" + raw, "cpu.csv"))
    except SourceError:
        return
    assert all(row.at is not None or row.problem for row in found)
