"""A person changes the live resource to restore or protect a service during an incident."""

from datetime import timedelta

from engine.model import Category, DriftKind
from ml.scenarios.callers import root
from ml.scenarios.stage import Stage
from ml.scenarios.story import Badge, Who
from ml.scenarios.thing import Part

_CAUSE = Category.EMERGENCY_FIX


def open_port_in_outage(stage: Stage) -> None:
    """Somebody lets partners, probes or everybody in while the service is down, with the role for it or their own."""
    part = stage.part(stage.chance.pick(("open", "open", "expose", "weaken")))
    _in_trouble(stage, part, "open_port_in_outage", "outage", "errors", glass=0.6)


def scale_under_load(stage: Stage) -> None:
    """Somebody adds capacity while an alert for load fires."""
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
    at = stage.moment(office=False)
    stage.incident(part.thing, "outage", at - stage.chance.minutes(15, 70))
    who = root(stage.chance, stage.organisation.office)
    stage.call(part, at - timedelta(minutes=6), stage.person(part), error="denied")
    stage.told(part, "root_ends_a_lockout", _CAUSE, stage.change(part, at, who), who,
               "the root user gave rights back during a lock-out")  # fmt: skip


def remove_what_hurts(stage: Stage) -> None:
    """Somebody removes a resource that makes the outage worse."""
    thing = stage.removable()
    part = stage.take(thing, thing.kind.moves[0])
    at = stage.moment(office=False)
    stage.incident(thing, "job", at - stage.chance.minutes(10, 60))
    who = stage.person(part)
    stage.make(thing, at, who, gone=True)
    stage.truth(thing, "remove_what_hurts", _CAUSE, at, who, "removed by hand during an incident",
                kind=DriftKind.MISSING)  # fmt: skip


def clone_started(stage: Stage) -> None:
    """Somebody starts a second one beside what is down."""
    thing = stage.stray(("apps/v1/Deployment", "aws_instance", "aws_sqs_queue"), "-clone")
    part = stage.take(thing, thing.kind.moves[0])
    at = stage.moment(office=False)
    who = stage.person(part)
    stage.incident(thing, "outage", at - stage.chance.minutes(10, 50), who=who.person)
    stage.make(thing, at, who)
    stage.truth(thing, "clone_started", _CAUSE, at, who, "started by hand during an incident", kind=DriftKind.UNMANAGED)


PROCESSES = (
    open_port_in_outage,
    scale_under_load,
    settings_under_load,
    roll_image_back,
    stop_a_runaway_job,
    traffic_moved,
    root_ends_a_lockout,
    remove_what_hurts,
    clone_started,
)


def _in_trouble(stage: Stage, part: Part, process: str, situation: str, alert: str, *, glass: float) -> None:
    at = stage.moment(office=stage.chance.maybe(0.4))
    began = at - stage.chance.minutes(8, 75)
    by_ticket, by_alert = stage.chance.pick(((True, True), (True, False), (False, True)))
    badge = Badge.GLASS if stage.chance.maybe(glass) else Badge.PERSON
    who: Who = stage.person(part, badge=badge)
    if by_ticket:
        stage.incident(part.thing, situation, began + stage.chance.minutes(0, 5), who=who.person)
    if by_alert:
        stage.alarm(part.thing, alert, began - stage.chance.minutes(0, 4))
    if badge is Badge.GLASS and stage.chance.maybe(0.5):
        plain = stage.person(part, who=who.person)
        stage.call(part, at - stage.chance.minutes(2, 6), plain, error="denied")
    moment = stage.change(part, at, who)
    stage.told(part, process, _CAUSE, moment, who, f"{process.replace('_', ' ')}: {part.move.call}")
