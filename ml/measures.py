"""Measures: what a case is, in numbers. `features.toml` says what each means, in which unit and range.

A measure is a function from a case to a number; NaN where what it measures is not there to be measured (minutes
since an incident, without an incident). They read only the difference and its attribution.
"""

import math
import re
from datetime import timedelta
from itertools import pairwise
from statistics import pstdev

from engine.model import (
    ActorKind,
    Against,
    DriftKind,
    Event,
    Via,
    is_among,
)
from ml.case import A_DAY, A_WEEK, Case, holds
from ml.predicates import TESTS
from ml.trouble import TROUBLE, Measure

_NAN = math.nan
_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_SOFTWARE = (ActorKind.AUTOMATION, ActorKind.SERVICE)
#: From these scores on, a severity rule for security is of some weight, of much, and of the most.
_BANDS = (50, 75, 90)
#: How long after its merge code may still wait to be applied.
_ON_ITS_WAY = timedelta(days=14)
#: Fewer pauses make no rhythm.
_FEWEST_PAUSES = 3

# ---- who -------------------------------------------------------------------------------------------------------


def _by(kind: ActorKind) -> Measure:
    return lambda case: case.acted and case.actor.kind is kind


def _through(via: Via) -> Measure:
    return lambda case: case.acted and case.actor.via is via


def _person_through(via: Via) -> Measure:
    """Of software, what it calls through tells less than it seems: a pipeline and a nightly job may use the same."""
    return lambda case: case.by_person and case.actor.via is via


def _claimed(case: Case) -> float:
    return case.claimed


def _has_role(case: Case) -> float:
    return case.called is not None and case.actor.role is not None


def _unusual(case: Case) -> float:
    return case.attribution.unusual.score if case.attribution.unusual else 0.0


def _surprise(aspect: str) -> Measure:
    def measure(case: Case) -> float:
        return case.attribution.unusual.surprises.get(aspect, 0.0) if case.attribution.unusual else 0.0

    return measure


# ---- what changed ----------------------------------------------------------------------------------------------


def _of_drift(kind: DriftKind) -> Measure:
    return lambda case: case.difference.kind is kind


def _changes(case: Case) -> float:
    return len(case.difference.changes)


def _undeclared(case: Case) -> float:
    changes = case.difference.changes
    return sum(change.against is Against.BASELINE for change in changes) / len(changes) if changes else _NAN


def _security(case: Case) -> float:
    """In bands, because one provider's rules score what another's do a little differently."""
    score = max((match.rule.security for match in case.rules), default=0)
    return sum(score >= bound for bound in _BANDS)


def _paths(attribute: str) -> Measure:
    return lambda case: bool(case.changed(attribute))


def _hidden(case: Case) -> float:
    return any(change.sensitive for change in case.difference.changes)


def _became(test: str) -> Measure:
    return lambda case: any(TESTS[test](each.declared, each.actual) for each in case.difference.changes)


def _growth(case: Case) -> float:
    """How many times it was doubled, of the first changed number; below zero where it shrank."""
    for change in case.difference.changes:
        before, after = _number(change.declared), _number(change.actual)
        if before and after and before > 0 and after > 0:
            return math.log2(after / before)
    return _NAN


def _one_host(case: Case) -> float:
    return any(leaf.endswith(("/32", "/128")) for leaf in case.new_values)


def _kept(case: Case) -> float:
    """The share of the changes that a controller has charge of."""
    changes = case.difference.changes
    return sum(change.path in case.difference.keepers for change in changes) / len(changes) if changes else 0.0


# ---- refusals --------------------------------------------------------------------------------------------------


def _refused_to_actor(case: Case) -> float:
    return sum(event.actor.principal == case.actor.principal for event in case.refused) if case.called else 0


def _lockout(case: Case) -> float:
    """Whether the root user did what others had been refused."""
    return case.by_root and any(event.actor.principal != case.actor.principal for event in case.refused)


def _minutes_since_refusal(case: Case) -> float:
    own = [event.at for event in case.refused if event.actor.principal == case.actor.principal]
    return (case.moment - max(own)) / _MINUTE if own and case.called else _NAN


def _refused_otherwise(case: Case) -> float:
    """Whether it was refused to the same principal in another role than the one that did it."""
    own = (event for event in case.refused if event.actor.principal == case.actor.principal)
    return case.called is not None and any(event.actor.role != case.actor.role for event in own)


def _refused_elsewhere(case: Case) -> float:
    """What was refused only afterwards tells of the caller's rights, and nothing of this."""
    before = (event for event in case.sitting if event.at <= case.moment)
    return sum(case.is_refusal(event) and event not in case.touching for event in before)


def _refused_looks(case: Case) -> float:
    return sum(case.is_refusal(event) and not event.writes for event in case.sitting)


def _failed(case: Case) -> float:
    return sum(event.error is not None and not case.is_refusal(event) for event in case.sitting)


# ---- company ---------------------------------------------------------------------------------------------------


def _written_in_sitting(case: Case) -> float:
    return sum(event.error is None and event.writes and event not in case.touching for event in case.sitting)


def _alike(case: Case) -> float:
    change = case.called
    if change is None:
        return 0
    others = (event for event in case.sitting if event.error is None and event.operation == change.operation)
    return sum(event.touches != change.touches for event in others)


