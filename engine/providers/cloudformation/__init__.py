"""What is known about CloudFormation's types. Import it from here."""

from engine.providers.cloudformation.registry import (
    COMMON,
    NO_FACT,
    NO_FACTS,
    Fact,
    Facts,
    Order,
    Registry,
    RegistryType,
    Supplement,
    load_registry,
)

__all__ = [
    "COMMON",
    "NO_FACT",
    "NO_FACTS",
    "Fact",
    "Facts",
    "Order",
    "Registry",
    "RegistryType",
    "Supplement",
    "load_registry",
]
