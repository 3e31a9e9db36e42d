"""The workflow on this machine: by the estate's configuration and policies, with its stores."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import RemedyError
from engine.workflow.executions import Executions
from engine.workflow.policies import Policies, load_policies
from engine.workflow.requests import Requests

if TYPE_CHECKING:
    from engine.config import Config
    from engine.model import ChangeRequest
    from engine.remediate import Remedy
    from engine.remediate.remedy import Say
    from engine.store.ledger import Ledger
    from engine.workflow.fulfilment import Fulfilment, Look


def policies_of(config: "Config") -> Policies:
    """The policies and freezes of an estate. Raises ConfigError when its tables cannot be used."""
    return load_policies(config.knowledge, config.freezes)


def requests_of(config: "Config", ledger: "Ledger", person: str) -> Requests:
    """The change requests as a person may see them and decide on them, by the policies of the estate."""
    return Requests(ledger, person, policies=policies_of(config))


def fulfilment_of(
    config: "Config",
    ledger: "Ledger",
    folder: Path,
    person: str,
    look: "Look",
    cancelled: threading.Event | None = None,
) -> "Fulfilment":
    """Carries out the estate's requests for a person; `look` scans it, `cancelled` ends what a tool is at.

    What is prepared lies in `folder`, that of the stores. Raises ConfigError when the estate's tables cannot be used.
    """
    from engine.remediate import Workplace, remedy_for
    from engine.workflow.fulfilment import Fulfilment

    over = cancelled or threading.Event()

    def remedy(request: "ChangeRequest") -> "Remedy":
        if request.estate != config.name:
            raise RemedyError(
                f"request {request.id} is for the estate {request.estate!r} and this is {config.name!r}: "
                "give the configuration of that estate with --config"
            )
        workplace = Workplace(
            sources=tuple(source.settings for source in config.sources),
            base=config.base,
            folder=folder / "requests" / request.id,
            resolve_secret=config.resolve_secret,
            cancelled=over,
            knowledge=config.knowledge,
        )
        return remedy_for(request.plan, workplace)

    executions = Executions(ledger, person, policies=policies_of(config))
    return Fulfilment(executions, remedy, look)


def settle(config: "Config", ledger: "Ledger", folder: Path, person: str, say: "Say") -> "list[ChangeRequest]":
    """After a scan: brings what was carried out to its end, as far as the scan and the tools' journals tell.

    Nothing is applied. `say` is told what cannot be settled yet. Raises as `fulfilment_of`, and StoreError.
    """
    if not Executions(ledger, person).running():
        return []
    return fulfilment_of(config, ledger, folder, person, look=lambda: None).settle(say)
