"""The ledger: the life of a drift from report to report, and the audit log."""

import sqlite3
import stat
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import structs

from engine.errors import StoreError
from engine.model import Category, Level
from engine.store import DriftStatus
from engine.store.ledger import Ledger
from tests.support.places import Place
from tests.support.sample_report import hostile_drift, missing_queue, opened_port, report, stray_bucket
from tests.support.samples import at, make_drift, make_report


def ids(ledger: Ledger, **choice: Any) -> list[str]:
    return [record.id for record in ledger.drifts(**choice)]


class TestDriftsFromReportToReport:
    def test_a_new_drift_is_open(self, ledger: Ledger) -> None:
        drift = make_drift("d-1")
        ledger.record(make_report("s1", 5, drift))

        [record] = ledger.drifts()
        assert record.status is DriftStatus.OPEN
        assert record.resource == drift.resource
        assert (record.level, record.score, record.category) == (Level.CRITICAL, 90, Category.UNAUTHORIZED_CHANGE)
        assert (record.first_detected_at, record.last_seen_at, record.resolved_at) == (drift.detected_at, at(5), None)
        assert record.principal == "mia@example.org"
        assert record.changed_at == at(-30)

    def test_a_drift_seen_again_keeps_the_time_of_its_detection(self, ledger: Ledger) -> None:
        for minute in (0, 10, 20):
            ledger.record(make_report(f"s{minute}", minute, make_drift("d-1", detected_at=at(minute))))

        [record] = ledger.drifts()
        assert (record.first_detected_at, record.last_seen_at) == (at(0), at(20))

    def test_a_drift_that_is_gone_is_resolved_and_one_that_returns_is_open_again(self, ledger: Ledger) -> None:
        ledger.record(make_report("s1", 0, make_drift("d-1"), make_drift("d-2")))
        ledger.record(make_report("s2", 10, make_drift("d-2")))

        assert ids(ledger, status=DriftStatus.OPEN) == ["d-2"]
        [resolved] = ledger.drifts(status=DriftStatus.RESOLVED)
        assert (resolved.id, resolved.last_seen_at, resolved.resolved_at) == ("d-1", at(0), at(10))

        ledger.record(make_report("s3", 20, make_drift("d-1"), make_drift("d-2")))
        assert {record.resolved_at for record in ledger.drifts(status=DriftStatus.OPEN)} == {None}

    @pytest.mark.parametrize(("unread", "gone"), [("account", False), ("states", False), ("trail", True)])
    def test_what_an_unread_source_would_show_is_not_resolved(self, ledger: Ledger, unread: str, gone: bool) -> None:
        ledger.record(make_report("s1", 0, make_drift("d-1")))
        ledger.record(make_report("s2", 10, failed=(unread,)))

        assert ids(ledger, status=DriftStatus.RESOLVED) == (["d-1"] if gone else [])

    def test_a_second_look_at_the_same_moment_counts(self, ledger: Ledger) -> None:
        ledger.record(make_report("s1", 0, make_drift("d-1")))
        ledger.record(make_report("s2", 0))

        assert ids(ledger, status=DriftStatus.RESOLVED) == ["d-1"]

    def test_a_report_about_an_earlier_time_changes_nothing_that_is_open(self, ledger: Ledger) -> None:
        ledger.record(make_report("s2", 10, make_drift("d-1")))
        ledger.record(make_report("s1", 0, make_drift("d-0")))

        assert ids(ledger, status=DriftStatus.OPEN) == ["d-1"]
        [past] = ledger.drifts(status=DriftStatus.RESOLVED)
        assert (past.id, past.last_seen_at, past.resolved_at) == ("d-0", at(0), at(10))

    def test_a_report_is_taken_in_once(self, ledger: Ledger, place: Place) -> None:
        for _ in range(3):
            ledger.record(make_report("s1", 0, make_drift("d-1")))

        assert ledger.recorded_scans() == {"s1"}
        assert place.rows("SELECT count(*) FROM ml_predictions") == [(1,)]

    def test_a_report_that_cannot_be_stored_leaves_nothing(self, ledger: Ledger) -> None:
        whole = make_report("s1", 0, make_drift("d-1"))
        naive = datetime(2026, 3, 2)  # noqa: DTZ001
        broken = make_report("s2", 1, make_drift("d-2"), make_drift("d-3", changed_at=naive))
        ledger.record(whole)

        with pytest.raises(StoreError, match="nothing was changed"):
            ledger.record(broken)
        assert ledger.recorded_scans() == {"s1"}
        assert ids(ledger, status=DriftStatus.OPEN) == ["d-1"]


