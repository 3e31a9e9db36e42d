"""What the audit log keeps beside steps: which configuration was worked by, and which secrets were read for what."""

from hashlib import sha256
from typing import TYPE_CHECKING

from engine.store.audit import AuditFilter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from engine.config import Config
    from engine.store.ledger import Ledger

_CHANGED, _READ = "config.change", "secret.read"


def note_configuration(ledger: "Ledger", config: "Config", person: str) -> None:
    """Writes down that a person works by another configuration of the estate than before, if they do.

    The configuration is its file and the user's own tables; the entry holds their hashes, and nothing that is in them.
    """
    files = {file.name: sha256(file.read_bytes()).hexdigest() for file in _files(config) if file.is_file()}
    if not files:
        return
    before = ledger.newest_audit(AuditFilter(who=person, what=_CHANGED, subject=config.name))
    known = next((entry.details for entry in before if (entry.actor, entry.subject) == (person, config.name)), None)
    if known != files:
        ledger.append_audit(person, _CHANGED, config.name, files)


def noting_secrets(
    resolve: "Callable[[str], str]", ledger: "Ledger", person: str, purpose: str
) -> "Callable[[str], str]":
    """Reads secrets as `resolve` does, each after it is written down that it is read, by whom and what for."""

    def read(reference: str) -> str:
        ledger.append_audit(person, _READ, reference, {"for": purpose})
        return resolve(reference)

    return read


def _files(config: "Config") -> "list[Path]":
    tables = sorted(config.knowledge.glob("*.toml")) if config.knowledge else []
    return [*([config.file] if config.file else []), *tables]
