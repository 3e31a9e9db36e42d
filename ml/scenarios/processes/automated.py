"""Software changes it: autoscalers, operators, managed services, rotation, patching, tagging."""

from datetime import timedelta

from engine.model import Category, DriftKind
from ml.scenarios.callers import controller, provider_of, service, software
from ml.scenarios.stage import NoPartError, Stage
from ml.scenarios.story import Who
from ml.scenarios.thing import Part

_CAUSE = Category.AUTOMATED_PROCESS


def provider_scales(stage: Stage) -> None:
    """The provider's autoscaler moves what is declared: instances, table capacity, pods."""
    work = stage.chance.pick(("autoscale", "autoscale_table", "autoscale_tasks", "autoscale_pods"))
    part = stage.part(work, provider=provider_of(work))
    _again_and_again(stage, part, service(work), "provider_scales")


def cluster_scaler(stage: Stage) -> None:
    """A controller of the organisation sets the number of machines."""
    part = stage.part("autoscale", provider="aws")
    who = controller(stage.organisation.scaler, "aws", stage.chance)
    _again_and_again(stage, part, who, "cluster_scaler")


def minor_patch(stage: Stage) -> None:
    """The managed database is patched in its window, or its disk grown."""
    work = stage.chance.pick(("patch", "grow")) if "gcp" in stage.organisation.clouds else "patch"
    part = stage.part(work, provider=provider_of(work))
    _once(stage, part, service(work), "minor_patch")


def tag_bot(stage: Stage) -> None:
    """A job tags many resources within minutes."""
    parts = [stage.part("tag")]
    provider = parts[0].provider
    for _ in range(stage.chance.number(1, 2)):
        try:
            parts.append(stage.part("tag", provider=provider))
        except NoPartError:
            break
    who = software(stage.organisation.tagger, provider, stage.chance)
    at = stage.moment(office=False)
    for number, part in enumerate(parts):
        moment = stage.change(part, at + timedelta(seconds=7 * number), who)
        stage.told(part, "tag_bot", _CAUSE, moment, who, "a job tagged many resources")


def housekeeping(stage: Stage) -> None:
    """A job of the organisation sets what it thinks is right, every night."""
    part = stage.part("tune", provider=stage.chance.pick(("aws", "gcp", "azure")))
    who = software(stage.organisation.housekeeper, part.provider, stage.chance)
    _again_and_again(stage, part, who, "housekeeping", same=True)


def operator_in_cluster(stage: Stage) -> None:
    """An operator writes what it computed into an object."""
    part = stage.part("operate", "image", provider="kubernetes")
    _once(stage, part, software(stage.organisation.operator, "kubernetes", stage.chance), "operator_in_cluster")


def secret_rotated(stage: Stage) -> None:
    """An operator rotates a key; the audit log tells of the write, and not what was written."""
    part = stage.part("rotate", provider="kubernetes")
    _once(stage, part, software(stage.organisation.operator, "kubernetes", stage.chance), "secret_rotated")


def cleanup(stage: Stage) -> None:
    """A job removes what it takes for unused."""
    thing = stage.removable()
    part = stage.take(thing, thing.kind.moves[0])
    names = {"kubernetes": stage.organisation.operator}
    who = software(names.get(part.provider, stage.organisation.housekeeper), part.provider, stage.chance)
    at = stage.moment(office=False)
    stage.make(thing, at, who, gone=True)
    stage.truth(thing, "cleanup", _CAUSE, at, who, "removed by a job as unused", kind=DriftKind.MISSING)


PROCESSES = (
    provider_scales,
    cluster_scaler,
    minor_patch,
    tag_bot,
    housekeeping,
    operator_in_cluster,
    secret_rotated,
    cleanup,
)


def _once(stage: Stage, part: Part, who: Who, process: str) -> None:
    at = stage.moment(office=False)
    stage.told(part, process, _CAUSE, stage.change(part, at, who), who, f"software: {part.move.call}")


def _again_and_again(stage: Stage, part: Part, who: Who, process: str, *, same: bool = False) -> None:
    """Earlier calls set other values, or the same, which a pipeline took back each time."""
    at = stage.moment(office=False)
    others = [value for value in part.move.to if value != part.new]
    for turn in range(stage.chance.number(1, 3), 0, -1):
        before = at - timedelta(hours=stage.chance.number(5, 9) * turn)
        if before <= stage.start:
            continue
        stage.call(part, before, who, value=part.new if same else stage.chance.pick(others))
        stage.call(part, before + stage.chance.minutes(60, 200), who, value=part.old)
    stage.told(part, process, _CAUSE, stage.change(part, at, who), who, f"software: {part.move.call}")
