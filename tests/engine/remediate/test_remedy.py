"""The guard around every tool: once, as approved, and private."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import ClassVar

import pytest
from msgspec import structs

from engine.errors import RemedyError
from engine.model import Action, DriftKind, Plan, Prepared, ResourceRef
from engine.remediate import Outcome, Remedy, Workplace, remedy_for
from engine.remediate.journal import Journal, Progress
from engine.remediate.remedy import Draft, Say, Tool

PLAN = Plan(
    drift_id="d1",
    resource=ResourceRef("aws", "aws_vpc", "vpc-1"),
    kind=DriftKind.UNMANAGED,
    recommendation_id="r1",
    action=Action.REVERT,
    title="Delete it",
)


DONE = Outcome(done=True, said="counted", left=("secret: (sensitive)",))


class Counting(Tool):
    """A tool that counts how often it is applied, once it may go on."""

    name: ClassVar[str] = "counting"
    artifact: ClassVar[str] = "count.json"
    applied: ClassVar[list[str]] = []
    go: ClassVar[threading.Event] = threading.Event()

    def prepare(self, file: Path) -> Draft:
        return Draft(summary="password: hunter2hunter2", shown="one more", world="w", artifact=b"{}")

    def world(self, file: Path) -> str:
        return "w"

    def apply(self, file: Path, say: Say) -> Outcome:
        self.applied.append("x")
        say("token = abcdefgh1234")
        assert self.go.wait(60)
        if file.with_name("break").exists():
            raise RuntimeError("a slip of the tool's own")
        if file.with_name("refuse").exists():
            raise RemedyError("not now")
        return Outcome(done=True, said="counted", left=("secret: abcdefgh1234",))


@pytest.fixture(autouse=True)
def fresh() -> None:
    Counting.applied.clear()
    Counting.go.set()


def remedy(folder: Path) -> Remedy:
    return Remedy(Counting(PLAN, Workplace(sources=(), base=folder, folder=folder / "kept")), folder / "kept")


def prepared(folder: Path) -> Prepared:
    return remedy(folder).prepare()


def test_of_many_who_execute_at_once_one_does(tmp_path: Path) -> None:
    approved = prepared(tmp_path)
    Counting.go.clear()
    begun = threading.Event()

    def execute(_: int) -> Outcome | RemedyError:
        try:
            return remedy(tmp_path).execute(approved, lambda line: begun.set())
        except RemedyError as error:
            return error

    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(execute, 0)
        assert begun.wait(60)
        others = list(pool.map(execute, range(7)))
        Counting.go.set()
        assert first.result() == DONE
    assert {str(other) for other in others} == {"another process is carrying it out: look again when it has ended"}
    assert Counting.applied == ["x"]
    assert execute(0) == DONE


def test_what_is_shown_and_said_is_redacted_whatever_the_tool(tmp_path: Path) -> None:
    approved = prepared(tmp_path)
    said: list[str] = []
    remedy(tmp_path).execute(approved, said.append)
    assert "hunter2" not in approved.summary
    assert said == ["token = (sensitive)"]


def test_a_tool_that_breaks_leaves_it_interrupted_and_is_not_run_again(tmp_path: Path) -> None:
    approved = prepared(tmp_path)
    (tmp_path / "kept" / "break").touch()
    with pytest.raises(RuntimeError):
        remedy(tmp_path).execute(approved, print)
    assert remedy(tmp_path).progress is Progress.BEGUN
    outcome = remedy(tmp_path).execute(approved, print)
    assert (outcome.done, outcome.left) == (False, ("a scan tells how far it came",))
    assert Counting.applied == ["x"]


def test_a_tool_that_refuses_has_not_begun(tmp_path: Path) -> None:
    approved = prepared(tmp_path)
    (tmp_path / "kept" / "refuse").touch()
    with pytest.raises(RemedyError, match="not now"):
        remedy(tmp_path).execute(approved, print)
    assert remedy(tmp_path).progress is Progress.PREPARED
    (tmp_path / "kept" / "refuse").unlink()
    assert remedy(tmp_path).execute(approved, print) == DONE


def test_what_has_begun_is_neither_prepared_anew_nor_discarded(tmp_path: Path) -> None:
    remedy(tmp_path).execute(prepared(tmp_path), print)
    with pytest.raises(RemedyError, match="carried out already"):
        remedy(tmp_path).prepare()
    with pytest.raises(RemedyError, match="nothing of it can be taken back"):
        remedy(tmp_path).discard()


@pytest.mark.parametrize("change", [{"tool": "terraform"}, {"artifact_hash": "0" * 64}, {"world": "v"}], ids=str)
def test_only_what_was_prepared_is_executed(tmp_path: Path, change: dict[str, str]) -> None:
    approved = structs.replace(prepared(tmp_path), **change)
    with pytest.raises(RemedyError, match="have that approved"):
        remedy(tmp_path).execute(approved, print)
    assert remedy(tmp_path).progress is Progress.PREPARED
    assert Counting.applied == []


def test_everything_that_is_kept_is_private(tmp_path: Path) -> None:
    remedy(tmp_path).execute(prepared(tmp_path), print)
    kept = tmp_path / "kept"
    assert {file.name: oct(file.stat().st_mode)[-3:] for file in (kept, *kept.iterdir())} == {
        "kept": "700",
        "count.json": "600",
        "world.key": "600",
        "begun.json": "600",
        "ended.json": "600",
    }


def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "kept").touch()
    with pytest.raises(RemedyError, match="cannot be used for what was prepared"):
        prepared(tmp_path)


def test_a_journal_that_is_damaged_is_told(tmp_path: Path) -> None:
    (tmp_path / "ended.json").write_text("{")
    with pytest.raises(RemedyError, match=r"\(damaged\)"):
        Journal(tmp_path).outcome()


def test_what_no_tool_can_do_is_left_to_people(tmp_path: Path) -> None:
    with pytest.raises(RemedyError, match="no tool carries out revert for vpc-1: follow its commands, then scan"):
        remedy_for(PLAN, Workplace(sources=(), base=tmp_path, folder=tmp_path))
