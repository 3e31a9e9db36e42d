"""Azure through the real SDK, against Resource Graph on loopback: pages, quotas, failures, and what is told of them."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from engine.collectors.actual.azure import Settings, Source
from engine.collectors.base import Context, Found
from engine.errors import SourceError
from engine.model import Coverage, Observed
from tests.support.azure_graph_server import TOKEN, Fault, Graph, graph_server

ONE, TWO = "11111111-0000-0000-0000-000000000001", "22222222-0000-0000-0000-000000000002"


def subscription(identity: str) -> dict[str, Any]:
    return {
        "id": f"/subscriptions/{identity}",
        "name": f"sub-{identity[0]}",
        "type": "microsoft.resources/subscriptions",
        "subscriptionId": identity,
    }


def vault(name: str, identity: str = ONE) -> dict[str, Any]:
    return {
        "id": f"/subscriptions/{identity}/resourceGroups/RG/providers/Microsoft.KeyVault/vaults/{name}",
        "name": name,
        "type": "microsoft.keyvault/vaults",
        "subscriptionId": identity,
        "tags": None,
        "properties": {},
    }


@pytest.fixture
def graph() -> Iterator[Graph]:
    with graph_server(
        resources=[vault(f"vault-{number:02}") for number in range(25)] + [vault("other", TWO)],
        resourcecontainers=[subscription(ONE), subscription(TWO)],
    ) as server:
        yield server


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Pauses that are written down instead of waited for."""
    waited: list[float] = []

    def wait(self: Context, seconds: float) -> bool:
        waited.append(seconds)
        return self.cancelled

    monkeypatch.setattr(Context, "wait", wait)
    return waited


def source(server: Graph, **settings: Any) -> Source:
    return Source(
        Settings(name="azure", kind="azure_resource_graph", endpoint=server.url, token="env:AZURE_TOKEN", **settings)
    )


def context(token: str = TOKEN) -> Context:
    return Context(resolve_secret=lambda reference: {"env:AZURE_TOKEN": token}[reference])


def read(server: Graph, where: Context | None = None, **settings: Any) -> list[Found]:
    return list(source(server, **settings).collect(where or context()))


def names(found: list[Found]) -> list[str]:
    return [item.parts["name"] for item in found if isinstance(item, Observed)]


def covers(found: list[Found], native: str, scope: str = ONE) -> bool:
    return Coverage("azure", native, scope, "azure") in found


def test_every_page_is_read_once(graph: Graph) -> None:
    graph.page = 10
    found = read(graph)
    assert names(found) == [*(f"vault-{number:02}" for number in range(25)), "other"]
    assert covers(found, "microsoft.keyvault/vaults")
    assert covers(found, "microsoft.keyvault/vaults", TWO)


def test_what_no_row_shows_is_covered_all_the_same(graph: Graph) -> None:
    found = read(graph)
    assert covers(found, "microsoft.network/virtualnetworks")
    assert covers(found, "microsoft.resources/subscriptions/resourcegroups")
    assert not covers(found, "microsoft.storage/storageaccounts/blobservices/containers")


def test_only_the_subscriptions_of_the_settings_are_read(graph: Graph) -> None:
    found = read(graph, subscriptions=[TWO.upper()])
    assert names(found) == ["other"]
    assert not covers(found, "microsoft.keyvault/vaults", ONE)


def test_a_subscription_that_is_not_seen_is_named_with_the_permission(graph: Graph) -> None:
    graph.visible = {ONE}
    where = context()
    found = read(graph, where, subscriptions=[ONE, TWO])
    assert not covers(found, "microsoft.keyvault/vaults", TWO)
    assert TWO in where.problems[0]
    assert "Microsoft.ResourceGraph/resources/read" in where.problems[0]


def test_being_refused_everywhere_fails_the_source(graph: Graph) -> None:
    graph.visible = {ONE}
    with pytest.raises(SourceError, match=r"Reader .*Microsoft\.ResourceGraph/resources/read"):
        read(graph, subscriptions=[TWO])


def test_a_table_that_is_refused_costs_only_itself(graph: Graph) -> None:
    graph.forbidden = {"authorizationresources"}
    where = context()
    found = read(graph, where)
    assert len(names(found)) == 26
    assert covers(found, "microsoft.keyvault/vaults")
    assert not covers(found, "microsoft.authorization/roleassignments")
    assert "authorizationresources" in where.problems[0]


