"""`driftguard requests` and `driftguard audit`: asking for a fix, deciding on it, and proving what was done."""

import getpass
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from engine.model import Role
from engine.store.ledger import Ledger
from tests.support.command import driftguard
from tests.support.people import fixable, register
from tests.support.sample_report import hostile_drift
from tests.support.samples import make_report


@pytest.fixture
def store(tmp_path: Path) -> Path:
    folder = tmp_path / "store"
    with closing(Ledger.open(folder)) as ledger:
        ledger.record(make_report("s1", 0, fixable("abc123"), fixable("def456")))
    return folder


def requested(store: Path, drift: str = "abc") -> str:
    """The id of a request for a drift."""
    assert driftguard("requests", "create", drift, "--by-hand", "--reason", "it is open", "--store", store).status == 0
    [request] = json.loads(driftguard("requests", "list", "--format", "json", "--store", store).out)[:1]
    return str(request["id"])


class TestRequests:
    def test_from_asking_to_approval(self, store: Path) -> None:
        status, out, err = driftguard(
            "requests", "create", "abc", "--by-hand", "--reason", "it is open", "--store", store
        )
        assert (status, err) == (0, "")
        for expected in ("requested: Close it", "▲ high", "drift abc123", "it is open", "$ terraform apply",
                         "revert aws_security_group.abc123", '- ["10.0.0.0/8"]', '+ ["0.0.0.0/0"]'):  # fmt: skip
            assert expected in out, expected

        [request] = json.loads(driftguard("requests", "list", "--format", "json", "--store", store).out)
        done = driftguard("requests", "approve", request["id"][:6], "--comment", "go on", "--store", store)
        assert (done.status, done.err) == (0, "")
        assert f"request {request['id']} is approved: Close it (plan {request['plan_hash'][:12]})" in done.out
        assert "one person holds all roles here, and the decision says so" in done.out

        shown = driftguard("requests", "show", request["id"], "--store", store).out
        assert f"approved by {getpass.getuser()} (as admin, holding all roles; plan" in shown
        assert ": go on" in shown

    def test_they_are_listed(self, store: Path) -> None:
        assert driftguard("requests", "list", "--store", store).out == "No change is requested here.\n"
        first, second = requested(store), requested(store, "def")
        driftguard("requests", "reject", first, "--comment", "not now", "--store", store)

        listed = driftguard("requests", "list", "--store", store).out
        assert (first[:8] in listed, second[:8] in listed) == (False, True)
        assert "1 request, 1 waiting for a decision" in listed
        every = driftguard("requests", "list", "--status", "all", "--format", "ndjson", "--store", store).out
        assert {json.loads(line)["status"] for line in every.splitlines()} == {"rejected", "requested"}
        assert first[:8] in driftguard("requests", "list", "--status", "rejected", "--store", store).out

    def test_the_whole_history_is_shown(self, store: Path) -> None:
        request = requested(store)
        driftguard("requests", "comment", request, "is it\x1b[31m safe?", "--store", store)
        driftguard("requests", "withdraw", request, "--comment", "it was fixed", "--store", store)

        shown = driftguard("requests", "show", request, "--store", store).out
        for expected in ("is it␛[31m safe?", "it was fixed", f"withdrawn by {getpass.getuser()}"):
            assert expected in shown

    def test_a_plan_may_be_named_by_its_hash(self, store: Path) -> None:
        request = requested(store)
        status, _, err = driftguard("requests", "approve", request, "--plan", "f00", "--store", store)
        assert status == 1
        assert "not f00" in err
        seen = json.loads(driftguard("requests", "show", request, "--format", "json", "--store", store).out)
        assert driftguard("requests", "approve", request, "--plan", seen["plan_hash"], "--store", store).status == 0

    def test_what_is_forbidden_is_said_in_a_sentence(self, store: Path) -> None:
        register(store, **{getpass.getuser(): Role.EDIT})
        request = requested(store)
        status, out, err = driftguard("requests", "approve", request, "--store", store)

        assert (status, out) == (1, "")
        assert err == "driftguard: approving needs the role admin, and yours is edit: an admin has to decide\n"

    def test_hostile_text_stays_text(self, store: Path) -> None:
        with closing(Ledger.open(store)) as ledger:
            ledger.record(make_report("s2", 9, hostile_drift()))
        request = requested(store, "d4e")
        for form in ("table", "json"):
            out = driftguard("requests", "show", request, "--format", form, "--store", store).out
            assert not {"\x1b", "\u202e", "\x07"} & set(out)


class TestAudit:
    def test_it_lists_who_did_what(self, store: Path) -> None:
        request = requested(store)
        driftguard("drifts", "confirm", "abc", "--store", store)

        lines = driftguard("audit", "list", "--store", store).out.splitlines()
        assert [line.split()[0] for line in lines] == ["NUMBER", "2", "1"]
        assert "request.create" in lines[2]
        assert request in lines[2]
        assert "drift=abc123" in lines[2]
        only = driftguard("audit", "list", "--what", "confirm", "--format", "ndjson", "--store", store).out
        assert json.loads(only)["action"] == "drift.confirm"
        assert driftguard("audit", "list", "--since", "2100-01-01", "--store", store).out == "No entry matches.\n"

    def test_it_is_verified(self, store: Path) -> None:
        requested(store)
        status, out, _ = driftguard("audit", "verify", "--store", store)
        assert status == 0
        assert out.startswith("✓ verified 1 entry, head ")
        head = out.split()[-1]
        assert driftguard("audit", "verify", "--head", head[:10], "--store", store).status == 0

        connection = sqlite3.connect(store / "ledger.sqlite")
        with connection:
            connection.execute("DROP TRIGGER audit_log_no_update")
            connection.execute("UPDATE audit_log SET actor = 'nobody'")
        connection.close()
        status, out, _ = driftguard("audit", "verify", "--store", store)
        assert status == 1
        assert out.startswith("✗ the chain breaks at entry 1: entry 1 was altered\n0 entries before it hold together")
        assert json.loads(driftguard("audit", "verify", "--format", "json", "--store", store).out)["broken_at"] == 1

    def test_it_is_exported_with_and_without_names(self, store: Path) -> None:
        requested(store)
        plain = driftguard("audit", "export", "--store", store).out
        entry = json.loads(plain)
        assert (entry["actor"], entry["number"], len(entry["hash"])) == (getpass.getuser(), 1, 64)

        masked = driftguard("audit", "export", "--mask", "--store", store).out
        assert json.loads(masked)["actor"] == "person-1"
        assert "hash" not in json.loads(masked)
