"""How the models stand: which there are, which is in use, and how it does on what people confirm."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from engine.errors import ModelError
from engine.learning.registry import CAUSE, load_registered
from ml import transparent
from ml.ensemble.model import SHIPPED
from ml.monitoring import SPREADS, Alert, Performance, Spread, alerts, decode_spreads, over_time, stability
from ml.registry import load

if TYPE_CHECKING:
    from engine.store.ledger import Ledger
    from engine.store.records import ModelRecord

#: Drifts that are looked at when features are compared with those of training, and features that are told.
_RECENT, _TOLD = 2_000, 5


class State(StrEnum):
    """Where a model is in its life."""

    IN_USE = "in use"
    DAMAGED = "damaged"  # promoted, and not used because its files are not what was registered
    PROMOTED = "promoted"  # in use before, and again when what came after it is taken back
    REGISTERED = "registered"
    SHIPPED = "shipped"


class Standing(Struct, frozen=True):
    """One model. `metrics` are what its evaluation measured; empty for the one whose weights people set."""

    name: str
    version: str
    state: State
    trained_on: str
    created_at: datetime | None = None
    promoted_at: datetime | None = None
    metrics: Mapping[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """`name@version`, as reports name a model."""
        return f"{self.name}@{self.version}"


class Overview(Struct, frozen=True):
    """All models, and how the one in use does.

    `performance` is on confirmations of its own predictions, in windows, the newest last. `moved` holds the population
    stability index of the features that moved most since training. `problem` says why a promoted model is not used.
    """

    models: tuple[Standing, ...]
    performance: tuple[Performance, ...] = ()
    moved: Mapping[str, float] = field(default_factory=dict)
    alerts: tuple[Alert, ...] = ()
    problem: str = ""


def overview(store: Path, ledger: "Ledger") -> Overview:
    """How the models of a store stand. A damaged one is told, never raised."""
    champion = ledger.champion(CAUSE)
    spreads, problem = _load(store, champion)
    shipped, shipped_spreads = _shipped(in_use=champion is None or bool(problem))
    models = [_registered(record, champion, damaged=bool(problem)) for record in ledger.models()]
    in_use = next((model for model in models if model.state is State.IN_USE), shipped)
    feedback = [given for given in ledger.feedback() if given.model == in_use.label]
    rows = ledger.recent_features(in_use.label, _RECENT)
    spreads = shipped_spreads if in_use is shipped else spreads
    return Overview(
        models=(*models, shipped),
        performance=tuple(over_time(feedback)),
        moved=dict(list(stability(spreads, rows).items())[:_TOLD]),
        alerts=tuple(alerts(feedback, spreads, rows)),
        problem=problem,
    )


def _load(store: Path, champion: "ModelRecord | None") -> tuple[Mapping[str, Spread], str]:
    """The spreads of a promoted model's features, and why it cannot be used if it cannot."""
    if champion is None:
        return {}, ""
    try:
        _, files = load_registered(store, champion)
        return _spreads(files), ""
    except ModelError as error:
        return {}, str(error)


def _registered(record: "ModelRecord", champion: "ModelRecord | None", *, damaged: bool) -> Standing:
    state = State.PROMOTED if record.promoted_at else State.REGISTERED
    if champion is not None and record.label == champion.label:
        state = State.DAMAGED if damaged else State.IN_USE
    return Standing(
        name=record.name,
        version=record.version,
        state=state,
        trained_on=str(record.manifest.get("trained_on", "")),
        created_at=record.created_at,
        promoted_at=record.promoted_at,
        metrics=record.manifest.get("metrics", {}),
    )


def _shipped(*, in_use: bool) -> tuple[Standing, Mapping[str, Spread]]:
    """The model that comes with this version: the learned one, or the evidence model where none is."""
    state = State.IN_USE if in_use else State.SHIPPED
    if not SHIPPED.is_dir():
        voice = transparent.voice()
        name, _, version = voice.model.partition("@")
        return Standing(name, version, state, voice.learned_from), {}
    manifest, files = load(SHIPPED)
    known = Standing(
        name=manifest.name,
        version=manifest.version,
        state=state,
        trained_on=manifest.trained_on,
        created_at=manifest.created_at,
        metrics=manifest.metrics,
    )
    return known, _spreads(files)


def _spreads(files: Mapping[str, bytes]) -> Mapping[str, Spread]:
    return decode_spreads(files[SPREADS]) if SPREADS in files else {}
