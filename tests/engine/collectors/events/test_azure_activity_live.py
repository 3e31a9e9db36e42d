"""The activity log and Resource Graph's changes through the real SDK, against services on loopback."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.collectors.base import Context
from engine.collectors.events.azure_activity import Settings, Source
from engine.errors import SourceError
from engine.model import RECORDED_CHANGE, Event
from tests.support.azure_graph_server import TOKEN, Fault, Graph, graph_server
from tests.support.azure_log import MACHINE, Json, change, entry

ONE, TWO = "0a1b2c3d-0000-4000-8000-00000000000a", "22222222-0000-0000-0000-000000000002"
WRITE = "Microsoft.Compute/virtualMachines/write"
NEEDS = "Microsoft.Insights/eventtypes/values/read"


def written(minutes_ago: float, **more: Any) -> Json:
    """An entry of so long ago."""
    at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    return {**entry("14 09:00", WRITE, **more), "eventTimestamp": f"{at:%Y-%m-%dT%H:%M:%S.%f}Z"}


def recorded(minutes_ago: float, **more: Any) -> Json:
    """A row of `resourcechanges` of so long ago."""
    at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    row = change("14 09:00", MACHINE, {"properties.hardwareProfile.vmSize": ("S", "L")}, **more)
    row["properties"]["changeAttributes"]["timestamp"] = f"{at:%Y-%m-%dT%H:%M:%SZ}"
    return row


def subscription(identity: str) -> Json:
    return {
        "id": f"/subscriptions/{identity}",
        "name": f"sub-{identity[0]}",
        "type": "microsoft.resources/subscriptions",
        "subscriptionId": identity,
    }


@pytest.fixture
def azure() -> Iterator[Graph]:
    with graph_server(resourcecontainers=[subscription(ONE), subscription(TWO)], resourcechanges=[]) as server:
        server.log = {ONE: [written(minutes) for minutes in range(1, 26)], TWO: [written(3)]}
        yield server


@pytest.fixture(autouse=True)
def waited(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Pauses that are written down instead of waited for."""
    waits: list[float] = []

    def wait(self: Context, seconds: float) -> bool:
        waits.append(seconds)
        return self.cancelled

    monkeypatch.setattr(Context, "wait", wait)
    return waits


def source(server: Graph, **settings: Any) -> Source:
    return Source(Settings(name="log", kind="azure_activity", endpoint=server.url, token="env:TOKEN", **settings))


def context(token: str = TOKEN, **more: Any) -> Context:
    return Context(resolve_secret=lambda _: token, **more)


def read(server: Graph, where: Context | None = None, **settings: Any) -> list[Event]:
    return list(source(server, **settings).collect(where or context()))


def test_every_page_of_every_subscription_is_read_once(azure: Graph) -> None:
    azure.page = 10
    events = read(azure)
    assert len(events) == len({event.id for event in events}) == 26


def test_the_log_is_read_as_far_back_as_is_wanted(azure: Graph) -> None:
    azure.log = {ONE: [written(days * 1440 + 300) for days in range(100)], TWO: []}
    assert len(read(azure, days=30)) == 30
    assert len(read(azure, days=500)) == 90
    assert len(read(azure, context(since=datetime.now(UTC) - timedelta(days=3)))) == 3


def test_what_is_under_way_is_told_once_it_is_over(azure: Graph) -> None:
    begin = written(9, event="BeginRequest", status="Started", operation_id="op")
    azure.log = {ONE: [begin], TWO: [written(300, status="Accepted")]}
    assert [json.loads(event.original)["status"]["value"] for event in read(azure)] == ["Accepted"]
    azure.log[ONE].insert(0, written(1, operation_id="op"))
    [event] = read(azure, subscriptions=[ONE])
    assert event.at == datetime.fromisoformat(begin["eventTimestamp"])


