"""Settings that sources of tickets share."""

from typing import Literal

from msgspec import field

from engine.collectors import base
from engine.model import TicketType

Meaning = Literal["began", "ended", "planned_start", "planned_end", "about", "kind"]


class TicketSettings(base.Settings, frozen=True, kw_only=True):
    """With `path` recorded answers are read, without it the tool at `url`.

    token: a reference to a token, sent as a bearer token, or as the password of `user` where that is set.
    days: how far back the first read of a live tool goes. types: words of the user's own for what a ticket is, by type
    (`{incident = ["Severity 1 event"]}`), compared with the names of its kind and with its labels. fields: what
    fields of the user's own say, by name or id (`{customfield_10050 = "about"}`); `began` and `ended` are of the
    trouble, `about` names services and resources, `kind` says what a ticket is. opens: where a ticket is opened for a
    drift that is escalated, a project of Jira with the kind of its issues (`OPS/Incident`) or a table of ServiceNow.
    """

    url: str | None = None
    token: str | None = None
    user: str | None = None
    days: int = 30
    opens: str | None = None
    types: dict[TicketType, list[str]] = field(default_factory=dict)
    fields: dict[str, Meaning] = field(default_factory=dict)
