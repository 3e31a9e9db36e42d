"""The models of a store: files in its folder, and in its ledger their hashes and which one is in use.

A model is registered when it was trained, and promoted by an admin: where it passed the gate, or with a reason. When
nothing is promoted, the model that comes with DriftGuard is in use.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from engine.errors import ModelError
from engine.model import Role
from engine.store.files import MODELS
from engine.store.records import ModelRecord
from ml.features import feature_names
from ml.registry import Manifest, fingerprint, load, save

if TYPE_CHECKING:
    from engine.learning.challenge import Verdict
    from engine.store.ledger import Ledger

#: The name of the models that tell causes.
CAUSE = "cause"


def register(store: Path, ledger: "Ledger", manifest: Manifest, files: Mapping[str, bytes], *, by: str) -> ModelRecord:
    """Keeps a trained model in the store, without putting it into use.

    Raises ModelError when there is one of its name and version already, or it cannot be written.
    """
    folder = folder_of(store, manifest.name, manifest.version)
    saved = save(folder, manifest, files)
    record = ModelRecord(
        name=saved.name,
        version=saved.version,
        sha256=fingerprint(folder),
        manifest=msgspec.to_builtins(saved),
        created_at=saved.created_at,
    )
    ledger.add_model(record, by=by)
    return record


def load_registered(store: Path, record: ModelRecord) -> tuple[Manifest, dict[str, bytes]]:
    """A registered model's manifest and files.

    Raises ModelError when they are not what was registered, or the model asks for features that are unknown here.
    """
    manifest, files = load(folder_of(store, record.name, record.version), expected=record.sha256)
    if not set(manifest.features) <= set(feature_names()):
        raise ModelError(f"{record.label} was trained on features that this version does not have: train a new one")
    return manifest, files


def find(ledger: "Ledger", label: str) -> ModelRecord:
    """The registered model of this `name@version`, or version. Raises ModelError when there is none."""
    for record in ledger.models():
        if label in (record.label, record.version):
            return record
    raise ModelError(f"no model {label} is registered: `driftguard model list` shows all")


def promote(
    ledger: "Ledger", record: ModelRecord, *, by: str, verdict: "Verdict | None" = None, reason: str = ""
) -> None:
    """Puts a model into use. `verdict` is the gate's; None when the model could not be compared.

    Raises ModelError when who does it is no admin, or when the model did not pass and no reason is given.
    """
    _admit(ledger, by, "promoting a model")
    if (verdict is None or not verdict.passes) and not reason:
        why = "; ".join(verdict.objections) if verdict else "it was not compared with the model in use"
        raise ModelError(f"{record.label} is not promoted: {why}. Give --reason TEXT to promote it all the same")
    details: dict[str, Any] = {"reason": reason, "verdict": msgspec.to_builtins(verdict)}
    ledger.promote_model(record, by=by, details=details)


def rollback(ledger: "Ledger", name: str = CAUSE, *, by: str, reason: str = "") -> ModelRecord | None:
    """Takes the model in use out of it, and returns the one that is now: None for the shipped one.

    Raises ModelError when who does it is no admin, or when the shipped one is in use.
    """
    _admit(ledger, by, "taking a model out of use")
    champion = ledger.champion(name)
    if champion is None:
        raise ModelError("the model that comes with DriftGuard is in use: there is none before it")
    ledger.demote_model(champion, by=by, reason=reason)
    return ledger.champion(name)


def folder_of(store: Path, name: str, version: str) -> Path:
    """Where a model's files are."""
    return store / MODELS / name / version


def _admit(ledger: "Ledger", person: str, what: str) -> None:
    role = ledger.role_of(person)
    if role is not Role.ADMIN:
        raise ModelError(f"{what} is an admin's act, and {person} has the role {role}: ask an admin to do it")
