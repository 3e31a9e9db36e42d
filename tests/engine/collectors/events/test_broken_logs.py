"""Recorded logs that were cut, mixed up, damaged or made up: one bad record costs one record, and is counted."""

import gzip
import json
import random
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine.collectors.base import Context, Found
from engine.collectors.registry import KINDS
from engine.errors import SourceError
from engine.model import Event
from tests.support.event_samples import SAMPLES, Sample
from tests.support.git_history import History
from tests.support.tampering import leaves, replaced, without

each = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"{sample.kind}-{next(iter(sample.records[0]))}")


class Folder:
    """Recorded input of one kind on disk, written anew for every read."""

    def __init__(self, path: Path, sample: Sample) -> None:
        self._path = path
        self._sample = sample

    def read(self, *files: bytes) -> tuple[list[Found], Context]:
        """What is found in files of this content. A source of which nothing can be read says so in one sentence."""
        shutil.rmtree(self._path, ignore_errors=True)
        self._path.mkdir()
        for number, content in enumerate(files):
            (self._path / f"{number}.json").write_bytes(content)
        context, found = Context(), list[Found]()
        try:
            found += self._sample.read(self._path, context)
        except SourceError:
            assert context.problems, "whoever gives up says what was wrong"
        return found, context


@pytest.fixture
def folder(tmp_path: Path, sample: Sample) -> Folder:
    return Folder(tmp_path / "log", sample)


