"""A live Prometheus with an Alertmanager, as servers on loopback answer."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from engine.collectors.base import Context
from engine.collectors.events.prometheus import Settings, Source
from engine.errors import SourceError
from engine.model import Event, Series, ticket_of
from tests.support.prometheus_server import MOST, TOKEN, Prometheus
from tests.support.rest_server import Impatient, Reply, running

NOW = int(datetime.now(UTC).timestamp()) // 60 * 60
LABELS = {"alertname": "CheckoutErrors", "service": "checkout", "severity": "critical"}


def minutes_ago(minutes: float) -> str:
    return (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()


def samples(first: int, last: int, value: float = 1) -> dict[int, float]:
    """One a minute, from so many minutes ago to so many."""
    return {NOW - minute * 60: value for minute in range(last, first + 1)}


@pytest.fixture
def prometheus() -> Iterator[Prometheus]:
    series = [
        ({"__name__": "ALERTS", "alertstate": "firing", **LABELS}, samples(90, 30)),
        ({"__name__": "ALERTS_FOR_STATE", **LABELS}, samples(95, 30, NOW - 95 * 60)),
        ({"__name__": "ALERTS", "alertstate": "firing", **LABELS, "service": "orders"}, samples(3 * 1440, 0)),
        ({"__name__": "errors", "service": "checkout"}, samples(20 * 1440, 0, 0.25)),
    ]
    with running(Prometheus(series)) as server:
        yield server


def source(server: Prometheus, **settings: Any) -> Source:
    given = {"url": server.url, "token": "env:TOKEN", **settings}
    return Source(Settings(name="metrics", kind="prometheus", **given))


def context(kind: type[Context] = Context, **given: Any) -> Context:
    return kind(resolve_secret=lambda reference: TOKEN, **given)


def read(server: Prometheus, given: Context | None = None, **settings: Any) -> tuple[dict[str, Event], list[Series]]:
    found = list(source(server, **settings).collect(given or context()))
    events = {item.touches[0]: item for item in found if isinstance(item, Event)}
    return events, [item for item in found if isinstance(item, Series)]


def test_alerts_are_read_with_their_times(prometheus: Prometheus) -> None:
    events, _ = read(prometheus)
    over, lasting = events["checkout"], events["orders"]
    assert over.at == datetime.fromtimestamp(NOW - 95 * 60, UTC)
    assert over.ended_at == datetime.fromtimestamp(NOW - 29 * 60, UTC)
    assert lasting.ended_at is None


def test_a_long_time_is_asked_for_in_pieces(prometheus: Prometheus) -> None:
    _, (series,) = read(prometheus, queries=["errors"], days=19)
    assert len(series.times) > 2 * MOST
    assert {after - before for before, after in pairwise(series.times)} == {timedelta(minutes=1)}


def test_metrics_are_called_as_the_user_likes(prometheus: Prometheus) -> None:
    _, (series,) = read(prometheus, queries={"failed requests": "errors"}, days=1, step=300)
    assert series.key == "metrics:failed requests{service=checkout}"
    assert series.touches == ("checkout",)


def test_alertmanager_is_read_beside_it(prometheus: Prometheus) -> None:
    labels = {**LABELS, "service": "orders", "cluster": "prod-eu"}
    times = {"startsAt": minutes_ago(50), "updatedAt": minutes_ago(1), "endsAt": minutes_ago(-3)}
    prometheus.managed = [{"labels": labels, "annotations": {}, "status": {"state": "suppressed"}, **times}]
    events, _ = read(prometheus, alertmanager=prometheus.url)
    assert len(events) == 2
    assert ticket_of(events["orders"]).status == "suppressed"
    alone, _ = read(prometheus, url=None, alertmanager=prometheus.url)
    assert list(alone) == ["orders"]


def test_only_what_is_new_is_told_and_by_the_same_id(prometheus: Prometheus) -> None:
    before, _ = read(prometheus)
    given = context(since=datetime.fromtimestamp(NOW, UTC) - timedelta(minutes=10))
    after, (series,) = read(prometheus, given, queries=["errors"])
    assert list(after) == ["orders"]
    assert after["orders"].id == before["orders"].id
    assert len(series.times) in (10, 11)


def test_a_query_that_is_refused_does_not_stop_the_rest(prometheus: Prometheus) -> None:
    given = context()
    events, series = read(prometheus, given, queries=["sum(", "errors"], days=1)
    assert (len(events), len(series)) == (2, 1)
    assert given.problems == ["sum(: the server does not accept the query (400); try it in Prometheus' own page"]


def test_a_busy_server_is_asked_again(prometheus: Prometheus) -> None:
    prometheus.faults = [Reply(status=503), Reply(breaks=True)]
    assert len(read(prometheus, context(Impatient))[0]) == 2


def test_a_wrong_token_is_one_sentence(prometheus: Prometheus) -> None:
    given = Context(resolve_secret=lambda reference: "wrong")
    with pytest.raises(SourceError, match="does not accept the credentials of source 'metrics'"):
        list(source(prometheus).collect(given))


def test_settings_that_name_no_server(prometheus: Prometheus) -> None:
    with pytest.raises(SourceError, match="needs `path`, `url` or `alertmanager`"):
        read(prometheus, url=None)


def test_a_token_is_only_sent_in_secret(prometheus: Prometheus) -> None:
    with pytest.raises(SourceError, match="must be https"):
        read(prometheus, url="http://prometheus.example")


def test_doctor_is_told_what_may_be_read(prometheus: Prometheus) -> None:
    access = source(prometheus, queries={"failures": "errors", "broken": "sum("}).access(context())
    assert access is not None
    assert access.may == ("alerts", "the metric failures")
    assert [lack.what for lack in access.lacks] == ["the metric broken"]
