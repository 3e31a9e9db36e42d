"""The fields of a record, in each of the ways in which the Table API writes them.

A field is a plain text; `{"value", "display_value"}` where both were asked for; and a reference `{"value", "link"}`
or `{"display_value", "link"}`. Values are for machines (times in UTC, numbers for states), display values for people.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from engine.collectors.events.tickets.dates import DateForm, day_comes_first, has_open_order, instant

#: A time as the instance stores it: in UTC. Shown to people it may look the same, and mean another zone.
_STORED = re.compile(r"\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2}:\d{2})?")
_PAIRS = (("opened_at", "sys_updated_on"), ("sys_created_on", "sys_updated_on"), ("opened_at", "closed_at"))


class Fields:
    """The fields of one record. `trouble` says why a time that is there could not be read."""

    def __init__(self, record: dict[str, Any], form: DateForm) -> None:
        self.record = record
        self.trouble = ""
        self._form = form
        self._is_shown = is_shown(record)

    def value(self, name: str) -> str:
        """What a field holds for machines, else what it shows; empty where it holds nothing."""
        return _text(self.record.get(name), "value", "display_value")

    def shown(self, name: str) -> str:
        """What a field shows to people, else what it holds."""
        return _text(self.record.get(name), "display_value", "value").strip()

    def time(self, name: str) -> datetime | None:
        """The time in a field, in UTC."""
        field = self.record.get(name)
        if isinstance(field, dict) and field.get("value"):
            return instant(field["value"], UTC)
        text = self.shown(name)
        if not text:
            return None
        if _STORED.fullmatch(text) and not self._is_shown:
            return instant(text, UTC)
        found = self._form.read(text)
        if found is None and has_open_order(text) and not self.trouble:
            self.trouble = f"whether the day or the month is first in `{name}` cannot be told; set `day_first`"
        return found


def is_shown(record: dict[str, Any]) -> bool:
    """Whether a record holds what is shown to people only: its references and states are words."""
    fields = [value for value in record.values() if isinstance(value, dict)]
    if fields:
        return not any("value" in field for field in fields)
    state, priority = record.get("state"), record.get("priority")
    return any(isinstance(text, str) and re.search(r"[A-Za-z]", text) for text in (state, priority))


def form_of(records: Iterable[dict[str, Any]], settings_form: DateForm) -> DateForm:
    """How the records of one set write times for people; what the settings say comes first."""
    if settings_form.day_first is not None:
        return settings_form
    texts = [{name: _text(value, "display_value") for name, value in record.items()} for record in records]
    rising = [(record.get(first), record.get(second)) for record in texts for first, second in _PAIRS]
    dates = (text for record in texts for text in record.values() if len(text) < 30)
    return DateForm(settings_form.zone, day_comes_first(dates, rising))


def times_lack_zone(records: Iterable[dict[str, Any]]) -> bool:
    """Whether the times of some record are those that people see, in a zone that it does not name."""
    return any(is_shown(record) or _has_people_times(record) for record in records)


def _has_people_times(record: dict[str, Any]) -> bool:
    opened = record.get("opened_at") or record.get("sys_created_on")
    return isinstance(opened, str) and bool(opened.strip()) and _STORED.fullmatch(opened.strip()) is None


def _text(field: Any, *parts: str) -> str:
    if isinstance(field, str):
        return field
    if isinstance(field, bool):
        return "true" if field else "false"
    if isinstance(field, int | float):
        return str(field)
    if not isinstance(field, dict):
        return ""
    return next((text for part in parts if isinstance(text := field.get(part), str) and text), "")
