"""A model behind OpenAI's chat protocol, as Ollama, llama.cpp and vLLM speak it on one's own machines."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from engine.assistant.remote.model import AnswerError, Call, Ended, Message, Part, Prompt, Speaker, Text, refusal
from engine.assistant.remote.reach import CONNECT, check

_LONGEST_LINE = 4_000_000


class _Function(Struct):
    name: str | None = None
    arguments: str | None = None


class _CallPiece(Struct):
    index: int = 0
    id: str | None = None
    function: _Function | None = None


class _Delta(Struct):
    content: str | None = None
    tool_calls: list[_CallPiece] | None = None


class _Choice(Struct):
    delta: _Delta | None = None
    finish_reason: str | None = None


class _Usage(Struct):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class _Chunk(Struct):
    choices: list[_Choice] = []
    usage: _Usage | None = None
    error: Any = None


_decoder = msgspec.json.Decoder(_Chunk)


class OpenAI:
    """A model at a base URL (`http://127.0.0.1:11434/v1`). No key is needed where none is wanted."""

    def __init__(self, name: str, url: str, key: str | None = None, *, silence: float = 30.0) -> None:
        self.name = name
        self.provider = urlsplit(url).hostname or url
        self._url, self._key, self._silence = url.rstrip("/"), key, silence

    def parts(self, prompt: Prompt) -> Iterator[Part]:
        import requests

        body = {
            "model": self.name,
            "stream": True,
            "stream_options": {"include_usage": True},
            "temperature": 0,
            "messages": [{"role": "system", "content": prompt.instructions}, *_messages(prompt.messages)],
        }
        if prompt.tools:
            body["tools"] = [
                {
                    "type": "function",
                    "function": {"name": tool.name, "description": tool.about, "parameters": tool.parameters},
                }
                for tool in prompt.tools
            ]
        check(self._url, through_proxies=False)
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        try:
            with requests.Session() as session:
                session.trust_env = False  # neither a proxy nor a .netrc is meant for it
                response = session.post(
                    f"{self._url}/chat/completions",
                    data=msgspec.json.encode(body),
                    headers={**headers, "Content-Type": "application/json", "Accept": "text/event-stream"},
                    timeout=(CONNECT, self._silence),
                    stream=True,
                    allow_redirects=False,
                )
                with response:
                    if response.status_code != 200:
                        raise refusal(response.status_code)
                    yield from _read(response.iter_lines(chunk_size=1024))
        except requests.exceptions.ConnectTimeout:
            raise AnswerError(f"it cannot be reached within {CONNECT:g} s; check the network") from None
        except requests.Timeout:
            raise AnswerError(f"nothing came for {self._silence:g} s") from None
        except (requests.RequestException, OSError) as error:
            raise AnswerError(f"it cannot be reached ({type(error).__name__}); is it running?") from None


def _messages(messages: tuple[Message, ...]) -> Iterator[dict[str, Any]]:
    for message in messages:
        if message.speaker is Speaker.MODEL:
            calls = [
                {
                    "id": call.id,
                    "type": "function",
                    "function": {"name": call.tool, "arguments": json.dumps(dict(call.arguments))},
                }
                for call in message.calls
            ]
            yield {"role": "assistant", "content": message.text} | ({"tool_calls": calls} if calls else {})
            continue
        for result in message.results:
            content = msgspec.json.encode(result.value).decode()
            yield {"role": "tool", "tool_call_id": result.call.id, "content": content}
        if message.text:
            yield {"role": "user", "content": message.text}


def _read(lines: Iterator[bytes]) -> Iterator[Part]:
    """The events of a stream. Calls come in pieces and are whole when the stream ends."""
    pieces: dict[int, tuple[str, str, str]] = {}
    usage = _Usage()
    finished = False
    for line in lines:
        if not line.startswith(b"data:") or len(line) > _LONGEST_LINE:
            continue
        data = line[5:].strip()
        if data == b"[DONE]":
            finished = True
            break
        try:
            chunk = _decoder.decode(data)
        except msgspec.DecodeError as error:
            raise AnswerError("what came is not what it should answer with (malformed JSON)") from error
        if chunk.error is not None:
            raise AnswerError("it failed in the middle of its answer", passing=True)
        usage = chunk.usage or usage
        for choice in chunk.choices[:1]:
            finished = finished or choice.finish_reason is not None
            if choice.delta is None:
                continue
            if choice.delta.content:
                yield Text(choice.delta.content)
            for piece in choice.delta.tool_calls or ():
                id_, name, arguments = pieces.get(piece.index, ("", "", ""))
                told = piece.function or _Function()
                pieces[piece.index] = (
                    id_ or piece.id or "", name + (told.name or ""), arguments + (told.arguments or "")
                )  # fmt: skip
    if not finished:
        raise AnswerError("its answer ends early (the connection broke)", passing=True)
    for index, (id_, name, arguments) in sorted(pieces.items()):
        yield Call(id_ or f"call-{index}", name, _arguments(arguments))
    yield Ended(usage.prompt_tokens, usage.completion_tokens)


def _arguments(text: str) -> dict[str, Any]:
    """What is no object becomes one that no tool takes, which the model is then told."""
    try:
        value = msgspec.json.decode(text or "{}")
    except msgspec.DecodeError:
        return {"malformed": text[:200]}
    return value if isinstance(value, dict) else {"malformed": text[:200]}
