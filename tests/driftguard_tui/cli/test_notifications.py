"""`driftguard notifications`, and a scan that tells people what it found."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command import driftguard
from tests.support.inbox import Webhook, webhook
from tests.support.small_bundle import write_snapshot, write_state

CONFIG = """
[estate]
name = "shop"
[store]
path = "store"
[[source]]
name = "state"
kind = "terraform_state"
path = "orders.tfstate"
[[source]]
name = "live"
kind = "aws"
path = "snapshot.json"
[[notify]]
name = "ops"
url = "env:OPS_URL"
"""
RULES = '[[rules]]\nid = "critical-drift"\nleast = "low"\n'


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Webhook]:
    with webhook() as server:
        monkeypatch.setenv("OPS_URL", server.url)
        yield server


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """An estate whose every drift somebody is told of."""
    file = tmp_path / "driftguard.toml"
    file.write_text(CONFIG)
    (tmp_path / "providers").mkdir()
    (tmp_path / "providers" / "notifications.toml").write_text(RULES)
    write_state(tmp_path / "orders.tfstate")
    write_snapshot(tmp_path / "snapshot.json", VisibilityTimeout="900")
    return file


def test_a_scan_tells_of_what_is_new(config: Path, hook: Webhook) -> None:
    for _ in range(2):
        outcome = driftguard("scan", "--config", config)
        assert outcome.status == 2, outcome.err
    [told] = hook.got
    assert told["title"] == "Critical drift: aws_sqs_queue.orders"
    listed = driftguard("notifications", "list", "--config", config)
    assert "sent" in listed.out
    assert "1 notification, 0 to be sent" in listed.out


def test_who_cannot_be_told_is_said_beside_the_report(config: Path, hook: Webhook) -> None:
    hook.status = 403
    outcome = driftguard("scan", "--config", config)
    assert outcome.status == 2
    assert "driftguard: ops could not be told: json: the message was refused (status 403)" in outcome.err
    [kept] = json.loads(driftguard("notifications", "list", "--config", config, "--format", "json").out)
    assert (kept["status"], kept["attempts"]) == ("pending", 1)
    listed = driftguard("notifications", "list", "--config", config, "--status", "failed")
    assert listed.out == "Nobody was told of anything.\n"
    assert "s3cr3t" not in outcome.out + outcome.err + json.dumps(kept)


def test_what_was_and_what_is_hidden_nobody_is_told_of(config: Path, hook: Webhook) -> None:
    driftguard("scan", "--config", config, "--as-of", "2026-03-14T10:00:00Z")
    driftguard("scan", "--config", config, "--show-hidden")
    driftguard("scan", "--config", config, "--no-record")
    assert hook.got == []


def test_trying_the_targets(config: Path, hook: Webhook) -> None:
    outcome = driftguard("notifications", "test", "--config", config)
    assert (outcome.status, outcome.out) == (0, "✓ ops was told\n")
    assert hook.got[0]["message"] == "Notifications of shop arrive here."
    hook.status = 500
    outcome = driftguard("notifications", "test", "--config", config, "--target", "ops")
    assert outcome.status == 1
    assert outcome.out.startswith("✗ ops: json: the message was refused (status 500)")


def test_a_target_that_is_not_there_and_none_at_all(config: Path, tmp_path: Path) -> None:
    outcome = driftguard("notifications", "test", "--config", config, "--target", "opps")
    assert outcome.status == 1
    assert 'there is no [[notify]] named "opps"; did you mean "ops"?' in outcome.err
    empty = tmp_path / "empty.toml"
    empty.write_text("")
    outcome = driftguard("notifications", "test", "--config", empty)
    assert "nobody is to be told of anything: add a [[notify]]" in outcome.err
