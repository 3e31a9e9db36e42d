"""What is under the cursor."""

from datetime import timedelta

from driftguard_tui.timeline import details
from driftguard_tui.timeline.loading import Kept, Question
from driftguard_tui.widgets.lines import width
from engine.model import EventKind, Evidence, ResourceRef
from engine.store.records import ResourceChange
from engine.store.stretches import WRITES
from tests.support.reports import HOSTILE
from tests.support.samples import at, make_drift, make_event
from tests.support.timeline_samples import SCALE, stretch_of, text_of


def test_a_line_says_when_who_what_and_why_it_matters() -> None:
    event = make_event("e1", 0.5)
    drift = make_drift(
        "a", evidence=(Evidence("e1", "trail", EventKind.API_CALL, event.at, 0.9, "it opened the port"),)
    )
    [item] = details.items([event], chosen=drift)
    said = text_of(details.item_line(item, 140))
    assert said.startswith(
        "12:00:30 ● mia@example.org           AuthorizeSecurityGroupIngress  opened port 22  evidence: it"
    )
    assert said.endswith("trail")
    assert text_of(details.item_line(item, 60)).startswith("12:00:30 ● mia@example.org   AuthorizeSec")


def test_what_failed_says_how_and_what_lasted_says_how_long() -> None:
    events = [
        make_event("e1", 1, error="AccessDenied"),
        make_event("e2", 2, kind=EventKind.INCIDENT, ended_at=at(32), summary="INC-42"),
    ]
    assert [item.why for item in details.items(events)] == ["refused: AccessDenied", "for 30 min"]


def test_drifts_and_what_scans_saw_are_among_them_in_order() -> None:
    ref = ResourceRef("aws", "aws_instance", "i-1", address="aws_instance.web")
    change = ResourceChange(at(3), ref, "actual", "account", "changed")
    found = details.items([make_event("e1", 4)], [change], [make_drift("a", changed_at=at(2))])
    assert [item.source for item in found] == ["drift", "account", "trail"]
    assert found[1].what == "aws_instance.web: changed (actual)"


def test_a_record_is_told_in_full_as_it_is_stored() -> None:
    event = make_event("e1", 0, error="AccessDenied", original='{"eventName":"Open","secret":"(redacted)"}')
    lines = [text_of(line) for line in details.record(event, 80)]
    assert lines[0] == "AuthorizeSecurityGroupIngress  opened port 22"
    assert "failed   AccessDenied" in lines
    assert '  "eventName": "Open",' in lines
    assert '  "secret": "(redacted)"' in lines


def test_no_text_breaks_out_of_its_line() -> None:
    for number, hostile in enumerate(HOSTILE):
        event = make_event(f"e{number}", 0, summary=hostile, operation=hostile, source=hostile, error=hostile)
        for cells in (40, 78, 160):
            assert width(details.item_line(details.items([event])[0], cells)) <= cells


def test_a_record_of_any_text_stays_within_its_width() -> None:
    for hostile in HOSTILE:
        event = make_event("e1", 0, summary=hostile, operation=hostile, original=hostile, touches=(hostile,))
        assert all(width(line) <= 60 for line in details.record(event, 60))
    endless = make_event("e1", 0, original="x" * 1_000_000)
    assert text_of(details.record(endless, 60)[-1]) == "… 1,000,000 characters in all"


class TestKeeping:
    def test_what_was_read_answers_for_any_part_of_it(self) -> None:
        kept = Kept()
        asked = Question(SCALE)
        kept.add(asked.widened(), stretch_of([]))
        assert kept.answer(asked) is not None
        assert kept.answer(asked._replace(scale=SCALE.moved(30))) is not None
        assert kept.answer(asked._replace(scale=SCALE.moved(31))) is None
        assert kept.answer(asked._replace(by="kind")) is None
        assert kept.answer(asked._replace(wanted=WRITES.of("source", "git"))) is None
        assert kept.answer(asked._replace(scale=SCALE._replace(width=timedelta(minutes=2)))) is None
        kept.clear()
        assert kept.answer(asked) is None

    def test_what_was_not_used_for_long_is_let_go(self) -> None:
        kept = Kept()
        for number in range(40):
            kept.add(Question(SCALE.moved(number * 1_000)), stretch_of([]))
        assert kept.answer(Question(SCALE)) is None
        assert kept.answer(Question(SCALE.moved(39_000))) is not None


def test_evidence_says_why_it_is_such_and_not_again_what_happened() -> None:
    event = make_event("e1", 0.5)
    evidence = Evidence("e1", "trail", EventKind.API_CALL, event.at, 0.9, f"the change: {event.summary}")
    [item] = details.items([event], chosen=make_drift("a", evidence=(evidence,)))
    assert item.why == "evidence: the change"
