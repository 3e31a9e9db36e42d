"""Recorded attacks: what changes state is a write by whoever called, and what only reads never is."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from engine.collectors.base import Context
from engine.collectors.events.cloudtrail.recorded import events_in
from engine.model import ActorKind, Event
from tests.support.paths import SHARED_DATA, needs_shared_data

FOLDER = SHARED_DATA / "cloudtrail"
FILES = sorted(FOLDER.glob("*.json")) if FOLDER.is_dir() else []


def read(file: Path) -> list[tuple[dict[str, Any], Event]]:
    events = events_in(file.read_bytes(), file.name, "trail", Context())
    return [(msgspec.json.decode(event.original), event) for event in events]


def caller(identity: dict[str, Any]) -> str:
    """The person or role behind a call, by the record's own word."""
    if identity["type"] == "AssumedRole":
        role = identity["sessionContext"]["sessionIssuer"]["userName"]
        session = identity["principalId"].partition(":")[2]
        return str(role if session.startswith("aws-go-sdk-") else session)
    return str(identity.get("userName") or identity.get("invokedBy") or identity.get("arn"))


@needs_shared_data
def test_there_are_all_of_them() -> None:
    assert len(FILES) == 35


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_state_changing_calls_are_writes_by_their_caller(file: Path) -> None:
    for record, event in read(file):
        assert event.writes is not record["readOnly"], event.operation
        if event.writes:
            assert event.actor.principal is not None
            assert event.actor.principal.endswith(caller(record["userIdentity"])), event.operation


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_users_of_the_account_are_people_and_machines_are_not(file: Path) -> None:
    for record, event in read(file):
        identity = record["userIdentity"]
        if identity["type"] == "IAMUser":
            assert event.actor.kind is ActorKind.HUMAN
        if identity["type"] == "AWSService" or "aws-go-sdk-" in identity.get("arn", ""):
            assert event.actor.kind in (ActorKind.SERVICE, ActorKind.AUTOMATION)
