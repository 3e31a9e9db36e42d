"""Models over the wire, Gemini with Google's own SDK: what they say and call, and every way in which they fail."""

import socket
import threading
from collections.abc import Callable

import pytest

from engine.assistant.remote import reach
from engine.assistant.remote.gemini import Gemini
from engine.assistant.remote.model import AnswerError, Call, Ended, Message, Model, Prompt, Speaker, Text
from engine.assistant.remote.openai import OpenAI
from engine.assistant.remote.specs import specs
from tests.support.model_server import Calls, ModelServer, Says, model_server
from tests.support.silent_server import silent_server

PROMPT = Prompt(
    instructions="Be brief.", messages=(Message(speaker=Speaker.PERSON, text="who?"),), tools=specs()
)  # fmt: skip

Making = Callable[[str], Model]


def gemini(url: str) -> Model:
    return Gemini("gemini-2.5-flash", "a-key-of-nobody", url=url, silence=5)


def openai(url: str) -> Model:
    return OpenAI("llama", f"{url}/v1", "a-key-of-nobody", silence=5)


both = pytest.mark.parametrize("make", [gemini, openai])


@both
def test_texts_and_calls_come_as_they_are_streamed(make: Making) -> None:
    says = Says(["It was ", "Mia.", Calls("show_drift", {"drift": "abc123"}), Calls("sources")])
    with model_server(says) as server:
        *parts, ended = make(server.url).parts(PROMPT)
    assert [part.text for part in parts if isinstance(part, Text)] == ["It was ", "Mia."]
    calls = [part for part in parts if isinstance(part, Call)]
    assert [(call.tool, call.arguments) for call in calls] == [("show_drift", {"drift": "abc123"}), ("sources", {})]
    assert isinstance(ended, Ended)
    assert (ended.sent, ended.received) == (1200, 80)


@both
def test_what_is_sent_has_the_instructions_the_question_and_the_tools(make: Making) -> None:
    with model_server(Says(["Mia."])) as server:
        list(make(server.url).parts(PROMPT))
        [asked] = server.asked
    sent = asked.raw.decode()
    for told in ("Be brief.", "who?", "find_drifts", "unmanaged"):
        assert told in sent
    assert "a-key-of-nobody" not in sent


def test_gemini_gets_back_the_signatures_of_its_thoughts() -> None:
    with model_server(Says([Calls("sources")]), Says(["Done."])) as server:
        model = gemini(server.url)
        *_, ended = model.parts(PROMPT)
        assert isinstance(ended, Ended)
        heard = Message(speaker=Speaker.MODEL, kept=ended.kept)
        list(model.parts(Prompt(instructions="", messages=(*PROMPT.messages, heard), tools=())))
    [part] = server.asked[1].body["contents"][1]["parts"]
    assert part["thoughtSignature"] == "c2lnbmVk"


@both
@pytest.mark.parametrize(
    ("says", "told", "passing"),
    [
        (Says(status=429), "429", True),
        (Says(status=500), "500", True),
        (Says(status=401), "does not accept the key", False),
        (Says(status=404), "no such model", False),
        (Says(["It was "], cut=True), "", None),
        (
            Says(["It was "], raw=b'{"candidates": [{"content": {"parts": [{"functionCall": 7}]}}], "choices": 7}'),
            "",
            None,
        ),
        (Says(["It was "], raw=b"{broken"), "", None),
    ],
    ids=["429", "500", "401", "404", "cut", "malformed", "broken"],
)
def test_every_failure_is_a_sentence(make: Making, says: Says, told: str, passing: bool | None) -> None:
    with model_server(says) as server, pytest.raises(AnswerError, match=told or None) as caught:
        list(make(server.url).parts(PROMPT))
    assert passing in (None, caught.value.passing)
    assert "a-key-of-nobody" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_answer_that_gemini_blocks_is_a_failure() -> None:
    with model_server(Says(["Well"], finish="SAFETY")) as server, pytest.raises(AnswerError, match="SAFETY"):
        list(gemini(server.url).parts(PROMPT))


@both
def test_a_network_that_is_not_there_is_told_at_once(make: Making, unused: str) -> None:
    with pytest.raises(AnswerError, match="cannot be reached"):
        list(make(unused).parts(PROMPT))


@pytest.mark.parametrize(
    "make",
    [
        lambda url: Gemini("gemini-2.5-flash", "k", url=url, silence=0.2),
        lambda url: OpenAI("llama", url, silence=0.2),
    ],
    ids=["gemini", "openai"],
)
def test_a_silent_service_is_given_up(make: Making) -> None:
    with silent_server() as url, pytest.raises(AnswerError, match="nothing came"):
        list(make(url).parts(PROMPT))


@both
def test_a_name_that_nobody_resolves_is_not_waited_for(make: Making, monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    monkeypatch.setattr(reach, "CONNECT", 0.05)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: release.wait(20) and [])
    with pytest.raises(AnswerError, match=r"llama\.example cannot be reached"):
        list(make("https://llama.example").parts(PROMPT))
    release.set()


@both
def test_nothing_is_sent_before_it_is_asked(make: Making) -> None:
    with model_server() as server:
        make(server.url)
        assert server.asked == []


@pytest.fixture
def unused() -> str:
    """An address at which nobody listens."""
    server = ModelServer()
    url = server.url
    server.server_close()
    return url


def test_an_answer_can_be_left_in_the_middle() -> None:
    with model_server(Says(["One. ", "Two. "])) as server:
        parts = openai(server.url).parts(PROMPT)
        assert next(parts) == Text("One. ")
        parts.close()
