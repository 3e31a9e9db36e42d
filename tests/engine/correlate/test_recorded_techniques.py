"""Attribution over recorded attacks: whatever is asked, reads and refused calls are never the change."""

import json
from collections.abc import Sequence

import pytest

from engine.collectors.base import Context
from engine.collectors.events.cloudtrail import Settings, Source
from engine.correlate import attribute
from engine.model import Change, Difference, DriftKind, Event, ResourceRef
from engine.providers import load_knowledge
from tests.support.paths import SHARED_DATA, needs_shared_data

TYPES = ("aws_instance", "aws_security_group", "aws_iam_role", "aws_lambda_function", "aws_unheard_of")


@pytest.fixture(scope="module")
def events() -> Sequence[Event]:
    settings = Settings(name="trail", kind="cloudtrail", path=str(SHARED_DATA / "cloudtrail"))
    return list(Source(settings).collect(Context()))


@needs_shared_data
@pytest.mark.parametrize("kind", DriftKind)
def test_reads_and_refused_calls_are_never_the_change(events: Sequence[Event], kind: DriftKind) -> None:
    names = sorted({name for event in events for name in event.touches})
    changes = (Change("a", None, name) for name in names)
    differences = [
        Difference(ResourceRef("aws", type_, name), kind, (change,))
        for name, change in zip(names, changes, strict=True)
        for type_ in TYPES
    ]
    found = attribute(differences, events, max(event.at for event in events), load_knowledge())
    named = [item.change for item in found if item.change is not None]
    assert all(event.writes and event.error is None for event in named)


@needs_shared_data
def test_the_port_that_was_opened_is_traced_to_who_opened_it(events: Sequence[Event]) -> None:
    opened = next(event for event in events if event.operation == "AuthorizeSecurityGroupIngress")
    group = next(name for name in opened.touches if name.startswith("sg-"))
    # The addresses in the recordings were made up afterwards: 0.0.0.0/0 reads otherwise there.
    rule = {"from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": [json.loads(opened.request)["cidrIp"]]}
    difference = Difference(
        ResourceRef("aws", "aws_security_group", group), DriftKind.MODIFIED, (Change("ingress[0]", None, rule),)
    )
    [found] = attribute([difference], events, max(event.at for event in events), load_knowledge())
    assert found.change == opened
    assert found.actor.principal == "christophe"
