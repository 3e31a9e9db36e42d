"""What the operations of each provider say about a difference: which make, which remove, which write what."""

from functools import lru_cache
from importlib import import_module
from typing import Protocol, runtime_checkable

from engine.correlate.operations.said import Said
from engine.model import Change, Difference, Event, ResourceRef
from engine.providers import Knowledge

__all__ = ["Informed", "Operations", "Said", "operations_of", "operations_on"]


class Operations(Protocol):
    """Reads the calls that were logged of one provider. The events are successful ones on the resource."""

    def creates(self, event: Event, ref: ResourceRef) -> bool:
        """Whether the call makes a resource of the type."""
        ...

    def deletes(self, event: Event, ref: ResourceRef) -> bool:
        """Whether the call removes a resource of the type."""
        ...

    def says(self, event: Event, change: Change, ref: ResourceRef) -> Said:
        """What the call says about a change of one of the resource's attributes."""
        ...


@runtime_checkable
class Informed(Protocol):
    """Operations that read calls better when they know what differs, and know who applies what is declared."""

    def on(self, difference: Difference) -> Operations:
        """A reader of the calls on what differs."""
        ...

    def applies(self, event: Event) -> bool:
        """Whether the call is software's that applies what is declared."""
        ...


#: Provider → (module, class). A class is built with the knowledge.
_READERS = {
    "aws": ("engine.correlate.operations.aws", "AwsOperations"),
    "gcp": ("engine.correlate.operations.google", "GoogleOperations"),
    "azure": ("engine.correlate.operations.azure", "AzureOperations"),
    "kubernetes": ("engine.correlate.operations.kubernetes", "KubernetesOperations"),
}
_ANY = ("engine.correlate.operations.likeness", "ByLikeness")


@lru_cache(maxsize=64)
def operations_of(provider: str, knowledge: Knowledge) -> Operations:
    """The reader of a provider's calls."""
    module, name = _READERS.get(provider, _ANY)
    reader: Operations = getattr(import_module(module), name)(knowledge)
    return reader


def operations_on(difference: Difference, knowledge: Knowledge) -> Operations:
    """The reader of the calls on what differs."""
    provider = difference.resource.provider
    informed = _informed(provider, knowledge)
    return informed.on(difference) if informed else operations_of(provider, knowledge)


@lru_cache(maxsize=64)  # to ask whether something follows a protocol takes long
def _informed(provider: str, knowledge: Knowledge) -> Informed | None:
    reader = operations_of(provider, knowledge)
    return reader if isinstance(reader, Informed) else None
