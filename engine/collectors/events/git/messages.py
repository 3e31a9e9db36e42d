"""What the message of a commit says beside its subject: branch, request, tickets, what it reverts, whether in haste."""

import re
from functools import cache
from importlib.resources import files

import msgspec
from msgspec import Struct

#: Of a message of unknown origin only so much is looked at.
_LONGEST = 10_000


class _Words(Struct, frozen=True, forbid_unknown_fields=True):
    hotfix: list[str]
    branch: list[str]
    pull_request: list[str]
    reverts: list[str]
    ticket: list[str]
    no_ticket: list[str]
    author: list[str]


class Message(Struct, frozen=True, omit_defaults=True):
    """What a message says; what it does not say is empty.

    branch: which a merge brought in. pull_request: the number of its request. tickets: their keys, in order.
    reverts: ids of the commits that it takes back, as far as they are named. reverts_subject: their subject.
    hotfix: the word by which it is one. authors: who wrote it too, as `Name <address>`.
    """

    branch: str = ""
    pull_request: str = ""
    tickets: tuple[str, ...] = ()
    reverts: tuple[str, ...] = ()
    reverts_subject: str = ""
    hotfix: str = ""
    authors: tuple[str, ...] = ()


def read_message(text: str) -> Message:
    """Reads a commit's message; none is wrong."""
    text = text[:_LONGEST].strip()
    subject = text.partition("\n")[0]
    branch = _first("branch", text)
    taken_back = re.match(r"Revert \"(.*)\"", subject)
    tickets = [match[0] for match in _found("ticket", text)]
    return Message(
        branch=branch,
        pull_request=_first("pull_request", text),
        tickets=tuple(dict.fromkeys(key for key in tickets if not _first("no_ticket", key))),
        reverts=tuple(dict.fromkeys(match[1] for match in _found("reverts", text))),
        reverts_subject=taken_back[1] if taken_back else "",
        hotfix=_first("hotfix", subject) or _first("hotfix", branch),
        authors=tuple(match[1].strip() for match in _found("author", text)),
    )


def _first(name: str, text: str) -> str:
    """What the first pattern that fits has in its group, or fits."""
    for pattern in _patterns(name):
        match = pattern.search(text)
        if match:
            return match[match.lastindex or 0]
    return ""


def _found(name: str, text: str) -> list[re.Match[str]]:
    matches = (match for pattern in _patterns(name) for match in pattern.finditer(text))
    return sorted(matches, key=lambda match: match.start())


@cache
def _patterns(name: str) -> tuple[re.Pattern[str], ...]:
    words = msgspec.toml.decode(files(__package__).joinpath("messages.toml").read_bytes(), type=_Words)
    flags = re.MULTILINE if name in ("ticket", "no_ticket") else re.MULTILINE | re.IGNORECASE
    return tuple(re.compile(pattern, flags) for pattern in getattr(words, name))
