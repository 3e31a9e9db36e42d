"""One record of ServiceNow's Table API as a ticket."""

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from msgspec import Struct

from engine.collectors.events.actors import author_of
from engine.collectors.events.servicenow.fields import Fields
from engine.collectors.events.servicenow.settings import Settings
from engine.collectors.events.tickets.clock import began_in
from engine.collectors.events.tickets.dates import DateForm
from engine.collectors.events.tickets.names import names_and_words, names_in
from engine.collectors.events.tickets.record import Record
from engine.collectors.events.tickets.words import lines_of_action, meaning_of, type_of, without_common
from engine.model import Actor, TicketType
from engine.redact import redact_prose

_SYS_ID = re.compile(r"[0-9a-f]{32}")
#: The first line of a note: `2024-07-17 06:42:58 - Emma Roux (Work notes)`.
_WROTE = re.compile(r"^\d[\d/.: -]*(?: ?[AaPp][Mm])? - (?P<who>[^(\n]+) \([^)\n]+\)[ \r]*$", re.MULTILINE)
#: Approvals that say something: the rest only say that nobody was asked.
_DECIDED = frozenset({"approved", "rejected"})


class _Table(Struct, frozen=True, forbid_unknown_fields=True):
    type: TicketType
    prefix: str
    states: dict[str, str]


class _Tables(Struct, frozen=True, forbid_unknown_fields=True):
    over: list[str]
    table: dict[str, _Table]
    field: dict[str, list[str]]


def is_record(record: dict[str, Any]) -> bool:
    """Whether a JSON object has the shape of a record of a task table."""
    return "sys_id" in record or "number" in record


def read_record(record: dict[str, Any], form: DateForm, settings: Settings, table: str = "") -> Record:
    """The ticket of a record. `form` is how its times for people are written; `table` where it was read from.

    Raises ValueError when it does not say when it was opened, or says it so that the day and month could be confused.
    """
    return _Reader(Fields(record, form), settings, table).read()


