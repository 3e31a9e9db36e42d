"""What surrounds a change: why it was made and who knows of it, and what went on that has nothing to do with it.

Little of it is the cause's alone. Trouble is on the service while people work to plan and while intruders hope for the
noise, and emergencies are ended that nobody wrote a ticket for. What tells them apart is how it hangs together: whom a
ticket names, what came first, whether it ended the trouble.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from engine.model import Category
from ml.scenarios.organisation import Person
from ml.scenarios.stage import NoPartError, Stage
from ml.scenarios.story import Act, Who
from ml.scenarios.thing import Part, Thing

#: What somebody calls who wants to see what there is.
LOOKS = {
    "aws": ("iam:ListUsers", "sts:GetCallerIdentity", "s3:ListBuckets", "iam:ListAttachedUserPolicies"),
    "gcp": ("compute.googleapis.com:v1.compute.instances.list", "storage.googleapis.com:storage.buckets.list"),
    "kubernetes": ("list:secrets", "list:nodes", "list:clusterroles"),
}


class Known(StrEnum):
    """How an emergency became known."""

    TICKET = "ticket"
    ALERT = "alert"
    BOTH = "both"
    LONG = "long"  # it has been going on for hours when somebody finds what helps
    AFTERWARDS = "afterwards"  # first it is ended, then written down
    ELSEWHERE = "elsewhere"  # somebody's own incident, on a service that needs this one
    FELT = "felt"  # nobody writes it down, and only a metric shows it


_HOW = (
    *2 * (Known.TICKET, Known.TICKET, Known.ALERT, Known.ALERT, Known.ALERT, Known.BOTH),
    *2 * (Known.LONG, Known.LONG, Known.LONG, Known.AFTERWARDS, Known.AFTERWARDS, Known.ELSEWHERE),
    Known.FELT,
)
_WITH_TICKET = (Known.TICKET, Known.BOTH, Known.LONG, Known.ELSEWHERE)
_WITH_ALERT = (Known.ALERT, Known.BOTH, Known.ELSEWHERE)
#: In these somebody acts who is on call for it.
_OWN = (Known.LONG, Known.ELSEWHERE)


def how_known(stage: Stage) -> Known:
    """How the next emergency becomes known."""
    return stage.chance.pick(_HOW)


def emergency(stage: Stage, thing: Thing, at: datetime, person: Person | None, how: Known, situation: str,
              alert: str) -> None:  # fmt: skip
    """The trouble that somebody ends at a moment."""
    chance = stage.chance
    began = at - (chance.minutes(130, 540) if how is Known.LONG else chance.minutes(8, 75))
    over = at + (chance.minutes(4, 40) if chance.maybe(0.75) else chance.minutes(60, 300))
    on_call = person if how in _OWN or chance.maybe(0.3) else stage.colleague(person)
    thing = neighbour(stage, thing) if how is Known.ELSEWHERE else thing
    if how in _WITH_TICKET:
        opened = began + chance.minutes(0, 5)
        stage.incident(thing, situation, opened, who=on_call, until=over + chance.minutes(5, 200))
    if how is Known.AFTERWARDS:
        opened = at + chance.minutes(6, 55)
        writer = person if chance.maybe(0.7) else stage.colleague(person)
        stage.incident(thing, situation, opened, who=writer, until=opened + chance.minutes(60, 900), is_named=True)
    fires = how in _WITH_ALERT or (how is Known.LONG and chance.maybe(0.5))
    noticed = began - chance.minutes(0, 4)
    stage.alarm(
        thing,
        alert,
        noticed,
        over - noticed,
        fires=fires,
        is_felt=how is Known.FELT or chance.maybe(0.75 if fires else 0.4),
    )


def sibling(stage: Stage, thing: Thing) -> Thing:
    """Another thing of the same service, where it has one."""
    others = [other for other in stage.things if other.service == thing.service and other.name != thing.name]
    return stage.chance.pick(others or [thing])


def neighbour(stage: Stage, thing: Thing) -> Thing:
    """A thing of another service."""
    others = [other for other in stage.things if other.service != thing.service]
    return stage.chance.pick(others or [thing])


def meanwhile(stage: Stage, thing: Thing, at: datetime, share: float, *, mine: Person | None = None) -> bool:
    """With a probability, trouble on the service at the time that is not why. Returns whether there is.

    Others are at it; `mine` is who makes the change, and may be on call all the same.
    """
    chance = stage.chance
    if not chance.maybe(share):
        return False
    began = at - chance.minutes(5, 100 if chance.maybe(0.7) else 400)
    over = at + chance.minutes(20 if chance.maybe(0.2) else 70, 400)
    kind = chance.pick(("ticket", "ticket", "alert", "alert", "both", "both", "both"))
    if kind != "alert":
        on_call = mine if mine and chance.maybe(0.55) else stage.colleague(mine)
        opened = began + chance.minutes(0, 5)
        stage.incident(thing, chance.pick(("outage", "load")), opened, who=on_call, until=over, is_named=False)
    if kind != "ticket":
        stage.alarm(thing, chance.pick(("load", "errors")), began, over - began, is_felt=chance.maybe(0.55))
    return True


def found_out(stage: Stage, thing: Thing, at: datetime, share: float) -> None:
    """With a probability, the change does harm, or is noticed: an incident names the thing, opened after it."""
    chance = stage.chance
    if not chance.maybe(share):
        return
    began = at + chance.minutes(3, 60)
    stage.incident(thing, "outage", began + chance.minutes(0, 30), is_named=True)
    if chance.maybe(0.5):
        stage.alarm(thing, "errors", began, fires=chance.maybe(0.7))


def work(stage: Stage, thing: Thing, at: datetime, person: Person | None, *, is_named: bool | None = None) -> None:
    """A ticket for ordinary work, on which somebody is when they make the change."""
    chance = stage.chance
    opened = max(at - chance.minutes(15, chance.pick((240, 900, 4000))), stage.start)
    closed = at + chance.minutes(30, 3000) if chance.maybe(0.6) else None
    is_named = chance.maybe(0.6) if is_named is None else is_named
    about = thing if is_named else sibling(stage, thing)
    stage.ticket("task", stage.text("minor", about), "", chance.number(3, 5), opened, closed, thing.service, person,
                 (thing.name,) if is_named else ())  # fmt: skip


def plan(stage: Stage, thing: Thing, at: datetime, person: Person | None) -> None:
    """A planned change with its window; some teams write those as incidents of low priority."""
    chance = stage.chance
    kind = "incident" if chance.maybe(0.25) else "change"
    opened = at - chance.minutes(5, 50)
    stage.ticket(kind, stage.text("change", thing), stage.text("minor", thing), chance.number(3, 4), opened,
                 at + chance.minutes(20, 150), thing.service, person, (thing.name,))  # fmt: skip


def declined(stage: Stage, part: Part, at: datetime, person: Person | None) -> None:
    """Somebody asks for the change, and it is not granted."""
    chance = stage.chance
    closed = at - chance.minutes(60, 3000)
    title = stage.text("request", part.thing, slot=part.move.slot)
    stage.ticket(chance.pick(("task", "change")), title, "", chance.number(3, 4), closed - chance.minutes(60, 1500),
                 closed, part.thing.service, None, (part.thing.name,), reporter=person, refused=True)  # fmt: skip


def more_of_it(stage: Stage, first: Part, at: datetime, who: Who, process: str, cause: Category,
               purposes: Sequence[str], share: float, *, service: str = "") -> None:  # fmt: skip
    """With a probability, the same person goes on in the same sitting, with other things."""
    chance = stage.chance
    if not chance.maybe(share):
        return
    for _ in range(chance.number(1, 2)):
        try:
            part = stage.part(*purposes, provider=first.provider, service=service)
        except NoPartError:
            return
        at += chance.minutes(2, 9)
        stage.told(part, process, cause, stage.change(part, at, who), who, f"in the same sitting: {part.move.call}")


def long_at_it(stage: Stage, part: Part, at: datetime, who: Who, before: timedelta) -> None:
    """Somebody had tried it and taken it back, so long before."""
    stage.call(part, at - before, who)
    stage.call(part, at - before + stage.chance.minutes(5, 25), who, value=part.old)


def looks_around(stage: Stage, provider: str, at: datetime, who: Who, refused: float) -> None:
    """Somebody looks at what there is before a change; with a probability the first look is refused, then some."""
    is_refused = stage.chance.maybe(refused)
    for number, call in enumerate(LOOKS.get(provider, ())):
        error = "denied" if is_refused and (not number or stage.chance.maybe(0.4)) else ""
        stage.acts.append(Act(at=at - timedelta(minutes=22 - 5 * number), who=who, provider=provider, call=call,
                              error=error, reads=True))  # fmt: skip
