"""All sources are read side by side, and whoever reads what is live may ask what is declared."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.collectors import gathering
from engine.collectors.base import Context, Settings
from engine.config import Config, SourceConfig
from engine.errors import SourceError
from engine.model import Declared, Language, Observed, ResourceRef, SourceRole


class _Slow:
    """A declared source that takes its time."""

    def __init__(self, name: str, fails: bool) -> None:
        self.name, self.fails = name, fails

    def fingerprint(self) -> str | None:
        return "mark"

    def collect(self, context: Context) -> Iterator[Declared]:
        context.wait(0.05)
        if self.fails:
            raise SourceError("cannot be read")
        yield Declared(
            ResourceRef("aws", "AWS::S3::Bucket", self.name), {}, self.name, language=Language.CLOUDFORMATION
        )
        yield Declared(ResourceRef("aws", "aws_s3_bucket", self.name), {}, self.name)


class _Asking:
    """A live source that reads what is declared."""

    def fingerprint(self) -> str | None:
        return None

    def collect(self, context: Context) -> Iterator[Observed]:
        for item in context.declared(Language.CLOUDFORMATION):
            yield Observed("aws", item.ref.type, "", {"CloudControlId": item.ref.id}, "live")


class _Configured(SourceConfig, frozen=True, kw_only=True):
    collector: Any

    def build(self) -> Any:
        return self.collector


def _configured(name: str, role: SourceRole, collector: object) -> SourceConfig:
    settings = Settings(name=name, kind="any")
    return _Configured(name=name, kind="any", role=role, key=name, settings=settings, collector=collector)


def _gather(*sources: SourceConfig, live: tuple[str, ...] = ()) -> gathering.Gathered:
    config = Config(name="estate", base=Path(), store=Path(), sources=sources)
    return gathering.gather(config, tell=lambda *_: None, cancelled=threading.Event(), live=live)


@pytest.mark.parametrize("fails", [False, True])
def test_more_asking_sources_than_workers_wait_for_the_declared_ones_and_none_is_starved(fails: bool) -> None:
    asking = [_configured(f"live-{number}", SourceRole.ACTUAL, _Asking()) for number in range(12)]
    declared = [
        _configured("one", SourceRole.DECLARED, _Slow("one", fails=False)),
        _configured("two", SourceRole.DECLARED, _Slow("two", fails=fails)),
    ]

    gathered = _gather(*asking, *declared, live=tuple(source.name for source in asking))

    observed = [item for group in gathered.resources.groups() for item in group.observed]
    assert len(observed) == 12 * (1 if fails else 2)
    assert [health.name for health in gathered.health] == [source.name for source in (*asking, *declared)]


def test_a_source_without_a_fingerprint_is_of_this_moment_unless_it_failed() -> None:
    class _Refused(_Asking):
        def collect(self, context: Context) -> Iterator[Observed]:
            raise SourceError("refused")

    assert _gather(_configured("live", SourceRole.ACTUAL, _Asking()), live=("live",)).live
    assert not _gather(_configured("live", SourceRole.ACTUAL, _Refused()), live=("live",)).live
