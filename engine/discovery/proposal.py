"""What is proposed as a source, and why."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct

from engine.collectors.registry import KINDS
from engine.model import SourceRole


class Sureness(StrEnum):
    """How likely it is that a source is wanted. `PERHAPS` is taken only by whoever chooses it."""

    CERTAIN = "certain"
    LIKELY = "likely"
    PERHAPS = "perhaps"


class Ask(Struct, frozen=True):
    """A setting that nothing on the machine tells. A `secret` one is kept in the keyring and named in the file."""

    setting: str
    question: str
    secret: bool = False


class Proposal(Struct, frozen=True, kw_only=True):
    """A source as it would stand in the configuration.

    `settings` are those beside name and kind; `comment` says what it gives, `reason` where it was found; `asks` have to
    be answered before the source can be used.
    """

    name: str
    kind: str
    settings: Mapping[str, Any]
    comment: str
    reason: str
    sure: Sureness
    asks: tuple[Ask, ...] = ()

    @property
    def role(self) -> SourceRole:
        """Declared, actual or events."""
        return KINDS[self.kind].role

    @property
    def is_live(self) -> bool:
        """Whether a provider is asked, rather than files on this machine read."""
        paths = self.settings.get("path", ())
        return not paths or all("://" in text for text in paths)

    @property
    def suggested(self) -> bool:
        """Whether it is taken by whoever takes what is likely and answers nothing."""
        return self.sure is not Sureness.PERHAPS and not self.asks

    @property
    def reads(self) -> str:
        """What it reads, in a few words: paths, or how the provider is reached."""
        shown = self.settings.get("path") or [
            f"{name} {', '.join(value) if isinstance(value, list | tuple) else value}"
            for name, value in self.settings.items()
        ]
        return ", ".join(shown)


class Looked(Struct, frozen=True):
    """What one place of the machine gave. `note` says what kept the look from being complete."""

    place: str
    proposals: tuple[Proposal, ...] = ()
    note: str = ""
