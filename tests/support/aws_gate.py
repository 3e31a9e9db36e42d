"""A gate in front of a fake AWS that can refuse requests (throttled, denied, expired), delay them, break an answer off
in the middle, and answer in place of services that the fake lacks."""

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from msgspec import Struct, field


class Refusal(Struct):
    """Refuses what asks `service` for something that contains `asks`, at most `times` times.

    With `delay` (seconds) it answers late instead, with `cut` it breaks the answer off in the middle.
    """

    service: str
    asks: str
    code: str = ""
    status: int = 400
    times: int = 1_000_000
    delay: float = 0
    cut: bool = False
    seen: int = 0


class ServiceError(Exception):
    """Raised by what serves an operation: the error code to answer with."""


class Gate(Struct):
    """A running gate. Add to `refusals`; `requests` lists what came by, as (service, what it asked).

    `answers` holds JSON that is given to all that asks a service, in place of the fake AWS; `served` answers single
    operations of JSON services, by their target (`CloudApiService.GetResource`).
    """

    url: str
    refusals: list[Refusal] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)
    answers: dict[str, bytes] = field(default_factory=dict)
    served: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = field(default_factory=dict)


@contextmanager
def open_gate(upstream: str) -> Iterator[Gate]:
    """Serves on loopback and passes on to `upstream` what it does not refuse."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        _cut = False

        def handle_any(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            service, asks = self._service(), self._asks(content)
            with lock:
                gate.requests.append((service, asks))
                refusal = next((item for item in gate.refusals if _fits(item, service, asks)), None)
                if refusal is not None:
                    refusal.seen += 1
            self._cut = refusal is not None and refusal.cut
            time.sleep(refusal.delay if refusal is not None else 0)
            if refusal is not None and refusal.code:
                self._answer(refusal.status, *_error(refusal.code, self.headers.get("Content-Type", "")))
            elif asks in gate.served:
                self._serve(gate.served[asks], content)
            elif service in gate.answers:
                self._answer(200, gate.answers[service], {"Content-Type": "application/x-amz-json-1.1"})
            else:
                self._pass_on(content)

        do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = handle_any  # noqa: N815

        def _service(self) -> str:
            """From the scope that the request is signed for: `…/20240501/eu-west-1/sqs/aws4_request`."""
            scope = self.headers.get("Authorization", "").partition("Credential=")[2].split("/")
            return scope[3] if len(scope) > 3 else ""

        def _asks(self, content: bytes) -> str:
            target = self.headers.get("X-Amz-Target")
            action = parse_qs(content.decode("latin-1")).get("Action")
            return target or (action[0] if action else self.path)

        def _serve(self, serve: Callable[[dict[str, Any]], dict[str, Any]], content: bytes) -> None:
            kind = {"Content-Type": "application/x-amz-json-1.0"}
            try:
                self._answer(200, json.dumps(serve(json.loads(content))).encode(), kind)
            except ServiceError as error:
                self._answer(400, *_error(str(error), "json"))

        def _pass_on(self, content: bytes) -> None:
            headers = {name: value for name, value in self.headers.items() if name.lower() != "content-length"}
            request = urllib.request.Request(
                upstream + self.path, data=content or None, headers=headers, method=self.command
            )
            try:
                with urllib.request.urlopen(request, timeout=20) as answer:
                    self._answer(answer.status, answer.read(), dict(answer.headers))
            except urllib.error.HTTPError as error:
                with error:
                    self._answer(error.code, error.read(), dict(error.headers))

        def _answer(self, status: int, content: bytes, headers: dict[str, str]) -> None:
            self.send_response_only(status)
            for name, value in headers.items():
                if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2] if self._cut else content)
            self.close_connection = self.close_connection or self._cut

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    gate = Gate(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield gate
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _fits(refusal: Refusal, service: str, asks: str) -> bool:
    return refusal.seen < refusal.times and refusal.service == service and refusal.asks in asks


def _error(code: str, content_type: str) -> tuple[bytes, dict[str, str]]:
    """An error as the protocol of the request has it: JSON, or XML that fits S3, EC2 and the query services."""
    if "json" in content_type:
        return f'{{"__type": "{code}", "message": "refused"}}'.encode(), {"x-amzn-errortype": code}
    error = f"<Error><Code>{code}</Code><Message>refused</Message></Error>"
    body = f"<Response><Errors>{error}</Errors></Response>" if code == "UnauthorizedOperation" else error
    wrapped = body if "form" not in content_type or body != error else f"<ErrorResponse>{error}</ErrorResponse>"
    return wrapped.encode(), {"Content-Type": "text/xml", "x-amzn-errortype": code}
