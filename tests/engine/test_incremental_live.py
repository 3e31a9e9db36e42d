"""Live sources of events are read on from where the last scan stopped: late records come, none comes twice."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from msgspec import structs

from engine.collectors import registry
from engine.config import Config, SourceConfig, bundle_config
from engine.model import Event, SourceHealth, SourceRole, SourceStatus
from engine.pipeline import scan
from engine.store import Stores, open_stores
from tests.support.live_events import KINDS, TOKEN, Live, Tickets, ago, serving
from tests.support.small_bundle import write_bundle

DAY = 24 * 60


@pytest.fixture(params=KINDS, ids=lambda kind: str(kind.kind))
def live(request: pytest.FixtureRequest, moto_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    monkeypatch.setenv("LIVE_TOKEN", TOKEN)
    monkeypatch.setattr("engine.collectors.google_account._FIRST_WAIT", 0.01)
    with serving(request.param, moto_endpoint) as server:
        yield server


class Estate:
    """A drifted queue and one live source, scanned again and again with one store."""

    def __init__(self, folder: Path, live: Live, stores: Stores) -> None:
        self._stores = stores
        self._config = _configured(folder, live)

    def scan(self) -> SourceHealth:
        """How reading the live source went."""
        report = asyncio.run(scan(self._config, stores=self._stores))
        return next(source for source in report.scan.sources if source.name == "live")

    def read_to(self) -> datetime:
        return self._stores.timeline.watermarks(self._config.name)["live"]

    def known(self) -> list[Event]:
        """All that the store holds of the source."""
        window = self._stores.timeline.window(ago(30 * DAY), ago(-DAY), sources=["live"])
        return list(window.events)


def _configured(folder: Path, live: Live) -> Config:
    config = bundle_config(write_bundle(folder, live={"VisibilityTimeout": "900"}))
    settings = registry.KINDS[live.kind].settings()(name="live", kind=live.kind, **live.settings)
    source = SourceConfig(name="live", kind=live.kind, role=SourceRole.EVENTS, key="live", settings=settings)
    return structs.replace(config, sources=(*config.sources, source))


@pytest.fixture
def estate(tmp_path: Path, live: Live) -> Iterator[Estate]:
    for number, minutes in enumerate((4 * DAY, 30 * 60, 10)):
        live.happened(number, minutes)
    with open_stores(tmp_path / "store") as stores:
        yield Estate(tmp_path / "shop", live, stores)


def test_the_second_read_asks_for_what_is_new_and_a_little_before(live: Live, estate: Estate) -> None:
    assert estate.scan().records == 3
    assert estate.scan().records == 1
    live.happened(7, 90)  # late: recorded before what was read last
    live.happened(8, 1)
    assert estate.scan().records == 3
    assert len(estate.known()) == len({event.id for event in estate.known()}) == 5


def test_a_read_that_fails_leaves_the_mark_where_it_was(live: Live, estate: Estate) -> None:
    estate.scan()
    mark = estate.read_to()
    live.refuse(True)
    live.happened(7, 1)
    assert estate.scan().status is SourceStatus.FAILED
    assert estate.read_to() == mark
    live.refuse(False)
    assert estate.scan().records == 2
    assert estate.read_to() > mark
    assert len(estate.known()) == 4


@pytest.mark.parametrize("live", [kind for kind in KINDS if issubclass(kind, Tickets)], indirect=True)
def test_a_ticket_that_was_written_again_takes_the_place_of_what_it_was(live: Tickets, estate: Estate) -> None:
    estate.scan()
    live.written(0, "It is up again")
    assert estate.scan().records == 2
    titles = sorted(event.summary.partition(": ")[2] for event in estate.known())
    assert titles == ["It is down", "It is down", "It is up again"]


@pytest.mark.parametrize("live", [kind for kind in KINDS if kind.kind in ("cloudtrail", "jira")], indirect=True)
def test_a_record_of_the_future_does_not_move_the_mark_there(live: Live, estate: Estate) -> None:
    live.happened(7, -300 * DAY)
    estate.scan()
    assert estate.read_to() < ago(5)
