"""How drifts and events hang together: shared causes, and what occurs with what."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from engine.model.drift import Level


class GroupOrigin(StrEnum):
    """What the drifts of a cause group share."""

    SESSION = "session"  # calls of one principal in one sitting
    COMMIT = "commit"
    CONTROLLER = "controller"  # one controller, service or job that writes again and again
    APPLY = "apply"  # one run of Terraform or a pipeline, or its failure
    PROVIDER = "provider"  # the same attribute of many alike moved with nobody calling: an upgrade of the provider


class CauseGroup(Struct, frozen=True):
    """Drifts that share one origin: one row on the screen, with its blast radius.

    `label` says the origin in a few words (`anna@example.com, break-glass`). `drifts` are ids, the gravest first.
    `first_at` and `last_at` bound the changes, where their times are known. `level` is that of the gravest drift.
    """

    id: str
    origin: GroupOrigin
    label: str
    drifts: tuple[str, ...]
    level: Level
    resources: int
    types: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    estates: tuple[str, ...] = ()
    first_at: datetime | None = None
    last_at: datetime | None = None


class Lift(Struct, frozen=True):
    """How often two kinds of events occur together within a window, against chance.

    `together` of `count` occurrences of `first` have a `second` within the window; `expected` is how many would by
    chance. `lift` is their ratio. `p_value` is the chance of as many or more if they had nothing to do with each
    other, `q_value` the same after Benjamini-Hochberg over all pairs; `significant` where that is below the level.
    """

    first: str
    second: str
    count: int
    together: int
    expected: float
    lift: float
    p_value: float
    q_value: float
    significant: bool


class Cell(Struct, frozen=True):
    """A cell of a matrix. `lift`, `expected` and `q_value` are None where nothing was expected or counted.

    `p_value` is the chance of as many or more if row and column had nothing to do with each other, `q_value` the same
    in view of how many cells were looked at. `of` is how often the row's kind occurred at all, where only those that
    the column's followed are counted.
    """

    row: int
    column: int
    count: int
    expected: float | None = None
    lift: float | None = None
    q_value: float | None = None
    significant: bool = False
    p_value: float | None = None
    of: int | None = None


class Matrix(Struct, frozen=True):
    """Counts for a heatmap: `rows` and `columns` are labels (services, sources, kinds; times as RFC 3339 in UTC).

    Only cells that are not empty are listed.
    """

    title: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[Cell, ...]
