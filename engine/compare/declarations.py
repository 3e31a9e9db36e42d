"""Which declaration counts where several speak of the same resource."""

from collections.abc import Iterable

from engine.model import Basis, Declared


def settle(declared: Iterable[Declared]) -> list[Declared]:
    """One declaration for each resource; the last of several with one identity."""
    return list({_identity(item): item for item in declared if item.basis is not Basis.PLANNED}.values())


def _identity(item: Declared) -> tuple[str, ...]:
    ref = item.ref
    return (item.source, item.origin, ref.address) if ref.address else (ref.provider, ref.type, ref.scope, ref.id)
