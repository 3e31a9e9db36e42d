"""The recommendation policies: their schema, the shipped table, and a user's own laid over it."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, field

from engine.checking import check, suggest
from engine.errors import ConfigError
from engine.model import Action, Category, Drift, Role
from engine.overlay import lay_over, read_table
from engine.recommend.commands import STEPS
from engine.recommend.conditions import Condition
from engine.recommend.patches import PATCHES
from engine.wording import unknown_words

FILE_NAME = "policies.toml"

#: What the sentences of policies and cautions may name.
WORDS = frozenset({"what", "who", "paths", "cause", "percent", "place", "risk", "trouble", "keeper", "freeze"})


class Policy(Condition, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One recommendation and the drifts it is for. The table's head says what the fields mean."""

    id: str
    action: Action
    title: str
    rationale: str
    factor: float
    role: Role
    causes: list[Category] = field(default_factory=list)
    doubt: bool = False
    commands: list[str] = field(default_factory=list)
    patch: str = ""

    def likelihood(self, drift: Drift) -> float:
        """How likely the causes that this policy is about are together, 0 to 1."""
        return sum(drift.cause.distribution.get(category, 0.0) for category in self.causes)

    def confidence(self, drift: Drift) -> float:
        """How likely it is that this is the right thing to do, 0 to 1."""
        if self.doubt:
            return self.factor * (1 - drift.cause.confidence)
        return self.factor * (self.likelihood(drift) if self.causes else 1.0)


class Caution(Condition, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A sentence that goes with recommendations of certain actions, and how much it takes from their confidence."""

    id: str
    actions: list[Action]
    text: str
    times: float = 1.0


class PolicyTable(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything that recommendations come from."""

    least: float
    places: dict[str, str]
    notes: dict[str, str]
    patches: dict[str, str]
    cautions: list[Caution]
    policies: list[Policy]


class _Own(Struct, frozen=True, kw_only=True):
    """What a file of a user's may hold."""

    least: float | None = None
    places: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    patches: dict[str, str] = field(default_factory=dict)
    cautions: list[Any] = field(default_factory=list)
    policies: list[Any] = field(default_factory=list)


@cache
def load_policies() -> PolicyTable:
    """The shipped table."""
    return msgspec.convert(_shipped(), PolicyTable)


def own_policies(own: Path | None) -> PolicyTable | None:
    """The shipped table with the `policies.toml` in a user's folder of tables over it; None when there is none.

    A row with the id of a shipped one changes the fields that it gives; any other is a new one, and goes before ours.

    Raises ConfigError with one line per problem, each with file and key.
    """
    file = own / FILE_NAME if own is not None else None
    if file is None or not file.is_file():
        return None
    problems: list[str] = []
    given = check(read_table(file), _Own, "", problems) or _Own()
    shipped, rows = load_policies(), _shipped()
    table = PolicyTable(
        least=shipped.least if given.least is None else given.least,
        places=shipped.places | given.places,
        notes=shipped.notes | given.notes,
        patches=shipped.patches | given.patches,
        cautions=lay_over(rows["cautions"], given.cautions, "cautions", Caution, problems, _caution_mistakes),
        policies=lay_over(rows["policies"], given.policies, "policies", Policy, problems, _policy_mistakes),
    )
    if problems:
        raise ConfigError("\n".join(f"{file.name}: {problem}" for problem in problems))
    return table


def _caution_mistakes(row: Caution, where: str) -> Iterator[str]:
    yield from unknown_words(row.text, f"{where}.text", WORDS)
    if not 0 <= row.times <= 1:
        yield f"{where}.times: is {row.times}; give a number from 0 to 1"


def _policy_mistakes(row: Policy, where: str) -> Iterator[str]:
    for name in ("title", "rationale"):
        yield from unknown_words(getattr(row, name), f"{where}.{name}", WORDS)
    if not 0 < row.factor <= 1:
        yield f"{where}.factor: is {row.factor}; give a number above 0, up to 1"
    for index, step in enumerate(row.commands):
        if step not in STEPS:
            yield f'{where}.commands[{index}]: "{step}" is not a step{suggest(step, STEPS)}'
    if row.patch and row.patch not in PATCHES:
        yield f'{where}.patch: "{row.patch}" is not a patch{suggest(row.patch, PATCHES)}'


@cache
def _shipped() -> dict[str, Any]:
    text = files("engine.recommend").joinpath(FILE_NAME).read_bytes()
    table: dict[str, Any] = msgspec.toml.decode(text)
    return table
