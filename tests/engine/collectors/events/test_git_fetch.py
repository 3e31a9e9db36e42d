"""Repositories by URL: fetched over HTTP from a git server on loopback, and from a folder."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.collectors.base import Context
from engine.collectors.events.git import Settings, Source
from engine.errors import SourceError
from engine.model import Event
from tests.support.git_history import History
from tests.support.git_server import TOKEN, serving

MONDAY = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[History]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    found = History(tmp_path / "infra.git")
    for day in range(4):
        found.commit(MONDAY + timedelta(days=day), f"day {day}", {"a.txt": str(day)})
    yield found
    found.close()


def source(url: str, **settings: Any) -> Source:
    return Source(Settings(name="code", kind="git", url=url, **settings))


def context(**given: Any) -> Context:
    return Context(resolve_secret=lambda reference: TOKEN, **given)


def read(url: str, given: Context | None = None, **settings: Any) -> list[Event]:
    return list(source(url, **settings).collect(given or context()))


def subjects(events: list[Event]) -> list[str]:
    return [event.operation for event in events]


def test_the_history_is_fetched_and_kept_up_to_date(history: History) -> None:
    with serving({"infra.git": history.folder}) as server:
        url = f"{server.url}/infra.git"
        events = read(url)
        assert subjects(events) == ["day 3", "day 2", "day 1", "day 0"]
        assert {event.service for event in events} == {"infra"}
        history.commit(MONDAY + timedelta(days=4), "day 4", {"a.txt": "4"})
    with serving({"infra.git": history.folder}) as server:
        assert subjects(read(f"{server.url}/infra.git"))[0] == "day 4"


def test_only_what_landed_since(history: History) -> None:
    url = f"file://{history.folder}"
    assert subjects(read(url, context(since=MONDAY + timedelta(days=2)))) == ["day 3", "day 2"]
    history.commit(MONDAY + timedelta(days=4), "day 4", {"a.txt": "4"})
    assert subjects(read(url, context(since=MONDAY + timedelta(days=3)))) == ["day 4", "day 3"]


def test_what_was_committed_long_ago_and_pushed_late_is_read(history: History) -> None:
    url, since = f"file://{history.folder}", MONDAY + timedelta(days=4)
    work = history.commit(
        MONDAY + timedelta(days=3, hours=1), "work", {"b.txt": ""}, branch="work", parents=(history.tip(),)
    )
    assert not json.loads(read(url)[0].request)["landed"]
    history.commit(MONDAY + timedelta(days=3, hours=2), "late", {"c.txt": ""}, parents=(work,))
    events = read(url, context(since=since))
    assert subjects(events) == ["late", "work"]
    assert all(json.loads(event.request)["landed"] and event.recorded_at for event in events)
    assert read(url, context(since=since)) == []


def test_no_more_than_wanted_is_fetched(history: History) -> None:
    with serving({"infra.git": history.folder}) as server:
        given = context()
        events = read(f"{server.url}/infra.git", given, max_commits=2)
    assert subjects(events) == ["day 3", "day 2"]
    assert events[1].touches == (), "what was there before its parent is not known"
    assert given.problems == []
    [cut] = (history.folder.parent / "cache").rglob("shallow")
    settings = Settings(name="code", kind="git", path=str(cut.parent))
    list(Source(settings).collect(given))
    assert given.problems == ["infra: the older history is not there; fetch it to have it read"]


def test_branches_that_were_deleted_are_gone(history: History) -> None:
    url = f"file://{history.folder}"
    history.commit(MONDAY + timedelta(days=5), "work", {"b.txt": ""}, branch="work")
    assert "work" in subjects(read(url))
    history.delete("work")
    assert "work" not in subjects(read(url))


def test_a_token_opens_a_private_repository(history: History) -> None:
    with serving({"infra.git": history.folder}, user="reader") as server:
        url = f"{server.url}/infra.git"
        assert len(read(url, user="reader", token="env:TOKEN")) == 4
        assert source(url, user="reader", token="env:TOKEN").access(context()).may == ("infra, 1 branches",)
        for settings in ({}, {"user": "other", "token": "env:TOKEN"}):
            with pytest.raises(SourceError, match="does not accept the credentials"):
                read(url, **settings)


def test_a_token_stays_with_its_server(history: History) -> None:
    with serving({"infra.git": history.folder}) as other, serving({}, moved_to=other.url) as server:
        assert len(read(f"{server.url}/infra.git", user="reader", token="env:TOKEN")) == 4
        assert server.requests[0][1].startswith("Basic ")
        assert {given for _, given in other.requests} == {""}


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("/srv/infra.git", "begins with none of https, ssh, git and file"),
        ("ext::sh -c true", "begins with none of"),
        ("https://reader:hunter2@git.example/infra.git", "holds a password"),
        ("http://git.example/infra.git", "must be https"),
    ],
)
def test_a_url_that_is_not_used_is_one_sentence(url: str, sentence: str) -> None:
    with pytest.raises(SourceError, match=sentence) as caught:
        read(url, token="env:TOKEN")
    assert "hunter2" not in str(caught.value)


def test_a_server_that_has_no_such_repository_is_one_sentence(history: History) -> None:
    with serving({"infra.git": history.folder}) as server, pytest.raises(SourceError, match="no such repository"):
        read(f"{server.url}/other.git")
    with pytest.raises(SourceError, match="cannot be fetched"):
        read(f"{server.url}/infra.git")


def test_one_repository_that_fails_leaves_the_others(history: History) -> None:
    given = context()
    settings = Settings(name="code", kind="git", url=[f"file://{history.folder}", f"file://{history.folder}-gone"])
    assert len(list(Source(settings).collect(given))) == 4
    assert given.problems[0].startswith("infra.git-gone: ")