class TestWhatHangsOnADrift:
    def test_predictions_evidence_and_recommendations_are_there_for_queries(self, ledger: Ledger, place: Place) -> None:
        ledger.record(make_report("s1", 0, make_drift("d-1")))

        [prediction] = place.rows("SELECT drift_id, scan_id, model, category, confidence FROM ml_predictions")
        assert prediction == ("d-1", "s1", "rules@1", "unauthorized_change", 0.8)
        [evidence] = place.rows("SELECT drift_id, event_id, kind, weight, summary FROM correlation_context")
        assert evidence == ("d-1", "event-of-d-1", "api_call", 0.9, "mia opened port 22")
        [advice] = place.rows("SELECT id, position, action, commands, requires_role FROM recommendations")
        assert advice in (
            ("r-d-1", 0, "revert", commands, "edit") for commands in (["terraform apply"], '["terraform apply"]')
        )

    def test_new_findings_take_the_place_of_old_ones_and_predictions_add_up(self, ledger: Ledger, place: Place) -> None:
        drift = make_drift("d-1")
        other_advice = msgspec.structs.replace(drift.recommendations[0], id="r-other")
        ledger.record(make_report("s1", 0, drift))
        ledger.record(make_report("s2", 1, make_drift("d-1", detected_at=at(1))))
        ledger.record(make_report("s3", 2, make_drift("d-1", evidence=(), recommendations=(other_advice,))))

        assert place.rows("SELECT * FROM correlation_context") == []
        assert place.rows("SELECT id, position FROM recommendations ORDER BY id") == [
            ("r-d-1", None),
            ("r-other", 0),
        ]
        assert place.rows("SELECT scan_id FROM ml_predictions ORDER BY id") == [("s1",), ("s3",)]
        assert ledger.drift("d-1").recommendations == (other_advice,)


class TestFindingDrifts:
    def test_the_gravest_come_first(self, ledger: Ledger) -> None:
        ledger.record(make_report("s1", 0, *(make_drift(f"d-{n}", score=n) for n in (20, 90, 50))))

        assert ids(ledger) == ["d-90", "d-50", "d-20"]

    def test_drifts_are_chosen_by_their_properties(self, ledger: Ledger) -> None:
        ledger.record(make_report("s1", 0, make_drift("d-1", level=Level.LOW), make_drift("d-2", level=Level.HIGH)))

        assert ids(ledger, level=Level.LOW) == ["d-1"]
        assert ids(ledger, level=Level.HIGH, status=DriftStatus.OPEN, provider="aws") == ["d-2"]
        assert ids(ledger, category=Category.EMERGENCY_FIX) == []

    def test_a_drift_comes_back_whole_by_the_beginning_of_its_id(self, ledger: Ledger) -> None:
        drift = make_drift("4f3a")
        ledger.record(make_report("s1", 0, drift, make_drift("4e00")))

        assert ledger.drift("4f3a") == drift
        assert ledger.drift("4f") == drift

    def test_an_id_that_begins_another_names_its_own_drift(self, ledger: Ledger) -> None:
        ledger.record(make_report("s1", 0, make_drift("4f"), make_drift("4f3a")))

        assert ledger.drift("4f").id == "4f"

    @pytest.mark.parametrize("prefix", ["9", "", "%", "_f"])
    def test_an_id_that_nothing_has(self, ledger: Ledger, prefix: str) -> None:
        ledger.record(make_report("s1", 0, make_drift("4f3a")))

        with pytest.raises(StoreError, match=r"no drift has an id that begins with .*: `driftguard drifts list`"):
            ledger.drift(prefix)

    def test_an_id_that_is_too_short_names_the_candidates(self, ledger: Ledger) -> None:
        ledger.record(make_report("s1", 0, make_drift("4f3a"), make_drift("4f77")))

        with pytest.raises(StoreError, match=r"more than one .* \(4f3a, 4f77\): give more of it"):
            ledger.drift("4f")


class TestTimes:
    def test_a_moment_of_any_zone_comes_back_in_utc(self, ledger: Ledger) -> None:
        paris = timezone(timedelta(hours=2))
        local = datetime(2026, 3, 2, 14, 0, 0, 123456, tzinfo=paris)
        ledger.record(make_report("s1", 0, make_drift("d-1", changed_at=local)))

        [record] = ledger.drifts()
        assert record.changed_at == local
        assert record.changed_at.utcoffset() == timedelta(0)


