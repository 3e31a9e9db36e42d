"""What was answered to a proposal's questions, as settings. Secrets go into the keyring."""

from collections.abc import Mapping
from contextlib import suppress

from msgspec import structs

from engine import secrets
from engine.discovery.proposal import Ask, Proposal
from engine.errors import ConfigError

#: The service that secrets of this program are kept under.
SERVICE = "driftguard"


def reference_of(proposal: Proposal, ask: Ask) -> str:
    """The reference under which a secret answer is kept: `keyring:driftguard/jira-token`."""
    return f"keyring:{SERVICE}/{proposal.name}-{ask.setting}"


def variable_of(proposal: Proposal, ask: Ask) -> str:
    """The variable that is offered where there is no keyring: `env:JIRA_TOKEN`."""
    name = f"{proposal.name}_{ask.setting}".upper().replace("-", "_")
    return f"env:{name if name[0].isalpha() else f'_{name}'}"


class Kept:
    """The secrets that were put into the keyring, which is as it was before once they are given up."""

    def __init__(self) -> None:
        self._before: dict[str, str | None] = {}

    def keep(self, reference: str, secret: str, instead: str) -> None:
        """Puts a secret into the keyring. Raises ConfigError when it cannot be kept; it is then kept nowhere."""
        before = secrets.keep(reference, secret, instead=instead)
        self._before.setdefault(reference, before)

    def give_up(self) -> None:
        """Nobody wants them any more. What the keyring does not give back stays there."""
        while self._before:
            reference, before = self._before.popitem()
            with suppress(ConfigError):
                secrets.keep(reference, before, instead="")


def answered(proposal: Proposal, answers: Mapping[str, str], kept: Kept) -> Proposal:
    """The proposal with its questions answered, by setting. An answer that names a secret is taken as it stands.

    Raises ConfigError when a secret cannot be kept, with what to do instead; it is then kept nowhere.
    """
    settings = dict(proposal.settings)
    for ask in proposal.asks:
        answer = answers.get(ask.setting, "").strip()
        if not answer:
            continue
        if ask.secret and not secrets.is_reference(answer):
            reference = reference_of(proposal, ask)
            kept.keep(reference, answer, variable_of(proposal, ask))
            answer = reference
        settings[ask.setting] = answer
    left = tuple(ask for ask in proposal.asks if not settings.get(ask.setting))
    return structs.replace(proposal, settings=settings, asks=left)
