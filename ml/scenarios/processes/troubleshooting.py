"""A person looks for a fault, tries something out or works to plan, outside of an emergency."""

from datetime import datetime, timedelta

from engine.model import Category, DriftKind, Via
from ml.scenarios.circumstances import found_out, long_at_it, looks_around, meanwhile, more_of_it, neighbour, plan, work
from ml.scenarios.stage import Stage
from ml.scenarios.story import Badge, Who
from ml.scenarios.thing import Part

_CAUSE = Category.MANUAL_TROUBLESHOOTING
_TRIALS = ("aws_instance", "aws_lambda_function", "aws_sqs_queue", "apps/v1/Deployment")
#: How often the service has trouble at the time that is not why, and how often the change itself does harm.
_TROUBLE, _HARM = 0.5, 0.06
_AWAY = 0.1
#: How often somebody who looks around lacks a right.
_REFUSED = 0.5


def louder_logs(stage: Stage) -> None:
    """Somebody turns the log level or the retention of logs up, and forgets it."""
    part = stage.part("log_level")
    _at_work(stage, part, "louder_logs")


def temporary_access(stage: Stage) -> None:
    """Somebody lets one address in to look."""
    part = stage.part("probe", "grant")
    _at_work(stage, part, "temporary_access")


def sizes_tried(stage: Stage) -> None:
    """Somebody tries several sizes one after another; the last stays."""
    part = stage.part("size")
    at = stage.moment(part.thing)
    who = stage.person(part)
    for step in range(stage.chance.number(1, 2)):
        value = stage.chance.pick([value for value in part.move.to if value != part.new])
        stage.call(part, at - timedelta(minutes=25 * (step + 1)) - stage.chance.minutes(0, 5), who, value=value)
    work(stage, part.thing, at, who.person)
    meanwhile(stage, part.thing, at, _TROUBLE, mine=who.person)
    stage.told(part, "sizes_tried", _CAUSE, stage.change(part, at, who), who, "sizes tried back and forth")


def settings_tuned(stage: Stage) -> None:
    """Somebody changes a timeout, a limit or the like to see what it does."""
    part = stage.part("tune", "scale", "size")
    _at_work(stage, part, "settings_tuned")


def opened_to_plan(stage: Stage) -> None:
    """Somebody opens or weakens what they were asked to: everybody who has to know of it does."""
    part = stage.part("expose", "weaken", "open", "admin")
    at = stage.moment(part.thing)
    who = stage.person(part, badge=Badge.GLASS if stage.chance.maybe(0.2) else Badge.PERSON, ip=_address(stage))
    stage.chance.pick((plan, plan, work))(stage, part.thing, at, who.person)
    meanwhile(stage, part.thing, at, _TROUBLE, mine=who.person)
    stage.told(part, "opened_to_plan", _CAUSE, stage.change(part, at, who), who, "opened by hand, as was agreed")


def tag_edited(stage: Stage) -> None:
    """Somebody edits a tag in the console."""
    part = stage.part("tag")
    at = stage.moment(part.thing)
    who = stage.person(part, via=Via.CONSOLE if part.provider != "kubernetes" else Via.CLI)
    if meanwhile(stage, part.thing, at, _TROUBLE, mine=who.person) and stage.chance.maybe(0.85):
        work(stage, part.thing, at, who.person)
    stage.told(part, "tag_edited", _CAUSE, stage.change(part, at, who), who, "a tag edited by hand")


def admin_role_in_peace(stage: Stage) -> None:
    """Somebody uses the role for emergencies though there is none, some of them to plan."""
    part = stage.part("tune", "size", provider="aws")
    at = stage.moment(part.thing)
    who = stage.person(part, badge=Badge.GLASS)
    if stage.chance.maybe(0.5):
        plan(stage, part.thing, at, who.person)
        meanwhile(stage, part.thing, at, _TROUBLE, mine=who.person)
    stage.told(part, "admin_role_in_peace", _CAUSE, stage.change(part, at, who), who, "an elevated role, no incident")