def test_rows_that_were_left_out_cost_the_coverage(graph: Graph) -> None:
    graph.truncated = {"resources"}
    where = context()
    found = read(graph, where)
    assert len(names(found)) == 26
    assert not covers(found, "microsoft.keyvault/vaults")
    assert "left rows out" in where.problems[0]


def test_an_exhausted_quota_is_waited_for(graph: Graph, quick: list[float]) -> None:
    graph.page, graph.quota = 5, 3
    assert len(names(read(graph))) == 26
    assert 1.0 in quick


@pytest.mark.parametrize(
    "fault",
    [
        Fault(429, "RateLimiting", {"Retry-After": "7"}),
        Fault(503, "ServiceUnavailable", {"Retry-After": "7"}),
    ],
)
def test_a_busy_service_is_asked_again_when_it_says(graph: Graph, quick: list[float], fault: Fault) -> None:
    graph.page, graph.faults = 10, [Fault(), Fault(), fault]
    assert len(names(read(graph))) == 26
    assert 7.0 in quick


def test_a_connection_that_breaks_in_the_middle_is_made_again(graph: Graph, quick: list[float]) -> None:
    graph.page, graph.faults = 10, [Fault(), Fault(), Fault(breaks=True), Fault(status=500)]
    found = read(graph)
    assert names(found) == [*(f"vault-{number:02}" for number in range(25)), "other"]
    assert covers(found, "microsoft.keyvault/vaults")


def test_a_service_that_keeps_failing_costs_the_table_and_its_coverage(graph: Graph, quick: list[float]) -> None:
    graph.faults = [Fault(), *[Fault(status=502, code="BadGateway")] * 6]
    where = context()
    found = read(graph, where)
    assert names(found) == []
    assert not covers(found, "microsoft.keyvault/vaults")
    assert covers(found, "microsoft.resources/subscriptions/resourcegroups")
    assert "BadGateway" in where.problems[0]


def test_a_slow_page_is_waited_for(graph: Graph) -> None:
    graph.faults = [Fault(), Fault(pause=0.5)]
    assert len(names(read(graph))) == 26


def test_a_token_that_expires_ends_the_source(graph: Graph) -> None:
    graph.page = 10
    rows = source(graph).collect(context())
    next(rows)
    graph.tokens.clear()
    with pytest.raises(SourceError, match="expired"):
        list(rows)


def test_the_token_is_in_no_message(graph: Graph) -> None:
    with pytest.raises(SourceError) as caught:
        read(graph, context("wrong-secret-token"))
    assert "wrong-secret-token" not in str(caught.value)
    assert "`token`" in str(caught.value)


def test_an_address_where_nobody_answers_is_told(graph: Graph, quick: list[float]) -> None:
    silent = Source(
        Settings(name="azure", kind="azure_resource_graph", endpoint="http://127.0.0.1:9", token="env:AZURE_TOKEN")
    )
    with pytest.raises(SourceError, match="cannot be reached"):
        list(silent.collect(context()))


def test_a_token_is_not_sent_in_clear_over_a_network() -> None:
    open_to_all = Source(
        Settings(name="azure", kind="azure_resource_graph", endpoint="http://azure.example", token="env:AZURE_TOKEN")
    )
    with pytest.raises(SourceError, match="https"):
        list(open_to_all.collect(context()))


def test_a_cancelled_scan_ends_between_pages(graph: Graph) -> None:
    graph.page = 5
    cancelled = threading.Event()
    where = Context(resolve_secret=lambda _: TOKEN, cancelled=cancelled)
    rows = source(graph).collect(where)
    next(rows)
    cancelled.set()
    assert len(names(list(rows))) < 25


def test_doctor_is_told_what_can_be_read(graph: Graph) -> None:
    graph.visible = {ONE}
    access = source(graph, subscriptions=[ONE, TWO]).access(context())
    assert access is not None
    assert access.may == (f"subscription sub-1 ({ONE})",)
    assert [lack.what for lack in access.lacks] == [f"subscription {TWO}"]


def test_a_token_tells_who_bears_it(graph: Graph) -> None:
    token = "e30.eyJ1cG4iOiAiYW5hQHNob3AudGVzdCJ9.x"
    graph.tokens = {token}
    access = source(graph).access(context(token))
    assert access is not None
    assert access.identity == "ana@shop.test"


def test_nothing_but_queries_is_sent(graph: Graph) -> None:
    read(graph)
    assert all(set(request) <= {"query", "subscriptions", "options"} for request in graph.requests)