def test_changes_are_read_with_the_log_and_joined(azure: Graph) -> None:
    azure.log = {ONE: [written(10, operation_id="op")], TWO: []}
    unnamed = {"by": "Unspecified", "by_type": "Unspecified", "client": "Unspecified"}
    old = {**recorded(30 * 1440), "id": "/x/changes/old"}
    azure.tables["resourcechanges"] = [recorded(9, correlation="op", **unnamed), old]
    events = read(azure, days=60)
    [moved] = [event for event in events if event.operation == RECORDED_CHANGE]
    assert moved.actor.principal == "jana@shop.example"
    assert len(events) == 2


def test_a_subscription_that_refuses_leaves_the_others(azure: Graph) -> None:
    azure.forbidden = {ONE}
    where = context()
    assert len(read(azure, where)) == 1
    assert ONE in where.problems[0]
    assert NEEDS in where.problems[0]


def test_changes_that_are_refused_leave_the_log(azure: Graph) -> None:
    azure.forbidden = {"resourcechanges"}
    where = context()
    assert len(read(azure, where)) == 26
    assert "Microsoft.ResourceGraph/resources/read" in where.problems[0]


def test_being_refused_everywhere_fails_the_source(azure: Graph) -> None:
    azure.forbidden = {ONE, TWO, "resourcechanges"}
    with pytest.raises(SourceError, match=NEEDS):
        read(azure)


def test_a_busy_service_is_asked_again_when_it_says(azure: Graph, waited: list[float]) -> None:
    azure.faults = [Fault(status=429, code="TooManyRequests", headers={"Retry-After": "7"}), Fault(breaks=True)]
    assert len(read(azure, subscriptions=[ONE])) == 25
    assert 7.0 in waited


def test_an_expired_token_keeps_what_was_read(azure: Graph) -> None:
    azure.page = 10
    azure.faults = [Fault(), Fault(status=401, code="ExpiredAuthenticationToken")]
    events: list[Event] = []
    with pytest.raises(SourceError, match="have expired or are not accepted; renew"):
        events.extend(source(azure, subscriptions=[ONE]).collect(context()))
    assert len(events) == 10


def test_a_link_to_another_server_is_not_followed(azure: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    azure.page = 10
    monkeypatch.setattr(Graph, "url", property(lambda self: f"http://localhost:{self.server_address[1]}"))
    where = context()
    settings = Settings(
        name="log",
        kind="azure_activity",
        endpoint=f"http://127.0.0.1:{azure.server_address[1]}",
        token="env:TOKEN",
        subscriptions=[ONE],
    )
    assert len(list(Source(settings).collect(where))) == 10
    assert "another server" in where.problems[0]


def test_an_unencrypted_endpoint_gets_no_token() -> None:
    settings = Settings(name="log", kind="azure_activity", endpoint="http://azure.example", token="env:TOKEN")
    with pytest.raises(SourceError, match="must be https"):
        list(Source(settings).collect(context()))


def test_a_cancelled_scan_asks_nothing_more(azure: Graph) -> None:
    where = context()
    where._cancelled.set()
    assert not read(azure, where)
    assert not azure.requests


def test_access_says_what_can_be_read_and_what_is_lacking(azure: Graph) -> None:
    azure.forbidden = {TWO}
    access = source(azure).access(context())
    assert access is not None
    assert access.may == (f"activity log of subscription {ONE}", "changes that Resource Graph recorded")
    assert [lack.what for lack in access.lacks] == [f"activity log of subscription {TWO}"]
    assert NEEDS in access.lacks[0].needs
    assert access.newest == datetime.fromisoformat(azure.log[ONE][0]["eventTimestamp"])


def test_access_to_nothing_is_an_error_and_to_files_none(azure: Graph) -> None:
    azure.forbidden = {ONE, TWO}
    with pytest.raises(SourceError, match=NEEDS):
        source(azure).access(context())
    assert source(azure, path="log.json").access(context()) is None
