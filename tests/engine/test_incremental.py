"""A live source of events is read once: what it told before comes from the store, and explains what it explained."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from msgspec import structs

from engine.collectors.base import Context, Settings
from engine.config import Config, SourceConfig, bundle_config
from engine.model import Event, EventKind, Report, SourceRole
from engine.pipeline import scan
from engine.store import open_stores
from tests.support.samples import at, make_event
from tests.support.small_bundle import ACCOUNT, ARN, URL, write_bundle


class _Trail:
    """Tells of every event since the moment it is asked for, as an audit log does."""

    def __init__(self, *events: Event) -> None:
        self.events = list(events)
        self.told: list[str] = []

    def fingerprint(self) -> str | None:
        return None

    def collect(self, context: Context) -> Iterator[Event]:
        self.told = [event.id for event in self.events if context.since is None or event.at >= context.since]
        yield from (event for event in self.events if event.id in self.told)


class _Configured(SourceConfig, frozen=True, kw_only=True):
    collector: Any

    def build(self) -> Any:
        return self.collector


def configured(folder: Path, trail: _Trail) -> Config:
    config = bundle_config(write_bundle(folder, live={"VisibilityTimeout": "900"}))
    settings = Settings(name="trail", kind="cloudtrail")
    source = _Configured(
        name="trail", kind="cloudtrail", role=SourceRole.EVENTS, key="trail", settings=settings, collector=trail
    )
    return structs.replace(config, sources=(*config.sources, source))


def slower(id_: str, minutes: float, timeout: str = "900", **more: Any) -> Event:
    return make_event(
        id_,
        minutes,
        operation="SetQueueAttributes",
        service="sqs.amazonaws.com",
        scope=f"{ACCOUNT}/eu-west-1",
        touches=(URL, ARN),
        request=f'{{"queueUrl":"{URL}","attributes":{{"VisibilityTimeout":"{timeout}"}}}}',
        **more,
    )


def look(config: Config, store: Path) -> Report:
    with open_stores(store) as stores:
        return asyncio.run(scan(config, stores=stores))


def who_and_when(report: Report) -> tuple[str | None, datetime | None]:
    [drift] = report.drifts
    return drift.actor.principal, drift.changed_at


def test_the_second_scan_asks_for_what_is_new_and_still_knows_who_it_was(tmp_path: Path) -> None:
    incident = make_event("ticket", 8, kind=EventKind.INCIDENT, touches=("orders",), actor=make_event().actor)
    trail = _Trail(slower("e1", 10), incident, make_event("another day", 3 * 24 * 60, touches=("sg-9",)))
    config = configured(tmp_path / "shop", trail)

    first = look(config, tmp_path / "store")
    assert trail.told == ["e1", "ticket", "another day"]
    second = look(config, tmp_path / "store")

    assert trail.told == ["another day"]
    assert who_and_when(second) == who_and_when(first) == ("mia@example.org", at(10))
    assert second.drifts[0].evidence == first.drifts[0].evidence


def test_a_new_event_continues_the_story_of_the_old_ones(tmp_path: Path) -> None:
    trail = _Trail(slower("e1", 10), make_event("another day", 3 * 24 * 60, touches=("sg-9",)))
    config = configured(tmp_path / "shop", trail)
    look(config, tmp_path / "store")
    later = timedelta(days=3, minutes=5) / timedelta(minutes=1)
    boris = structs.replace(make_event().actor, principal="boris@example.org")
    trail.events += [slower("back", later, timeout="30"), slower("again", later + 1, actor=boris)]

    assert who_and_when(look(config, tmp_path / "store")) == ("boris@example.org", at(later + 1))
    assert trail.told == ["another day", "back", "again"]
