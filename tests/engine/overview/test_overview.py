"""An estate at one glance, from what its scans recorded."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import structs

from engine.model import Category, Level, Report, SourceStatus
from engine.overview import Count, overview, standing_of
from engine.store import Stores, open_stores
from tests.support.sample_report import cause
from tests.support.samples import at, make_drift, make_report

NIGHT = at(-30)


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    with open_stores(tmp_path) as stores:
        yield stores


def record(stores: Stores, *reports: Report) -> None:
    for report in reports:
        stores.record_scan(report)


class TestHowItStands:
    def test_before_the_first_scan_there_is_nothing_to_say(self, stores: Stores) -> None:
        assert overview(stores) is None
        record(stores, make_report("s1", 0))
        assert overview(stores, "another estate") is None
        assert overview(stores, as_of=at(-1)) is None

    def test_drifts_are_counted_by_severity_and_by_cause(self, stores: Stores) -> None:
        drifts = [
            make_drift("a"),
            make_drift("b", level=Level.LOW, score=5, cause=cause(Category.AUTOMATED_PROCESS, 0.9)),
            make_drift("c", level=Level.LOW, score=6, cause=cause(Category.AUTOMATED_PROCESS, 0.4)),
            make_drift("d"),
        ]
        record(stores, make_report("s1", 0, *drifts))

        found = overview(stores)
        assert found is not None
        assert found.standing.counts == (
            Count(Level.CRITICAL, Category.UNAUTHORIZED_CHANGE, 2),
            Count(Level.LOW, Category.AUTOMATED_PROCESS, 1),
            Count(Level.LOW, None, 1),
        )
        assert found.standing.drifts == 4

    def test_what_the_stores_say_is_what_the_report_says(self, stores: Stores) -> None:
        report = make_report("s1", 0, make_drift("a"), make_drift("b", level=Level.LOW, score=5))
        record(stores, report)

        found = overview(stores)
        assert found is not None
        assert found.standing == standing_of(report)

    def test_of_many_drifts_the_gravest_are_named(self, stores: Stores) -> None:
        drifts = [make_drift(f"d{n:03}", level=Level.HIGH, score=80 - n) for n in range(60)]
        record(stores, make_report("s1", 0, *drifts))

        found = overview(stores)
        assert found is not None
        assert [drift.id for drift in found.standing.worst[:2]] == ["d000", "d001"]
        assert len(found.standing.worst) == 50
        assert found.standing.drifts == 60

    def test_at_an_earlier_time_it_stood_as_it_did_then(self, stores: Stores) -> None:
        record(
            stores,
            make_report("s1", 0, make_drift("a")),
            make_report("s2", 60, make_drift("a"), make_drift("b", detected_at=at(60))),
        )

        then = overview(stores, as_of=at(30))
        assert then is not None
        assert (then.standing.as_of, then.standing.drifts, then.course.trend[-1].total) == (at(0), 1, 1)


class TestHowItCameToThat:
    def test_the_trend_counts_what_appeared_went_and_is_open(self, stores: Stores) -> None:
        low = {"level": Level.LOW, "score": 3}
        record(
            stores,
            make_report("s1", 0, make_drift("a"), make_drift("b", **low)),
            make_report("s2", 10, make_drift("a")),
            make_report("s3", 20, make_drift("a"), make_drift("c", **low, detected_at=at(20))),
        )

        found = overview(stores, steps=3)
        assert found is not None
        assert [(point.open, point.appeared, point.resolved, point.scans) for point in found.course.trend] == [
            ((0, 0, 0, 1), 2, 1, 2),
            ((1, 0, 0, 1), 1, 0, 1),
        ]
        assert found.course.trend[-1].at == at(20)

    def test_detecting_and_resolving_take_so_long(self, stores: Stores) -> None:
        record(
            stores,
            make_report("s1", 0, make_drift("a", changed_at=at(-10)), make_drift("b", changed_at=at(-50))),
            make_report("s2", 60, make_drift("c", changed_at=None, detected_at=at(60))),
        )

        found = overview(stores)
        assert found is not None
        detect, resolve = found.course.detect, found.course.resolve
        assert detect is not None
        assert resolve is not None
        assert (detect.mean, detect.median, detect.count) == (timedelta(minutes=30), timedelta(minutes=30), 2)
        assert (resolve.mean, resolve.count) == (timedelta(minutes=60), 2)

    def test_nothing_resolved_is_no_time_of_zero(self, stores: Stores) -> None:
        record(stores, make_report("s1", 0, make_drift("a", changed_at=None)))

        found = overview(stores)
        assert found is not None
        assert (found.course.detect, found.course.resolve) == (None, None)

    def test_since_the_last_visit_some_are_new_and_some_are_gone(self, stores: Stores) -> None:
        new = [make_drift(f"n{n}", level=Level.HIGH, detected_at=at(60)) for n in range(2)]
        record(
            stores, make_report("s1", 0, make_drift("a"), make_drift("b")), make_report("s2", 60, make_drift("a"), *new)
        )

        found = overview(stores, since=at(0))
        assert found is not None
        assert found.course.since is not None
        assert (found.course.since.appeared, found.course.since.resolved) == ({Level.HIGH: 2}, 1)

    def test_it_is_told_when_what_is_open_came_about(self, stores: Stores) -> None:
        drifts = [make_drift(f"d{n}", changed_at=at(-60 * n)) for n in (1, 1, 5, 48)]
        record(stores, make_report("s1", 0, *drifts, make_drift("x", changed_at=at(-60 * 24 * 90))))

        found = overview(stores, steps=60)
        assert found is not None
        assert sum(stretch.total for stretch in found.course.came) == 3, "the one of long ago is left out"
        assert found.course.came[-1].at == at(0)
        assert found.course.came[0].at - found.course.came[1].at < timedelta()

    def test_a_source_is_as_fresh_as_its_last_whole_reading(self, stores: Stores) -> None:
        record(stores, make_report("s1", 0), make_report("s2", 10, failed=("account",)))
        stores.record_scan(make_report("s3", 20, failed=("account",)), read_to={"trail": at(18)})

        found = overview(stores)
        assert found is not None
        assert found.course.fresh == {"states": at(20), "account": at(0), "trail": at(18)}
        assert [source.status for source in found.standing.sources][1] is SourceStatus.FAILED

    def test_several_estates_are_kept_apart(self, stores: Stores) -> None:
        for name, drifts in (("shop", [make_drift("a")]), ("bank", [make_drift("b"), make_drift("c")])):
            report = make_report(f"s-{name}", 0, *drifts)
            record(stores, structs.replace(report, scan=structs.replace(report.scan, estate=name)))

        last, shop = overview(stores), overview(stores, "shop")
        assert last is not None
        assert shop is not None
        assert (last.standing.estate, last.standing.drifts, last.course.trend[-1].total) == ("bank", 2, 2)
        assert (shop.standing.estate, shop.standing.drifts, shop.course.trend[-1].total) == ("shop", 1, 1)
