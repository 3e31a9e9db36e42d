"""The stage on which processes play: it picks things, people and times, and writes down what happens."""

from collections import Counter, defaultdict
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import structs

from engine.model import Category, DriftKind, Via
from ml.scenarios.callers import names_of, person_by
from ml.scenarios.chance import Chance
from ml.scenarios.estate import WITH_CODE, make_thing
from ml.scenarios.kinds import Kind, Move, load_kinds
from ml.scenarios.organisation import Organisation, Person
from ml.scenarios.requests import ask
from ml.scenarios.story import Act, Alarm, Answer, Commit, Ticket, Truth, Who
from ml.scenarios.templates import fill
from ml.scenarios.thing import Part, Thing, Write

#: How long the story is.
DAYS = 16
#: Nothing drifts in the first days: of what is usual, a past is known.
_PAST = 7
#: Hours of the day in which something happens, both ends included.
OFFICE, ANY, NIGHT = (8, 17), (0, 23), (1, 4)
#: How far apart things happen to one service, where there is room for it, and how often room is looked for.
_APART = timedelta(hours=7)
_TRIES = 8
#: Where each provider's calls are logged.
LOGS = {"aws": "cloudtrail", "gcp": "gcp-audit", "azure": "azure-activity", "kubernetes": "kubernetes-audit"}


class NoPartError(Exception):
    """The estate has nothing left on which the process could play."""


