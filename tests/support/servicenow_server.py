"""ServiceNow's Table API on loopback: tables with paging, access rules, and records in each of their writings."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.rest_server import Reply, Request, RestServer

TOKEN = "token-of-a-reader"
_SINCE = re.compile(r"sys_updated_onRELATIVEGE@minute@ago@(\d+)")


def record(number: str, title: str, opened: str, **fields: Any) -> dict[str, Any]:
    """A record as `sysparm_display_value=false` writes it; `fields` replace those that it has anyway."""
    usual = {
        "sys_id": f"{abs(hash(number)) % 16**12:032x}",
        "number": number,
        "sys_class_name": "incident",
        "short_description": title,
        "description": "",
        "priority": "1",
        "state": "2",
        "active": "true",
        "approval": "not requested",
        "close_code": "",
        "opened_at": opened,
        "sys_created_on": opened,
        "sys_updated_on": opened,
        "sys_created_by": "jana.reyes",
        "resolved_at": "",
        "closed_at": "",
        "opened_by": {"link": "https://shop.example/api/now/table/sys_user/1", "value": f"{1:032x}"},
        "assigned_to": "",
        "assignment_group": "",
        "cmdb_ci": "",
        "work_notes": "",
        "comments": "",
    }
    return usual | fields


def both(value: str, shown: str) -> dict[str, str]:
    """A field as `sysparm_display_value=all` writes it."""
    return {"value": value, "display_value": shown}


class ServiceNow(RestServer):
    """`tables` hold records, of which `hidden` numbers are left out of the pages; `forbidden` tables answer 403.

    `opened` are the records that were made.
    """

    def __init__(self, tables: dict[str, list[dict[str, Any]]]) -> None:
        super().__init__()
        self.tables = tables
        self.hidden: set[str] = set()
        self.forbidden: set[str] = set()
        self.links = True
        self.opened: list[dict[str, Any]] = []

    def reply(self, request: Request) -> Reply:
        if request.authorization != f"Bearer {TOKEN}":
            return Reply({"error": {"message": "User Not Authenticated"}}, 401)
        table = request.path.removeprefix("/api/now/table/")
        if table in self.forbidden:
            return Reply({"error": {"message": "Insufficient rights"}}, 403)
        if table not in self.tables:
            return Reply({"error": {"message": f"Invalid table {table}"}}, 400)
        if request.method == "POST":
            self.opened.append({**request.body, "table": table})
            return Reply({"result": {"number": f"INC{len(self.opened):07}", "sys_id": "a" * 32}}, 201)
        found = self._found(table, request.query["sysparm_query"])
        start, size = int(request.query.get("sysparm_offset", "0")), int(request.query["sysparm_limit"])
        page = [item for item in found[start : start + size] if item["number"] not in self.hidden]
        headers = {"X-Total-Count": str(len(found))}
        if self.links and start + size < len(found):
            headers["Link"] = f'<{self.url}{request.path}?sysparm_offset={start + size}>;rel="next"'
        elif self.links:
            headers["Link"] = f'<{self.url}{request.path}?sysparm_offset=0>;rel="first"'
        return Reply({"result": page}, headers=headers)

    def _found(self, table: str, query: str) -> list[dict[str, Any]]:
        minutes = _SINCE.search(query)
        if minutes is None:
            return self.tables[table]
        since = datetime.now(UTC) - timedelta(minutes=int(minutes[1]))
        return [item for item in self.tables[table] if _updated(item) >= since]


def _updated(item: dict[str, Any]) -> datetime:
    field = item["sys_updated_on"]
    return datetime.fromisoformat(field["value"] if isinstance(field, dict) else field).replace(tzinfo=UTC)
