"""Recorded answers of the Table API: pages, lists of records, single records."""

from collections.abc import Iterator
from datetime import UTC, tzinfo
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from engine.collectors.base import Context
from engine.collectors.events.servicenow.fields import form_of, times_lack_zone
from engine.collectors.events.servicenow.records import is_record, read_record
from engine.collectors.events.servicenow.settings import Settings
from engine.collectors.events.tickets.dates import DateForm
from engine.collectors.events.tickets.files import answers
from engine.collectors.events.tickets.reading import Reading
from engine.errors import SourceError
from engine.model import Event


def read_recorded(files: list[Path], settings: Settings, context: Context) -> Iterator[Event]:
    """Yields every record of the files once, as it was last written.

    How dates are written is worked out from all files together: they were asked for by one user.
    """
    told = DateForm(zone_of(settings), settings.day_first)
    found = [
        (path.name, record) for path, records in answers(files, "result", is_record, context) for _, record in records
    ]
    form = form_of((record for _, record in found), told)
    if settings.timezone is None and times_lack_zone(record for _, record in found):
        context.skip(
            found[0][0], "times are shown as people see them and taken for UTC; set `timezone`, or use raw values", 0
        )
    reading = Reading(settings.name, context)
    for name, record in found:
        number = str(record.get("number") or record.get("sys_id"))[:40]
        yield from reading.take(name, number, partial(read_record, record, form, settings))


def zone_of(settings: Settings) -> tzinfo:
    """The zone of the settings, UTC without one. Raises SourceError when there is no such zone."""
    if settings.timezone is None:
        return UTC
    try:
        return ZoneInfo(settings.timezone)
    except (KeyError, OSError, ValueError) as error:
        raise SourceError(
            f"`timezone` of source {settings.name!r} is no time zone; give it as in Europe/Madrid"
        ) from error
