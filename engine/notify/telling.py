"""What a scan found, what waits for people and what is amiss, told to whoever is to know.

A `Telling` is made before a scan and asked after it. What there is to tell goes into the ledger's outbox first and out
of it once, whichever process sends it.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import structs

from engine.masking import PERSON, Masker
from engine.model import Report
from engine.notify.delivery import deliver, now
from engine.notify.occurrences import Occurrence, of_model, of_requests, of_scan
from engine.notify.rules import About, load_rules
from engine.notify.targets import Target
from engine.notify.wording import Mask, Message, clean_text, messages
from engine.store.records import Notification

if TYPE_CHECKING:
    from engine.config import Config
    from engine.store import Stores
    from engine.store.ledger_outbox import Outbox


class Telling:
    """One scan's telling: what it found beside what the scan before it had found.

    Where the configuration has no target, and for whoever may only look at a shared ledger, nothing is read and nobody
    is told. Raises ConfigError when the user's own rules cannot be used, and each method StoreError when the store
    fails.
    """

    def __init__(self, config: "Config", stores: "Stores | None", clock: Callable[[], datetime] = now) -> None:
        self._targets = config.notify if stores is not None and config.notify and stores.ledger.takes_scans else ()
        self._config = config
        self._stores = stores
        self._clock = clock
        self._rules = load_rules(config.knowledge) if self._targets else ()
        self._before = stores.timeline.report_at(None, config.name) if stores and self._targets else None

    def keep(self, report: Report) -> None:
        """Puts what there is to tell after a scan into the outbox. What was told lately is not told again."""
        if self._stores is None or not self._targets:
            return
        at, found = self._clock(), list(self._found(report))
        mask = self._mask(report)
        with self._stores.ledger.outbox(writes=True) as outbox:
            for target in self._targets:
                wanted = [one for one in found if target.takes(one.rule.id, one.level)]
                new = self._untold(outbox, target, wanted, at)
                said = messages(new, mask if target.mask else None)
                outbox.add(_notification(message, target, at) for message in said)
            self._address(outbox, mask)

    def deliver(self) -> list[str]:
        """Sends what is due, and says in a sentence each what could not be sent. It may take some seconds."""
        return [] if self._stores is None else deliver(self._stores.ledger, self._targets, self._clock)

    def _found(self, report: Report) -> Iterator[Occurrence]:
        from engine.workflow.requests import Requests

        assert self._stores is not None  # noqa: S101
        yield from of_scan(self._rules, report, self._before)
        estate, kinds = self._config.name, {rule.about for rule in self._rules}
        if kinds & {About.REQUEST, About.APPROVAL}:
            requests = Requests(self._stores.ledger, self._stores.ledger.person, self._clock).all(estate=estate)
            yield from of_requests(self._rules, requests, self._clock())
        if About.MODEL in kinds:
            yield from self._of_model(estate)

    def _of_model(self, estate: str) -> Iterator[Occurrence]:
        from engine.learning.standing import State, overview

        assert self._stores is not None  # noqa: S101
        known = overview(self._stores.folder, self._stores.ledger)
        in_use = next((model.label for model in known.models if model.state is State.IN_USE), "")
        alerts = {alert.name: alert.says for alert in known.alerts}
        if known.problem:
            alerts["damaged"] = known.problem
        yield from of_model(self._rules, in_use, alerts, estate)

    def _untold(self, outbox: "Outbox", target: Target, wanted: Sequence[Occurrence], at: datetime) -> list[Occurrence]:
        told = {
            rule.id: outbox.told(target.name, rule.id, at - rule.silence)
            for rule in {one.rule.id: one.rule for one in wanted}.values()
        }
        return [one for one in wanted if one.key not in told[one.rule.id]]

    def _address(self, outbox: "Outbox", mask: Mask) -> None:
        """Has what others left to be sent go to whoever takes it."""
        for note in outbox.unaddressed():
            masks = [(target, mask if target.mask else None) for target in self._targets]
            copies = [
                structs.replace(
                    note, target=target.name, subject=clean_text(note.subject, mask), body=clean_text(note.body, mask)
                )
                for target, mask in masks
                if target.takes(note.channel, note.level)
            ]
            if copies:
                outbox.address(note, copies)

    def _mask(self, report: Report) -> Mask:
        masker = Masker(hosts=True)
        if self._stores is not None and any(target.mask for target in self._targets):
            masker.learn(report)
            for name in sorted(self._stores.ledger.names_of_people()):
                masker.know(PERSON, name)
        return masker


def _notification(message: Message, target: Target, at: datetime) -> Notification:
    return Notification(
        channel=message.rule.id,
        key="\n".join(message.keys),
        level=message.level,
        target=target.name,
        subject=message.subject,
        body=message.body,
        created_at=at,
        drift_id=message.drift_id,
    )
