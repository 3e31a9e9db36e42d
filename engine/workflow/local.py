"""The workflow on this machine: by the estate's configuration and policies, in its ledger."""

import threading
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import DriftGuardError, RemedyError
from engine.workflow.executions import Executions
from engine.workflow.noted import note_configuration, noting_secrets
from engine.workflow.policies import load_policies
from engine.workflow.requests import Requests

if TYPE_CHECKING:
    from engine.config import Config
    from engine.model import ChangeRequest
    from engine.remediate import Remedy
    from engine.remediate.remedy import Say
    from engine.store.ledger import Ledger
    from engine.workflow.fulfilment import Fulfilment, Look

#: The folder, beside the stores, in which each request has one with what tools prepared for it.
_PREPARED = "requests"


class Workflow:
    """What a person, whoever has the ledger open unless another is named, can do with the requests of an estate.

    What tools prepare lies in `folder`, that of the stores. Raises ConfigError when the estate's own policies cannot
    be used.
    """

    def __init__(self, config: "Config", ledger: "Ledger", folder: Path, person: str = "") -> None:
        self._config = config
        self._ledger = ledger
        self._folder = folder
        self._policies = load_policies(config.knowledge, config.freezes)
        self._person = person or ledger.person
        self.requests = Requests(ledger, self._person, policies=self._policies)

    def ask(
        self,
        drift_id: str,
        *,
        recommendation_id: str = "",
        reason: str = "",
        holds: timedelta | None = None,
        draft: bool = False,
        say: "Say",
    ) -> "ChangeRequest":
        """Asks for a fix with what exactly a tool would do; see `Requests.create`.

        Where no tool can, people are asked to carry it out, and `say` is told why.
        """
        made = self.requests.create(
            drift_id, recommendation_id=recommendation_id, reason=reason, holds=holds, draft=True
        )
        try:
            made = self.fulfilment(look=lambda: None).prepare(made.id)
        except RemedyError as error:
            say(f"people have to carry it out: {error}")
        return made if draft else self.requests.submit(made.id, plan_hash=made.plan_hash)

    def fulfilment(self, look: "Look", over: threading.Event | None = None) -> "Fulfilment":
        """What carries requests out; `look` scans the estate, `over` ends what a tool is at."""
        from engine.workflow.fulfilment import Fulfilment

        cancelled = over or threading.Event()
        executions = Executions(self._ledger, self._person, policies=self._policies)
        return Fulfilment(executions, lambda request: self._remedy(request, cancelled), look)

    def settle(self, say: "Say") -> "list[ChangeRequest]":
        """After a scan: brings what was carried out to its end, as far as the scan and the tools' journals tell.

        Nothing is applied. `say` is told what cannot be settled yet. That another configuration was scanned by than
        before is written down.
        """
        note_configuration(self._ledger, self._config, self._person)
        self._clear(say)
        if not Executions(self._ledger, self._person).running():
            return []
        return self.fulfilment(look=lambda: None).settle(say)

    def _clear(self, say: "Say") -> None:
        """Takes back what was prepared here for requests that were given up: change sets, files."""
        prepared = self._folder / _PREPARED
        for place in sorted(prepared.iterdir()) if prepared.is_dir() else ():
            try:
                request = self.requests.find(place.name)
                if request.estate == self._config.name:
                    self.fulfilment(look=lambda: None).discard(request.id)
            except DriftGuardError as error:
                say(f"what was prepared for request {place.name} cannot be taken back: {error}")

    def _remedy(self, request: "ChangeRequest", cancelled: threading.Event) -> "Remedy":
        from engine.remediate import Workplace, remedy_for

        config = self._config
        if request.estate != config.name:
            raise RemedyError(
                f"request {request.id} is for the estate {request.estate!r} and this is {config.name!r}: "
                "give the configuration of that estate with --config"
            )
        workplace = Workplace(
            sources=tuple(source.settings for source in config.sources),
            base=config.base,
            folder=self._folder / _PREPARED / request.id,
            resolve_secret=noting_secrets(config.resolve_secret, self._ledger, self._person, f"request {request.id}"),
            cancelled=cancelled,
            knowledge=config.knowledge,
        )
        return remedy_for(request.plan, workplace)
