"""The lookup API over loopback: writing calls only, page by page, within the quota."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from engine.collectors.base import Context
from engine.collectors.events.cloudtrail import Settings, Source
from engine.errors import SourceError
from tests.support.trail import record

_IDENTITY = b"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::123456789012:user/reader</Arn><UserId>AIDAEXAMPLE</UserId><Account>123456789012</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>"""


class FakeTrail:
    """Answers LookupEvents from a list of pages per region, and remembers what it was asked."""

    def __init__(self) -> None:
        self.pages: dict[str, list[list[dict[str, Any]]]] = {}
        self.refused: set[str] = set()
        self.requests: list[dict[str, Any]] = []
        self.url = ""

    def answer(self, region: str, request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.requests.append(request | {"region": region, "when": time.monotonic()})
        if region in self.refused:
            return 400, {"__type": "AccessDeniedException", "message": "secret-arn is not authorized"}
        pages = self.pages.get(region, [[]])
        number = int(request.get("NextToken", "0"))
        events = [{"EventId": item["eventID"], "CloudTrailEvent": json.dumps(item)} for item in pages[number]]
        more = {"NextToken": str(number + 1)} if number + 1 < len(pages) else {}
        return 200, {"Events": events, **more}


@pytest.fixture
def trail(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeTrail]:
    fake = FakeTrail()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["Content-Length"]))
            if text.startswith(b"Action=GetCallerIdentity"):
                self.send(200, "text/xml", _IDENTITY)
                return
            body = json.loads(text)
            region = self.headers["Authorization"].split("/")[2]
            status, answer = fake.answer(region, body)
            self.send(status, "application/x-amz-json-1.1", json.dumps(answer).encode())

        def send(self, status: int, kind: str, data: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    fake.url = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    yield fake
    server.shutdown()
    server.server_close()


def source(trail: FakeTrail, *regions: str) -> Source:
    return Source(Settings(name="live", kind="cloudtrail", regions=list(regions), endpoint_url=trail.url))


def test_pages_are_read_to_the_end_and_reads_are_left_out(trail: FakeTrail) -> None:
    trail.pages["us-east-1"] = [
        [record(eventID="a"), record("DescribeDBInstances", eventID="r", readOnly=True)],
        [record(eventID="b")],
    ]
    assert [event.id for event in source(trail, "us-east-1").collect(Context())] == ["a", "b"]
    assert trail.requests[0]["LookupAttributes"] == [{"AttributeKey": "ReadOnly", "AttributeValue": "false"}]


def test_every_region_keeps_to_two_requests_a_second(trail: FakeTrail) -> None:
    trail.pages["us-east-1"] = [[record(eventID=str(number))] for number in range(6)]
    list(source(trail, "us-east-1").collect(Context()))
    times = [request["when"] for request in trail.requests]
    assert times[-1] - times[0] >= 1.4


def test_global_services_are_looked_for_where_they_are_recorded(trail: FakeTrail) -> None:
    trail.pages["us-east-1"] = [[record("AttachRolePolicy", eventID="iam")]]
    trail.pages["eu-west-1"] = [[record(eventID="rds")]]
    assert {event.id for event in source(trail, "eu-west-1").collect(Context())} == {"iam", "rds"}


def test_a_region_that_refuses_leaves_the_others(trail: FakeTrail) -> None:
    trail.refused = {"eu-west-1"}
    trail.pages["us-east-1"] = [[record(eventID="a")]]
    context = Context()
    assert [event.id for event in source(trail, "eu-west-1").collect(context)] == ["a"]
    assert context.problems == ["eu-west-1: not allowed to call cloudtrail:LookupEvents; grant cloudtrail:LookupEvents"]


def test_refused_everywhere_is_one_clear_sentence(trail: FakeTrail) -> None:
    trail.refused = {"us-east-1"}
    with pytest.raises(SourceError, match="grant cloudtrail:LookupEvents") as caught:
        list(source(trail, "us-east-1").collect(Context()))
    assert "secret-arn" not in str(caught.value)


def test_no_region_is_a_clear_sentence(trail: FakeTrail) -> None:
    with pytest.raises(SourceError, match="no AWS region is known"):
        list(source(trail).collect(Context()))


def test_a_cancelled_scan_stops_asking(trail: FakeTrail) -> None:
    trail.pages["us-east-1"] = [[record(eventID=str(number))] for number in range(50)]
    cancelled = threading.Event()
    found = source(trail, "us-east-1").collect(Context(cancelled=cancelled))
    next(found)
    cancelled.set()
    assert list(found) == []
    assert len(trail.requests) <= 2
