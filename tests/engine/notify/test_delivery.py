"""Notifications really arrive: over HTTP and by mail, once, as much as a target takes, and when it may be told."""

import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec import structs

from engine.errors import NotifyError
from engine.model import Level
from engine.notify.delivery import RETRIES, deliver, trial
from engine.notify.sending import send
from engine.notify.targets import Quiet, Target
from engine.store.ledger import Ledger
from engine.store.records import Notification, NotificationStatus
from tests.support.inbox import Webhook, mail_server, webhook

NIGHT = datetime(2026, 3, 14, 3, 12, tzinfo=UTC)
OPS = Target(name="ops", url="env:OPS_URL")


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Webhook]:
    with webhook() as server:
        monkeypatch.setenv("OPS_URL", server.url)
        yield server


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(Ledger.open(tmp_path)) as ledger:
        yield ledger


def keep(ledger: Ledger, *subjects: str, level: Level = Level.HIGH) -> None:
    with ledger.outbox(writes=True) as outbox:
        outbox.add(
            Notification(
                channel="r", key=subject, level=level, target="ops", subject=subject, body="text", created_at=NIGHT
            )
            for subject in subjects
        )


def states(ledger: Ledger) -> list[tuple[str, NotificationStatus, int]]:
    with ledger.outbox() as outbox:
        return [(each.subject, each.status, each.attempts) for each in reversed(outbox.newest())]


def test_a_webhook_is_told_once(ledger: Ledger, hook: Webhook) -> None:
    keep(ledger, "one", "two")
    assert deliver(ledger, [OPS], lambda: NIGHT) == []
    assert deliver(ledger, [OPS], lambda: NIGHT) == []
    assert [(each["title"], each["message"]) for each in hook.got] == [("one", "text"), ("two", "text")]
    assert states(ledger) == [("one", NotificationStatus.SENT, 1), ("two", NotificationStatus.SENT, 1)]


def test_a_mail_server_is_told() -> None:
    with mail_server() as (url, got):
        send(url, "Critical drift: front", "front is open\n<script>alert(1)</script>")
    [mail] = got
    assert str(mail["Subject"]) == "Critical drift: front"
    assert mail["To"] == "ops@shop.example"
    texts = [part.get_payload(decode=True).decode() for part in mail.walk() if not part.is_multipart()]
    assert any("front is open" in text for text in texts)
    assert not any("<script>" in text for part, text in zip(_leaves(mail), texts, strict=True) if part == "text/html")


def _leaves(mail: object) -> list[str]:
    return [part.get_content_type() for part in mail.walk() if not part.is_multipart()]  # type: ignore[attr-defined]


def test_of_several_processes_one_sends(tmp_path: Path, hook: Webhook) -> None:
    with closing(Ledger.open(tmp_path)) as ledger:
        keep(ledger, *map(str, range(12)))
    ledgers = [Ledger.open(tmp_path) for _ in range(4)]
    threads = [threading.Thread(target=deliver, args=(each, [OPS], lambda: NIGHT)) for each in ledgers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for ledger in ledgers:
        ledger.close()
    assert sorted(each["title"] for each in hook.got) == sorted(map(str, range(12)))


def test_what_is_refused_is_tried_again_later_and_later_and_given_up(ledger: Ledger, hook: Webhook) -> None:
    keep(ledger, "one")
    hook.status = 401
    at, said = NIGHT, []
    for wait in (*RETRIES, timedelta()):
        said += deliver(ledger, [OPS], lambda at=at: at)
        assert deliver(ledger, [OPS], lambda at=at: at) == [], "not before its time"
        at += wait
    assert said[0] == (
        "ops could not be told: json: the message was refused (status 401); check the address and its token"
    )
    assert "given up after 6 attempts" in said[-1]
    assert states(ledger) == [("one", NotificationStatus.FAILED, 6)]
    assert "s3cr3t" not in "".join(said)

    keep(ledger, "two")
    deliver(ledger, [OPS], lambda: NIGHT)
    hook.status = 200
    assert deliver(ledger, [OPS], lambda: NIGHT + RETRIES[0]) == []
    assert [each["title"] for each in hook.got] == ["two"]


def test_a_target_is_told_so_much_in_an_hour(ledger: Ledger, hook: Webhook) -> None:
    keep(ledger, "1", "2", "3")
    slow = structs.replace(OPS, per_hour=2)
    deliver(ledger, [slow], lambda: NIGHT)
    deliver(ledger, [slow], lambda: NIGHT + timedelta(minutes=59))
    assert len(hook.got) == 2
    deliver(ledger, [slow], lambda: NIGHT + timedelta(minutes=61))
    assert [each["title"] for each in hook.got] == ["1", "2", "3"]


def test_in_quiet_hours_only_what_is_critical_is_said(ledger: Ledger, hook: Webhook) -> None:
    keep(ledger, "high")
    keep(ledger, "critical", level=Level.CRITICAL)
    quiet = structs.replace(OPS, quiet=Quiet(time(22), time(7), ZoneInfo("Europe/Berlin")))
    deliver(ledger, [quiet], lambda: NIGHT)
    assert [each["title"] for each in hook.got] == ["critical"]
    deliver(ledger, [quiet], lambda: datetime(2026, 3, 14, 5, 59, tzinfo=UTC))
    assert len(hook.got) == 1
    deliver(ledger, [quiet], lambda: datetime(2026, 3, 14, 6, 0, tzinfo=UTC))
    assert [each["title"] for each in hook.got] == ["critical", "high"]


def test_the_hours_of_a_day_and_those_over_midnight() -> None:
    noon = Quiet(time(12), time(13), UTC)
    night = Quiet(time(22), time(7), UTC)
    hours = [datetime(2026, 3, 14, hour, tzinfo=UTC) for hour in range(24)]
    assert [hour.hour for hour in hours if noon.holds(hour)] == [12]
    assert [hour.hour for hour in hours if night.holds(hour)] == [0, 1, 2, 3, 4, 5, 6, 22, 23]


def test_an_address_that_is_none_and_nobody_at_home() -> None:
    with pytest.raises(NotifyError, match="is no address that a message can be sent to") as caught:
        send("nonsense://token-s3cr3t", "a", "b")
    assert "s3cr3t" not in str(caught.value)
    with webhook() as server:
        url = server.url
    with pytest.raises(NotifyError, match="json: nobody took the message") as caught:
        send(url, "a", "b")
    assert "s3cr3t" not in str(caught.value)


def test_a_secret_that_is_not_there_is_said_and_tried_again(ledger: Ledger) -> None:
    keep(ledger, "one")
    [said] = deliver(ledger, [OPS], lambda: NIGHT)
    assert said.startswith("ops could not be told: env:OPS_URL: the environment variable OPS_URL is not set")
    assert states(ledger) == [("one", NotificationStatus.PENDING, 1)]


def test_a_trial(hook: Webhook) -> None:
    assert trial(OPS, "shop") == ""
    assert hook.got[0]["message"] == "Notifications of shop arrive here."
    hook.status = 500
    assert "status 500" in trial(OPS, "shop")
