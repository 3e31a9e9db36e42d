"""A room keeps what was said in it, whatever becomes of the console."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import StoreError
from engine.warroom import Entry, Kind, LocalRoom, board, folder_of, newest, pins, sessions
from engine.warroom.sessions import find, read
from tests.support.paths import REPOSITORY
from tests.support.reports import a_report

AT = datetime(2026, 3, 14, 14, 5, tzinfo=UTC)
DRIFT = a_report().drifts[0]


def a_room(folder: Path, name: str = "") -> LocalRoom:
    return LocalRoom.open(folder, "shop-prod", by="anna", at=AT, name=name)


def an_entry(kind: Kind, minutes: int = 1, **fields: object) -> Entry:
    return Entry(at=AT + timedelta(minutes=minutes), by="anna", kind=kind, **fields)  # type: ignore[arg-type]


def test_what_is_said_is_there_for_the_next_one(tmp_path: Path) -> None:
    room = a_room(tmp_path, "INC-4711")
    said = [
        an_entry(Kind.LOOKED, workspace="drifts", drift=DRIFT.id, title="front"),
        an_entry(Kind.PIN, 2, drift=DRIFT.id, title="front", body=DRIFT),
        an_entry(Kind.NOTE, 3, text="chidi opened it by hand", drift=DRIFT.id),
        an_entry(Kind.DECISION, 4, text="revert at 15:00"),
    ]
    for entry in said:
        room.append(entry)
    room.close()
    session = read(room.file)
    assert session.entries == tuple(said)
    assert session.title == "INC-4711"
    assert session.people == ("anna",)
    assert session.last_at == AT + timedelta(minutes=4)


def test_a_session_can_be_gone_on_with_by_another(tmp_path: Path) -> None:
    first = a_room(tmp_path)
    second = LocalRoom(first.file)
    first.append(an_entry(Kind.NOTE, text="one"))
    second.append(Entry(at=AT, by="boris", kind=Kind.NOTE, text="two"))
    first.append(an_entry(Kind.NOTE, text="three"))
    assert [entry.text for entry in first.session().entries] == ["one", "two", "three"]
    assert second.session().people == ("anna", "boris")


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    room = a_room(folder_of(tmp_path))
    assert room.file.stat().st_mode & 0o777 == 0o600
    assert room.file.parent.stat().st_mode & 0o777 == 0o700


def test_sessions_of_one_minute_have_ids_of_their_own(tmp_path: Path) -> None:
    rooms = [a_room(tmp_path, name) for name in ("a", "b", "c")]
    assert [room.session().start.id for room in rooms] == ["2026-03-14-1405", "2026-03-14-1405-2", "2026-03-14-1405-3"]
    assert {session.title for session in sessions(tmp_path)} == {"a", "b", "c"}
    assert find(tmp_path, "2026-03-14-1405").title == "a"
    assert find(tmp_path, "2026-03-14-1405-3").title == "c"
    with pytest.raises(StoreError, match="more than one war room"):
        find(tmp_path, "2026-03")
    with pytest.raises(StoreError, match="no war room has"):
        find(tmp_path, "2025")


def test_the_newest_session_of_the_estate_is_found(tmp_path: Path) -> None:
    assert newest(tmp_path, "shop-prod") is None
    a_room(tmp_path, "old")
    LocalRoom.open(tmp_path, "shop-prod", by="anna", at=AT + timedelta(days=1), name="new")
    LocalRoom.open(tmp_path, "other", by="anna", at=AT + timedelta(days=2))
    found = newest(tmp_path, "shop-prod")
    assert found is not None
    assert found[1].title == "new"


@given(st.binary(max_size=60))
def test_a_damaged_line_costs_that_line(tmp_path_factory: pytest.TempPathFactory, junk: bytes) -> None:
    room = a_room(tmp_path_factory.mktemp("room"))
    room.append(an_entry(Kind.NOTE, text="before"))
    with room.file.open("ab") as opened:
        opened.write(junk)
    room.append(an_entry(Kind.NOTE, text="after"))
    session = room.session()
    assert [entry.text for entry in session.entries] == ["before", "after"]
    assert session.damaged <= junk.count(b"\n") + 1


def test_secrets_are_not_written_down(tmp_path: Path) -> None:
    room = a_room(tmp_path)
    room.append(an_entry(Kind.NOTE, text="the password: hunter2hunter2 works, AKIAIOSFODNN7EXAMPLE"))
    assert "hunter2" not in room.file.read_text("utf-8")
    assert "works" in room.file.read_text("utf-8")


def test_pins_come_and_go(tmp_path: Path) -> None:
    later = AT + timedelta(hours=1)
    said = [
        an_entry(Kind.PIN, 1, drift="a"),
        an_entry(Kind.PIN, 2, moment=later),
        an_entry(Kind.PIN, 3, drift="b"),
        an_entry(Kind.UNPIN, 4, drift="a"),
        an_entry(Kind.PIN, 5, drift="b", text="again"),
        an_entry(Kind.NOTE, 6, text="so"),
        an_entry(Kind.LOOKED, 7),
    ]
    assert [entry.pin for entry in pins(said)] == [said[1].pin, said[2].pin]
    assert board(said) == [said[1], said[2], said[5]]


def test_what_is_no_session_says_so(tmp_path: Path) -> None:
    for name, content in (("a", b""), ("b", b"{}\n"), ("c", b'{"schema": "x"}'), ("d", b"\xff\n")):
        (tmp_path / f"{name}.ndjson").write_bytes(content)
        with pytest.raises(StoreError, match="is no war room"):
            read(tmp_path / f"{name}.ndjson")
    assert sessions(tmp_path) == []


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "x.ndjson").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreError, match="cannot be written"):
        LocalRoom(tmp_path / "x.ndjson")


_VICTIM = """
import sys
from pathlib import Path
from tests.engine.warroom.test_rooms import AT, an_entry, a_room
from engine.warroom import Kind
room = a_room(Path(sys.argv[1]))
for number in range(1_000_000):
    room.append(an_entry(Kind.DECISION, text=str(number)))
    print(number, flush=True)
"""


def test_what_was_said_to_be_done_survives_a_kill(tmp_path: Path) -> None:
    victim = subprocess.Popen(
        [sys.executable, "-c", _VICTIM, str(tmp_path)],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert victim.stdout is not None
    told = [victim.stdout.readline().strip() for _ in range(20)]
    victim.send_signal(signal.SIGKILL)
    victim.communicate()
    [session] = sessions(tmp_path)
    assert [entry.text for entry in session.entries][:20] == told
