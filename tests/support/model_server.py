"""Models on loopback: Gemini's API and OpenAI's chat protocol as they are on the wire, with what they say written down.

Each request is answered with the next of `answers`; when there is none, with what `reply` makes of it.
"""

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from msgspec import Struct, field

from tests.support.rest_server import running


class Calls(Struct):
    """The model wants a tool called."""

    tool: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


class Says(Struct):
    """One answer of a model: texts and calls in the order in which they are streamed.

    `status`: it refuses. `cut`: the connection ends before the answer does. `raw` is sent in the middle as it is.
    `finish` is why it stopped. `hangs` is waited for before anything is sent.
    """

    parts: Sequence[str | Calls] = ()
    status: int = 200
    cut: bool = False
    raw: bytes = b""
    finish: str = "STOP"
    hangs: threading.Event | None = None


class Asked(Struct):
    """A request as it came in."""

    path: str
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.raw)
        return content

    @property
    def results(self) -> list[tuple[str, dict[str, Any]]]:
        """What tools returned, oldest first, in either protocol."""
        if "contents" in self.body:
            parts = [part for content in self.body["contents"] for part in content["parts"]]
            answers = [part["functionResponse"] for part in parts if "functionResponse" in part]
            return [(answer["name"], answer["response"]) for answer in answers]
        messages = self.body["messages"]
        names = {call["id"]: call["function"]["name"] for one in messages for call in one.get("tool_calls", ())}
        return [(names[one["tool_call_id"]], json.loads(one["content"])) for one in messages if one["role"] == "tool"]


class ModelServer(ThreadingHTTPServer):
    """Both APIs, told apart by their paths."""

    daemon_threads = True

    def __init__(self, *answers: Says, reply: Callable[[Asked], Says] | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers = list(answers)
        self.reply = reply or (lambda _: Says(["I have nothing to say."]))
        self.asked: list[Asked] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: ModelServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        asked = Asked(self.path, dict(self.headers), self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(asked)
        says = self.server.answers.pop(0) if self.server.answers else self.server.reply(asked)
        if says.hangs is not None:
            says.hangs.wait(20)
        if says.status != 200:
            self._refuse(says.status)
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        is_gemini = ":streamGenerateContent" in self.path
        for event in _gemini(says) if is_gemini else _openai(says):
            self._send(event)
        if says.cut:
            self.close_connection = True
            return
        self.wfile.write(b"0\r\n\r\n")

    def _send(self, event: bytes) -> None:
        data = b"data: " + event + (b"\r\n\r\n" if b"candidates" in event else b"\n\n")
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def _refuse(self, status: int) -> None:
        # As services do, it repeats what it was sent.
        message = f"refused: {self.headers.get('x-goog-api-key', '')}"
        raw = json.dumps({"error": {"code": status, "message": message, "status": "REFUSED"}}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(raw)))
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Tests read `asked`."""


def _gemini(says: Says) -> Iterator[bytes]:
    for number, part in enumerate(says.parts):
        content = (
            {"text": part}
            if isinstance(part, str)
            else {
                "functionCall": {"name": part.tool, "args": dict(part.arguments)},
                "thoughtSignature": "c2lnbmVk",
            }
        )
        yield _encoded({"candidates": [{"content": {"role": "model", "parts": [content]}, "index": 0}]})
        if number == 0 and says.raw:
            yield says.raw
    if not says.cut:
        usage = {"promptTokenCount": 1200, "candidatesTokenCount": 80, "totalTokenCount": 1280}
        last = {"content": {"role": "model", "parts": []}, "finishReason": says.finish, "index": 0}
        yield _encoded({"candidates": [last], "usageMetadata": usage, "modelVersion": "fake"})


def _openai(says: Says) -> Iterator[bytes]:
    for number, part in enumerate(says.parts):
        if isinstance(part, str):
            yield _encoded({"choices": [{"index": 0, "delta": {"content": part}}]})
        else:
            text = json.dumps(dict(part.arguments))
            head = {"index": number, "id": f"id-{number}", "function": {"name": part.tool, "arguments": text[:3]}}
            yield _encoded({"choices": [{"index": 0, "delta": {"tool_calls": [head]}}]})
            rest = {"index": number, "function": {"arguments": text[3:]}}
            yield _encoded({"choices": [{"index": 0, "delta": {"tool_calls": [rest]}}]})
        if number == 0 and says.raw:
            yield says.raw
    if not says.cut:
        yield _encoded({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        yield _encoded({"choices": [], "usage": {"prompt_tokens": 1200, "completion_tokens": 80}})
        yield b"[DONE]"


def _encoded(value: Any) -> bytes:
    return json.dumps(value).encode()


@contextmanager
def model_server(*answers: Says, reply: Callable[[Asked], Says] | None = None) -> Iterator[ModelServer]:
    """The server while it answers."""
    with running(ModelServer(*answers, reply=reply)) as server:
        yield server
