"""The fake API server's watches, held against the recorded ones: kinds of events, their order and their form."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import urllib3

from tests.support.kubernetes_server.objects import deployment
from tests.support.kubernetes_server.server import ADMIN, KubernetesServer
from tests.support.paths import SHARED_DATA, needs_shared_data

Json = dict[str, Any]

pytestmark = needs_shared_data

PATH = "/apis/apps/v1/namespaces/default/deployments"
SHOP = deployment("shop")


@pytest.fixture
def server() -> Iterator[KubernetesServer]:
    with KubernetesServer() as running:
        yield running


def recorded(name: str, note: str) -> list[Json]:
    """The events of a recorded watch, by its note."""
    lines = (SHARED_DATA / "recorded" / "kubernetes" / name).read_text().splitlines()
    return next(e["response"]["body"] for e in map(json.loads, lines) if e.get("note", "").startswith(note))


def watched(server: KubernetesServer, **query: str) -> list[Json]:
    """Everything that a watch of a short life tells."""
    query = {"watch": "true", "timeoutSeconds": "0.4", **query}
    pairs = "&".join(f"{name}={value}" for name, value in query.items())
    answer = urllib3.request("GET", f"{server.url}{PATH}?{pairs}", headers={"authorization": f"Bearer {ADMIN}"})
    assert answer.status == 200
    return [json.loads(line) for line in answer.data.splitlines()]


def shown(events: list[Json]) -> list[tuple[str, Any, Any]]:
    """Each event's type and what most tells its object: replicas, and whether it has a status."""
    return [
        (event["type"], event["object"].get("spec", {}).get("replicas"), bool(event["object"].get("status")))
        for event in events
        if event["type"] != "BOOKMARK"
    ]


def live_of_a_deployment(server: KubernetesServer) -> str:
    """Does what was done for the recording; returns the revision before it."""
    start = str(server.api.store.revision)
    server.apply(SHOP)
    server.patch(SHOP, {"spec": {"replicas": 5}})
    server.patch(SHOP, {"spec": {"replicas": 3}}, "kubectl", "scale")
    server.patch(SHOP, {"status": {"observedGeneration": 3, "replicas": 3}}, "kube-controller-manager", "status")
    server.delete(SHOP)
    return start


def test_a_life_in_events_with_a_bookmark_before_the_end(server: KubernetesServer) -> None:
    start = live_of_a_deployment(server)
    theirs = recorded("watch_deployment.jsonl", "create, edit, scale")
    ours = watched(server, resourceVersion=start, allowWatchBookmarks="true")
    assert shown(ours) == shown(theirs)
    assert [event["type"] for event in ours] == [event["type"] for event in theirs]
    bookmark = ours[-1]["object"]
    assert bookmark["kind"] == theirs[-1]["object"]["kind"]
    assert bookmark["metadata"]["resourceVersion"] == ours[-2]["object"]["metadata"]["resourceVersion"]


def test_the_same_start_tells_the_same_again(server: KubernetesServer) -> None:
    start = live_of_a_deployment(server)
    assert watched(server, resourceVersion=start) == watched(server, resourceVersion=start)
    assert watched(server, resourceVersion=str(server.api.store.revision)) == []


def test_without_a_start_what_exists_is_added_first(server: KubernetesServer) -> None:
    server.apply(deployment("cart"))
    assert [event["type"] for event in watched(server)] == ["ADDED"]


def test_what_leaves_the_selection_is_deleted_to_the_watcher(server: KubernetesServer) -> None:
    start = str(server.api.store.revision)
    server.apply(deployment("cart"))
    server.patch(deployment("cart"), {"metadata": {"labels": {"app": "other"}}})
    theirs = recorded("watch_deployment.jsonl", "an object that stops matching")
    ours = watched(server, labelSelector="app=cart", resourceVersion=start)
    assert [event["type"] for event in ours] == [event["type"] for event in theirs]


def test_too_old_is_an_event_of_a_watch_that_answers_200(server: KubernetesServer) -> None:
    server.compact()
    [ours] = watched(server, resourceVersion="1")
    [theirs] = recorded("watch_too_old.jsonl", "too old")
    ours["object"]["message"] = theirs["object"]["message"]
    assert ours == theirs
