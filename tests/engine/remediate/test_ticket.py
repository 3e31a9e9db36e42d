"""A ticket for a drift, in Jira and in ServiceNow on loopback."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.collectors.base import Settings
from engine.collectors.events import jira, servicenow
from engine.errors import RemedyError
from engine.model import Action, Change, DriftKind, Plan, ResourceRef
from engine.remediate import Remedy, Workplace, remedy_for
from tests.support import jira_server, servicenow_server
from tests.support.remedies import interrupt
from tests.support.rest_server import Reply, running

CHANGES = (
    Change("ingress[0].cidr_blocks", ["10.0.0.0/8"], ["0.0.0.0/0"]),
    Change("password", "hush-old-41", "hush-new-42"),
    Change("token", "hush-old-43", "hush-new-44", sensitive=True),
    Change("note", None, "{noformat}\x1b[31m *loud*\nsecond line"),
)


@pytest.fixture
def tracker() -> Iterator[jira_server.Jira]:
    with running(jira_server.Jira([])) as server:
        yield server


@pytest.fixture
def desk() -> Iterator[servicenow_server.ServiceNow]:
    with running(servicenow_server.ServiceNow({"incident": []})) as server:
        yield server


def remedy(folder: Path, *sources: Settings) -> Remedy:
    plan = Plan(
        drift_id="d1",
        resource=ResourceRef("aws", "aws_security_group", "sg-1", "1/eu-west-1", "aws_security_group.front"),
        kind=DriftKind.MODIFIED,
        changes=CHANGES,
        recommendation_id="r1",
        action=Action.ESCALATE,
        title="Have security look at aws_security_group.front",
        rationale="Nothing legitimate explains it.",
    )
    tokens = {"env:JIRA": jira_server.TOKEN, "env:NOW": servicenow_server.TOKEN}
    place = Workplace(sources=sources, base=folder, folder=folder / "kept", resolve_secret=tokens.__getitem__)
    return remedy_for(plan, place)


def to_jira(server: jira_server.Jira, **more: Any) -> Settings:
    given = {"opens": "OPS/Incident", "token": "env:JIRA", **more}
    return jira.Settings(name="tickets", kind="jira", url=server.url, **given)


def test_an_issue_is_shown_and_then_opened_once(tracker: jira_server.Jira, tmp_path: Path) -> None:
    one = remedy(tmp_path, to_jira(tracker))
    prepared = one.prepare()
    assert prepared.summary == "open a ticket in OPS/Incident of Jira (tickets)"
    assert 'ingress[0].cidr_blocks: declared ["10.0.0.0/8"], live ["0.0.0.0/0"]' in prepared.shown
    assert tracker.opened == []

    outcome = one.execute(prepared, print)
    assert (outcome.done, outcome.said) == (True, "opened OPS-101 in Jira")
    assert one.execute(prepared, print) == outcome
    [fields] = tracker.opened
    assert (fields["project"], fields["issuetype"]) == ({"key": "OPS"}, {"name": "Incident"})
    assert fields["labels"] == ["driftguard", "driftguard-d1"]


def test_neither_secrets_nor_markup_of_others_are_sent(tracker: jira_server.Jira, tmp_path: Path) -> None:
    one = remedy(tmp_path, to_jira(tracker))
    one.execute(one.prepare(), print)
    text = tracker.opened[0]["description"]
    assert "hush" not in text
    assert "\x1b" not in text
    assert text.count("{noformat}") == 2


def test_a_record_is_opened_in_a_table(desk: servicenow_server.ServiceNow, tmp_path: Path) -> None:
    source = servicenow.Settings(name="desk", kind="servicenow", url=desk.url, token="env:NOW", opens="incident")
    one = remedy(tmp_path, source)
    outcome = one.execute(one.prepare(), print)
    assert outcome.said == "opened INC0000001 in ServiceNow"
    assert (desk.opened[0]["table"], desk.opened[0]["correlation_id"]) == ("incident", "driftguard-d1")


@pytest.mark.parametrize(
    ("fault", "said", "left"),
    [
        (Reply({}, 400), "Jira refuses it (400); check `opens`", "no ticket was opened"),
        (Reply({}, 401), "does not accept the credentials", "marked driftguard-d1"),
        (Reply({"odd": 1}, 201), "no answer that is understood", "marked driftguard-d1"),
        (Reply({"key": "OPS-1"}, 201, breaks=True), "cannot be reached", "marked driftguard-d1"),
    ],
    ids=["refused", "unknown", "odd", "broken"],
)
def test_what_goes_wrong_is_told_and_never_sent_again(
    tracker: jira_server.Jira, tmp_path: Path, fault: Reply, said: str, left: str
) -> None:
    one = remedy(tmp_path, to_jira(tracker))
    prepared = one.prepare()
    tracker.faults.append(fault)
    outcome = one.execute(prepared, print)
    assert not outcome.done
    assert said in outcome.said
    assert left in outcome.left[0]
    assert one.execute(prepared, print) == outcome
    assert len(tracker.requests) == 1


def test_what_was_interrupted_is_not_done_again(tracker: jira_server.Jira, tmp_path: Path) -> None:
    one = remedy(tmp_path, to_jira(tracker))
    prepared = one.prepare()
    interrupt(tmp_path / "kept", prepared)
    assert "marked driftguard-d1" in one.execute(prepared, print).left[0]
    assert tracker.requests == []


def test_without_a_place_for_tickets_that_is_told(tracker: jira_server.Jira, tmp_path: Path) -> None:
    with pytest.raises(RemedyError, match="no source says where tickets are opened"):
        remedy(tmp_path, to_jira(tracker, opens=None)).prepare()
