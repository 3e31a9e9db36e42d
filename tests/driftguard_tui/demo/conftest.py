"""The demo bundle, written once for all tests."""

from pathlib import Path

import pytest

from driftguard_tui.demo import build_demo


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_demo(tmp_path_factory.mktemp("demo"))
