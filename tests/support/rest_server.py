"""A JSON service on loopback for tests: what it answers is a method's business, how it fails is set from outside."""

import contextlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

from msgspec import Struct, field

from engine.collectors.base import Context

Server = TypeVar("Server", bound=ThreadingHTTPServer)


class Impatient(Context):
    """A context that never waits long, and notes for how long it should have."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.waits: list[float] = []

    def wait(self, seconds: float) -> bool:
        if seconds > 0.4:
            self.waits.append(seconds)
            return self.cancelled
        return super().wait(seconds)


class Reply(Struct):
    """What one request is answered with. `breaks`: the connection ends in the middle of it."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    breaks: bool = False


class Request(Struct):
    """A request as it came in. `body` is the JSON of a POST."""

    path: str
    query: dict[str, str]
    authorization: str
    headers: dict[str, str] = field(default_factory=dict)
    method: str = "GET"
    body: Any = None


class RestServer(ThreadingHTTPServer):
    """Subclasses answer in `reply`. `faults` are used up first, one a request; `requests` are what was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.faults: list[Reply] = []
        self.requests: list[Request] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def reply(self, request: Request) -> Reply:
        raise NotImplementedError

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: RestServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST", json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0))))

    def _serve(self, method: str, body: Any = None) -> None:
        parts, authorization = urlsplit(self.path), self.headers.get("Authorization", "")
        request = Request(
            parts.path, dict(parse_qsl(parts.query)), authorization, dict(self.headers), method=method, body=body
        )
        self.server.requests.append(request)
        reply = self.server.faults.pop(0) if self.server.faults else self.server.reply(request)
        raw = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw[: len(raw) // 2] if reply.breaks else raw)
        if reply.breaks:
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Tests read `requests`."""


@contextlib.contextmanager
def running(server: Server) -> Iterator[Server]:
    """The server while it answers."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
