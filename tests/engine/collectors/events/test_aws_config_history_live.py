"""AWS Config of a live account over loopback: what changed lately, item by item, and what is gone."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.collectors.base import Context, Lack
from engine.collectors.events.aws_config_history import Settings, Source
from engine.errors import SourceError
from engine.model import Event
from tests.support.aws_gate import Gate, Refusal, open_gate
from tests.support.config_items import REGION, FakeConfig, group, rule
from tests.support.moto_server import moto_endpoint, moto_server  # noqa: F401 - fixtures


def hours_ago(hours: float) -> str:
    return (datetime.now(UTC) - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


@pytest.fixture
def config() -> FakeConfig:
    ports = [rule(port, "10.0.0.0/8") for port in (443, 80, 22, 8080)]
    return FakeConfig(
        [
            *(group(hours_ago(hours), ports[number]) for number, hours in enumerate((2, 4, 60, 300))),
            group(hours_ago(200), ports[0], id_="sg-old"),
            group(hours_ago(90), ports[0], id_="sg-gone"),
            group(hours_ago(5), id_="sg-gone", status="ResourceDeleted", configuration=None),
        ]
    )


@pytest.fixture
def gate(moto_endpoint: str, config: FakeConfig) -> Iterator[Gate]:  # noqa: F811
    with open_gate(moto_endpoint) as gate:
        gate.served |= config.served
        yield gate


def source(gate: Gate, **settings: Any) -> Source:
    given = {"regions": [REGION], "endpoint_url": gate.url, "days": 3, **settings}
    return Source(Settings(name="history", kind="aws_config_history", **given))


def read(gate: Gate, context: Context | None = None, **settings: Any) -> list[Event]:
    return list(source(gate, **settings).collect(context or Context()))  # type: ignore[arg-type]


def test_only_what_changed_lately_is_asked_for(gate: Gate, config: FakeConfig) -> None:
    events = read(gate)
    assert [event.summary for event in events] == [
        "front changed: configuration.ipPermissions[0].fromPort, configuration.ipPermissions[0].toPort",
        "front changed: configuration.ipPermissions[0].fromPort, configuration.ipPermissions[0].toPort",
        "front changed: configuration.ipPermissions[0].fromPort, configuration.ipPermissions[0].toPort",
        "front was deleted",
    ]
    assert set(config.asked) == {"sg-0a1", "sg-gone"}


def test_only_what_is_new_is_told(gate: Gate) -> None:
    since = datetime.now(UTC) - timedelta(hours=3)
    assert [event.touches[0] for event in read(gate, Context(since=since))] == ["sg-0a1"]


def test_what_is_gone_need_not_be_looked_for(gate: Gate) -> None:
    assert {event.touches[0] for event in read(gate, deleted=False)} == {"sg-0a1"}


def test_what_is_refused_is_said_with_what_to_grant(gate: Gate) -> None:
    gate.refusals.append(Refusal("config", "ListDiscoveredResources", "AccessDeniedException"))
    context = Context()
    assert len(read(gate, context)) == 3
    assert context.problems == [
        f"{REGION}: not allowed to call config:ListDiscoveredResources; grant config:ListDiscoveredResources"
    ]


def test_a_region_that_refuses_everything(gate: Gate) -> None:
    gate.refusals.append(Refusal("config", "SelectResourceConfig", "AccessDeniedException"))
    with pytest.raises(SourceError, match="grant config:SelectResourceConfig"):
        read(gate)
    access = source(gate).access(Context())
    assert access is not None
    assert access.lacks == (Lack(f"history of {REGION}", "config:SelectResourceConfig"),)


def test_doctor_is_told_what_may_be_read(gate: Gate) -> None:
    access = source(gate).access(Context())
    assert access is not None
    assert access.may == (f"history of {REGION}",)
    assert access.identity.startswith("arn:aws:sts::123456789012:")