def trial_resource(stage: Stage) -> None:
    """Somebody makes a resource by hand to try something."""
    thing = stage.stray(_TRIALS, stage.chance.pick(("-test", "-try", "-debug", "-poc")))
    at = stage.moment(thing)
    who = stage.person(stage.take(thing, thing.kind.moves[0]))
    if meanwhile(stage, thing, at, _TROUBLE, mine=who.person) and stage.chance.maybe(0.5):
        work(stage, thing, at, who.person)
    stage.make(thing, at, who)
    stage.truth(thing, "trial_resource", _CAUSE, at, who, "made by hand for a trial", kind=DriftKind.UNMANAGED)


def deleted_by_hand(stage: Stage) -> None:
    """Somebody deletes what nobody seems to need."""
    thing = stage.removable()
    at = stage.moment(thing)
    who = stage.person(stage.take(thing, thing.kind.moves[0]))
    if stage.chance.maybe(0.5):
        work(stage, thing, at, who.person, is_named=True)
        meanwhile(stage, thing, at, _TROUBLE, mine=who.person)
    stage.make(thing, at, who, gone=True)
    stage.truth(thing, "deleted_by_hand", _CAUSE, at, who, "deleted by hand, no incident", kind=DriftKind.MISSING)


PROCESSES = (louder_logs, temporary_access, sizes_tried, settings_tuned, opened_to_plan, tag_edited,
             admin_role_in_peace, trial_resource, deleted_by_hand)  # fmt: skip


def _at_work(stage: Stage, part: Part, process: str) -> None:
    at = stage.moment(part.thing)
    who = stage.person(part, ip=(away := _address(stage)))
    is_written = stage.chance.maybe(0.9 if away else 0.5)
    if is_written:
        stage.chance.pick((work, work, plan))(stage, part.thing, at, who.person)
    in_trouble = meanwhile(stage, part.thing, at, _TROUBLE, mine=who.person)
    if in_trouble and not is_written and stage.chance.maybe(0.5):  # at it since before the trouble
        long_at_it(stage, part, at, who, stage.chance.minutes(200, 420))
    elif in_trouble and not is_written:
        work(stage, part.thing, at, who.person)
    elif stage.chance.maybe(0.2):  # an incident that is over, or one that nobody would get up for
        _past_or_petty(stage, part, at)
    if stage.chance.maybe(0.3):  # who looks for a fault looks where they may not, too
        looks_around(stage, part.provider, at, who, _REFUSED)
    if stage.chance.maybe(0.3):  # tried once, taken back, done again
        long_at_it(stage, part, at, who, timedelta(minutes=50))
    if stage.chance.maybe(0.2):
        on_call = who.person if is_written and stage.chance.maybe(0.6) else None
        stage.incident(neighbour(stage, part.thing), "outage", at - stage.chance.minutes(10, 60), who=on_call)
    if not in_trouble:
        found_out(stage, part.thing, at, _HARM)
    moment = stage.change(part, at, who)
    slots = (part.move.slot, *_and_another(stage, part, moment, who))
    what = f"{process.replace('_', ' ')}: {part.move.call}"
    stage.truth(part.thing, process, _CAUSE, moment, who, what, slots=slots)
    more_of_it(stage, part, moment, who, process, _CAUSE, ("tune", "log_level", "tag"), 0.15,
               service=part.thing.service)  # fmt: skip


def _address(stage: Stage) -> str:
    """Where somebody works from who is not at home; most are."""
    return stage.chance.address() if stage.chance.maybe(_AWAY) else ""


def _past_or_petty(stage: Stage, part: Part, at: datetime) -> None:
    opened = at - stage.chance.minutes(90, 600)
    is_past = stage.chance.maybe(0.5)
    closed = opened + (at - opened) * stage.chance.number(30, 90) / 100 if is_past else None
    priority = stage.chance.number(1, 2) if is_past else stage.chance.number(4, 5)
    stage.ticket("incident", stage.text("load", part.thing), "", priority, opened, closed, part.thing.service)


def _and_another(stage: Stage, part: Part, at: datetime, who: Who) -> tuple[str, ...]:
    """A second attribute of the same thing that is changed within minutes, now and then."""
    moves = [move for move in part.thing.kind.moves_for("tune") if move.slot != part.move.slot]
    if not moves or stage.chance.maybe(0.7):
        return ()
    other = stage.take(part.thing, stage.chance.pick(moves))
    stage.change(other, at + stage.chance.minutes(0.5, 3), who)
    return (other.move.slot,)
