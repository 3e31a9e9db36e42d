"""What is told of a source: how it is set up, how its last readings went, and how new what it holds is."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from engine.config import bundle_config, read_source
from engine.model import SourceStatus
from engine.pipeline import scan
from engine.sources import readings, settings_of
from engine.store import open_stores
from tests.support.small_bundle import write_bundle


def test_the_last_readings_of_each_source_the_newest_first(tmp_path: Path) -> None:
    config = bundle_config(write_bundle(tmp_path / "shop"))
    with open_stores(tmp_path / "store") as stores:
        asyncio.run(scan(config, stores=stores))
        (tmp_path / "shop" / "aws" / "broken.json").write_text("{")
        asyncio.run(scan(config, stores=stores))
        found = readings(stores, config.name, 10)
        assert [reading.health.status for reading in found["aws"]] == [SourceStatus.PARTIAL, SourceStatus.OK]
        assert [reading.health.records for reading in found["terraform"]] == [1, 1]
        assert found["aws"][0].finished_at >= found["aws"][1].finished_at
        assert found["aws"][0].seconds > 0
        assert len(readings(stores, config.name, 1)["aws"]) == 1
        assert readings(stores, "another", 10) == {}


def test_how_new_what_it_holds_is(tmp_path: Path) -> None:
    report = asyncio.run(scan(bundle_config(write_bundle(tmp_path))))
    newest = {source.name: source.newest for source in report.scan.sources}
    assert newest["aws"] == datetime(2026, 3, 14, 9, tzinfo=UTC)


def test_settings_are_those_that_were_given_and_hold_no_secret(tmp_path: Path) -> None:
    source = read_source(
        {
            "name": "tickets",
            "kind": "jira",
            "url": "https://anna:hunter2@jira.example/x?q=1",
            "token": "env:JIRA_TOKEN",
            "days": 30,
            "types": {"incident": ["Sev 1", "Sev 2"]},
        },
        tmp_path,
    )
    assert settings_of(source) == {
        "url": "https://jira.example/x?q=1",
        "token": "env:JIRA_TOKEN",
        "types": "incident = Sev 1, Sev 2",
    }
