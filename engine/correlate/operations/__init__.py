"""What the operations of each provider say about a difference: which make, which remove, which write what."""

from functools import lru_cache
from importlib import import_module
from typing import Protocol

from engine.correlate.operations.said import Said
from engine.model import Change, Event, ResourceRef
from engine.providers import Knowledge

__all__ = ["Operations", "Said", "operations_of"]


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


#: Provider → (module, class). A class is built with the knowledge.
_READERS = {
    "aws": ("engine.correlate.operations.aws", "AwsOperations"),
    "gcp": ("engine.correlate.operations.google", "GoogleOperations"),
    "azure": ("engine.correlate.operations.azure", "AzureOperations"),
}
_ANY = ("engine.correlate.operations.likeness", "ByLikeness")


@lru_cache(maxsize=64)
def operations_of(provider: str, knowledge: Knowledge) -> Operations:
    """The reader of a provider's calls."""
    module, name = _READERS.get(provider, _ANY)
    reader: Operations = getattr(import_module(module), name)(knowledge)
    return reader
