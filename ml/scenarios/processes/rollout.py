"""Declaration and reality differ because a declared change was not, or only partly, applied."""

from copy import deepcopy
from datetime import datetime, timedelta

from engine.model import Category, DriftKind, Via
from ml.scenarios.callers import person_by, pipeline
from ml.scenarios.estate import WITH_CODE
from ml.scenarios.organisation import Person
from ml.scenarios.stage import NoPartError, Stage, answer_of
from ml.scenarios.story import Answer
from ml.scenarios.thing import Part

_CAUSE = Category.INCOMPLETE_ROLLOUT
#: What a pipeline may have applied since the state, or the manifests, that are given.
_APPLIED = (
    "aws_db_instance",
    "aws_dynamodb_table",
    "aws_lambda_function",
    "aws_sqs_queue",
    "google_compute_firewall",
    "apps/v1/Deployment",
    "v1/ConfigMap",
)


def merged_not_applied(stage: Stage) -> None:
    """A change is merged and nobody applies it."""
    part = stage.part("roll_out", coded=True)
    at = stage.moment()
    _merged(stage, part, "merged_not_applied", stage.colleague(), at)


def apply_failed(stage: Stage) -> None:
    """A change is merged, and the pipeline's call fails."""
    part = stage.part("roll_out", coded=True)
    at = stage.moment()
    who = pipeline(stage.organisation, part.provider, stage.chance)
    tries = [at + timedelta(minutes=7 + 3 * turn) for turn in range(stage.chance.number(1, 3))]
    for moment in tries:
        stage.call(part, moment, who, error="failed")
    failed = tuple(answer_of(part.thing, moment, who) for moment in tries)
    _merged(stage, part, "apply_failed", stage.colleague(), at, also=failed)


def partly_applied(stage: Stage) -> None:
    """One commit changes two resources; the apply ends after the first."""
    first, second = stage.part("roll_out", provider="aws", coded=True), stage.part("roll_out", coded=True)
    at = stage.moment()
    author = stage.colleague()
    stage.commit(first.thing, first.move.slot, first.new, at - timedelta(seconds=1), author)
    who = pipeline(stage.organisation, first.provider, stage.chance)
    stage.change(first, at + timedelta(minutes=9), who)
    first.thing.stated[first.move.slot] = deepcopy(first.new)
    _merged(stage, second, "partly_applied", author, at)


def stale_state(stage: Stage) -> None:
    """The pipeline applied, but the state or the manifest that is given is from before."""
    # A log without bodies tells that the pipeline applied, and not that it was something else than is declared.
    shown = stage.organisation.recording.audit_bodies
    things = [
        thing
        for thing in stage.free(*_APPLIED)
        if thing.stack != WITH_CODE and (shown or thing.provider != "kubernetes")
    ]
    if not things:
        raise NoPartError
    thing = stage.chance.pick(things)
    part = stage.take(thing, stage.chance.pick(thing.kind.moves_for("roll_out")))
    who = pipeline(stage.organisation, part.provider, stage.chance)
    moment = stage.change(part, stage.moment(), who)
    stage.told(part, "stale_state", _CAUSE, moment, who, "applied by the pipeline, state from before")


def stale_branch(stage: Stage) -> None:
    """Somebody applies a branch that lacks a change that was merged and applied before."""
    part = stage.part("roll_out", provider="aws", coded=True)
    author, hasty = stage.organisation.people[0], stage.colleague(stage.organisation.people[0])
    at = stage.moment()
    merger = stage.commit(part.thing, part.move.slot, part.new, at - timedelta(hours=7), author)
    stage.call(part, at - timedelta(hours=6), pipeline(stage.organisation, part.provider, stage.chance))
    who = person_by(hasty, part.provider, stage.chance, via=Via.TERRAFORM)
    stage.call(part, at, who, value=part.old)
    merge = answer_of(part.thing, at - timedelta(hours=7), person_by(merger, part.provider, stage.chance))
    stage.truth(part.thing, "stale_branch", _CAUSE, at, who, "applied from a stale branch",
                slots=(part.move.slot,), mistakable=(merge,))  # fmt: skip


def half_created(stage: Stage) -> None:
    """The pipeline made a resource, and its run ended before the state knew of it."""
    thing = stage.stray(("aws_sqs_queue", "aws_lambda_function", "aws_instance"), stage.chance.pick(("-v2", "-next")))
    at = stage.moment()
    who = pipeline(stage.organisation, thing.provider, stage.chance)
    stage.make(thing, at, who)
    stage.truth(thing, "half_created", _CAUSE, at, who, "made by a run that did not end", kind=DriftKind.UNMANAGED)


PROCESSES = (merged_not_applied, apply_failed, partly_applied, stale_state, stale_branch, half_created)


def _merged(stage: Stage, part: Part, process: str, author: Person, at: datetime,
            also: tuple[Answer, ...] = ()) -> None:  # fmt: skip
    merger = stage.commit(part.thing, part.move.slot, part.new, at, author)
    who = person_by(merger, part.provider, stage.chance)
    also = (*also, answer_of(part.thing, at, person_by(author, part.provider, stage.chance)))
    stage.truth(part.thing, process, _CAUSE, at, who, "merged, and reality did not follow",
                slots=(part.move.slot,), needs=("repos",), also=also)  # fmt: skip
