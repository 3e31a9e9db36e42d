"""The audit log as auditors read it: page by page, held together, and without people's names."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model import Role
from engine.store.audit import lines_of, next_entry, verify
from engine.store.ledger import Ledger
from engine.workflow.audit import AuditEntry, AuditFilter, masked
from tests.support.people import register
from tests.support.samples import at, make_drift, make_report

STEPS = (
    ("anna", "request.create", "r-1"),
    ("ben", "request.approve", "r-1"),
    ("anna", "model.promote", "cause@2"),
    ("Ben_2", "drift.confirm", "d-9"),
)


def chain(*steps: tuple[str, str, dict[str, object]]) -> list[AuditEntry]:
    """A log of who did what, and what it adds, a minute apart."""
    log: list[AuditEntry] = []
    for minute, (actor, action, details) in enumerate(steps):
        log.append(next_entry(log[-1] if log else None, at(minute), actor, action, "d-1", details))
    return log


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger.open(tmp_path)
    for actor, action, subject in STEPS:
        ledger.append_audit(actor, action, subject, {})
    yield ledger
    ledger.close()


class TestReading:
    @pytest.mark.parametrize(
        ("chosen", "numbers"),
        [
            (AuditFilter(), [4, 3, 2, 1]),
            (AuditFilter(who="ben"), [4, 2]),
            (AuditFilter(who="BEN", what="request"), [2]),
            (AuditFilter(who="n_"), [4]),
            (AuditFilter(who="%"), []),
            (AuditFilter(what="request."), [2, 1]),
            (AuditFilter(subject="cause@2"), [3]),
            (AuditFilter(until=at(0)), []),
            (AuditFilter(since=at(0)), [4, 3, 2, 1]),
        ],
    )
    def test_entries_are_chosen_by_who_what_and_when(
        self, ledger: Ledger, chosen: AuditFilter, numbers: list[int]
    ) -> None:
        assert [entry.number for entry in ledger.newest_audit(chosen)] == numbers

    def test_it_is_read_page_by_page(self, ledger: Ledger) -> None:
        first = ledger.newest_audit(limit=2)
        assert [entry.number for entry in first] == [4, 3]
        assert [entry.number for entry in ledger.newest_audit(before=first[-1].number, limit=2)] == [2, 1]


class TestTheEndOfTheChain:
    def test_a_head_that_was_noted_is_still_in_a_chain_that_grew(self, ledger: Ledger) -> None:
        noted = ledger.verify_audit().head
        ledger.append_audit("anna", "request.create", "r-2", {})

        assert ledger.verify_audit(noted[:12]).intact
        assert ledger.verify_audit().head != noted

    def test_a_chain_that_was_cut_is_told_by_the_head_that_was_noted(self) -> None:
        log = chain(*[("anna", "request.create", {}) for _ in range(5)])
        assert verify(lines_of(log[:3])).intact, "the chain alone cannot tell"

        verdict = verify(lines_of(log[:3]), log[-1].hash)
        assert (verdict.intact, verdict.entries, verdict.broken_at) == (False, 3, 4)
        assert "the end was cut off, or all rewritten" in verdict.reason


class TestWithoutNames:
    def test_people_are_numbered_as_they_act(self) -> None:
        log = chain(
            ("anna.keller@shop.example", "request.create", {"reason": "asked by Ben and anna.keller@shop.example"}),
            ("ben", "request.approve", {"comment": "fine, Anna.Keller@shop.example", "role": "admin", "alone": False}),
            ("driftguard", "request.expire", {}),
            ("anna.keller@shop.example", "request.withdraw", {"by": ["ben", {"ben": 1}]}),
        )
        first, second, third, last = masked(log)

        assert first.details["reason"] == "asked by person-2 and person-1"
        assert (second.actor, second.details["comment"]) == ("person-2", "fine, person-1")
        assert (second.details["role"], second.details["alone"]) == ("admin", False)
        assert third.actor == "driftguard", "what nobody did has nobody to hide"
        assert (last.actor, last.details["by"]) == ("person-1", ["person-2", {"person-2": 1}])
        assert (last.number, last.at, last.subject) == (4, "2026-03-02T12:03:00Z", "d-1")
        assert not hasattr(last, "hash")

    def test_tokens_stay_when_the_log_grows(self) -> None:
        steps = [("zoe", "a", {"note": "with carl"}), ("ben", "b", {}), ("carl", "c", {}), ("zoe", "d", {})]
        shorter, longer = list(masked(chain(*steps[:2]))), list(masked(chain(*steps)))

        assert [entry.actor for entry in longer] == ["person-1", "person-2", "person-3", "person-1"]
        assert [entry.actor for entry in shorter] == ["person-1", "person-2"]

    def test_names_of_those_who_never_acted_and_addresses_go_too(self, tmp_path: Path) -> None:
        ledger = Ledger.open(tmp_path)
        ledger.record(make_report("s1", 0, make_drift("d-1")))
        register(tmp_path, dora=Role.VIEW)
        known = ledger.names_of_people()
        ledger.close()
        assert known == {"mia@example.org", "dora"}

        [entry] = masked(
            chain(("anna", "x", {"note": "Dora saw mia@example.org, not dorado; ask eve@x.example"})), known
        )
        assert entry.details["note"] == "person saw person, not dorado; ask person"

    @given(st.lists(st.tuples(st.sampled_from(["anna", "ben", "anna.k"]), st.text(max_size=20)), max_size=6))
    def test_no_name_is_left(self, steps: list[tuple[str, str]]) -> None:
        log = chain(*[(who, "x", {"note": f"{text} anna {text} by ben, anna.k"}) for who, text in steps])
        acting = {who for who, _ in steps}
        for entry in masked(log):
            words = set(str(entry.details["note"]).replace(",", " ").split()) - {
                word for _, t in steps for word in t.split()
            }
            assert not acting & words
            assert entry.actor not in acting

    def test_it_can_be_written_as_json(self) -> None:
        [entry] = masked(chain(("anna", "x", {"n": 1.5})))
        assert msgspec.json.decode(msgspec.json.encode(entry))["details"] == {"n": 1.5}
