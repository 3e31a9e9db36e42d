"""What is known about Kubernetes' kinds. Import it from here."""

from engine.providers.kubernetes.tables import (
    Facts,
    HiddenObject,
    Manager,
    Objects,
    Owner,
    Schema,
    load_objects,
    split_kind,
)

__all__ = ["Facts", "HiddenObject", "Manager", "Objects", "Owner", "Schema", "load_objects", "split_kind"]
