"""Names that not everybody need read: persons, addresses, accounts and hosts as stable tokens (`person-3`).

Addresses, account numbers, access keys and host names are told by their form. Who is a person nobody can tell from a
name's form: the masker learns that from what the engine says of actors, tickets and decisions.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from ipaddress import ip_address, ip_interface
from typing import Any

from msgspec import Struct, structs

from engine.model import Actor, ActorKind, Event, ResourceRef, ticket_of

PERSON, ADDRESS, ACCOUNT, HOST = "person", "address", "account", "host"

_FORMS = {
    "email": (PERSON, r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*"),
    "guid": (ACCOUNT, r"\b[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\b"),
    "ipv4": (ADDRESS, r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?(?![\w]|\.\d)"),
    "ipv6": (ADDRESS, r"(?<![\w:])(?=[\dA-Fa-f]*:[\dA-Fa-f]*:)[\dA-Fa-f:]+(?:/\d{1,3})?(?![\w:])"),
    "number": (ACCOUNT, r"(?<!\d)\d{12}(?!\d)"),
    "key": (PERSON, r"\b(?:AKIA|ASIA|AIDA|AROA)[A-Z0-9]{8,}"),
}
#: What names of hosts end in. Code has names with dots as well, so that the end has to tell.
_DOMAINS = "com|net|org|io|dev|cloud|app|co|eu|de|fr|uk|us|example|test|internal|local|intern|lan|corp|home|arpa"
_HOST = rf"(?<![\w.@-])(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.){{2,}}(?:{_DOMAINS})(?![\w-]|\.\w)"
_HOSTS = {"host": (HOST, _HOST)}
#: The providers' own endpoints, which are everybody's: `sqs.amazonaws.com`, `cloudsql.googleapis.com`.
_ENDPOINT = re.compile(
    r"(?i)[a-z0-9-]+(?:\.[a-z]{2}-[a-z]+-\d)?\.(?:amazonaws|googleapis|microsoft|azure|kubernetes|k8s)\.(?:com|net|io)"
)
_KINDS = {name: kind for name, (kind, _) in (_FORMS | _HOSTS).items()}
_PIECE = re.compile(r"[^\W_]+")
_PEOPLE = (ActorKind.HUMAN, ActorKind.UNKNOWN)
#: Not worth hiding, and in too many sentences to be hidden.
_NOBODY = frozenset(
    {"", "root", "admin", "administrator", "system", "unknown", "anonymous", PERSON, ADDRESS, ACCOUNT, HOST}
)
#: Shorter parts of names are words.
_LEAST_PART = 3
#: Fields of our own records in which a name is somebody's.
_WHO = frozenset(
    {
        "by", "principal", "actor", "author", "accepted_by", "requester", "asked_by", "owner", "user", "requested_by",
        "closed_by", "people",
    }
)  # fmt: skip
#: Providers whose scopes begin with an account, a project or a subscription.
_CLOUDS = frozenset({"aws", "gcp", "azure"})
_TOKEN = re.compile(r"\b(?:person|address|account|host)-\d+\b")


def _compiled(forms: Mapping[str, tuple[str, str]]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{name}>{pattern})" for name, (_, pattern) in forms.items()))


_FORM, _FORM_OR_HOST = _compiled(_FORMS), _compiled(_FORMS | _HOSTS)


class Masker:
    """Gives each identity a token, in the order in which it meets them. What it has masked it leaves as it is."""

    def __init__(self, *, hosts: bool = False, shown: Callable[[str], str] = str) -> None:
        """`hosts`: whether names of hosts are identities too. `shown`: how a name reads in the texts to be masked."""
        self._form = _FORM_OR_HOST if hosts else _FORM
        self._shown = shown
        self._tokens: dict[str, str] = {}
        self._clear: dict[str, str] = {}
        self._counts: Counter[str] = Counter()
        #: Known names as their pieces, by the first of them, the longest first.
        self._names: dict[str, list[tuple[str, ...]]] = {}

    def __call__(self, text: str) -> str:
        """The text with a token for every identity in it."""
        return self._without_names(self._form.sub(self._formed, text))

    def unmasked(self, text: str) -> str:
        """The text with each token of its own replaced by what it stands for, as it was met first."""
        return _TOKEN.sub(lambda match: self._clear.get(match[0], match[0]), text)

    def learn(self, found: Any) -> None:
        """Takes in who is named in what the engine gave: reports, events, records, lists of them."""
        for kind, name in _identities(found):
            self.know(kind, name)

    def know(self, kind: str, name: str) -> None:
        """From now on this name is a person's, or an account's, and so are its other forms."""
        name = self._shown(name)
        told = (_pieces(form) for form in _forms(kind, name))
        forms = [pieces for pieces in told if "".join(pieces) not in _NOBODY]
        if not forms:
            return
        keys = ["".join(pieces) for pieces in forms]
        token = next((self._tokens[key] for key in keys if key in self._tokens), "") or self._new(kind, name)
        for key, pieces in zip(keys, forms, strict=True):
            if key not in self._tokens:
                self._tokens[key] = token
                for written in {pieces, (key,)}:
                    alike = self._names.setdefault(written[0], [])
                    alike.append(written)
                    alike.sort(key=len, reverse=True)

    def _formed(self, match: re.Match[str]) -> str:
        kind = _KINDS[str(match.lastgroup)]
        text = match[0]
        if kind is HOST:
            return text if _ENDPOINT.fullmatch(text) else self._token(kind, text.lower())
        if kind is ADDRESS:
            host = _host(text)
            return text if host is None else self._token(kind, host)
        if match.lastgroup == "email":
            self.know(kind, text)
            return self._tokens.get("".join(_pieces(text)), text)
        return self._token(kind, text)

    def _token(self, kind: str, text: str) -> str:
        key = "".join(_pieces(text)) if kind in (PERSON, ACCOUNT) else text
        return self._tokens.get(key) or self._tokens.setdefault(key, self._new(kind, text))

    def _new(self, kind: str, name: str) -> str:
        self._counts[kind] += 1
        token = f"{kind}-{self._counts[kind]}"
        self._clear[token] = name
        return token

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
        if found.principal and found.kind in _PEOPLE:
            yield PERSON, found.principal
    elif isinstance(found, ResourceRef):
        if found.provider in _CLOUDS and found.scope:
            yield ACCOUNT, found.scope.partition("/")[0]
    elif isinstance(found, Struct):
        if isinstance(found, Event):
            yield from ((PERSON, person) for person in ticket_of(found).people)
        is_somebody = getattr(found, "actor_kind", ActorKind.UNKNOWN) in _PEOPLE
        for name in _fields(type(found)):
            value = getattr(found, name)
            if name in _WHO and isinstance(value, str | tuple):
                named = (value,) if isinstance(value, str) else value
                yield from ((PERSON, one) for one in named if one and is_somebody)
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
