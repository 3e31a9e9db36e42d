"""A service on loopback that keeps states: what it answers to each path, and what it was asked."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec


class Service:
    """`answers` maps a path (with its query) to statuses and bodies, the last of which is given again and again."""

    def __init__(self) -> None:
        self.answers: dict[str, list[tuple[int, bytes, dict[str, str]]]] = {}
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.url = ""

    def say(self, path: str, body: Any, status: int = 200, **headers: str) -> None:
        """Adds an answer to a path."""
        raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
        self.answers.setdefault(path, []).append((status, raw, headers))


@contextmanager
def service() -> Iterator[Service]:
    """The service while it runs."""
    own = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            own.asked.append((self.command, self.path, {name.lower(): value for name, value in self.headers.items()}))
            waiting = own.answers.get(self.path, [(404, b"{}", {})])
            status, body, headers = waiting.pop(0) if len(waiting) > 1 else waiting[0]
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_HEAD = do_GET  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    own.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield own
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
