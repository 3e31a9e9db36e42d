"""Which service a resource belongs to, and whether an event is about it: by names, tags, modules and namespaces."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache

from msgspec import Struct

from engine.correlate.names import module_calls, names_of, plain_address
from engine.correlate.table import Bond, context_table
from engine.correlate.text import Lexicon, words_in
from engine.model import Difference, Event, ResourceRef, ticket_of

#: So much of what a name says, by the weight of its words, must be said of the resource too.
_ENOUGH = 0.6
#: What a word weighs that is part of an account's, a cluster's or a project's name: everything there may have it.
_OF_SCOPE = 0.1
#: A word that no resource has: a part of a pod's name, or another service.
_UNKNOWN = 0.5
#: Names that may stand in a sentence: with a mark or a digit in them, as no plain word has.
_SHORTEST_MENTION = 6
_LONGEST_TITLE = 500


class Profile(Struct, frozen=True):
    """What a resource may be called by.

    names: its identifiers in lower case. service: the words that name its service. words: those and all other
    telling words of its names.
    """

    names: frozenset[str]
    service: frozenset[str]
    words: frozenset[str]
    scope: str = ""


class Subject(Struct, frozen=True):
    """What an event is about, as far as it tells.

    names: those that it gives. given: the words of those that its title does not have. mentions: what its title has
    that may be an identifier, in lower case. said: the words of its title.
    """

    names: tuple[str, ...]
    given: frozenset[str] = frozenset()
    mentions: frozenset[str] = frozenset()
    said: frozenset[str] = frozenset()


def profile_of(difference: Difference) -> Profile:
    """The profile of a difference's resource."""
    ref = difference.resource
    address = plain_address(ref.address)
    own = words_in(ref.name or _tail(ref.id)) | words_in(address.rpartition(".")[2])
    service = _tagged(difference.tags) or _placed(ref, address) or own
    names = frozenset(name.lower() for name in names_of(difference) if len(name) > 2)
    return Profile(names, service, service | own | _placed(ref, address), ref.scope)


def subject_of(event: Event) -> Subject:
    """The subject of a ticket, an alert, or whatever else went on.

    Of its text only the title: what stands further down, and in comments, is what somebody looked at or ruled out.
    """
    title = (ticket_of(event).title or event.summary or event.operation)[:_LONGEST_TITLE]
    pieces = (piece.strip(".,;:!?()[]\"'`").lower() for piece in title.split())
    mentions = frozenset(piece for piece in pieces if len(piece) >= _SHORTEST_MENTION and not piece.isalpha())
    written = title.lower()
    given = frozenset(word for name in event.touches if name.lower() not in written for word in words_in(name))
    return Subject(event.touches, given, mentions, words_in(title))


def service_of(ref: ResourceRef, tags: Mapping[str, str] | None = None) -> str:
    """What the service seems to be called that a resource belongs to; empty where nothing tells.

    By a tag or label, else the namespace or module that it is in, else its own name.
    """
    address = plain_address(ref.address)
    own = words_in(ref.name or _tail(ref.id)) - words_in(ref.scope)
    found = _tagged(tags or {}) or _placed(ref, address) or own or words_in(address.rpartition(".")[2])
    return " ".join(sorted(found))


class Topology:
    """Knows the words of many resources, and so which of them tell one service from another."""

    def __init__(self, profiles: Iterable[Profile]) -> None:
        services: dict[str, set[frozenset[str]]] = defaultdict(set)
        scopes: set[str] = set()
        for profile in profiles:
            scopes.add(profile.scope)
            for word in profile.words:
                services[word].add(profile.service)
        self._of_scopes = frozenset(word for scope in scopes for word in words_in(scope))
        self._services = {word: len(found) for word, found in services.items()}
        self._lexicon = Lexicon(word for word in services if word not in self._of_scopes)

    def keys(self, subject: Subject) -> frozenset[str]:
        """The identifiers and known words by which a subject's events may be found."""
        words = subject.said.union(*map(words_in, subject.names))
        return subject.mentions.union(map(str.lower, subject.names), self._lexicon.known(words))

    def keys_of(self, profile: Profile) -> frozenset[str]:
        """The identifiers and words by which a resource's events may be found."""
        return profile.names | (profile.words - self._of_scopes)

    def bond(self, subject: Subject, profile: Profile) -> tuple[Bond, float]:
        """How an event's subject and a resource hang together, and how much of it holds, in [0, 1]."""
        bonds = context_table().bond
        if any(name.lower() in profile.names for name in subject.names) or subject.mentions & profile.names:
            return bonds["resource"], 1.0
        share = max((self._share(name, profile) for name in subject.names), default=0.0)
        if share >= _ENOUGH:
            return bonds["service"], share
        # What a ticket is said to be about goes before what is written in it.
        if subject.given - self._of_scopes:
            return bonds["elsewhere"], 1.0
        said = self._lexicon.known(subject.said)
        if said & profile.service:
            return bonds["written"], 1.0
        return bonds["elsewhere" if said else "unsaid"], 1.0

    def _share(self, name: str, profile: Profile) -> float:
        """How much of what a name says is said of the resource too."""
        words = frozenset(map(self._lexicon.settled, words_in(name)))
        whole = sum(map(self._weight, words))
        return sum(map(self._weight, words & profile.words)) / whole if whole and words - self._of_scopes else 0.0

    def _weight(self, word: str) -> float:
        if word in self._of_scopes:
            return _OF_SCOPE
        return 1 / self._services[word] if word in self._services else _UNKNOWN


def _tagged(tags: Mapping[str, str]) -> frozenset[str]:
    keys = context_table().words.service_tags
    values = (value for key, value in sorted(tags.items()) if _squeezed(key) in keys)
    return next((words for words in map(words_in, values) if words), frozenset())


def _placed(ref: ResourceRef, address: str) -> frozenset[str]:
    """The words of the namespace or of the nearest module that a resource is in."""
    if ref.provider == "kubernetes":
        return words_in([*ref.id.split("/"), "", "", ""][2])
    calls = module_calls(address)
    return words_in(calls[0].rpartition(".")[2]) if calls else frozenset()


def _tail(name: str) -> str:
    return name.rpartition(":")[2].rpartition("/")[2] or name


@lru_cache(maxsize=4096)
def _squeezed(key: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in key.lower()).strip("_")
