"""Those who take notifications, on loopback: a webhook, and a mail server."""

import asyncio
import email
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec
from aiosmtpd.smtp import SMTP, Envelope, Session


class Webhook(ThreadingHTTPServer):
    """`got` are the messages as they came; it answers with `status`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.got: list[dict[str, Any]] = []
        self.status = 200

    @property
    def url(self) -> str:
        """As apprise addresses it, with a token that nobody is to see."""
        return f"json://127.0.0.1:{self.server_address[1]}/hook/s3cr3t-t0ken"


class _Handler(BaseHTTPRequestHandler):
    server: Webhook

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.status < 300:
            self.server.got.append(msgspec.json.decode(body))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Tests read `got`."""


@contextmanager
def webhook() -> Iterator[Webhook]:
    """The webhook while it answers."""
    server = Webhook()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Mailbox:
    def __init__(self) -> None:
        self.got: list[Message] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.got.append(email.message_from_bytes(envelope.content or b""))
        return "250 taken"


@contextmanager
def mail_server() -> Iterator[tuple[str, list[Message]]]:
    """A mail server: how apprise addresses it, and what it got."""
    mailbox, loop = _Mailbox(), asyncio.new_event_loop()
    starting = loop.create_server(lambda: SMTP(mailbox, loop=loop, hostname="127.0.0.1"), "127.0.0.1", 0)
    server = loop.run_until_complete(starting)
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        port = server.sockets[0].getsockname()[1]
        yield f"mailto://127.0.0.1:{port}/?from=driftguard@shop.example&to=ops@shop.example", mailbox.got
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
