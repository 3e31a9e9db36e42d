"""What is to be sent waits in the ledger, and goes out once whoever may send it. On a file and on Postgres."""

from contextlib import closing
from datetime import timedelta

from msgspec import structs

from engine.model import Level
from engine.store.ledger import Ledger
from engine.store.records import Notification, NotificationStatus
from tests.support.places import Place
from tests.support.samples import NOON

MINUTE = timedelta(minutes=1)


def note(key: str = "k", level: Level = Level.HIGH, target: str = "ops") -> Notification:
    return Notification(
        channel="source", key=key, level=level, target=target, subject=f"about {key}", body="…", created_at=NOON
    )


def keep(ledger: Ledger, *notes: Notification) -> None:
    with ledger.outbox(writes=True) as outbox:
        outbox.add(notes)


def test_the_gravest_goes_first_and_one_process_has_it(ledger: Ledger, place: Place) -> None:
    keep(ledger, note("small", Level.LOW), note("grave", Level.CRITICAL), note(target="others"))
    with closing(place.open("anna")) as elsewhere:
        with ledger.outbox() as outbox, elsewhere.outbox() as same:
            first, second = outbox.due("ops", NOON)
            assert same.due("ops", NOON) == [first, second]
        assert (first.key, second.key) == ("grave", "small")
        with ledger.outbox(writes=True) as outbox:
            assert outbox.claim(first, NOON, NOON + MINUTE)
        with elsewhere.outbox(writes=True) as outbox:
            assert not outbox.claim(first, NOON, NOON + MINUTE)
            assert outbox.due("ops", NOON) == [second]
            assert [each.key for each in outbox.due("ops", NOON + MINUTE)] == ["grave", "small"], "its process died"


def test_what_arrived_and_what_is_tried_again(ledger: Ledger) -> None:
    keep(ledger, note("good"), note("bad"), note("worst"))
    with ledger.outbox(writes=True) as outbox:
        good, bad, worst = outbox.due("ops", NOON)
        outbox.sent(good, NOON)
        outbox.failed(bad, "refused (401)", NOON + MINUTE)
        outbox.failed(worst, "given up", None)
    with ledger.outbox() as outbox:
        assert outbox.due("ops", NOON) == []
        [again] = outbox.due("ops", NOON + MINUTE)
        assert (again.key, again.error) == ("bad", "refused (401)")
        assert outbox.sent_since("ops", NOON - MINUTE) == 1
        assert outbox.told("ops", "source", NOON - MINUTE) == {"good", "bad", "worst"}
        assert outbox.told("ops", "source", NOON) == set()
        assert [each.key for each in outbox.newest(status=NotificationStatus.FAILED)] == ["worst"]


def test_what_is_for_nobody_is_for_whoever_takes_it(ledger: Ledger) -> None:
    keep(ledger, note(target=""))
    with ledger.outbox(writes=True) as outbox:
        [alarm] = outbox.unaddressed()
        outbox.address(alarm, [structs.replace(alarm, target=target) for target in ("ops", "boss")])
        assert outbox.unaddressed() == []
        assert [len(outbox.due(target, NOON)) for target in ("ops", "boss", "")] == [1, 1, 0]