class Stage:
    """One estate while its story is written."""

    def __init__(self, organisation: Organisation, things: list[Thing], chance: Chance, end: datetime) -> None:
        self.organisation = organisation
        self.things = things
        self.chance = chance
        self.end = end
        self.start = end - timedelta(days=DAYS)
        self.acts: list[Act] = []
        self.tickets: list[Ticket] = []
        self.alarms: list[Alarm] = []
        self.commits: list[Commit] = []
        self.truths: list[Truth] = []
        self._taken: set[int] = set()
        self._moments: defaultdict[str, list[datetime]] = defaultdict(list)
        self._number = chance.number(900, 5000)

    # ---- who, what, when ---------------------------------------------------------------------------------------

    def part(self, *purposes: str, provider: str = "", service: str = "", coded: bool | None = None) -> Part:
        """A thing that nothing happened to yet, with a move for one of the purposes.

        Raises NoPartError when there is none left.
        """
        by_provider: dict[str, list[tuple[Thing, Move]]] = {}
        for thing in self.things:
            is_coded = thing.stack == WITH_CODE or thing.provider == "kubernetes"
            if id(thing) in self._taken or (provider and thing.provider != provider):
                continue
            if service and thing.service != service:
                continue
            if coded is not None and coded != is_coded:
                continue
            moves = [move for purpose in purposes for move in thing.kind.moves_for(purpose)]
            for move in moves:
                if move.slot != "tags" or thing.live["tags"]:
                    by_provider.setdefault(thing.provider, []).append((thing, move))
        if not by_provider:
            raise NoPartError
        thing, move = self.chance.pick(by_provider[self.chance.pick(sorted(by_provider))])
        return self.take(thing, move)

    def take(self, thing: Thing, move: Move) -> Part:
        """The thing for one process alone."""
        self._taken.add(id(thing))
        new, added = thing.next_value(move, self.chance)
        return Part(thing, move, thing.live[move.slot], new, added)

    def free(self, *types: str) -> list[Thing]:
        """Things of these types that nothing happened to."""
        return [thing for thing in self.things if thing.kind.type in types and id(thing) not in self._taken]

    def removable(self) -> Thing:
        """A thing of a kind that people and jobs remove, and not the last of it: a listing without any tells nothing.

        Raises NoPartError when there is none left.
        """
        there = Counter((thing.kind.type, thing.service) for thing in self.things if thing.exists)
        things = [
            thing
            for thing in self.things
            if thing.kind.delete and not self.is_taken(thing) and there[thing.kind.type, thing.service] > 1
        ]
        if not things:
            raise NoPartError
        return self.chance.pick(things)

    def is_taken(self, thing: Thing) -> bool:
        """Whether a process plays on the thing."""
        return id(thing) in self._taken

    def moment(self, about: Thing | None = None, *, hours: tuple[int, int] = OFFICE) -> datetime:
        """A time in the story within hours of the day there; apart from what else happens to the thing's service.

        What happens to one service at one time is told as one story, and two at once could not be told apart.
        """
        if about is None:
            return self._some_time(hours)
        others = self._moments[about.service]
        tries = [self._some_time(hours) for _ in range(_TRIES)]
        at = max(tries, key=lambda one: min((abs(one - other) for other in others), default=_APART) >= _APART)
        others.append(at)
        return at

    def _some_time(self, hours: tuple[int, int]) -> datetime:
        day = self.start + timedelta(days=self.chance.number(_PAST, DAYS - 2))
        at = day.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(hours=self.organisation.offset)
        return at + timedelta(hours=self.chance.number(*hours)) + self.chance.minutes(0, 59)

    def colleague(self, *others: Person | None) -> Person:
        """Somebody else than these."""
        return self.chance.pick([person for person in self.organisation.people if person not in others])

    def person(self, part: Part, **how: Any) -> Who:
        """Somebody who may change the part's thing by hand."""
        return person_by(how.pop("who", None) or self.colleague(), part.provider, self.chance, **how)

    # ---- what happens ------------------------------------------------------------------------------------------

    def change(self, part: Part, at: datetime, who: Who) -> datetime:
        """The move is made, and lasts. Returns when the value was there."""
        moment = at
        for call in part.move.before:
            self._around(part, call, moment, who)
            moment += self.chance.minutes(0.5, 1.5)
        if self.chance.maybe(0.08):
            self.call(part, moment - timedelta(seconds=self.chance.number(4, 30)), who, error="failed")
        self.call(part, moment, who)
        part.thing.live[part.move.slot] = part.new
        part.thing.writes.append(Write(moment, who, part))
        for number, call in enumerate(part.move.after):
            self._around(part, call, moment + timedelta(minutes=number + 1), who)
        return moment

    def call(self, part: Part, at: datetime, who: Who, *, error: str = "", value: Any = None) -> None:
        """One call of the part's move, with its value or another; the old one is set by the reverse call, if any."""
        new = part.new if value is None else value
        is_back = bool(part.move.back) and new == part.old
        extra = {"new": new, "old": part.old, "added": part.added}
        extra["part"] = part.added.get("name", "") if isinstance(part.added, dict) else ""
        words = part.thing.words_for(extra, at)
        call, request = ask(part.thing, part.move, words, who, self.chance)
        self.acts.append(
            Act(
                at=at,
                who=who,
                provider=part.provider,
                call=part.move.back if is_back else call,
                request=request,
                thing=part.thing,
                target=str(fill(part.move.target, words)) if part.move.target else part.thing.words["resource_id"],
                error=error,
            )
        )

    def _around(self, part: Part, call: str, at: datetime, who: Who) -> None:
        request = fill(part.move.around, part.thing.words_for({}))
        self.acts.append(
            Act(at=at, who=who, provider=part.provider, call=call, request=request, thing=part.thing,
                target=part.thing.words["resource_id"])
        )  # fmt: skip

    def make(self, thing: Thing, at: datetime, who: Who, *, gone: bool = False) -> None:
        """A resource is made, or removed."""
        making = thing.kind.delete if gone else thing.kind.create
        if making is None:
            raise NoPartError
        words = thing.words_for({})
        request: Any = fill(making.request, words)
        if thing.provider == "kubernetes":
            request = None if gone else thing.state(thing.live)
        self.acts.append(
            Act(
                at=at,
                who=who,
                provider=thing.provider,
                call=making.call,
                request=request,
                response=fill(making.response, words) if making.response else None,
                thing=thing,
                target=thing.words["resource_id"],
            )
        )
        thing.exists = not gone

    def stray(self, types: tuple[str, ...], mark: str) -> Thing:
        """A resource that no code declares, not yet made."""
        kinds: list[Kind] = [kind for kind in load_kinds() if kind.type in types and self._has(kind)]
        if not kinds:
            raise NoPartError
        kind = self.chance.pick(kinds)
        service = self.chance.pick(self.organisation.services)
        mark = f"{mark}-{self.chance.number(10, 99)}"
        thing = make_thing(kind, self.organisation, service, mark, self.chance.child(f"stray-{len(self.things)}"))
        thing.declared, thing.exists, thing.address, thing.stack = False, False, "", ""
        self.things.append(thing)
        self._taken.add(id(thing))
        return thing

    def _has(self, kind: Kind) -> bool:
        return kind.provider == "aws" or kind.provider in self.organisation.clouds

    # ---- words about it ----------------------------------------------------------------------------------------

    def text(self, situation: str, thing: Thing | None = None, service: str = "", slot: str = "") -> str:
        """A text of the organisation's pool for a situation."""
        words = {"attribute": attribute_of(thing, slot) if thing and slot else "",
                 "service": service or (thing.service if thing else ""), "name": thing.name if thing else "",
                 "hour": f"{self.chance.number(0, 23):02}:{self.chance.number(0, 59):02}"}  # fmt: skip
        return self.chance.pick(self.organisation.pool.texts[situation]).format(**words)

    def ticket(self, kind: str, title: str, text: str, priority: int, opened: datetime, closed: datetime | None,
               service: str, assignee: Person | None = None, names: tuple[str, ...] = (),
               reporter: Person | None = None, refused: bool = False) -> None:  # fmt: skip
        """A ticket is opened, and closed unless the story ends before."""
        self._number += self.chance.number(1, 4)
        who = assignee or self.colleague()
        shut = closed if closed and closed <= self.end else None
        self.tickets.append(
            Ticket(number=self._number, type=kind, title=title, text=text, priority=priority, opened=opened,
                   closed=shut, reporter=reporter or self.colleague(who), assignee=who, service=service, names=names,
                   refused=refused)
        )  # fmt: skip

    def incident(self, thing: Thing, situation: str, at: datetime, *, who: Person | None = None,
                 until: datetime | None = None, is_named: bool | None = None) -> None:  # fmt: skip
        """An incident of high priority is open on the thing's service from `at` on; some name the thing itself."""
        names = (thing.name,) if (self.chance.maybe(0.5) if is_named is None else is_named) else ()
        about = thing if is_named is not False else None
        self.ticket(
            "incident", self.text(situation, about, thing.service), self.text("body", about, thing.service),
            self.chance.number(1, 2), at, until or at + self.chance.minutes(90, 400), thing.service, who, names,
        )  # fmt: skip

    def alarm(self, thing: Thing, situation: str, at: datetime, lasts: timedelta | None = None, *,
              fires: bool = True, is_felt: bool = True) -> None:  # fmt: skip
        """An alert on the thing's service fires from `at` on, and its requests fail; or only one of both."""
        ended = at + (lasts or self.chance.minutes(40, 200))
        name = self.chance.pick(self.organisation.pool.alerts[situation])
        severity = self.chance.pick(("critical", "page", "high"))
        self.alarms.append(
            Alarm(
                name=name,
                service=thing.service,
                severity=severity,
                began=at,
                ended=ended if ended <= self.end else None,
                summary=self.text("load", thing),
                fires=fires,
                is_felt=is_felt,
            )
        )

    def commit(self, thing: Thing, slot: str, value: Any, at: datetime, author: Person, topic: str = "tune") -> Person:
        """A commit sets a slot in the code. Returns who brought it to the default branch."""
        words = {"service": thing.service, "name": thing.name, "attribute": attribute_of(thing, slot)}
        message = self.chance.pick(self.organisation.pool.commits[topic]).format(**words)
        merger = self.colleague(author) if self.chance.maybe(0.4) else None
        values = ((thing, slot, value),)
        self.commits.append(Commit(at=at, author=author, message=message, values=values, merged_by=merger))
        thing.written[slot] = deepcopy(value)
        return merger or author

    def truth(self, thing: Thing, process: str, cause: Category, at: datetime, who: Who, sentence: str, *,
              slots: tuple[str, ...] = (), kind: DriftKind = DriftKind.MODIFIED, needs: tuple[str, ...] = (),
              also: tuple[Answer, ...] = (), mistakable: tuple[Answer, ...] = ()) -> None:  # fmt: skip
        """Writes down what is true of a drift."""
        is_commit = needs == ("repos",)
        self.truths.append(
            Truth(
                provider=thing.provider,
                type=thing.kind.type,
                id=thing.id,
                address=thing.address,
                kind=kind,
                paths=tuple(thing.path(slot) for slot in slots),
                answers=(answer_of(thing, at, who), *also),
                mistakable=mistakable,
                via=Via.UNKNOWN if is_commit else who.via,
                cause=cause,
                process=process,
                needs=needs or (LOGS[thing.provider],),
                sentence=sentence,
            )
        )

    def mistake(self, thing: Thing, at: datetime, who: Who) -> None:
        """Somebody did what may be taken for the change of a thing, where nothing tells of the change itself."""
        self.truths = [
            structs.replace(truth, mistakable=(*truth.mistakable, answer_of(thing, at, who)))
            if truth.id == thing.id
            else truth
            for truth in self.truths
        ]

    def told(self, part: Part, process: str, cause: Category, at: datetime, who: Who, sentence: str) -> None:
        """Writes down what is true of a drift that a part's move made."""
        self.truth(part.thing, process, cause, at, who, sentence, slots=(part.move.slot,))


def attribute_of(thing: Thing, slot: str) -> str:
    """What people call a slot of a thing."""
    return thing.path(slot).split("[")[0].rpartition(".")[2]


def answer_of(thing: Thing, at: datetime, who: Who) -> Answer:
    """Who did something to a thing, and when."""
    return Answer(names=names_of(who, thing.provider), kind=who.kind, at=at.astimezone(UTC))
