"""One issue of Jira, as its search answers it, as a ticket."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from engine.collectors.events.actors import author_of
from engine.collectors.events.jira.document import plain_text
from engine.collectors.events.jira.settings import Settings
from engine.collectors.events.tickets.clock import began_in
from engine.collectors.events.tickets.dates import instant
from engine.collectors.events.tickets.names import names_and_words, names_in
from engine.collectors.events.tickets.record import Record
from engine.collectors.events.tickets.words import lines_of_action, meaning_of, type_of, without_common
from engine.model import Actor, ActorKind, TicketType
from engine.redact import redact_prose

#: What a value of a field is called, in the order of how well it tells.
_LABELS = ("value", "name", "label", "displayName", "key")


def is_issue(record: dict[str, Any]) -> bool:
    """Whether a JSON object has the shape of an issue."""
    return isinstance(record.get("key"), str) and isinstance(record.get("fields"), dict)


def read_issue(issue: dict[str, Any], names: Any, settings: Settings) -> Record:
    """The ticket of an issue. `names` are what the answer says custom fields are called, if it does.

    Raises ValueError when it does not say when it was created.
    """
    return _Issue(issue, names if isinstance(names, dict) else {}, settings).read()


class _Said(Struct):
    """What fields of the organisation's own say, by their meaning."""

    kinds: list[str] = []
    about: list[str] = []
    times: dict[str, datetime] = {}


class _Issue:
    def __init__(self, issue: dict[str, Any], names: Mapping[str, Any], settings: Settings) -> None:
        self._issue = issue
        self._fields: dict[str, Any] = issue["fields"]
        self._names = names
        self._settings = settings

    def read(self) -> Record:
        fields, key = self._fields, str(self._issue["key"])
        opened = instant(fields.get("created"))
        if opened is None:
            raise ValueError("it does not say when it was created")
        said = self._said()
        title, description = redact_prose(plain_text(fields.get("summary"))), redact_prose(self._description())
        comments = [redact_prose(plain_text(comment.get("body"))) for comment in self._comments()]
        acted = [name for text in comments for line in lines_of_action(text) for name in names_and_words(line)]
        type_ = self._type(said.kinds, title)
        return Record(
            id=f"jira:{self._host()}{key}",
            key=key,
            type=type_,
            title=title,
            text="\n\n".join(text for text in (description, *comments) if text),
            opened=opened,
            updated=instant(fields.get("updated")) or opened,
            began=said.times.get("began") or (began_in(description, opened) if type_ is TicketType.INCIDENT else None),
            ended=said.times.get("ended") or self._resolved(),
            planned_start=said.times.get("planned_start"),
            planned_end=said.times.get("planned_end"),
            priority=_label(fields.get("priority")),
            status=", ".join(dict.fromkeys(filter(None, (_label(fields.get(n)) for n in ("status", "resolution"))))),
            opener=_actor(fields.get("creator") or fields.get("reporter")),
            people=self._people(),
            names=self._about(said.about, (*names_and_words(title), *names_in(description), *acted)),
            service=_label(fields.get("project"), ("key", "name")),
            original=self._issue,
        )

    def _host(self) -> str:
        host = urlsplit(str(self._issue.get("self", ""))).hostname
        return f"{host}/" if host else ""

    def _type(self, kinds: list[str], title: str) -> TicketType:
        labels = [text for text in _list(self._fields.get("labels")) if isinstance(text, str)]
        kinds = [_label(self._fields.get("issuetype")), *kinds]
        return type_of(kinds, labels, title, self._settings.types) or TicketType.TASK

    def _said(self) -> _Said:
        said = _Said([], [], {})
        for field, value in self._fields.items():
            if value is None or not field.startswith("customfield_"):
                continue
            name = str(self._names.get(field, ""))
            meaning = self._settings.fields.get(field) or self._settings.fields.get(name) or meaning_of(name)
            if meaning == "kind":
                said.kinds += _labels(value)
            elif meaning == "about":
                said.about += _labels(value)
            elif meaning and (at := instant(value)) is not None:
                said.times.setdefault(meaning, at)
        return said

    def _description(self) -> str:
        texts = (plain_text(self._fields.get(name)) for name in ("description", "environment"))
        return "\n\n".join(text for text in texts if text)

    def _comments(self) -> Iterator[dict[str, Any]]:
        comment = self._fields.get("comment")
        found = comment.get("comments") if isinstance(comment, dict) else comment
        yield from (item for item in _list(found) if isinstance(item, dict))

    def _resolved(self) -> datetime | None:
        """When it was resolved: what the issue says, else its history, else its last change if it is done by now."""
        resolved = instant(self._fields.get("resolutiondate"))
        if resolved is not None or not self._is_done():
            return resolved
        return (
            self._last_move()
            or instant(self._fields.get("statuscategorychangedate"))
            or instant(self._fields.get("updated"))
        )

    def _is_done(self) -> bool:
        status = self._fields.get("status")
        category = status.get("statusCategory") if isinstance(status, dict) else None
        return isinstance(category, dict) and category.get("key") == "done"

    def _last_move(self) -> datetime | None:
        """When the status last changed, as the history tells where it came along."""
        changelog = self._issue.get("changelog")
        moves = [
            instant(entry.get("created"))
            for entry in _list(changelog.get("histories") if isinstance(changelog, dict) else None)
            if isinstance(entry, dict)
            and any(isinstance(item, dict) and item.get("field") == "status" for item in _list(entry.get("items")))
        ]
        return max((at for at in moves if at is not None), default=None)

    def _people(self) -> tuple[str, ...]:
        users = [self._fields.get(name) for name in ("reporter", "creator", "assignee")]
        users += [comment.get("author") for comment in self._comments()]
        return tuple(dict.fromkeys(person for user in users if (person := _actor(user).principal)))

    def _about(self, about: list[str], mentioned: Iterable[str]) -> tuple[str, ...]:
        components, labels = _labels(self._fields.get("components")), _labels(self._fields.get("labels"))
        return without_common((*components, *about, *labels, *mentioned, *self._linked()))

    def _linked(self) -> Iterator[str]:
        """The keys of the issues that this one is linked to."""
        for link in _list(self._fields.get("issuelinks")):
            for side in ("inwardIssue", "outwardIssue"):
                other = link.get(side) if isinstance(link, dict) else None
                if isinstance(other, dict) and isinstance(other.get("key"), str):
                    yield other["key"]
        parent = self._fields.get("parent")
        if isinstance(parent, dict) and isinstance(parent.get("key"), str):
            yield parent["key"]


def _actor(user: Any) -> Actor:
    """A person by address, else by name; what signs in as an app is software."""
    if not isinstance(user, dict):
        return Actor()
    texts = (str(user.get(name) or "") for name in ("displayName", "name", "emailAddress"))
    shown, login, email = texts
    actor = author_of(shown or login, email)
    if user.get("accountType") == "app":
        return Actor(actor.principal, ActorKind.AUTOMATION)
    return actor


def _labels(value: Any) -> list[str]:
    """What the values of a field are called; of a choice within a choice, both."""
    if isinstance(value, list):
        return [text for item in value for text in _labels(item)]
    if isinstance(value, dict):
        request = value.get("requestType")
        inner = _labels(value.get("child")) if "child" in value else _labels(request) if request else []
        return [*filter(None, [_label(value)]), *inner]
    return [value] if isinstance(value, str) and value else []


def _label(value: Any, names: tuple[str, ...] = _LABELS) -> str:
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        return ""
    return next((text for name in names if isinstance(text := value.get(name), str) and text), "")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
