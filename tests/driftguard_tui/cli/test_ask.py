"""`driftguard ask`: a question in, words with their sources out."""

import json
from pathlib import Path

import pytest

from engine.model import Actor, ActorKind, Via
from engine.store import open_stores
from tests.support.command import driftguard
from tests.support.conversations import CONVERSATIONS
from tests.support.model_server import Says, model_server
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


def configured(folder: Path, **settings: str | bool) -> Path:
    file = folder / "driftguard.toml"
    told = "".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items())
    file.write_text(f"[assistant]\n{told}")
    return file


def test_a_model_answers_where_it_is_configured_and_what_it_costs_is_told(store: Path, tmp_path: Path) -> None:
    with model_server(Says(["Mia did it [f1]."])) as server:
        config = configured(tmp_path, backend="openai", url=f"{server.url}/v1", model="llama")
        status, out, err = driftguard("ask", "who?", "--drift", "abc", "--store", store, "--config", config)
    assert (status, err) == (0, "")
    assert out.startswith("Mia did it [1].")
    assert out.endswith("llama (127.0.0.1): sees the estate through a veil; 1,200 tokens sent, 80 received\n")


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_a_conversation_ends_in_an_answer_whatever_happens(
    name: str, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    says, told, failure = CONVERSATIONS[name]
    monkeypatch.setenv("GEMINI_API_KEY", "a-key-of-nobody")
    with model_server(*says) as server:
        config = configured(tmp_path, backend="gemini", url=server.url)
        status, out, err = driftguard("ask", "who did it?", "--drift", "abc", "--store", store, "--config", config)
    assert (status, err) == (0, "")
    assert told in out
    assert failure in out
    assert ("built-in analyst" in out) == bool(failure)
    assert "a-key-of-nobody" not in out


def test_what_would_be_sent_is_shown_and_nothing_is_sent(store: Path, tmp_path: Path) -> None:
    with model_server() as server:
        config = configured(tmp_path, backend="openai", url=f"{server.url}/v1", model="llama")
        status, out, _ = driftguard(
            "ask", "was it mia@example.org?", "--drift", "abc", "--store", store, "--config", config, "--show-prompt"
        )
        assert server.asked == []
    assert status == 0
    assert "was it person-1?" in out
    assert "mia@example.org" not in out
    shown = driftguard("ask", "who?", "--store", store, "--show-prompt").out
    assert shown == "Nothing would be sent: built-in analyst: answers from local data, no model.\n"


def test_a_model_that_does_not_answer_is_replaced_and_that_is_said(store: Path, tmp_path: Path) -> None:
    with model_server() as server:
        pass
    config = configured(tmp_path, backend="openai", url=f"{server.url}/v1", model="llama")
    status, out, _ = driftguard("ask", "who did it?", "--drift", "abc", "--store", store, "--config", config)
    assert status == 0
    assert out.startswith("llama does not answer: 127.0.0.1 cannot be reached")
    assert "mia@example.org" in out


def test_never_send_is_the_last_word(store: Path, tmp_path: Path) -> None:
    config = configured(tmp_path, backend="gemini", key="env:SOME_KEY", never_send=True)
    status, out, _ = driftguard("ask", "who did it?", "--drift", "abc", "--store", store, "--config", config)
    assert status == 0
    assert "`assistant.never_send` is set: nothing is sent there" in out.splitlines()[-1]
    status, _, err = driftguard("ask", "who?", "--store", store, "--config", config, "--backend", "gemini")
    assert status == 1
    assert "never_send" in err


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"backend": "gpt"}, "assistant.backend"),
        ({"key": "AIzaSyNotAReference"}, "assistant.key: a secret is not written here"),
        ({"url": "llama.local"}, "assistant.url"),
    ],
)
def test_wrong_settings_are_a_sentence_each(store: Path, tmp_path: Path, settings: dict[str, str], told: str) -> None:
    status, _, err = driftguard("ask", "who?", "--store", store, "--config", configured(tmp_path, **settings))
    assert status == 1
    assert told in err
    assert "AIzaSyNotAReference" not in err


def test_what_answers_is_measured_by_questions_about_the_demo() -> None:
    told = json.loads(driftguard("ask", "--evaluate", "--format", "json").out)
    assert len(told["questions"]) >= 60
    assert told["right"] >= 0.9
    assert told["precision"] >= 0.98
    assert told["refused"] == 1.0


def test_a_model_that_knows_nothing_fails_the_questions(tmp_path: Path) -> None:
    with model_server(reply=lambda _: Says(["I have no idea."])) as server:
        config = configured(tmp_path, backend="openai", url=f"{server.url}/v1", model="llama")
        told = json.loads(driftguard("ask", "--evaluate", "--format", "json", "--config", config).out)
    assert told["right"] < 0.2
    assert told["recall"] < 0.1


def test_a_question_is_needed() -> None:
    status, _, err = driftguard("ask")
    assert status == 1
    assert "ask a question" in err
