"""A person changes the live resource to restore or protect a service during an incident."""

from datetime import timedelta

from engine.model import Category, DriftKind
from ml.scenarios.callers import root
from ml.scenarios.circumstances import Known, emergency, how_known, more_of_it, work
from ml.scenarios.stage import ANY, OFFICE, Stage
from ml.scenarios.story import Badge, Who
from ml.scenarios.thing import Part

_CAUSE = Category.EMERGENCY_FIX
#: What nobody writes down is mostly done in the role for it: who gets up at night takes it.
_GLASS_UNWRITTEN = 0.7
#: How often somebody is not where they usually are.
_AWAY = 0.1


def open_port_in_outage(stage: Stage) -> None:
    """Somebody lets partners, probes or everybody in while the service is down, with the role for it or their own."""
    part = stage.part(stage.chance.pick(("open", "expose", "expose", "weaken", "weaken")))
    _in_trouble(stage, part, "open_port_in_outage", "outage", "errors", glass=0.5)


def guard_lowered(stage: Stage) -> None:
    """Somebody takes a protection out of the way of what has to work now."""
    part = stage.part("weaken", "grant", "admin")
    _in_trouble(stage, part, "guard_lowered", "outage", "errors", glass=0.5)


def scale_under_load(stage: Stage) -> None:
    """Somebody adds capacity while there is too much load."""
    part = stage.part("scale")
    _in_trouble(stage, part, "scale_under_load", "load", "load", glass=0.15)


def settings_under_load(stage: Stage) -> None:
    """Somebody changes a timeout, a limit or the like to keep the service alive."""
    part = stage.part("tune", "size")
    _in_trouble(stage, part, "settings_under_load", "load", "load", glass=0.1)


def roll_image_back(stage: Stage) -> None:
    """Somebody puts the image before last back after a bad release."""
    part = stage.part("image", provider="kubernetes")
    _in_trouble(stage, part, "roll_image_back", "release", "release", glass=0.1)


def stop_a_runaway_job(stage: Stage) -> None:
    """Somebody switches off a job that hurts others."""
    part = stage.part("disable", "hold")
    _in_trouble(stage, part, "stop_a_runaway_job", "job", "job", glass=0.2)


def traffic_moved(stage: Stage) -> None:
    """Somebody points a service at what still works."""
    part = stage.part("redirect", provider="kubernetes")
    _in_trouble(stage, part, "traffic_moved", "outage", "errors", glass=0.2)


def root_ends_a_lockout(stage: Stage) -> None:
    """Nobody gets in any more, so the root user's credentials are fetched and rights given back."""
    part = stage.part(stage.chance.pick(("grant", "open", "weaken")), provider="aws")
    at = stage.moment(part.thing, hours=ANY)
    who = root(stage.chance, stage.organisation.office)
    locked_out = stage.person(part)
    emergency(stage, part.thing, at, locked_out.person, how_known(stage), "outage", "errors")
    stage.call(part, at - timedelta(minutes=6), locked_out, error="denied")
    stage.told(part, "root_ends_a_lockout", _CAUSE, stage.change(part, at, who), who,
               "the root user gave rights back during a lock-out")  # fmt: skip


def remove_what_hurts(stage: Stage) -> None:
    """Somebody removes a resource that makes the outage worse."""
    thing = stage.removable()
    part = stage.take(thing, thing.kind.moves[0])
    at = stage.moment(thing, hours=ANY)
    who = _who(stage, part, how := how_known(stage), glass=0.2)
    emergency(stage, thing, at, who.person, how, "job", "job")
    stage.make(thing, at, who, gone=True)
    stage.truth(thing, "remove_what_hurts", _CAUSE, at, who, "removed by hand during an incident",
                kind=DriftKind.MISSING)  # fmt: skip


def clone_started(stage: Stage) -> None:
    """Somebody starts a second one beside what is down."""
    thing = stage.stray(("apps/v1/Deployment", "aws_instance", "aws_sqs_queue"), "-clone")
    part = stage.take(thing, thing.kind.moves[0])
    at = stage.moment(thing, hours=ANY)
    who = _who(stage, part, how := how_known(stage), glass=0.2)
    emergency(stage, thing, at, who.person, how, "outage", "errors")
    stage.make(thing, at, who)
    stage.truth(thing, "clone_started", _CAUSE, at, who, "started by hand during an incident", kind=DriftKind.UNMANAGED)


PROCESSES = (
    open_port_in_outage,
    scale_under_load,
    guard_lowered,
    settings_under_load,
    roll_image_back,
    stop_a_runaway_job,
    traffic_moved,
    root_ends_a_lockout,
    remove_what_hurts,
    clone_started,
)


def _who(stage: Stage, part: Part, how: Known, glass: float) -> Who:
    unwritten = how in (Known.FELT, Known.AFTERWARDS)
    badge = Badge.GLASS if stage.chance.maybe(_GLASS_UNWRITTEN if unwritten else glass) else Badge.PERSON
    return stage.person(part, badge=badge, ip=stage.chance.address() if stage.chance.maybe(_AWAY) else "")


def _in_trouble(stage: Stage, part: Part, process: str, situation: str, alert: str, *, glass: float) -> None:
    at = stage.moment(part.thing, hours=stage.chance.pick((OFFICE, OFFICE, ANY, ANY, ANY)))
    who = _who(stage, part, how := how_known(stage), glass)
    emergency(stage, part.thing, at, who.person, how, situation, alert)
    if who.badge is Badge.GLASS and stage.chance.maybe(0.5):
        plain = stage.person(part, who=who.person)
        stage.call(part, at - stage.chance.minutes(2, 6), plain, error="denied")
    if stage.chance.maybe(0.25):  # what they had been at before, or what others are at
        work(stage, part.thing, at, who.person if stage.chance.maybe(0.6) else None, is_named=False)
    moment = stage.change(part, at, who)
    stage.told(part, process, _CAUSE, moment, who, f"{process.replace('_', ' ')}: {part.move.call}")
    more_of_it(stage, part, moment, who, process, _CAUSE, ("scale", "tune", "size", "hold"), 0.2,
               service=part.thing.service)  # fmt: skip
