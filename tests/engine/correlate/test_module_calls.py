"""A value that is passed to a module is written where the module is called."""

from datetime import UTC, datetime

import msgspec
import pytest

from engine.correlate import attribute
from engine.correlate.names import module_calls
from engine.model import Actor, ActorKind, Change, Difference, DriftKind, Event, EventKind, ResourceRef
from engine.providers import load_knowledge


@pytest.mark.parametrize(
    ("address", "calls"),
    [
        ("aws_instance.a", []),
        ("module.web.aws_instance.a", ["module.web"]),
        ("module.web.module.inner.aws_instance.a", ["module.web.module.inner", "module.web"]),
        ("", []),
    ],
)
def test_the_calls_around_a_resource_are_told_from_the_nearest(address: str, calls: list[str]) -> None:
    assert module_calls(address) == calls


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def commit(address: str, **attributes: list[str]) -> Event:
    request = {"landed": True, "files": ["main.tf"], "addresses": {address: {"attributes": attributes}}}
    return Event(
        id="git:1",
        at=at("2026-03-14 09:00"),
        source="code",
        kind=EventKind.COMMIT,
        operation="More room",
        actor=Actor("ana@example.org", ActorKind.HUMAN),
        touches=(address,),
        request=msgspec.json.encode(request).decode(),
    )


GROUP = Difference(
    resource=ResourceRef(
        "aws", "aws_autoscaling_group", "web", "123456789012/eu-west-1", "module.web.aws_autoscaling_group.a"
    ),
    kind=DriftKind.MODIFIED,
    changes=(Change("max_size", 4, 8),),
)


def evidence(event: Event) -> list[str]:
    [attribution] = attribute([GROUP], [event], at("2026-03-15 00:00"), load_knowledge())
    return [item.summary for item in attribution.evidence]


def test_an_argument_of_the_call_that_takes_the_live_value_is_the_change_written_back() -> None:
    assert any(
        "written into code" in text or "merged" in text for text in evidence(commit("module.web", max_size=["4", "8"]))
    )


def test_other_arguments_of_the_call_say_nothing_about_the_resource() -> None:
    assert evidence(commit("module.web", port=["80", "8080"])) == []


def test_a_call_of_another_module_says_nothing() -> None:
    assert evidence(commit("module.website", max_size=["4", "8"])) == []
