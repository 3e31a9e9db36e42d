"""`driftguard ask`: a question in, words with their sources out."""

import json
from pathlib import Path

import pytest

from engine.model import Actor, ActorKind, Via
from engine.store import open_stores
from tests.support.command import driftguard
from tests.support.samples import at, make_drift, make_event, make_report

MIA = Actor("mia@example.org", ActorKind.HUMAN, Via.CONSOLE)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store")
    drift = make_drift("abc123def456", changed_at=at(-30), actor=MIA)
    with open_stores(folder) as stores:
        stores.record_scan(make_report("s1", 20, drift), (), [make_event("e1", -30, actor=MIA)])
    return folder


def test_the_answer_comes_with_numbered_sources(store: Path) -> None:
    status, out, err = driftguard("ask", "who", "made", "the", "worst", "drift?", "--store", store)

    assert (status, err) == (0, "")
    assert "mia@example.org" in out
    assert "[1]" in out
    assert "driftguard drifts show abc123de" in out
    assert out.endswith("built-in analyst: answers from local data, no model\n")


def test_it_may_mean_a_drift_that_is_named_beside_it(store: Path) -> None:
    status, out, _ = driftguard("ask", "who did it?", "--drift", "abc", "--store", store)
    assert status == 0
    assert out.startswith("mia@example.org")


def test_as_json(store: Path) -> None:
    answer = json.loads(driftguard("ask", "who did it?", "--drift", "abc123", "--store", store, "--format", "json").out)
    assert answer["question"] == "who did it?"
    assert answer["facts"]["d:abc123def456"]["actor"] == "mia@example.org"
    assert all(sentence["cites"] for sentence in answer["sentences"])
    assert not any(sentence["unverified"] for sentence in answer["sentences"])


def test_a_store_without_scans_is_a_sentence(tmp_path: Path) -> None:
    status, out, err = driftguard("ask", "why?", "--store", tmp_path)
    assert (status, out) == (1, "")
    assert "no scan is recorded" in err


def test_a_time_before_every_scan_is_a_sentence(store: Path) -> None:
    status, _, err = driftguard("ask", "why?", "--store", store, "--as-of", "2001-01-01")
    assert status == 1
    assert "no scan up to 2001-01-01 00:00 UTC is recorded" in err
