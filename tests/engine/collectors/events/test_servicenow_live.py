"""A live ServiceNow instance, as a server on loopback answers: tables, paging, refusals."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.collectors.base import Context, Lack
from engine.collectors.events.servicenow import Settings, Source, live
from engine.errors import SourceError
from engine.model import Event, EventKind
from tests.support.rest_server import Impatient, Reply, running
from tests.support.servicenow_server import TOKEN, ServiceNow, both, record


def item(number: str, hours: float, table: str = "incident") -> dict[str, Any]:
    at = datetime.now(UTC) - timedelta(hours=hours)
    times = both(f"{at:%Y-%m-%d %H:%M:%S}", f"{at:%d/%m/%Y %H:%M:%S}")
    return record(number, "x", "", opened_at=times, sys_updated_on=times, sys_class_name=both(table, table))


@pytest.fixture
def instance(monkeypatch: pytest.MonkeyPatch) -> Iterator[ServiceNow]:
    monkeypatch.setattr(live, "_PAGE", 2)
    tables = {
        "incident": [item(f"INC{number}", number * 24 + 1) for number in range(5)],
        "change_request": [item("CHG1", 3, "change_request")],
    }
    with running(ServiceNow(tables)) as server:
        yield server


def source(instance: ServiceNow, **settings: Any) -> Source:
    given = {"table": ["incident", "change_request"], **settings}
    return Source(Settings(name="tickets", kind="servicenow", url=instance.url, token="env:TOKEN", **given))


def context(**given: Any) -> Context:
    return Context(resolve_secret=lambda reference: TOKEN, **given)


def read(instance: ServiceNow, given: Context | None = None, **settings: Any) -> list[Event]:
    return list(source(instance, **settings).collect(given or context()))  # type: ignore[arg-type]


@pytest.mark.parametrize("links", [True, False])
def test_every_page_of_every_table_is_read(instance: ServiceNow, links: bool) -> None:
    instance.links = links
    events = read(instance)
    assert [event.operation for event in events] == ["INC0", "INC1", "INC2", "INC3", "INC4", "CHG1"]
    assert events[-1].kind is EventKind.DEPLOY
    assert instance.requests[0].query["sysparm_display_value"] == "all"


def test_a_page_made_short_by_access_rules_is_not_the_last(instance: ServiceNow) -> None:
    instance.hidden = {"INC0", "INC1"}
    assert [event.operation for event in read(instance, table="incident")] == ["INC2", "INC3", "INC4"]


def test_only_what_was_updated_since_within_the_users_own_query(instance: ServiceNow) -> None:
    given = context(since=datetime.now(UTC) - timedelta(hours=30))
    assert [event.operation for event in read(instance, given, query="priority<=2")] == ["INC0", "INC1", "CHG1"]
    query = instance.requests[0].query["sysparm_query"]
    assert query.startswith("sys_updated_onRELATIVEGE@minute@ago@18")
    assert query.endswith("^priority<=2^ORDERBYsys_created_on^ORDERBYsys_id")


def test_a_table_that_is_refused_leaves_the_others(instance: ServiceNow) -> None:
    instance.forbidden = {"incident"}
    given = context()
    assert [event.operation for event in read(instance, given)] == ["CHG1"]
    assert "may not read the table 'incident'" in given.problems[0]


def test_when_every_table_is_refused_the_source_fails(instance: ServiceNow) -> None:
    with pytest.raises(SourceError, match="asks for a table or query that ServiceNow does not know"):
        read(instance, table="nowhere")
    instance.faults = [Reply({}, 401)]
    with pytest.raises(SourceError, match="does not accept the credentials"):
        read(instance)


def test_a_busy_instance_is_asked_again_after_the_time_it_names(instance: ServiceNow) -> None:
    instance.faults = [Reply({}, 429, {"Retry-After": "9"})]
    given = Impatient(resolve_secret=lambda reference: TOKEN)
    assert len(read(instance, given)) == 6
    assert given.waits == [9]


def test_access_says_which_tables_may_be_read(instance: ServiceNow) -> None:
    instance.forbidden = {"change_request"}
    access = source(instance).access(context())
    assert access is not None
    assert access.may == ("the table incident",)
    assert access.lacks == (Lack("the table change_request", "a role with read access to it (itil, sn_incident_read)"),)
    assert access.newest is not None
