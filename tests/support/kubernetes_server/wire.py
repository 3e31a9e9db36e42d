"""HTTP/1.1 as far as the fake server needs it, and the ways in which it can be made to fail."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

Result = TypeVar("Result")


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes = b""

    @property
    def accept(self) -> str:
        return self.headers.get("accept", "*/*")

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip()

    @property
    def token(self) -> str:
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token if scheme.lower() == "bearer" else ""


@dataclass
class Answer:
    """`body` is JSON unless it is bytes; `stream` gives lines of JSON until it ends."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    stream: AsyncIterator[Any] | None = None


@dataclass
class Fault:
    """Something that goes wrong with the next `times` requests whose path and query hold `where`.

    answer: given instead of the real one; delay: seconds before answering; cut: bytes of the body after which the
    connection breaks, for a stream the number of lines.
    """

    where: str = ""
    times: int = 1
    answer: Answer | None = None
    delay: float = 0.0
    cut: int | None = None
    method: str = "GET"

    def hits(self, request: Request, target: str) -> bool:
        return self.times > 0 and request.method == self.method and self.where in target


class Wire:
    """Serves on a free port of loopback, on a thread of its own, until it is closed."""

    def __init__(self, handle: Callable[[Request], Awaitable[Answer]]) -> None:
        self._handle = handle
        self.faults: list[Fault] = []
        self.requests: list[Request] = []
        self.times: list[float] = []
        self._loop = asyncio.new_event_loop()
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="kubernetes-server", daemon=True)
        self._thread.start()
        ready.wait()

    def call(self, action: Callable[[], Any]) -> Any:
        """Runs something on the server's thread, where nothing else changes its data."""

        async def run() -> Any:
            return action()

        return self.run(run())

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """What a coroutine gives, run on the server's thread."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def cut_all(self) -> None:
        """Breaks every open connection."""
        self.call(lambda: [writer.transport.abort() for writer in list(self._open)])

    def close(self) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(10)

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve(ready))
        self._loop.close()

    async def _serve(self, ready: threading.Event) -> None:
        self._stop = asyncio.Event()
        server = await asyncio.start_server(self._connection, "127.0.0.1", 0)
        self.port: int = server.sockets[0].getsockname()[1]
        ready.set()
        await self._stop.wait()
        # No more are accepted, and those that were begin before they are cancelled: asyncio leaks them otherwise.
        self._loop.remove_reader(server.sockets[0].fileno())
        await asyncio.sleep(0.01)
        server.close()
        while self._tasks:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.sleep(0.01)  # until the connections have learnt of it

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while (request := await _read(reader)) is not None:
                self.requests.append(request)
                self.times.append(self._loop.time())
                await self._answer(request, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._open.discard(writer)
            self._tasks.discard(task)
            writer.transport.abort()

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> None:
        target = f"{request.path}?{'&'.join(f'{name}={value}' for name, value in request.query.items())}"
        fault = next((fault for fault in self.faults if fault.hits(request, target)), Fault())
        fault.times -= 1
        await asyncio.sleep(fault.delay)
        answer = fault.answer or await self._handle(request)
        head = {"content-type": answer.content_type, **answer.headers}
        if answer.stream is not None:
            await self._stream(answer.status, head, answer.stream, fault.cut, writer)
            return
        body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode() + b"\n"
        whole = _head(answer.status, head | {"content-length": str(len(body))})
        # In one write: a body that comes apart from its head waits for the client's delayed acknowledgement.
        writer.write(whole + body[: fault.cut])
        await writer.drain()
        if fault.cut is not None:
            writer.transport.abort()

    async def _stream(
        self,
        status: int,
        head: dict[str, str],
        lines: AsyncIterator[Any],
        cut: int | None,
        writer: asyncio.StreamWriter,
    ) -> None:
        writer.write(_head(status, head | {"transfer-encoding": "chunked"}))
        await writer.drain()
        count = 0
        async for line in lines:
            if cut is not None and count >= cut:
                writer.transport.abort()
                return
            count += 1
            data = json.dumps(line).encode() + b"\n"
            writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            await writer.drain()
        writer.write(b"0\r\n\r\n")
        await writer.drain()


async def _read(reader: asyncio.StreamReader) -> Request | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.strip().split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    parts = urlsplit(target)
    return Request(method, parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)), headers, body)


def _head(status: int, headers: dict[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode()