class _Reader:
    def __init__(self, fields: Fields, settings: Settings, table: str) -> None:
        self._fields = fields
        self._settings = settings
        self._tables = _tables()
        self._number = fields.value("number") or fields.value("sys_id")
        # People see a table by its label, which is its name but for capitals and spaces.
        self._table = (fields.value("sys_class_name") or table or self._by_number()).lower().replace(" ", "_")
        self._said = {meaning: list(self._own(meaning)) for meaning in ("began", "ended", "about", "kind")}

    def read(self) -> Record:
        title, text = redact_prose(self._first("title")), redact_prose(self._first("text"))
        opened = self._time("opened")
        if opened is None:
            raise ValueError(self._fields.trouble or "it does not say when it was opened")
        notes = [redact_prose(self._fields.shown(name)) for name in self._tables.field["notes"]]
        acted = [name for note in notes for line in lines_of_action(note) for name in names_and_words(line)]
        about = [self._fields.shown(name) for name in self._tables.field["about"]]
        type_ = self._type(title)
        sys_id = self._fields.value("sys_id")
        return Record(
            id=f"servicenow:{sys_id or self._number}",
            key=self._number,
            type=type_,
            title=title,
            text="\n\n".join(part for part in (text, *notes) if part),
            opened=opened,
            updated=self._time("updated") or opened,
            began=self._began(type_) or (began_in(text, opened) if type_ is TicketType.INCIDENT else None),
            ended=self._ended(type_),
            planned_start=self._time("planned_start") if type_ is TicketType.CHANGE else None,
            planned_end=self._time("planned_end") if type_ is TicketType.CHANGE else None,
            priority=self._fields.shown("priority"),
            status=self._status(),
            opener=self._opener(),
            people=self._people(notes),
            names=without_common(
                (*filter(_is_name, (*about, *self._said["about"])), *names_and_words(title), *names_in(text), *acted)
            ),
            service=self._table,
            original=self._fields.record,
        )

    def _first(self, meaning: str) -> str:
        return next((text for name in self._tables.field[meaning] if (text := self._fields.shown(name))), "")

    def _time(self, meaning: str) -> datetime | None:
        return next((at for name in self._tables.field[meaning] if (at := self._fields.time(name))), None)

    def _own(self, meaning: str) -> Iterator[str]:
        """The fields of the organisation's own with this meaning, by name for times, by text for others."""
        known = {name for names in self._tables.field.values() for name in names}
        for name in self._fields.record:
            told = self._settings.fields.get(name) or (meaning_of(name) if name.startswith("u_") else "")
            if told == meaning and name not in known and self._fields.shown(name):
                yield name if meaning in ("began", "ended") else self._fields.shown(name)

    def _began(self, type_: TicketType) -> datetime | None:
        own = next((at for name in self._said["began"] if (at := self._fields.time(name))), None)
        # The work on an incident begins after the incident; that of a change is the change.
        is_work = type_ is TicketType.CHANGE or self._table == "cmdb_ci_outage"
        return own or (self._time("began") if is_work else None)

    def _ended(self, type_: TicketType) -> datetime | None:
        """When it was over: what fields say, else its last change once its state says that it is."""
        own = next((at for name in self._said["ended"] if (at := self._fields.time(name))), None)
        told = own or self._time("ended")
        if told is not None or not self._is_over():
            return told
        planned = self._time("planned_end") if type_ is TicketType.CHANGE else None
        updated = self._time("updated")
        return min(planned, updated) if planned and updated else updated

    def _is_over(self) -> bool:
        return self._fields.value("active") == "false" or self._state().lower() in self._tables.over

    def _state(self) -> str:
        shown = self._fields.shown("state") or self._fields.shown("incident_state")
        table = self._tables.table.get(self._table)
        return table.states.get(shown, shown) if table else shown

    def _status(self) -> str:
        """State, how it was closed and what the approvers said: `Closed, Won't Do, rejected`."""
        approval = self._fields.value("approval").lower()
        words = (self._state(), self._fields.shown("close_code"), approval if approval in _DECIDED else "")
        return ", ".join(dict.fromkeys(word for word in words if word))

    def _type(self, title: str) -> TicketType:
        own = (
            type_of([self._table, *self._said["kind"]], [], "", self._settings.types) if self._settings.types else None
        )
        table = self._tables.table.get(self._table) or self._tables.table.get(self._by_number())
        if table is not None and table.type is not TicketType.TASK:
            return table.type
        kinds = [self._table if table is None else "", *self._said["kind"], *self._labels()]
        return own or type_of(kinds, [], title, self._settings.types) or TicketType.TASK

    def _labels(self) -> list[str]:
        return [self._fields.shown(name) for name in self._tables.field["category"]]

    def _by_number(self) -> str:
        """The table that numbers of this form belong to; of two the longer prefix."""
        prefix = re.match(r"[A-Z]+", self._number)
        return next((name for name, table in self._tables.table.items() if prefix and prefix[0] == table.prefix), "")

    def _opener(self) -> Actor:
        for name in self._tables.field["opener"]:
            person = self._person(name)
            if person:
                return author_of(person, person if "@" in person else "")
        return Actor()

    def _people(self, notes: list[str]) -> tuple[str, ...]:
        """Whom fields name, and who wrote notes."""
        named = [self._person(name) for name in self._tables.field["people"]]
        wrote = [match["who"] for note in notes for match in _WROTE.finditer(note)]
        return tuple(dict.fromkeys(filter(None, (*named, *wrote))))

    def _person(self, field: str) -> str:
        """Whom a field names; the ids of records of people name nobody."""
        text = self._fields.shown(field)
        return "" if _SYS_ID.fullmatch(text) else text


def _is_name(text: str) -> bool:
    return _SYS_ID.fullmatch(text) is None


@cache
def _tables() -> _Tables:
    return msgspec.toml.decode(files(__package__).joinpath("tables.toml").read_bytes(), type=_Tables)
