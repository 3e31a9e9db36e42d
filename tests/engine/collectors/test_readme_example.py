"""The example in the collectors' README is real code: it runs here as a newcomer would write it."""

import re
from pathlib import Path
from types import ModuleType

import pytest

from engine.collectors.base import Context
from engine.model import Event
from tests.support.paths import REPOSITORY


@pytest.fixture
def example() -> ModuleType:
    text = (REPOSITORY / "engine/collectors/README.md").read_text()
    [code] = re.findall(r"```python\n(\"\"\"Deployments.*?)```", text, re.DOTALL)
    module = ModuleType("deploys")
    exec(code, module.__dict__)
    return module


def test_the_example_reads_its_source_and_survives_a_bad_line(example: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "log.ndjson").write_text(
        '{"id": "7", "at": "2026-03-14T02:00:00Z", "by": "ana", "service": "checkout", "environment": "prod"}\n'
        "{broken\n"
        '{"id": "8", "at": "2026-03-14T03:00:00Z", "by": "bo", "service": "checkout", "environment": "dev"}\n'
    )
    settings = example.Settings(name="deploys", kind="shipit", path=str(tmp_path), environment="prod")
    source, context = example.Source(settings), Context()

    [event] = source.collect(context)

    assert isinstance(event, Event)
    assert (event.id, event.summary) == ("shipit:7", "deployed checkout to prod")
    assert context.skipped == 1
    assert context.problems[0].startswith("log.ndjson:2: ")
    assert source.fingerprint() == source.fingerprint()
