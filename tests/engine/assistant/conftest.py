"""The demo estate, scanned once, with its stores open."""

import asyncio
from collections.abc import Iterator

import pytest

from driftguard_tui.demo import build_demo
from engine.config import bundle_config
from engine.model import Report
from engine.pipeline import scan
from engine.store import Stores, open_stores


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Report, Stores]]:
    folder = build_demo(tmp_path_factory.mktemp("demo"))
    with open_stores(tmp_path_factory.mktemp("store")) as stores:
        yield asyncio.run(scan(bundle_config(folder), stores=stores)), stores
