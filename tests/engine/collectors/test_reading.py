"""Reading recorded logs in several processes: the same as in one, whatever happens to them."""

import gzip
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.collectors import reading
from engine.collectors.base import Context
from engine.collectors.pieces import Piece, pieces_of, weight
from engine.collectors.reading import read_files
from tests.support.line_reader import read_numbers

Numbers = list[dict[str, int]]


def write(folder: Path, *contents: str) -> list[Path]:
    paths = [folder / f"{number:02d}.log" for number in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_text(content)
    return paths


def read(files: list[Path], context: Context, processes: int) -> Iterator[int]:
    for found in read_files(files, read_numbers, Numbers, context, processes):
        yield from (item["number"] for item in found)


def children() -> set[str]:
    """The processes that this one has started, where the system tells."""
    return {child for task in Path("/proc/self/task").glob("*/children") for child in task.read_text().split()}


def test_processes_find_the_same_in_the_same_order(tmp_path: Path) -> None:
    files = write(tmp_path, "1\n2\n3", "4\nfour\n5", "refuse", "6\nbreak", "7", *map(str, range(8, 40)))
    here, apart = Context(), Context()
    expected = list(read(files, here, 0))
    assert list(read(files, apart, 3)) == expected == [*range(1, 6), *range(7, 40)]
    assert (apart.skipped, apart.problems) == (here.skipped, here.problems)
    assert apart.problems == [
        "01.log:2: no number",
        "02.log: it is refused",
        "03.log: unexpected KeyError while reading; please report this",
    ]


def test_other_processes_do_the_reading(tmp_path: Path) -> None:
    files = write(tmp_path, *("1" for _ in range(40)))
    found = [item["process"] for part in read_files(files, read_numbers, Numbers, Context(), 2) for item in part]
    assert len(found) == 40
    assert os.getpid() not in found


def test_a_process_that_dies_costs_its_file_and_no_other(tmp_path: Path) -> None:
    context = Context()
    assert list(read(write(tmp_path, "1", "die", "2", "die", "3"), context, 2)) == [1, 2, 3]
    assert context.skipped == 2
    assert context.problems[0] == "01.log: reading it ended the process that read it; it is left out"


def test_no_more_than_what_fits_into_memory_is_read_ahead(tmp_path: Path) -> None:
    files = write(tmp_path, *map(str, range(200)))
    found = read(files, Context(), 2)
    assert next(found) == 0
    time.sleep(0.3)
    for file in files[10:]:
        file.unlink()
    context_left = list(found)
    assert len(context_left) < 20
    assert children() == set()


def test_cancelling_ends_it_at_once_and_leaves_no_process(tmp_path: Path) -> None:
    cancelled = threading.Event()
    context = Context(cancelled=cancelled)
    found = read(write(tmp_path, "1", "sleep", "2"), context, 2)
    assert next(found) == 1
    threading.Timer(0.2, cancelled.set).start()
    started = time.monotonic()
    assert list(found) == []
    assert time.monotonic() - started < 60, "the file takes ten minutes"
    assert children() == set()


def test_who_stops_reading_leaves_no_process(tmp_path: Path) -> None:
    found = read_files(write(tmp_path, "1", "2", "sleep"), read_numbers, Numbers, Context(), 2)
    next(found)
    found.close()  # type: ignore[attr-defined]
    assert children() == set()


def test_little_is_read_in_this_process(tmp_path: Path) -> None:
    [[item]] = read_files(write(tmp_path, "1"), read_numbers, Numbers, Context())
    assert item["process"] == os.getpid()


def test_where_no_process_can_be_started_all_is_read_in_this_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "Process", _refused)
    assert list(read(write(tmp_path, "1", "2"), Context(), 2)) == [1, 2]


def _refused(answer: object) -> None:
    raise OSError("Resource temporarily unavailable")


def test_compressed_logs_weigh_what_they_hold(tmp_path: Path) -> None:
    content = b'{"auditID": "x"}\n' * 10_000
    (tmp_path / "a.log").write_bytes(content)
    (tmp_path / "a.log.gz").write_bytes(gzip.compress(content[:100]))
    assert weight(tmp_path / "a.log") == len(content)
    assert weight(tmp_path / "a.log.gz") == 10 * (tmp_path / "a.log.gz").stat().st_size


LINES = st.lists(st.sampled_from(['{"7"}', '{"12345"}', "", "x", '{"' + "9" * 30 + '"}']), max_size=30)


@given(LINES, st.sampled_from(["\n", "\r\n"]), st.booleans(), st.integers(4, 40))
def test_the_slices_of_a_file_hold_each_line_once(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], ending: str, ended: bool, size: int
) -> None:
    file = tmp_path_factory.mktemp("log") / "big.log"
    content = ending.join(["{}", "{}", *lines]) + (ending if ended else "")
    file.write_bytes(content.encode())
    pieces = list(pieces_of([file], size))
    assert len(pieces) > 1 or len(content) < 2 * size
    held = [line for piece in pieces for line in piece.content().splitlines() if line]
    assert held == [line for line in content.encode().split(ending.encode()) if line]


@pytest.mark.parametrize(
    "content", [b'[\n{"a": 1},\n{"a": 2}\n]', b'{\n"a": 1\n}', b'{"a": 1}', gzip.compress(b"{}\n{}", mtime=0), b""]
)
def test_what_is_no_list_of_lines_stays_whole(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "log").write_bytes(content * 3 if content.startswith(b"\x1f") else content)
    assert list(pieces_of([tmp_path / "log"], 4)) == [Piece(str(tmp_path / "log"))]


def test_a_slice_tells_the_lines_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "big.log").write_text('{"1"}\n' * 9)
    context = Context()
    (tmp_path / "big.log").write_text("{}\n{}\n" + '{"1"}\n' * 9 + "x\n")
    for piece in pieces_of([tmp_path / "big.log"], 16):
        read_numbers(piece, context)
    assert context.problems == ["big.log:1: no number", "big.log:2: no number", "big.log:12: no number"]
