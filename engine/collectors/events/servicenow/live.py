"""A live ServiceNow instance, read through its Table API, table by table."""

import math
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from engine.collectors.base import Access, CancelledError, Context, Lack
from engine.collectors.events.servicenow.fields import Fields, form_of
from engine.collectors.events.servicenow.recorded import zone_of
from engine.collectors.events.servicenow.records import is_record, read_record
from engine.collectors.events.servicenow.settings import Settings
from engine.collectors.events.tickets.dates import DateForm
from engine.collectors.events.tickets.reading import Reading
from engine.collectors.rest_client import Address, Client, RefusedError
from engine.errors import SourceError
from engine.model import Event

_API = "/api/now/table"
_PAGE = 500
#: How much earlier than asked for is searched, for clocks that differ.
_MARGIN = timedelta(minutes=10)
#: Times as stored, and names as shown.
_HOW = {"sysparm_display_value": "all", "sysparm_exclude_reference_link": "true"}


def read_live(settings: Settings, context: Context) -> Iterator[Event]:
    """Yields the records that were updated since the last read. A table that is refused leaves the others.

    Raises SourceError when no table can be read, or the instance cannot be reached.
    """
    reading = Reading(settings.name, context)
    form = DateForm(zone_of(settings), settings.day_first)
    query = _query(settings.query, context.since or datetime.now(UTC) - timedelta(days=settings.days))
    refusals = []
    with closing(_client(settings, context)) as client:
        for table in settings.tables:
            try:
                for page in _pages(client, table, query):
                    yield from _events(page, table, form, settings, reading, context)
            except RefusedError as error:
                refusals.append(_sentence(settings, table, error.status))
                context.skip(table, refusals[-1])
            except CancelledError:
                return
    if refusals and len(refusals) == len(settings.tables):
        raise SourceError(refusals[0])


def try_access(settings: Settings, context: Context) -> Access:
    """Which tables may be read, and when something was last written in them.

    Raises SourceError when the instance cannot be reached or accepts no request.
    """
    may: list[str] = []
    lacks: list[Lack] = []
    newest: list[datetime] = []
    query = {**_HOW, "sysparm_limit": "1", "sysparm_query": _conditions(settings.query, "ORDERBYDESCsys_updated_on")}
    with closing(_client(settings, context)) as client:
        for table in settings.tables:
            try:
                found = _result(client.get(f"{_API}/{table}", query).body)
            except CancelledError:
                break
            except RefusedError as error:
                if error.status not in (403, 404):
                    raise SourceError(_sentence(settings, table, error.status)) from error
                lacks.append(Lack(f"the table {table}", "a role with read access to it (itil, sn_incident_read)"))
                continue
            may.append(f"the table {table}")
            times = (Fields(record, DateForm()).time("sys_updated_on") for record in found if isinstance(record, dict))
            newest += [at for at in times if at]
    return Access(identity=settings.user or "", may=tuple(may), lacks=tuple(lacks), newest=max(newest, default=None))


def _client(settings: Settings, context: Context) -> Client:
    return Client("ServiceNow", settings.name, Address(settings.url, settings.token, settings.user), context)


def _query(own: str | None, since: datetime) -> str:
    """Times in a query are meant in the zone of the user who asks: so it is told how many minutes ago. In the order of
    creation, so that no page shifts while others work."""
    minutes = max(1, math.ceil((datetime.now(UTC) - since + _MARGIN) / timedelta(minutes=1)))
    changed = f"sys_updated_onRELATIVEGE@minute@ago@{minutes}"
    return _conditions(changed, own, "ORDERBYsys_created_on", "ORDERBYsys_id")


def _conditions(*parts: str | None) -> str:
    return "^".join(part for part in parts if part)


def _pages(client: Client, table: str, query: str) -> Iterator[list[Any]]:
    offset = 0
    while True:
        answer = client.get(
            f"{_API}/{table}",
            {**_HOW, "sysparm_query": query, "sysparm_limit": str(_PAGE), "sysparm_offset": str(offset)},
        )
        found = _result(answer.body)
        yield found
        offset += _PAGE
        if not _has_more(answer.headers, offset, len(found)):
            return


def _has_more(headers: Mapping[str, str], offset: int, found: int) -> bool:
    """Whether there is a further page. A short one proves nothing: what the user may not see is left out of it."""
    if "Link" in headers:
        return 'rel="next"' in headers["Link"]
    total = headers.get("X-Total-Count", "")
    return offset < int(total) if total.isdecimal() else found == _PAGE


def _events(
    page: list[Any], table: str, form: DateForm, settings: Settings, reading: Reading, context: Context
) -> Iterator[Event]:
    records = [record for record in page if isinstance(record, dict) and is_record(record)]
    if len(records) < len(page):
        context.skip(table, "an answer holds something that is no record", len(page) - len(records))
    form = form_of(records, form)
    for record in records:
        number = Fields(record, form).value("number")
        yield from reading.take(table, number, partial(read_record, record, form, settings, table))


def _result(body: Any) -> list[Any]:
    found = body.get("result") if isinstance(body, dict) else None
    return found if isinstance(found, list) else []


def _sentence(settings: Settings, table: str, status: int) -> str:
    name = settings.name
    if status == 403:
        return f"the account of source {name!r} may not read the table {table!r}; give it a role that may (itil)"
    if status in (400, 404):
        return f"source {name!r} asks for a table or query that ServiceNow does not know; check `url`, `table`, `query`"
    return f"ServiceNow refused the table {table!r} to source {name!r} ({status}); check `url` and the account's roles"
