"""What is known about Kubernetes' kinds. Import it from here."""

from engine.providers.kubernetes.plurals import by_resource, kinds_of_resources, plural
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

__all__ = [
    "Facts",
    "HiddenObject",
    "Manager",
    "Objects",
    "Owner",
    "Schema",
    "by_resource",
    "kinds_of_resources",
    "load_objects",
    "plural",
    "split_kind",
]
