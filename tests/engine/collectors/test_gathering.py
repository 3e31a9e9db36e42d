"""All sources are read side by side, and whoever reads what is live may ask what is declared."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from engine.collectors import gathering
from engine.collectors.base import Context, Settings
from engine.config import Config, SourceConfig
from engine.errors import SourceError
from engine.model import Declared, Event, EventKind, Language, Observed, ResourceRef, Series, SourceRole, SourceStatus
from tests.support.samples import at, make_event


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


def _gather(*sources: SourceConfig, live: tuple[str, ...] = (), **more: Any) -> gathering.Gathered:
    config = Config(name="estate", base=Path(), store=Path(), sources=sources)
    return gathering.gather(config, tell=lambda *_: None, cancelled=threading.Event(), live=live, **more)


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


class _Trail:
    """A live source of events."""

    def __init__(self, *events: Event, problem: str = "") -> None:
        self.events, self.problem = events, problem
        self.asked_since: datetime | None = None

    def fingerprint(self) -> str | None:
        return None

    def collect(self, context: Context) -> Iterator[Event]:
        self.asked_since = context.since
        if self.problem:
            context.skip("a region", self.problem)
        yield from self.events


def test_what_was_read_before_is_not_read_again_but_for_what_may_come_late() -> None:
    trail, other = _Trail(make_event("e1", 30)), _Trail()
    gathered = _gather(
        _configured("trail", SourceRole.EVENTS, trail),
        _configured("other", SourceRole.EVENTS, other),
        live=("trail", "other"),
        since={"trail": at(20)},
    )

    assert trail.asked_since is not None
    assert at(20) - timedelta(hours=6) < trail.asked_since < at(20) - timedelta(minutes=15)
    assert other.asked_since is None
    assert gathered.read_to == {"trail": at(30)}


def test_a_source_that_was_not_read_whole_is_read_again_from_where_it_was() -> None:
    trail = _Trail(make_event("e1", 30), problem="refused")
    recorded = _Trail(make_event("e2", 30))
    gathered = _gather(
        _configured("trail", SourceRole.EVENTS, trail),
        _configured("file", SourceRole.EVENTS, recorded),
        live=("trail",),
    )

    assert gathered.read_to == {}
    assert [event.id for event in gathered.events] == ["e1", "e2"]


def test_of_two_records_of_one_thing_the_one_written_later_counts() -> None:
    opened = make_event("i", 1, kind=EventKind.INCIDENT, recorded_at=at(2))
    closed = structs.replace(opened, ended_at=at(6), recorded_at=at(6))
    gathered = _gather(
        _configured("a", SourceRole.EVENTS, _Trail(closed)), _configured("b", SourceRole.EVENTS, _Trail(opened, opened))
    )

    assert gathered.events == [closed]
    assert [health.skipped for health in gathered.health] == [0, 1], "one source told the same twice"
    assert [health.status for health in gathered.health] == [SourceStatus.OK, SourceStatus.OK]
    assert gathered.newest == at(6), "now is when the newest record was made"


def test_metrics_are_kept_and_counted_by_their_samples() -> None:
    series = Series(source="m", name="errors", times=(at(1), at(2)), values=(0.5, 1.0))
    gathered = _gather(_configured("m", SourceRole.EVENTS, _Trail(series)))  # type: ignore[arg-type]

    assert (gathered.series, gathered.health[0].records, gathered.newest) == ([series], 2, at(2))


def test_sources_are_asked_side_by_side_whether_anything_has_changed(tmp_path: Path) -> None:
    together = threading.Barrier(2, timeout=30)  # lets nobody through who is asked alone

    class Late(_Slow):
        def fingerprint(self) -> str | None:
            together.wait()
            return self.name

    sources = tuple(_configured(name, SourceRole.DECLARED, Late(name, fails=False)) for name in ("one", "two"))
    config = Config(name="shop", base=tmp_path, store=tmp_path, sources=sources)
    assert gathering.fingerprints(config) == {"one": "one", "two": "two"}
