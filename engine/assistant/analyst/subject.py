"""What a question is about: drifts by what they are called, somebody, or what was talked about before."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from engine.assistant.analyst.understanding import Asked
from engine.assistant.conversation import Focus
from engine.assistant.facts import DriftDetail, DriftFact, PersonFact
from engine.assistant.names import words_in
from engine.assistant.tools import Found, Tools
from engine.model import ActorKind

_ID = re.compile(r"[0-9a-f]{6,32}")

#: Around a drift, where no time was said.
AROUND = timedelta(minutes=30)


class Subject(Struct, frozen=True):
    """What is meant. `found` is the call that says so; `unknown` are words that name nothing here.

    `names` are the words that may have named it; `pointed`: it was not named, but pointed to.
    """

    drifts: tuple[DriftFact, ...] = ()
    found: Found | None = None
    person: PersonFact | None = None
    unknown: tuple[str, ...] = ()
    misread: tuple[tuple[str, str], ...] = ()
    names: tuple[str, ...] = ()
    pointed: bool = False

    @property
    def is_strange(self) -> bool:
        """Whether something was named that is not known here, and nothing else."""
        return bool(self.unknown) and not self.drifts and self.person is None


def subject_of(asked: Asked, focus: Focus, tools: Tools) -> Subject:
    """What the question is about."""
    names = _surely(asked, tools)
    by_id = _by_id(names, tools)
    if by_id is not None:
        return by_id
    person, rest = _person(names, tools)
    if rest:
        return _named(asked, rest, person, tools)
    if person is not None:
        found = tools.call("find_drifts", actor=person.principal, **_filters(asked))
        return Subject(tuple(found.of(DriftFact)), found, person)
    return _pointed(asked, focus, tools)


def _surely(asked: Asked, tools: Tools) -> tuple[str, ...]:
    """The words that name something: without those that may and do not."""
    doubtful = [word for word in asked.names if word in asked.perhaps]
    if not doubtful:
        return asked.names
    unknown = tools.call("find_drifts", text=" ".join(doubtful), limit=1).unknown
    return tuple(word for word in asked.names if word not in doubtful or not _is_unknown(word, unknown))


def _by_id(names: Sequence[str], tools: Tools) -> Subject | None:
    """A drift that is named by its id, or by how that begins."""
    for word in names:
        if _ID.fullmatch(word):
            found = tools.call("show_drift", drift=word)
            if found.facts:
                return Subject(tuple(found.of(DriftDetail)), found, names=(word,))
    return None


def _named(asked: Asked, words: Sequence[str], person: PersonFact | None, tools: Tools) -> Subject:
    text = " ".join(words)
    actor = person.principal if person else ""
    found = tools.call("find_drifts", text=text, actor=actor, **_filters(asked))
    if not found.facts and (person or _filters(asked)):
        found = tools.call("find_drifts", text=text)
    unknown = tuple(word for word in words if _is_unknown(word, found.unknown))
    names = tuple(words)
    if found.facts and _is_about_something_else(words, unknown):
        return Subject((), found, person, unknown, found.misread, names)
    if not found.facts and person is None:
        software = _software(words, tools)
        if software is not None:
            theirs = tools.call("find_drifts", actor=software.principal, **_filters(asked))
            return Subject(tuple(theirs.of(DriftFact)), theirs, software, names=names)
    return Subject(tuple(found.of(DriftFact)), found, person, unknown, found.misread, names)


def _is_unknown(word: str, unknown: Sequence[str]) -> bool:
    parts = words_in(word)
    return bool(parts) and all(part in unknown for part in parts)


def _is_about_something_else(words: Sequence[str], unknown: Sequence[str]) -> bool:
    """Whether so much of what was named is unknown that what is known of it is chance."""
    return 2 * len(unknown) > len(words) or any(not word.isalpha() for word in unknown)


def _filters(asked: Asked) -> dict[str, str]:
    given = {"kind": asked.kind, "level": asked.level}
    return {name: value.value for name, value in given.items() if value is not None}


def _pointed(asked: Asked, focus: Focus, tools: Tools) -> Subject:
    drifts, found = [], None
    for id_ in focus.drifts[: 1 if asked.points_at_one else None]:
        found = tools.call("show_drift", drift=id_)
        drifts += found.of(DriftDetail)
    person = person_called(focus.person, tools) if focus.person else None
    return Subject(tuple(drifts), found, person, pointed=True)


def _person(words: Sequence[str], tools: Tools) -> tuple[PersonFact | None, list[str]]:
    """Somebody who is named, and the words that are not their name."""
    for start, end in _stretches(len(words)):
        name = " ".join(words[start:end])
        if any(character.isdigit() for character in name):
            continue
        people = tools.call("find_people", name=name, limit=2).of(PersonFact)
        whole = [one for one in people if one.kind is ActorKind.HUMAN or one.principal.lower() == name]
        if whole:
            return whole[0], [*words[:start], *words[end:]]
    return None, list(words)


def _stretches(words: int) -> Iterator[tuple[int, int]]:
    """Two words beside each other, then single ones."""
    yield from ((start, start + 2) for start in range(words - 1))
    yield from ((start, start + 1) for start in range(words))


def person_called(name: str, tools: Tools) -> PersonFact | None:
    """Somebody by their whole name."""
    return next((one for one in tools.call("find_people", name=name).of(PersonFact) if one.principal == name), None)


def _software(words: Sequence[str], tools: Tools) -> PersonFact | None:
    """Software that is called so, where no resource is."""
    for word in words:
        people = tools.call("find_people", name=word, limit=1).of(PersonFact)
        if people:
            return people[0]
    return None


def span_around(drifts: Sequence[DriftFact], around: timedelta = AROUND) -> tuple[datetime, datetime] | None:
    """The time around the changes of drifts."""
    times = [drift.at for drift in drifts if drift.at]
    return (min(times) - around, max(times) + around) if times else None