@each
def test_a_file_that_was_cut_short_tells_what_is_whole(sample: Sample, folder: Folder) -> None:
    content = sample.file()
    for end in range(1, len(content) - 2, max(1, len(content) // 60)):
        found, context = folder.read(content[:end])
        assert context.skipped or found, f"{end} bytes of {len(content)}"
        assert len(found) <= sample.finds


@each
def test_a_compressed_file_that_was_cut_short_is_counted_and_costs_no_other(sample: Sample, folder: Folder) -> None:
    packed = gzip.compress(sample.file())
    for end in (2, 10, len(packed) // 2, len(packed) - 1):
        found, context = folder.read(packed[:end], sample.file())
        assert (len(found), context.skipped) == (sample.finds, 1)


@each
@pytest.mark.parametrize(
    "written",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.encode("utf-16"),
        lambda text: b"\n\n" + text.encode() + b"\n\n \n",
        lambda text: gzip.compress(text.encode()),
    ],
    ids=["BOM", "CRLF", "UTF-16", "blank lines", "gzip"],
)
def test_every_way_of_writing_a_file_is_read(sample: Sample, folder: Folder, written: Callable[[str], bytes]) -> None:
    found, context = folder.read(written(sample.file().decode()))
    assert (len(found), context.skipped) == (sample.finds, 0)


@each
def test_what_is_written_twice_counts_once(sample: Sample, folder: Folder) -> None:
    once, _ = folder.read(sample.file())
    found, _ = folder.read(sample.file(), sample.file([*sample.records, *sample.records]))
    assert len({_identity(item) for item in found}) == len(once)


def _identity(item: Found) -> str:
    return item.id if isinstance(item, Event) else repr(item)


@each
def test_an_empty_file_holds_nothing(sample: Sample, folder: Folder) -> None:
    found, context = folder.read(b"", b"\n", sample.file())
    assert (len(found), context.skipped) == (sample.finds, 0)


@each
def test_files_of_another_source_are_counted_and_passed_over(sample: Sample, folder: Folder) -> None:
    others = [other.file() for other in SAMPLES if other.kind != sample.kind]
    found, context = folder.read(
        *others, b"not JSON at all", b"<html>503</html>", b'"text"', b"17", b"null", sample.file()
    )
    assert len(found) == sample.finds
    assert context.skipped


@each
@pytest.mark.parametrize("junk", [None, 17, "text", [17], {"x": 1}, 1e300], ids=lambda junk: json.dumps(junk))
def test_what_is_no_record_costs_itself(sample: Sample, folder: Folder, junk: Any) -> None:
    first, *rest = sample.records
    found, context = folder.read(sample.file([junk, first, junk, *rest]))
    assert len(found) == sample.finds
    assert context.skipped


_DEEP = b"[" * 100_000 + b"]" * 100_000
_DEEPER = b'{"a":' * 100_000 + b"1" + b"}" * 100_000


@each
@pytest.mark.parametrize("deep", [_DEEP, _DEEPER, _DEEP[:100_000]], ids=["lists", "objects", "never closed"])
def test_what_is_nested_without_end_costs_itself(sample: Sample, folder: Folder, deep: bytes) -> None:
    found, context = folder.read(deep, sample.file())
    assert (len(found), context.skipped) == (sample.finds, 1)
    marked = sample.file([{"deep": "here", **sample.records[0]}, *sample.records[1:]])
    found, _ = folder.read(marked.replace(b'"here"', deep))
    assert len(found) <= sample.finds


#: What a field of any type may turn out to be.
_STRANGE: tuple[Any, ...] = (
    None, 0, -1, 1.5, 10**30, 1e308, True, "", "x", "1e999", "²", [], {}, [None], [1, "x", {}], {"value": None},
    "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999+00:00", "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00", "2026-03-14T09:00:00", "2026-02-30T09:00:00Z", "14/03/2026 09:00", "\ud800", "\x00",
    "é" * 100_000, "a" * 100_000, "1" * 5_000,
)  # fmt: skip


@each
def test_a_field_of_another_kind_costs_no_other_record(sample: Sample, folder: Folder) -> None:
    """Every field of every record is replaced once, by something chosen by chance, and taken out once."""
    chance = random.Random(sample.kind)
    for place, record in enumerate(sample.records):
        for path in leaves(record):
            strange = [replaced(record, path, value) for value in chance.sample(_STRANGE, 3)]
            for changed in (*strange, without(record, path)):
                found, _ = folder.read(sample.file([*sample.records[:place], changed, *sample.records[place + 1 :]]))
                lost = sample.finds - len(found)
                # What moved is told by two recordings of a resource; and what is another resource's tells of two.
                assert lost <= (2 if sample.kind == "aws_config_history" else 1), f"{path} in {str(changed)[:400]}"


@each
def test_a_record_that_lacks_what_it_needs_is_counted(sample: Sample, folder: Folder) -> None:
    for field in sample.needs:
        broken = [without(sample.records[0], tuple(field.split("."))), *sample.records[1:]]
        found, context = folder.read(sample.file(broken))
        assert (len(found), context.skipped) == (sample.finds - 1, 1), field


def _repository(folder: Path) -> History:
    history = History(folder)
    for minute in range(4):
        at = datetime(2026, 3, 14, 8, minute, tzinfo=UTC)
        history.commit(at, f"Step {minute}", {"main.tf": f'resource "aws_sqs_queue" "q" {{ delay = {minute} }}\n'})
    return history


def _commits(folder: Path) -> list[Found] | None:
    """The commits that are found, None where the source says that it cannot be read."""
    kind = KINDS["git"]
    settings: Any = kind.settings()
    try:
        return list(kind.build(settings(name="git", kind="git", path=str(folder))).collect(Context()))
    except SourceError:
        return None


def test_a_repository_that_lacks_any_object_or_holds_it_damaged_stops_nothing(tmp_path: Path) -> None:
    _repository(tmp_path / "whole" / "infra.git")
    objects = sorted((tmp_path / "whole").rglob("objects/??/*"))
    assert len(objects) > 10
    for number, place in enumerate(objects):
        for name, damage in {"gone": None, "cut": place.read_bytes()[:9], "junk": b"x" * 40}.items():
            folder = tmp_path / f"{name}{number}"
            shutil.copytree(tmp_path / "whole", folder)
            file = folder / place.relative_to(tmp_path / "whole")
            file.chmod(0o600)
            file.unlink() if damage is None else file.write_bytes(damage)
            found = _commits(folder)
            assert found is None or len(found) <= 4


def test_a_bundle_of_a_repository_that_was_cut_short_stops_nothing(tmp_path: Path) -> None:
    whole = tmp_path / "whole.bundle"
    _repository(tmp_path / "infra.git").bundle(whole)
    content = whole.read_bytes()
    folder = tmp_path / "repos"
    folder.mkdir()
    for end in (0, 1, 20, len(content) // 2, len(content) - 1):
        (folder / "infra.bundle").write_bytes(content[:end])
        assert not _commits(folder)
