"""Jira on loopback, Cloud or Data Center: its search with both kinds of paging, and issues as it writes them."""

import base64
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.rest_server import Reply, Request, RestServer

USER, TOKEN = "reader@shop.example", "token-of-a-reader"
_SINCE = re.compile(r'updated >= "-(\d+)m"')


def user(name: str) -> dict[str, Any]:
    login = name.lower().replace(" ", ".")
    return {
        "accountId": login,
        "emailAddress": f"{login}@shop.example",
        "displayName": name,
        "accountType": "atlassian",
        "timeZone": "Europe/Madrid",
    }


def document(*paragraphs: str) -> dict[str, Any]:
    """A text in the Atlassian Document Format."""
    blocks = [{"type": "paragraph", "content": [{"type": "text", "text": text}]} for text in paragraphs]
    return {"type": "doc", "version": 1, "content": blocks}


def issue(key: str, summary: str, created: str, **fields: Any) -> dict[str, Any]:
    """An issue as the search answers it; `fields` replace those that it has anyway."""
    usual: dict[str, Any] = {
        "summary": summary,
        "description": None,
        "issuetype": {"name": "Incident", "subtask": False},
        "priority": {"name": "High", "id": "2"},
        "status": {"name": "Open", "statusCategory": {"key": "new", "name": "To Do"}},
        "project": {"key": key.split("-")[0], "name": "Operations"},
        "created": created,
        "updated": created,
        "resolutiondate": None,
        "resolution": None,
        "reporter": user("Jana Reyes"),
        "creator": user("Jana Reyes"),
        "assignee": None,
        "labels": [],
        "components": [],
        "comment": {"comments": [], "total": 0},
    }
    own = {"id": key.split("-")[1], "self": f"https://shop.example/rest/api/2/issue/{key}", "key": key}
    return {**own, "fields": usual | fields}


class Jira(RestServer):
    """`issues` are found in their order, a `page` at a time; `names` are what custom fields are called.

    `opened` are the fields of the issues that were made.
    """

    def __init__(self, issues: list[dict[str, Any]], *, cloud: bool = True) -> None:
        super().__init__()
        self.issues = issues
        self.cloud = cloud
        self.page = 2
        self.names: dict[str, str] = {}
        self.opened: list[dict[str, Any]] = []

    def reply(self, request: Request) -> Reply:
        if request.path.endswith("/serverInfo"):
            return Reply({"deploymentType": "Cloud" if self.cloud else "Server"})
        basic = "Basic " + base64.b64encode(f"{USER}:{TOKEN}".encode()).decode()
        if request.authorization not in (basic, f"Bearer {TOKEN}"):
            return Reply({"errorMessages": ["who are you"]}, 401)
        if request.method == "POST" and request.path == "/rest/api/2/issue":
            self.opened.append(request.body["fields"])
            key = f"{request.body['fields']['project']['key']}-{len(self.opened) + 100}"
            return Reply({"id": "10100", "key": key, "self": f"{self.url}/rest/api/2/issue/10100"}, 201)
        if request.path.endswith("/myself"):
            return Reply(user("Ria Reader"))
        if request.path == "/rest/api/3/search/jql" and self.cloud:
            return self._cloud_page(request.query)
        if request.path == "/rest/api/2/search" and not self.cloud:
            return self._server_page(request.query)
        return Reply({"errorMessages": ["no such resource"]}, 404)

    def _found(self, jql: str) -> list[dict[str, Any]]:
        minutes = _SINCE.search(jql)
        if minutes is None:
            return []  # Cloud answers no search without bounds
        since = datetime.now(UTC) - timedelta(minutes=int(minutes[1]))
        return [item for item in self.issues if datetime.fromisoformat(item["fields"]["updated"]) >= since]

    def _cloud_page(self, query: dict[str, str]) -> Reply:
        found, start = self._found(query["jql"]), int(query.get("nextPageToken", "0"))
        end = start + min(self.page, int(query["maxResults"]))
        answer: dict[str, Any] = {"issues": found[start:end], "isLast": end >= len(found), "names": self.names}
        return Reply(answer if end >= len(found) else {**answer, "nextPageToken": str(end)})

    def _server_page(self, query: dict[str, str]) -> Reply:
        found, start = self._found(query["jql"]), int(query.get("startAt", "0"))
        size = min(self.page, int(query["maxResults"]))
        page = {"startAt": start, "maxResults": size, "total": len(found), "names": self.names}
        return Reply({**page, "issues": found[start : start + size]})