def _own_writes(case: Case) -> float:
    """Earlier writes of the resource by the same principal within a day."""
    return sum(event.at >= case.moment - A_DAY for event in case.own_writes)


def _own_writes_ever(case: Case) -> float:
    return len(case.own_writes)


def _others_writes(case: Case) -> float:
    """A scaler that turns one knob of a thing says nothing of who turned another."""
    before = [event for event in case.written if event.at < case.moment and not _is_own(case, event)]
    return sum(case.change is None or event.operation == case.change.operation for event in before)


def _rhythm(case: Case) -> float:
    """The spread of the pauses between the caller's writes, relative to their mean; missing below three pauses."""
    if case.called is None:
        return _NAN
    times = [event.at for event in case.own_writes if event.operation == case.called.operation]
    pauses = [(later - earlier) / _HOUR for earlier, later in pairwise([*times, case.moment])]
    mean = sum(pauses) / len(pauses) if len(pauses) >= _FEWEST_PAUSES else 0.0
    return pstdev(pauses, mean) / mean if mean else _NAN


def _is_own(case: Case, event: Event) -> bool:
    return event.actor.principal is not None and event.actor.principal == case.actor.principal


def _written_by_software(case: Case) -> float:
    """The share of the writes of the resource, the change left out, that software made."""
    others = [event for event in case.written if case.change is None or event.id != case.change.id]
    return sum(event.actor.kind in _SOFTWARE for event in others) / len(others) if others else _NAN


# ---- code ------------------------------------------------------------------------------------------------------


def _recent_merges(case: Case) -> list[Event]:
    """Code that was merged long before is not on its way any more."""
    return [event for event in case.merged if event.at >= case.moment - _ON_ITS_WAY]


def _declared_by_merge(case: Case) -> float:
    """Hours from the merge that set what is declared and not live, to the change; below zero where it came later."""
    setting = [event.at for event in _recent_merges(case) if holds(event, case.missing_values)]
    return (case.moment - max(setting)) / _HOUR if setting else _NAN


def _is_failed_apply(case: Case) -> float:
    return case.change is not None and case.change.error is not None


def _failed_applies(case: Case) -> float:
    return sum(
        event.error is not None
        and event.actor.kind is not ActorKind.HUMAN
        and abs(event.at - case.moment) <= A_WEEK
        and not case.is_refusal(event)
        for event in case.touching
    )


def _merged_by_actor(case: Case) -> float:
    who = case.actor.principal
    before = (event for event in _recent_merges(case) if event.at <= case.moment)
    authors = [event.actor.principal for event in before if event.actor.principal]
    return who is not None and case.called is not None and is_among(who, authors)


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    found = _NUMBER.match(value) if isinstance(value, str) else None
    return float(found[0]) if found else None


MEASURES: dict[str, Measure] = {
    "by_human": _by(ActorKind.HUMAN),
    "by_automation": _by(ActorKind.AUTOMATION),
    "by_service": _by(ActorKind.SERVICE),
    "by_stranger": _by(ActorKind.UNKNOWN),
    "by_person_via_console": _person_through(Via.CONSOLE),
    "by_person_via_cli": _person_through(Via.CLI),
    "by_person_via_sdk": _person_through(Via.SDK),
    "via_terraform": _through(Via.TERRAFORM),
    "via_controller": _through(Via.CONTROLLER),
    "claimed": _claimed,
    "has_role": _has_role,
    "unusual": _unusual,
    "unusual_place": _surprise("place"),
    "unusual_client": _surprise("client"),
    "unusual_operation": _surprise("operation"),
    "unusual_resource": _surprise("resource"),
    "unusual_hour": _surprise("hour"),
    "newcomer": _surprise("newcomer"),
    "is_missing": _of_drift(DriftKind.MISSING),
    "is_unmanaged": _of_drift(DriftKind.UNMANAGED),
    "changes": _changes,
    "undeclared": _undeclared,
    "security": _security,
    "tuning_paths": _paths("tuning"),
    "scaling_paths": _paths("scaling"),
    "patch_paths": _paths("patch"),
    "label_paths": _paths("labels"),
    "access_paths": _paths("access"),
    "image_paths": _paths("image"),
    "hidden_values": _hidden,
    "grew": _growth,
    "opens_to_world": _became("opens_to_anybody"),
    "one_host": _one_host,
    "kept": _kept,
    **TROUBLE,
    "refused_to_actor": _refused_to_actor,
    "lockout": _lockout,
    "minutes_since_refusal": _minutes_since_refusal,
    "refused_otherwise": _refused_otherwise,
    "refused_elsewhere": _refused_elsewhere,
    "refused_looks": _refused_looks,
    "failed_calls": _failed,
    "written_in_sitting": _written_in_sitting,
    "alike": _alike,
    "own_writes": _own_writes,
    "own_writes_ever": _own_writes_ever,
    "rhythm": _rhythm,
    "others_writes": _others_writes,
    "written_by_software": _written_by_software,
    "declared_by_merge": _declared_by_merge,
    "is_failed_apply": _is_failed_apply,
    "failed_applies": _failed_applies,
    "merged_by_actor": _merged_by_actor,
}
