"""Resource Graph and the activity log on loopback: pages, quotas and failures as the services have them.

Queries are interpreted, not recognised: a table, `where` with `in~`, `=~` and `!~`, `project` and `order by`. Rows that
a query does not order come in no order, as from the service, so that paging without an order would lose some.
"""

import base64
import contextlib
import json
import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from msgspec import Struct, field

TOKEN = "token-of-a-reader"
_WORD = re.compile(r"([\w.]+)\s+(in~|=~|!~)\s+(\([^)]*\)|'[^']*')")
_SINCE = re.compile(r"todatetime\(([\w.]+)\) >= datetime\(([^)]+)\)")
_LOG = re.compile(r"/subscriptions/([^/]+)/providers/Microsoft\.Insights/eventtypes/management/values")
_FILTER = re.compile(r"eventTimestamp ge '([^']+)' and eventTimestamp le '[^']+'")


class Fault(Struct):
    """What happens to one request instead of an answer: a status, a pause, a connection that breaks in the middle."""

    status: int = 200
    code: str = "InternalServerError"
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0.0
    breaks: bool = False


class Graph(ThreadingHTTPServer):
    """The services. `tables` holds Resource Graph's rows, `log` the entries of each subscription, the newest first;
    `faults` are used up one a request; `requests` are what was asked.
    """

    daemon_threads = True

    def __init__(self, tables: dict[str, list[dict[str, Any]]]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.tables = tables
        self.log: dict[str, list[dict[str, Any]]] = {}
        self.visible: set[str] | None = None
        self.tokens = {TOKEN}
        self.page = 1000
        self.quota = 1000
        self.forbidden: set[str] = set()
        self.truncated: set[str] = set()
        self.faults: list[Fault] = []
        self.requests: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: Graph
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        self._serve({"path": address.path, **asked}, self._answer_log)

    def do_POST(self) -> None:
        self._serve(json.loads(self.rfile.read(int(self.headers["Content-Length"]))), self._answer)

    def _serve(self, body: dict[str, Any], answer: Callable[[dict[str, Any]], None]) -> None:
        self.server.requests.append(body)
        fault = self.server.faults.pop(0) if self.server.faults else Fault()
        time.sleep(fault.pause)
        if fault.breaks:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", "5000")
            self.end_headers()
            self.wfile.write(b'{"totalRecords": 4, "count"')
            self.wfile.flush()
            self.connection.close()
            self.close_connection = True
        elif fault.status != 200:
            self._refuse(fault.status, fault.code, fault.headers)
        elif self.headers["Authorization"] not in {f"Bearer {token}" for token in self.server.tokens}:
            self._refuse(401, "ExpiredAuthenticationToken", {})
        elif self.server.quota <= 0:
            self.server.quota = 15
            self._refuse(429, "RateLimiting", {"x-ms-user-quota-resets-after": "00:00:01"})
        else:
            answer(body)

    def _answer_log(self, asked: dict[str, Any]) -> None:
        match, since = _LOG.fullmatch(asked["path"]), _FILTER.fullmatch(asked.get("$filter", ""))
        if match is None or since is None or asked.get("api-version") != "2015-04-01":
            self._refuse(400, "BadRequest", {})
            return
        if match[1] in self.server.forbidden:
            self._refuse(403, "AuthorizationFailed", {})
            return
        entries = [entry for entry in self.server.log.get(match[1], ()) if entry["eventTimestamp"] >= since[1]]
        start = int(asked.get("$skipToken", "0"))
        end = min(len(entries), start + self.server.page)
        page: dict[str, Any] = {"value": entries[start:end]}
        if end < len(entries):
            rest = {**asked, "$skipToken": str(end)}
            page["nextLink"] = f"{self.server.url}{rest.pop('path')}?{urlencode(rest)}"
        self._send(200, page, {})

    def _answer(self, body: dict[str, Any]) -> None:
        server = self.server
        server.quota -= 1
        table = body["query"].split("|")[0].strip()
        asked = {text.lower() for text in body.get("subscriptions") or ()}
        seen = asked if server.visible is None else asked & server.visible if asked else server.visible
        if table in server.forbidden or (asked and not seen):
            self._refuse(403, "AuthorizationFailed", {})
            return
        rows = answer(body["query"], server.tables)
        if seen:
            rows = [row for row in rows if row.get("subscriptionId", "").lower() in seen]
        start = int(base64.b64decode(body["options"].get("$skipToken") or b"MA=="))
        end = min(len(rows), start + min(server.page, body["options"].get("$top", 100)))
        page: dict[str, Any] = {
            "totalRecords": len(rows),
            "count": end - start,
            "data": rows[start:end],
            "facets": [],
            "resultTruncated": "true" if table in server.truncated else "false",
        }
        if end < len(rows):
            page["$skipToken"] = base64.b64encode(str(end).encode()).decode()
        quota = {"x-ms-user-quota-remaining": str(max(0, server.quota)), "x-ms-user-quota-resets-after": "00:00:01"}
        self._send(200, page, quota)

    def _refuse(self, status: int, code: str, headers: dict[str, str]) -> None:
        self._send(status, {"error": {"code": code, "message": f"{code} for tests"}}, headers)

    def _send(self, status: int, body: dict[str, Any], headers: dict[str, str]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Tests are quiet."""


def answer(query: str, tables: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """The rows that a query gives."""
    table, *steps = (piece.strip() for piece in query.split("|"))
    rows = list(tables.get(table, ()))
    random.shuffle(rows)
    for step in steps:
        verb, _, rest = step.partition(" ")
        if verb == "where" and (since := _SINCE.fullmatch(rest)):
            rows = [row for row in rows if str(_at(row, since[1])) >= since[2]]
        elif verb == "where":
            tests = [_WORD.fullmatch(test.strip()) for test in rest.split(" or ")]
            assert all(tests), f"the fake does not know: {step}"
            rows = [row for row in rows if any(_holds(row, *test.groups()) for test in tests if test)]
        elif verb == "project":
            columns = [column.strip() for column in rest.split(",")]
            rows = [{column: row.get(column) for column in columns} for row in rows]
        elif verb == "order":
            column = rest.split()[1]
            rows.sort(key=lambda row: str(row.get(column)).lower())
        else:
            raise AssertionError(f"the fake does not know: {step}")
    return rows


def _holds(row: dict[str, Any], path: str, operator: str, operand: str) -> bool:
    value = _at(row, path)
    values = [text.lower() for text in re.findall(r"'([^']*)'", operand)]
    return (str(value or "").lower() in values) is (operator != "!~")


def _at(row: dict[str, Any], path: str) -> Any:
    value: Any = row
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


@contextlib.contextmanager
def graph_server(**tables: list[dict[str, Any]]) -> Iterator[Graph]:
    """Resource Graph with these tables, as long as the context lasts."""
    server = Graph(tables)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
