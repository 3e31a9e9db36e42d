"""Software changes it: autoscalers, operators, managed services, rotation, patching, tagging, people's own scripts."""

from datetime import datetime, timedelta

from engine.model import Category, DriftKind
from ml.scenarios.callers import cluster_job, controller, provider_of, script, service, software
from ml.scenarios.circumstances import found_out, looks_around, meanwhile, plan
from ml.scenarios.stage import ANY, NoPartError, Stage
from ml.scenarios.story import Badge, Who
from ml.scenarios.thing import Part, Thing

_CAUSE = Category.AUTOMATED_PROCESS
_CLOUDS = ("aws", "gcp", "azure")
#: How often a service has trouble while software works on it, by itself and where load is what moves the software.
_TROUBLE, _LOAD = 0.4, 0.6
#: How often the change does harm, and how often it is done in a window that was told.
_HARM, _TOLD = 0.06, 0.3


def provider_scales(stage: Stage) -> None:
    """The provider's autoscaler moves what is declared: instances, table capacity, pods."""
    work = stage.chance.pick(("autoscale", "autoscale_table", "autoscale_tasks", "autoscale_pods"))
    part = stage.part(work, provider=provider_of(work))
    _again_and_again(stage, part, service(work), "provider_scales", load=True)


def cluster_scaler(stage: Stage) -> None:
    """A controller of the organisation sets the number of machines."""
    part = stage.part("autoscale", provider="aws")
    who = controller(stage.organisation.scaler, "aws", stage.chance)
    _again_and_again(stage, part, who, "cluster_scaler", load=True)


def own_scaler(stage: Stage) -> None:
    """A program of the organisation scales by what it measures."""
    part = stage.part("scale", provider=stage.chance.pick(_CLOUDS))
    _again_and_again(stage, part, software(stage.organisation.scaler, part.provider, stage.chance), "own_scaler",
                     load=True)  # fmt: skip


def scheduled_script(stage: Stage) -> None:
    """Somebody's script sets a value every night, with their own credentials."""
    part = stage.part("scale", "size", "tune", provider=stage.chance.pick(_CLOUDS))
    who = script(stage.colleague(), part.provider, stage.chance)
    at = stage.moment(part.thing, hours=ANY)
    taken_back = software(stage.organisation.pipeline, part.provider, stage.chance)
    for day in range(stage.chance.number(2, 5), 0, -1):
        before = at - timedelta(days=day, seconds=stage.chance.number(-40, 40))
        stage.call(part, before, who)
        stage.call(part, before + stage.chance.minutes(240, 600), taken_back, value=part.old)
    _around(stage, part.thing, at, load=False)
    stage.told(part, "scheduled_script", _CAUSE, stage.change(part, at, who), who, "a person's script, every night")


def minor_patch(stage: Stage) -> None:
    """The managed database is patched in its window, or its disk grown."""
    work = stage.chance.pick(("patch", "grow")) if "gcp" in stage.organisation.clouds else "patch"
    part = stage.part(work, provider=provider_of(work))
    _once(stage, part, service(work), "minor_patch")


def tag_bot(stage: Stage) -> None:
    """A job tags many resources within minutes."""
    parts = [stage.part("tag")]
    provider = parts[0].provider
    for _ in range(stage.chance.number(0, 2)):
        try:
            parts.append(stage.part("tag", provider=provider))
        except NoPartError:
            break
    who = software(stage.organisation.tagger, provider, stage.chance)
    at = stage.moment(parts[0].thing, hours=ANY)
    for number, part in enumerate(parts):
        moment = stage.change(part, at + timedelta(seconds=7 * number), who)
        stage.told(part, "tag_bot", _CAUSE, moment, who, "a job tagged many resources")
        meanwhile(stage, part.thing, moment, _TROUBLE)


def housekeeping(stage: Stage) -> None:
    """A job of the organisation sets what it thinks is right, every night."""
    part = stage.part("tune", "weaken", "open", "disable", provider=stage.chance.pick(_CLOUDS))
    who = software(stage.organisation.housekeeper, part.provider, stage.chance)
    _again_and_again(stage, part, who, "housekeeping", same=True)


def operator_in_cluster(stage: Stage) -> None:
    """An operator writes what it computed into an object."""
    part = stage.part("operate", "image", provider="kubernetes")
    who = software(stage.organisation.operator, "kubernetes", stage.chance)
    _once(stage, part, cluster_job(who) if stage.chance.maybe(0.5) else who, "operator_in_cluster")


def secret_rotated(stage: Stage) -> None:
    """An operator rotates a key; the audit log tells of the write, and not what was written."""
    part = stage.part("rotate", provider="kubernetes")
    who = software(stage.organisation.operator, "kubernetes", stage.chance)
    _once(stage, part, cluster_job(who) if stage.chance.maybe(0.4) else who, "secret_rotated")


def cleanup(stage: Stage) -> None:
    """A job removes what it takes for unused."""
    thing = stage.removable()
    part = stage.take(thing, thing.kind.moves[0])
    who = software(stage.organisation.housekeeper, part.provider, stage.chance)
    who = cluster_job(who) if part.provider == "kubernetes" else who
    at = stage.moment(thing, hours=ANY)
    _around(stage, thing, at, load=False)
    stage.make(thing, at, who, gone=True)
    stage.truth(thing, "cleanup", _CAUSE, at, who, "removed by a job as unused", kind=DriftKind.MISSING)


PROCESSES = (
    provider_scales,
    cluster_scaler,
    own_scaler,
    scheduled_script,
    minor_patch,
    tag_bot,
    housekeeping,
    operator_in_cluster,
    secret_rotated,
    cleanup,
)


def _once(stage: Stage, part: Part, who: Who, process: str) -> None:
    at = stage.moment(part.thing, hours=ANY)
    _lacks_a_right(stage, part, at, who)
    _around(stage, part.thing, at, load=False)
    stage.told(part, process, _CAUSE, stage.change(part, at, who), who, f"software: {part.move.call}")


def _again_and_again(
    stage: Stage, part: Part, who: Who, process: str, *, same: bool = False, load: bool = False
) -> None:
    """Earlier calls set other values, or the same, which a pipeline took back each time."""
    at = stage.moment(part.thing, hours=ANY)
    _lacks_a_right(stage, part, at, who)
    others = [value for value in part.move.to if value != part.new] or [part.new]
    for turn in range(stage.chance.number(1 if same else 0, 3), 0, -1):
        before = at - timedelta(hours=stage.chance.number(5, 9) * turn)
        stage.call(part, before, who, value=part.new if same else stage.chance.pick(others))
        stage.call(part, before + stage.chance.minutes(60, 200), who, value=part.old)
    _around(stage, part.thing, at, load=load)
    stage.told(part, process, _CAUSE, stage.change(part, at, who), who, f"software: {part.move.call}")


def _lacks_a_right(stage: Stage, part: Part, at: datetime, who: Who) -> None:
    """Some jobs are refused something every time they run, and nobody minds."""
    if who.badge is Badge.MACHINE and stage.chance.maybe(0.15):
        looks_around(stage, part.provider, at, who, refused=1.0)


def _around(stage: Stage, thing: Thing, at: datetime, *, load: bool) -> None:
    """Software works in trouble and out of it; the load that makes a scaler act is what alerts tell of, too."""
    if not meanwhile(stage, thing, at, _LOAD if load else _TROUBLE):
        found_out(stage, thing, at, _HARM)
    if stage.chance.maybe(_TOLD) and not load:
        plan(stage, thing, at, None)
