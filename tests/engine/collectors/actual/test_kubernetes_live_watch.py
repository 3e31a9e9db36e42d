"""Keeping up with a cluster: what is there, every change, and finding the thread again."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from typing import Any

import pytest

from engine.collectors.actual.kubernetes_live_cluster import Cluster
from engine.collectors.actual.kubernetes_live_discovery import Kind
from engine.collectors.actual.kubernetes_live_lists import Place
from engine.collectors.actual.kubernetes_live_watch import Removed, Watcher, watch
from engine.collectors.actual.kubernetes_settings import Settings
from engine.collectors.base import Context
from engine.errors import SourceError
from engine.model import Coverage, Observed
from tests.support.kubernetes_server.access import EVERYTHING
from tests.support.kubernetes_server.objects import config_map, deployment
from tests.support.kubernetes_server.server import KubernetesServer
from tests.support.kubernetes_server.wire import Answer, Fault

CONFIG_MAPS = Place(Kind("", "v1", "ConfigMap", "configmaps", True, frozenset({"list", "watch"})))
WATCHED = "/api/v1/configmaps?watch=true"


@pytest.fixture
def server() -> Iterator[KubernetesServer]:
    with KubernetesServer() as running:
        yield running


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("kubernetes_live_cluster", "kubernetes_live_watch"):
        monkeypatch.setattr(f"engine.collectors.actual.{module}._FIRST_PAUSE", 0.01)


class Follower:
    """Follows the ConfigMaps of a server on a thread of its own."""

    def __init__(self, server: KubernetesServer, folder: Path) -> None:
        self.context = Context()
        settings = settings_of(server, folder)
        self._watcher = Watcher(Cluster(settings, self.context), CONFIG_MAPS, "prod", self.context)
        self._seen: Queue[Any] = Queue()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        for change in self._watcher.changes():
            self._seen.put(change)

    def next(self, count: int = 1) -> list[str]:
        """The next changes in short: `+name` is there, `-name` is gone, `=` the list is complete."""
        return [told(self._seen.get(timeout=60)) for _ in range(count)]

    def stop(self) -> None:
        self.context._cancelled.set()
        self._watcher.stop()
        self._thread.join(60)
        assert not self._thread.is_alive()


@pytest.fixture
def follower(server: KubernetesServer, tmp_path: Path) -> Iterator[Follower]:
    server.apply(config_map("a"))
    following = Follower(server, tmp_path)
    assert following.next(2) == ["+a", "="]
    until(lambda: watches(server) == 1)
    yield following
    following.stop()


def settings_of(server: KubernetesServer, folder: Path, token: str = "admin-token") -> Settings:
    return Settings(name="prod", kind="kubernetes", kubeconfig=str(server.kubeconfig(folder, token)), qps=1000.0)


def told(change: Any) -> str:
    if isinstance(change, Coverage):
        return "="
    if isinstance(change, Removed):
        return "-" + change.key.rpartition("/")[2]
    assert isinstance(change, Observed)
    return "+" + change.keys[0].rpartition("/")[2]


def watches(server: KubernetesServer, path: str = "/api/v1/configmaps") -> int:
    return sum(request.path == path and "watch" in request.query for request in server.requests)


def lists(server: KubernetesServer) -> int:
    return sum(request.path == "/api/v1/configmaps" and "watch" not in request.query for request in server.requests)


def until(condition: Any) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_changes_come_as_they_are_made(server: KubernetesServer, follower: Follower) -> None:
    server.apply(config_map("b"))
    server.patch(config_map("a"), {"data": {"level": "debug"}})
    server.delete(config_map("b"))
    assert follower.next(3) == ["+b", "+a", "-b"]
    assert lists(server) == 1


def test_a_broken_connection_goes_on_where_it_was(server: KubernetesServer, follower: Follower) -> None:
    server.apply(config_map("b"))
    assert follower.next() == ["+b"]
    server.cut_all()
    server.apply(config_map("c"))
    assert follower.next() == ["+c"]
    server.apply(config_map("d"))
    assert follower.next() == ["+d"], "and nothing comes twice"
    assert lists(server) == 1


def test_a_bookmark_moves_the_place_on(server: KubernetesServer, tmp_path: Path) -> None:
    server.api.bookmark_every = 0.1
    server.apply(config_map("a"))
    following = Follower(server, tmp_path)
    assert following.next(2) == ["+a", "="]
    server.apply(deployment("front"))  # moves the revision, and is no news to this watch
    moved = server.api.store.revision
    until(lambda: server.api.bookmarked.count(moved) > 1)  # by the second one, the first has been read
    server.compact()
    server.cut_all()
    until(lambda: watches(server) >= 2)
    server.apply(config_map("b"))
    assert following.next() == ["+b"]
    assert lists(server) == 1
    following.stop()


def test_what_is_too_old_is_listed_anew_and_what_went_meanwhile_is_told(
    server: KubernetesServer, follower: Follower
) -> None:
    server.fail(Fault(WATCHED, delay=0.2))
    server.cut_all()
    server.apply(config_map("b"))
    server.delete(config_map("a"))
    server.compact()
    assert follower.next(3) == ["+b", "-a", "="]
    server.apply(config_map("c"))
    assert follower.next() == ["+c"]
    assert lists(server) == 2


def test_too_old_as_a_status_is_the_same(server: KubernetesServer, follower: Follower) -> None:
    server.fail(Fault(WATCHED, answer=Answer(410, {"kind": "Status", "reason": "Expired", "code": 410})))
    server.cut_all()
    assert follower.next(2) == ["+a", "="]
    assert lists(server) == 2


def test_a_busy_server_is_asked_again_later(server: KubernetesServer, follower: Follower) -> None:
    server.fail(Fault(WATCHED, times=3, answer=Answer(429, {"kind": "Status", "code": 429})))
    server.cut_all()
    server.apply(config_map("b"))
    assert follower.next() == ["+b"]
    assert lists(server) == 1


def test_a_whole_cluster_is_followed(server: KubernetesServer, tmp_path: Path) -> None:
    changes = watch(settings_of(server, tmp_path), Context())
    covered: set[str] = set()
    while "apps/Deployment" not in covered or "/ConfigMap" not in covered:
        change = next(changes)
        if isinstance(change, Coverage):
            covered.add(change.native)
    server.apply(deployment("front"))
    server.apply(config_map("late"))
    seen: set[str] = set()
    while not {"+front", "+late"} <= seen:
        seen.add(told(next(changes)))
    changes.close()


def test_credentials_that_are_no_longer_accepted_end_it(server: KubernetesServer, tmp_path: Path) -> None:
    server.allow("short", "short", EVERYTHING)
    changes = watch(settings_of(server, tmp_path, "short"), Context())
    next(changes)
    until(lambda: watches(server) == 1)  # so that it is the watch that is refused, and not a list
    server.api.users.pop("short")
    server.cut_all()
    with pytest.raises(SourceError, match="does not accept the credentials"):
        list(changes)
