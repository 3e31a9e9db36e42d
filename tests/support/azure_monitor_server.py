"""Azure Monitor on loopback: alerts of subscriptions page by page, and metrics of resources."""

from typing import Any

from tests.support.rest_server import Reply, Request, RestServer

TOKEN = "token-of-a-reader"
SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"
SITE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/shop/providers/Microsoft.Web/sites/shop-web"


def alert(number: int, began: str, ended: str | None = None, **more: Any) -> dict[str, Any]:
    """An alert as the API lists it."""
    essentials = {
        "severity": "Sev1",
        "signalType": "Metric",
        "alertState": "New",
        "monitorCondition": "Resolved" if ended else "Fired",
        "targetResource": SITE.lower(),
        "targetResourceName": "shop-web",
        "alertRule": f"/subscriptions/{SUBSCRIPTION}/resourceGroups/shop/providers/microsoft.insights/metricAlerts/5xx",
        "description": "Customers see errors.",
        "startDateTime": began,
        "lastModifiedDateTime": ended or began,
        "lastModifiedUserName": "System",
        **more,
    }
    essentials |= {"monitorConditionResolvedDateTime": ended} if ended else {}
    identity = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.AlertsManagement/alerts/{number}"
    properties = {"essentials": essentials}
    return {"id": identity, "name": "5xx", "type": "Microsoft.AlertsManagement/alerts", "properties": properties}


def metric(points: dict[str, float | None], name: str = "Http5xx", resource: str = SITE) -> dict[str, Any]:
    """An answer with one metric. A time without a value is one in which nothing was measured."""
    data = [{"timeStamp": at} | ({} if value is None else {"total": value}) for at, value in points.items()]
    found = {
        "id": f"{resource}/providers/Microsoft.Insights/metrics/{name}",
        "type": "Microsoft.Insights/metrics",
        "name": {"value": name, "localizedValue": name},
        "unit": "Count",
        "timeseries": [{"metadatavalues": [{"name": {"value": "instance"}, "value": "web-1"}], "data": data}],
        "errorCode": "Success",
    }
    return {"cost": 0, "timespan": "", "interval": "PT5M", "namespace": "Microsoft.Web/sites", "value": [found]}


class Monitor(RestServer):
    """The service. `denied` are the last parts of addresses that the caller may not read."""

    def __init__(self, points: dict[str, float | None], alerts: list[dict[str, Any]]) -> None:
        super().__init__()
        self.points = points
        self.alerts = alerts
        self.denied: set[str] = set()

    def reply(self, request: Request) -> Reply:
        if request.authorization != f"Bearer {TOKEN}":
            return _refusal(401, "ExpiredAuthenticationToken")
        what = request.path.rpartition("/")[2]
        if what in self.denied:
            return _refusal(403, "AuthorizationFailed")
        if what == "alerts":
            start = int(request.query.get("skip", 0))
            page: dict[str, Any] = {"value": self.alerts[start : start + 2]}
            if start + 2 < len(self.alerts):
                page["nextLink"] = f"{self.url}{request.path}?skip={start + 2}"
            return Reply(page)
        if request.query.get("metricnames") != "Http5xx":
            return _refusal(400, "BadRequest")
        start_at, _, end_at = request.query["timespan"].partition("/")
        return Reply(metric({at: value for at, value in self.points.items() if start_at <= at <= end_at}))


def _refusal(status: int, code: str) -> Reply:
    return Reply(
        {"error": {"code": code, "message": "No."}}, status=status, headers={"Content-Type": "application/json"}
    )
