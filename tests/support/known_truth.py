"""Holding a report against what is true of a generated estate."""

import asyncio
import re
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from msgspec import Struct

from engine.config import bundle_config
from engine.model import ActorKind, Drift, Report
from engine.pipeline import scan
from ml.scenarios import Scenario, Truth

#: How far `changed_at` may be from the truth.
_FIVE_MINUTES = timedelta(minutes=5)


class Verdict(Struct, frozen=True):
    """What a report says of one drift that is true; `drift` is None where it does not tell of it."""

    seed: int
    truth: Truth
    drift: Drift | None

    @property
    def is_found(self) -> bool:
        """Whether the drift is told, of its kind and with all that changed."""
        if self.drift is None or self.drift.kind is not self.truth.kind:
            return False
        told = [_plain(change.path) for change in self.drift.changes]
        return all(any(path.startswith(_plain(wanted)) for path in told) for wanted in self.truth.paths)

    @property
    def actor(self) -> str:
        """`right`, `wrong` or `unknown`."""
        if self.drift is None or self.drift.actor.principal is None:
            return "unknown"
        answers = [*self.truth.answers, *(self.truth.mistakable if self.truth.withheld else ())]
        principal = self.drift.actor.principal.lower()
        return "right" if any(name in principal for answer in answers for name in answer.names) else "wrong"

    @property
    def is_kind_right(self) -> bool:
        """Whether the actor's kind is told as it is, where it can be told at all."""
        if self.drift is None:
            return False
        return any(answer.kind in (ActorKind.UNKNOWN, self.drift.actor.kind) for answer in self.truth.answers)

    @property
    def is_time_right(self) -> bool:
        """Whether the change is told within five minutes of when it was made."""
        at = self.drift.changed_at if self.drift else None
        return at is not None and any(abs(at - answer.at) <= _FIVE_MINUTES for answer in self.truth.answers)

    @property
    def is_cause_right(self) -> bool:
        """Whether the likeliest cause is the true one."""
        return self.drift is not None and self.drift.cause.category is self.truth.cause


class Outcome(Struct, frozen=True):
    """All verdicts on one estate, and the drifts that are told though nothing drifted."""

    verdicts: tuple[Verdict, ...]
    false: tuple[Drift, ...]
    report: Report


def judge(scenario: Scenario, folder: Path) -> Outcome:
    """Writes the scenario's bundle into the folder, scans it and holds the report against the truth."""
    report = asyncio.run(scan(bundle_config(scenario.write(folder))))
    drifts = {_key(drift.resource.address, drift.resource.id): drift for drift in report.drifts}
    verdicts = []
    for truth in scenario.truth:
        verdicts.append(Verdict(scenario.seed, truth, drifts.pop(_key(truth.address, truth.id), None)))
    return Outcome(tuple(verdicts), tuple(drifts.values()), report)


def share(verdicts: Iterable[bool]) -> float:
    """The share of what is true; 1 where there is nothing."""
    values = list(verdicts)
    return sum(values) / len(values) if values else 1.0


def _key(address: str, resource_id: str) -> str:
    return address or resource_id


def _plain(path: str) -> str:
    """A path without indices and keys in brackets."""
    return re.sub(r"\[[^\]]*\]", "", path)
