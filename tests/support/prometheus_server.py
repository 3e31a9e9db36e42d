"""Prometheus and Alertmanager on loopback: series by their name, on the grid of a query, and within its limits."""

import re
from typing import Any

from tests.support.rest_server import Reply, Request, RestServer

TOKEN = "token-of-a-reader"
#: What the real server refuses to exceed, in points of a series.
MOST = 11_000
_SELECTOR = re.compile(r"[A-Za-z_:][\w:]*")

Metric = dict[str, str]


class Prometheus(RestServer):
    """The servers. `series` are pairs of labels and samples in seconds; `alerts` and `managed` their lists."""

    def __init__(self, series: list[tuple[Metric, dict[int, float]]]) -> None:
        super().__init__()
        self.series = series
        self.alerts: list[dict[str, Any]] = []
        self.managed: list[dict[str, Any]] = []

    def reply(self, request: Request) -> Reply:
        if request.authorization != f"Bearer {TOKEN}":
            return Reply("unauthorized", status=401)
        if request.path == "/api/v1/query_range":
            return self._range(request.query)
        lists: dict[str, Any] = {
            "/api/v1/alerts": {"status": "success", "data": {"alerts": self.alerts}},
            "/api/v1/rules": {"status": "success", "data": {"groups": []}},
            "/api/v2/alerts": self.managed,
        }
        return Reply(lists[request.path]) if request.path in lists else Reply("404 page not found", status=404)

    def _range(self, query: dict[str, str]) -> Reply:
        start, end, step = int(query["start"]), int(query["end"]), int(query["step"])
        if (end - start) // step + 1 > MOST:
            return _refusal("exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the step")
        if not _SELECTOR.fullmatch(query["query"]):
            return _refusal("parse error")
        result = []
        for metric, samples in self.series:
            shown = [[at, str(samples[at])] for at in range(start, end + 1, step) if at in samples]
            if metric["__name__"] == query["query"] and shown:
                result.append({"metric": metric, "values": shown})
        return Reply({"status": "success", "data": {"resultType": "matrix", "result": result}})


def _refusal(why: str) -> Reply:
    return Reply({"status": "error", "errorType": "bad_data", "error": why}, status=400)
