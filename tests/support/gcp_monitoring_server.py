"""Cloud Monitoring on loopback: time series by their metric type, and alerts, page by page."""

import re
from typing import Any

from tests.support.rest_server import Reply, Request, RestServer

_TYPE = re.compile(r'metric\.type ?= ?"([^"]+)"')


def series(service: str, points: dict[str, float], metric: str = "run.googleapis.com/request_count") -> dict[str, Any]:
    """A series as the API answers it, newest point first."""
    return {
        "metric": {"type": metric, "labels": {"response_code_class": "5xx"}},
        "resource": {
            "type": "cloud_run_revision",
            "labels": {"project_id": "shop-prod", "service_name": service, "location": "europe-west1"},
        },
        "metricKind": "DELTA",
        "valueType": "DOUBLE",
        "unit": "1",
        "points": [
            {"interval": {"startTime": at, "endTime": at}, "value": {"doubleValue": points[at]}}
            for at in sorted(points, reverse=True)
        ],
    }


def alert(number: int, opened: str, closed: str | None = None, **more: Any) -> dict[str, Any]:
    """An alert as the API lists it."""
    found = {
        "name": f"projects/shop-prod/alerts/0.{number}",
        "state": "CLOSED" if closed else "OPEN",
        "openTime": opened,
        "resource": {"type": "cloudsql_database", "labels": {
            "project_id": "shop-prod", "database_id": "shop-prod:orders-db", "region": "europe-west1"}},
        "metric": {"type": "cloudsql.googleapis.com/database/cpu/utilization", "labels": {}},
        "policy": {"name": "projects/shop-prod/alertPolicies/1", "displayName": "Orders database busy",
                   "severity": "CRITICAL", "documentation": {"content": "Look at the slow queries."}},
        **more,
    }  # fmt: skip
    return found | ({"closeTime": closed} if closed else {})


class Monitoring(RestServer):
    """The service of one project. `denied` are the last parts of addresses that nobody may read."""

    def __init__(self, found: list[dict[str, Any]], alerts: list[dict[str, Any]], page: int = 2) -> None:
        super().__init__()
        self.found = found
        self.alerts = alerts
        self.page = page
        self.denied: set[str] = set()

    def reply(self, request: Request) -> Reply:
        *_, project, what = request.path.split("/")
        if what in self.denied:
            error = {"code": 403, "message": "Permission denied", "status": "PERMISSION_DENIED"}
            return Reply({"error": error}, status=403)
        if project != "shop-prod":
            return Reply({"error": {"code": 404, "status": "NOT_FOUND", "message": project}}, status=404)
        if what == "alerts":
            return self._paged(what, sorted(self.alerts, key=lambda one: str(one["openTime"]), reverse=True), request)
        wanted = _TYPE.fullmatch(request.query["filter"])
        if wanted is None:
            return Reply({"error": {"code": 400, "status": "INVALID_ARGUMENT", "message": "filter"}}, status=400)
        start, end = request.query["interval.startTime"], request.query["interval.endTime"]
        found = []
        for one in self.found:
            points = [point for point in one["points"] if start <= point["interval"]["endTime"] <= end]
            if one["metric"]["type"] == wanted[1] and points:
                found.append({**one, "points": points})
        return self._paged("timeSeries", found, request)

    def _paged(self, name: str, found: list[dict[str, Any]], request: Request) -> Reply:
        start = int(request.query.get("pageToken", 0))
        more = {"nextPageToken": str(start + self.page)} if start + self.page < len(found) else {}
        return Reply({name: found[start : start + self.page], **more} if found else {})
