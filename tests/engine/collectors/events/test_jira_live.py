"""A live Jira, as a server on loopback answers: Cloud and Data Center, paging, waiting, refusals."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.collectors.base import Context, Lack
from engine.collectors.events.jira import Settings, Source
from engine.errors import SourceError
from engine.model import Event
from tests.support.jira_server import TOKEN, USER, Jira, issue
from tests.support.rest_server import Impatient, Reply, running


def hours_ago(hours: float) -> str:
    return (datetime.now(UTC) - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


@pytest.fixture(params=[True, False], ids=["cloud", "data center"])
def jira(request: pytest.FixtureRequest) -> Iterator[Jira]:
    issues = [issue(f"OPS-{number}", "x", hours_ago(number * 24 + 1)) for number in range(5)]
    with running(Jira(issues, cloud=request.param)) as server:
        yield server


def source(jira: Jira, **settings: Any) -> Source:
    return Source(Settings(name="tickets", kind="jira", url=jira.url, token="env:TOKEN", **settings))


def context(**given: Any) -> Context:
    return Context(resolve_secret=lambda reference: TOKEN, **given)


def read(jira: Jira, given: Context | None = None, **settings: Any) -> list[Event]:
    return list(source(jira, **settings).collect(given or context()))  # type: ignore[arg-type]


def test_every_page_is_read(jira: Jira) -> None:
    assert [event.operation for event in read(jira)] == [f"OPS-{number}" for number in range(5)]


def test_a_token_is_sent_as_bearer_or_with_its_user(jira: Jira) -> None:
    assert len(read(jira)) == len(read(jira, user=USER)) == 5
    assert {request.authorization.split(" ")[0] for request in jira.requests} == {"Bearer", "Basic"}


def test_the_users_search_is_bounded_in_time_whatever_the_zone(jira: Jira) -> None:
    read(jira, jql="project = OPS AND labels = x order by key DESC", days=1)
    jql = jira.requests[-1].query["jql"]
    assert jql.startswith('(project = OPS AND labels = x) AND updated >= "-145')
    assert jql.endswith("ORDER BY created ASC, key ASC")


def test_only_what_was_updated_since(jira: Jira) -> None:
    given = context(since=datetime.now(UTC) - timedelta(hours=30))
    assert [event.operation for event in read(jira, given)] == ["OPS-0", "OPS-1"]


def test_custom_fields_are_known_by_their_names(jira: Jira) -> None:
    jira.names = {"customfield_1": "Affected service"}
    jira.issues[0]["fields"]["customfield_1"] = {"value": "payments"}
    assert read(jira)[0].touches == ("payments",)


def test_a_busy_jira_is_asked_again_after_the_time_it_names(jira: Jira) -> None:
    jira.faults = [Reply({}, 429, {"Retry-After": "7"}), Reply({}, 503), Reply({"x": 1}, breaks=True)]
    given = Impatient(resolve_secret=lambda reference: TOKEN)
    assert len(read(jira, given)) == 5
    assert given.waits[0] == 7


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (Reply({}, 401), "does not accept the credentials of source 'tickets'"),
        (Reply({}, 302, {"Location": "https://login.example"}), "elsewhere"),
        (Reply(b"<html>"), "not Jira's API"),
    ],
)
def test_what_stands_in_the_way_is_one_sentence(jira: Jira, fault: Reply, sentence: str) -> None:
    jira.faults = [fault]
    with pytest.raises(SourceError, match=sentence):
        read(jira)


@pytest.mark.parametrize(("status", "sentence"), [(400, "does not accept `jql`"), (403, "grant it Browse Projects")])
def test_a_refused_search_is_one_sentence(jira: Jira, status: int, sentence: str) -> None:
    answer = jira.reply
    jira.reply = lambda request: Reply({}, status) if "search" in request.path else answer(request)  # type: ignore[method-assign]
    with pytest.raises(SourceError, match=sentence):
        read(jira)


def test_a_token_is_not_sent_in_the_clear() -> None:
    settings = Settings(name="tickets", kind="jira", url="http://jira.shop.example", token="env:TOKEN")
    with pytest.raises(SourceError, match="must be https"):
        list(Source(settings).collect(context()))


def test_a_source_needs_an_address() -> None:
    with pytest.raises(SourceError, match="needs `path` or `url`"):
        list(Source(Settings(name="tickets", kind="jira")).collect(context()))


def test_a_jira_that_is_not_there_is_one_sentence(jira: Jira) -> None:
    given = Impatient(resolve_secret=lambda reference: TOKEN)
    jira.faults = [Reply({}, breaks=True) for _ in range(5)]
    with pytest.raises(SourceError, match=r"cannot be reached at 127.0.0.1"):
        read(jira, given)


def test_access_says_who_and_how_new(jira: Jira) -> None:
    access = source(jira).access(context())
    assert access is not None
    assert (access.identity, access.may) == ("ria.reader@shop.example", ("all issues that the account may see",))
    assert access.newest is not None


def test_access_says_what_is_lacking(jira: Jira) -> None:
    answer = jira.reply
    jira.reply = lambda request: Reply({}, 403) if "search" in request.path else answer(request)  # type: ignore[method-assign]
    access = source(jira, jql="project = OPS").access(context())
    assert access is not None
    assert access.lacks == (Lack("issues of 'project = OPS'", "the permission Browse Projects"),)


def test_a_cancelled_read_ends_quietly(jira: Jira) -> None:
    given = context()
    given._cancelled.set()
    assert read(jira, given) == []
