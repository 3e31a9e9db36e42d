"""Names that a room full of people need not read: persons, addresses and accounts as stable tokens (`person-3`).

Addresses, account numbers and access keys are told by their form. Who is a person nobody can tell from a name's form:
the masker learns that from what the engine says of actors, tickets and decisions.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from ipaddress import ip_address, ip_interface
from typing import Any

from msgspec import Struct, structs

from driftguard_tui.text import harmless
from engine.model import Actor, ActorKind, Event, ResourceRef, ticket_of

PERSON, ADDRESS, ACCOUNT = "person", "address", "account"

_FORMS = {
    "email": (PERSON, r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*"),
    "guid": (ACCOUNT, r"\b[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\b"),
    "ipv4": (ADDRESS, r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?(?![\w]|\.\d)"),
    "ipv6": (ADDRESS, r"(?<![\w:])(?=[\dA-Fa-f]*:[\dA-Fa-f]*:)[\dA-Fa-f:]+(?:/\d{1,3})?(?![\w:])"),
    "number": (ACCOUNT, r"(?<!\d)\d{12}(?!\d)"),
    "key": (PERSON, r"\b(?:AKIA|ASIA|AIDA|AROA)[A-Z0-9]{8,}"),
}
_FORM = re.compile("|".join(f"(?P<{name}>{pattern})" for name, (_, pattern) in _FORMS.items()))
_PIECE = re.compile(r"[^\W_]+")
#: Not worth hiding, and in too many sentences to be hidden.
_NOBODY = frozenset({"", "root", "admin", "administrator", "system", "unknown", "anonymous", PERSON, ADDRESS, ACCOUNT})
#: Shorter parts of names are words.
_LEAST_PART = 3
#: Fields of our own records in which a name is somebody's.
_WHO = frozenset(
    {
        "by", "principal", "actor", "author", "accepted_by", "requester", "asked_by", "owner", "user", "requested_by",
        "closed_by",
    }
)  # fmt: skip
#: Providers whose scopes begin with an account, a project or a subscription.
_CLOUDS = frozenset({"aws", "gcp", "azure"})


class Masker:
    """Gives each identity a token, in the order in which it meets them. What it has masked it leaves as it is."""

    def __init__(self) -> None:
        self._tokens: dict[str, str] = {}
        self._counts = dict.fromkeys((PERSON, ADDRESS, ACCOUNT), 0)
        #: Known names as their pieces, by the first of them, the longest first.
        self._names: dict[str, list[tuple[str, ...]]] = {}

    def __call__(self, text: str) -> str:
        """The text with a token for every identity in it."""
        return self._without_names(_FORM.sub(self._formed, text))

    def learn(self, found: Any) -> None:
        """Takes in who is named in what the engine gave: reports, events, records, lists of them."""
        for kind, name in _identities(found):
            self.know(kind, name)

    def know(self, kind: str, name: str) -> None:
        """From now on this name is a person's, or an account's, and so are its other forms."""
        told = (_pieces(form) for form in _forms(kind, harmless(name)))
        forms = [pieces for pieces in told if "".join(pieces) not in _NOBODY]
        if not forms:
            return
        keys = ["".join(pieces) for pieces in forms]
        token = next((self._tokens[key] for key in keys if key in self._tokens), "") or self._new(kind)
        for key, pieces in zip(keys, forms, strict=True):
            if key not in self._tokens:
                self._tokens[key] = token
                alike = self._names.setdefault(pieces[0], [])
                alike.append(pieces)
                alike.sort(key=len, reverse=True)

    def _formed(self, match: re.Match[str]) -> str:
        kind, _ = _FORMS[str(match.lastgroup)]
        text = match[0]
        if kind is ADDRESS:
            host = _host(text)
            return text if host is None else self._token(kind, host)
        if match.lastgroup == "email":
            self.know(kind, text)
            return self._tokens.get("".join(_pieces(text)), text)
        return self._token(kind, text)

    def _token(self, kind: str, text: str) -> str:
        key = "".join(_pieces(text)) if kind is not ADDRESS else text
        return self._tokens.get(key) or self._tokens.setdefault(key, self._new(kind))

    def _new(self, kind: str) -> str:
        self._counts[kind] += 1
        return f"{kind}-{self._counts[kind]}"

    def _without_names(self, text: str) -> str:
        parts: list[str] = []
        done = 0
        matches = list(_PIECE.finditer(text))
        pieces = [match[0].casefold() for match in matches]
        index = 0
        while index < len(pieces):
            name = self._name_at(pieces, index)
            if name is None:
                index += 1
                continue
            last = matches[index + len(name) - 1]
            parts += [text[done : matches[index].start()], self._tokens["".join(name)]]
            done = last.end()
            index += len(name)
        return "".join([*parts, text[done:]])

    def _name_at(self, pieces: list[str], index: int) -> tuple[str, ...] | None:
        known = self._names.get(pieces[index], ())
        return next((name for name in known if tuple(pieces[index : index + len(name)]) == name), None)


def _pieces(name: str) -> tuple[str, ...]:
    return tuple(_PIECE.findall(name.casefold()))


def _forms(kind: str, name: str) -> Iterator[str]:
    """A name in full, and as it is found elsewhere: of an ARN its last part, of an address what is before the `@`."""
    yield name
    if kind is not PERSON:
        return
    last = re.split(r"[/:\\]", name)[-1]
    local = last.partition("@")[0]
    yield from (last, local)
    parts = re.split(r"[._\s-]+", local)
    if 1 < len(parts) < 4 and all(part.isalpha() and len(part) >= _LEAST_PART for part in parts):
        yield from parts


def _host(text: str) -> str | None:
    """The address, if it is one machine's; nothing for networks, for `0.0.0.0` and for what only looks like one."""
    try:
        interface = ip_interface(text)
        address = ip_address(text.partition("/")[0])
    except ValueError:
        return None
    is_network = interface.network.num_addresses > 1 and interface.network.network_address == address
    return None if is_network or address.is_unspecified or address.is_loopback else str(address)


def _identities(found: Any) -> Iterator[tuple[str, str]]:
    """Whoever and whatever account is named in records of ours, wherever in them."""
    if isinstance(found, Actor):
        if found.principal and found.kind in (ActorKind.HUMAN, ActorKind.UNKNOWN):
            yield PERSON, found.principal
    elif isinstance(found, ResourceRef):
        if found.provider in _CLOUDS and found.scope:
            yield ACCOUNT, found.scope.partition("/")[0]
    elif isinstance(found, Struct):
        if isinstance(found, Event):
            yield from ((PERSON, person) for person in ticket_of(found).people)
        for name in _fields(type(found)):
            value = getattr(found, name)
            if isinstance(value, str):
                if name in _WHO and value:
                    yield PERSON, value
            else:
                yield from _identities(value)
    elif isinstance(found, Mapping):
        for value in found.values():
            yield from _identities(value)
    elif isinstance(found, list | tuple | set | frozenset):
        for value in found:
            yield from _identities(value)


@cache
def _fields(kind: type[Struct]) -> tuple[str, ...]:
    return tuple(field.name for field in structs.fields(kind))
