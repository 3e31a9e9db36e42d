"""Declaration and reality differ because a declared change was not, or only partly, applied."""

from copy import deepcopy
from datetime import datetime, timedelta

from engine.model import Category, DriftKind, Via
from ml.scenarios.callers import person_by, pipeline, release_tool
from ml.scenarios.circumstances import found_out, meanwhile, plan
from ml.scenarios.estate import WITH_CODE
from ml.scenarios.organisation import Person
from ml.scenarios.stage import NoPartError, Stage, answer_of
from ml.scenarios.story import Answer, Who
from ml.scenarios.thing import Part, Thing

_CAUSE = Category.INCOMPLETE_ROLLOUT
#: How often the service has trouble at the time, how often the change does harm, and how often it was told before.
_TROUBLE, _HARM, _TOLD = 0.4, 0.1, 0.3
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
    at = stage.moment(part.thing)
    _merged(stage, part, "merged_not_applied", stage.colleague(), at)


def apply_failed(stage: Stage) -> None:
    """A change is merged, and the pipeline's call fails."""
    part = stage.part("roll_out", coded=True)
    at = stage.moment(part.thing)
    who = pipeline(stage.organisation, part.provider, stage.chance)
    tries = [at + timedelta(minutes=7 + 3 * turn) for turn in range(stage.chance.number(1, 3))]
    for moment in tries:
        stage.call(part, moment, who, error="failed")
    failed = tuple(answer_of(part.thing, moment, who) for moment in tries)
    _merged(stage, part, "apply_failed", stage.colleague(), at, also=failed)


def partly_applied(stage: Stage) -> None:
    """One commit changes two resources; the apply ends after the first."""
    first, second = stage.part("roll_out", provider="aws", coded=True), stage.part("roll_out", coded=True)
    at = stage.moment(second.thing)
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
    moment = stage.change(part, stage.moment(thing), who)
    _around(stage, thing, moment)
    stage.told(part, "stale_state", _CAUSE, moment, who, "applied by the pipeline, state from before")


def stale_branch(stage: Stage) -> None:
    """Somebody applies a branch that lacks a change that was merged and applied before."""
    part = stage.part("roll_out", provider="aws", coded=True)
    author, hasty = stage.organisation.people[0], stage.colleague(stage.organisation.people[0])
    at = stage.moment(part.thing)
    merged = at - stage.chance.minutes(100, 6000)
    merger = stage.commit(part.thing, part.move.slot, part.new, merged, author)
    stage.call(part, merged + stage.chance.minutes(5, 60), pipeline(stage.organisation, part.provider, stage.chance))
    who = person_by(hasty, part.provider, stage.chance, via=Via.TERRAFORM)
    stage.call(part, at, who, value=part.old)
    _around(stage, part.thing, at)
    merge = answer_of(part.thing, merged, person_by(merger, part.provider, stage.chance))
    stage.truth(part.thing, "stale_branch", _CAUSE, at, who, "applied from a stale branch",
                slots=(part.move.slot,), mistakable=(merge,))  # fmt: skip


def half_created(stage: Stage) -> None:
    """The pipeline made a resource, and its run ended before the state knew of it."""
    thing = stage.stray(("aws_sqs_queue", "aws_lambda_function", "aws_instance"), stage.chance.pick(("-v2", "-next")))
    at = stage.moment(thing)
    who = stage.chance.pick((pipeline, release_tool))(stage.organisation, thing.provider, stage.chance)
    _around(stage, thing, at)
    stage.make(thing, at, who)
    stage.truth(thing, "half_created", _CAUSE, at, who, "made by a run that did not end", kind=DriftKind.UNMANAGED)


def rolled_back(stage: Stage) -> None:
    """The pipeline applies what was merged, sees errors and puts back what was there; the merge stays."""
    part = _shown(stage)
    at = stage.moment(part.thing)
    author = stage.colleague()
    merger = stage.commit(part.thing, part.move.slot, part.new, at, author)
    who = _roller(stage, part)
    stage.call(part, at + stage.chance.minutes(5, 15), who)
    moment = at + stage.chance.minutes(30, stage.chance.pick((180, 4000)))
    stage.call(part, moment, who, value=part.old)
    stage.alarm(part.thing, "release", moment - stage.chance.minutes(4, 12), fires=stage.chance.maybe(0.6))
    stage.truth(part.thing, "rolled_back", _CAUSE, moment, who, "rolled back by the pipeline, and still merged",
                slots=(part.move.slot,), also=_merged_by(part, at, stage, author, merger))  # fmt: skip


def stopped_half_way(stage: Stage) -> None:
    """A merge is rolled out in steps, by the pipeline or by who merged it, and no step comes after the first."""
    part = _shown(stage)
    steps = [value for value in part.move.to if value not in (part.new, part.old)]
    if not steps:
        raise NoPartError
    at = stage.moment(part.thing)
    author = stage.colleague()
    merger = stage.commit(part.thing, part.move.slot, part.new, at, author)
    by_hand = stage.chance.maybe(0.25)
    who = person_by(merger, part.provider, stage.chance, via=Via.CLI) if by_hand else _roller(stage, part)
    step = Part(part.thing, part.move, part.old, stage.chance.pick(steps), None)
    moment = stage.change(step, at + stage.chance.minutes(10, stage.chance.pick((120, 5000))), who)
    _around(stage, part.thing, moment)
    stage.truth(part.thing, "stopped_half_way", _CAUSE, moment, who, "rolled out in steps, and stopped",
                slots=(part.move.slot,), also=_merged_by(part, at, stage, author, merger))  # fmt: skip


PROCESSES = (
    merged_not_applied,
    apply_failed,
    partly_applied,
    stale_state,
    stale_branch,
    half_created,
    rolled_back,
    stopped_half_way,
)


def _shown(stage: Stage) -> Part:
    """A part whose calls are logged with what they write: without that, a first step and a last look alike."""
    providers = ("aws", "kubernetes") if stage.organisation.recording.audit_bodies else ("aws",)
    part = stage.part("roll_out", provider=stage.chance.pick(providers), coded=True)
    if not part.move.to or part.thing.kind.confidential:
        raise NoPartError
    return part


def _roller(stage: Stage, part: Part) -> Who:
    tool = stage.chance.pick((pipeline, release_tool, release_tool))
    return tool(stage.organisation, part.provider, stage.chance)


def _merged_by(part: Part, at: datetime, stage: Stage, *people: Person) -> tuple[Answer, ...]:
    """A merge is an answer, too, to who made the two sides differ."""
    return tuple(answer_of(part.thing, at, person_by(person, part.provider, stage.chance)) for person in people)


def _around(stage: Stage, thing: Thing, at: datetime) -> None:
    """Things are rolled out in trouble and out of it, some in a window that was told, and some do harm."""
    if not meanwhile(stage, thing, at, _TROUBLE):
        found_out(stage, thing, at, _HARM)
    if stage.chance.maybe(_TOLD):
        plan(stage, thing, at, None)


def _merged(stage: Stage, part: Part, process: str, author: Person, at: datetime,
            also: tuple[Answer, ...] = ()) -> None:  # fmt: skip
    merger = stage.commit(part.thing, part.move.slot, part.new, at, author)
    _around(stage, part.thing, at)
    who = person_by(merger, part.provider, stage.chance)
    also = (*also, answer_of(part.thing, at, person_by(author, part.provider, stage.chance)))
    stage.truth(part.thing, process, _CAUSE, at, who, "merged, and reality did not follow",
                slots=(part.move.slot,), needs=("repos",), also=also)  # fmt: skip