class TestAuditLog:
    def test_entries_are_chained(self, ledger: Ledger) -> None:
        first = ledger.append_audit("mia", "drift.ignore", "d-1", {"reason": "known"})
        second = ledger.append_audit("mia", "baseline.accept", "shop", {})

        assert (first.number, second.number) == (1, 2)
        assert second.previous_hash == first.hash
        assert ledger.audit_entries() == [first, second]
        verdict = ledger.verify_audit()
        assert (verdict.intact, verdict.entries) == (True, 2)

    def test_an_empty_log_is_intact(self, ledger: Ledger) -> None:
        assert ledger.verify_audit().intact

    @pytest.mark.parametrize("deed", ["UPDATE audit_log SET actor = 'x'", "DELETE FROM audit_log"])
    def test_the_database_refuses_changes(self, ledger: Ledger, place: Place, deed: str) -> None:
        ledger.append_audit("mia", "drift.ignore", "d-1", {})

        with pytest.raises(Exception, match="append-only"):
            place.rows(deed)

    @pytest.mark.parametrize(
        ("deed", "broken_at", "reason"),
        [
            ("UPDATE audit_log SET actor = 'nobody' WHERE number = 2", 2, "entry 2 was altered"),
            ("UPDATE audit_log SET details = '{\"n\":7}' WHERE number = 3", 3, "entry 3 was altered"),
            ("DELETE FROM audit_log WHERE number = 1", 1, "entry 1 is missing"),
            ("DELETE FROM audit_log WHERE number = 2", 2, "entry 2 is missing"),
            ("UPDATE audit_log SET previous_hash = 'f' WHERE number = 3", 3, "entry 3 does not follow entry 2"),
        ],
    )
    def test_what_is_changed_in_spite_of_that_shows(
        self, ledger: Ledger, place: Place, deed: str, broken_at: int, reason: str
    ) -> None:
        for number in range(4):
            ledger.append_audit("mia", "drift.ignore", f"d-{number}", {"n": number})
        place.tamper(deed)

        verdict = ledger.verify_audit()
        assert (verdict.intact, verdict.broken_at, verdict.reason) == (False, broken_at, reason)

    def test_writers_at_once_do_not_break_the_chain(self, ledger: Ledger, place: Place) -> None:
        other = place.open()

        def write(to: Ledger) -> None:
            for number in range(10):
                to.append_audit("mia", "drift.ignore", f"d-{number}", {})

        threads = [threading.Thread(target=write, args=(to,)) for to in (ledger, other, ledger, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        other.close()

        verdict = ledger.verify_audit()
        assert (verdict.intact, verdict.entries) == (True, 40)


class TestFile:
    @pytest.fixture
    def ledger(self, tmp_path: Path) -> Iterator[Ledger]:
        ledger = Ledger.open(tmp_path / "store")
        yield ledger
        ledger.close()

    def test_only_its_owner_may_read_it(self, ledger: Ledger, tmp_path: Path) -> None:
        ledger.append_audit("mia", "drift.ignore", "d-1", {})

        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "store").iterdir()}
        assert "ledger.sqlite-wal" in modes
        assert set(modes.values()) == {0o600}

    def test_two_processes_may_have_it_open(self, ledger: Ledger, tmp_path: Path) -> None:
        other = Ledger.open(tmp_path / "store")
        ledger.record(make_report("s1", 0, make_drift("d-1")))

        assert ids(other) == ["d-1"]
        other.close()

    def test_a_file_that_is_no_database(self, tmp_path: Path) -> None:
        (tmp_path / "ledger.sqlite").write_text("not a database" * 1000)

        with pytest.raises(StoreError, match=r"ledger\.sqlite cannot be opened \(file is not a database\)"):
            Ledger.open(tmp_path)

    def test_a_file_of_a_newer_version(self, tmp_path: Path) -> None:
        Ledger.open(tmp_path).close()
        with sqlite3.connect(tmp_path / "ledger.sqlite") as connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.close()

        with pytest.raises(StoreError, match=r"newer DriftGuard \(schema 9999.*upgrade DriftGuard"):
            Ledger.open(tmp_path)

    @pytest.mark.parametrize("url", ["nonsense", "mysql+nothing://root:hunter2@localhost/x"])
    def test_a_url_that_leads_nowhere_is_refused_without_showing_its_password(self, url: str) -> None:
        with pytest.raises(StoreError) as refused:
            Ledger.open(url)
        assert "hunter2" not in str(refused.value)


def test_drifts_of_every_kind_survive(ledger: Ledger) -> None:
    """What JSON makes of tuples, enumerations and times is undone on the way back, and hostile text is kept."""
    drifts = (opened_port(), missing_queue(), stray_bucket(), hostile_drift())
    ledger.record(report(*drifts))

    assert tuple(ledger.drift(drift.id) for drift in drifts) == drifts


def test_one_bad_character_costs_neither_the_scan_nor_the_audit_log(ledger: Ledger) -> None:
    """Postgres keeps no NUL, and a name may have one; what the report holds stays as it is."""
    bad = structs.replace(make_drift("d-1").resource, name="a\0b", address="x\0\\u0000")
    ledger.record(make_report("s1", 0, make_drift("d-1", resource=bad), make_drift("d-2")))
    ledger.append_audit("mia", "drift.ignore", "d-1\0", {"reason": "a\0b", "path": "\\u0000", "both": "\\\0"})

    assert ids(ledger, status=DriftStatus.OPEN) == ["d-1", "d-2"]
    assert ledger.drift("d-1").resource == bad
    assert ledger.verify_audit().intact
    [entry] = ledger.audit_entries()
    assert entry.details["path"] == "\\u0000"
    assert entry.details["both"].startswith("\\")
