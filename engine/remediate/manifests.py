"""Where the manifest of an object lies, as the estate's sources say."""

from pathlib import Path

from msgspec import Struct

from engine.collectors.declared.kubernetes_manifests import Settings, Source
from engine.errors import RemedyError, SourceError
from engine.model import Declared, ResourceRef
from engine.remediate.remedy import Workplace


class Manifest(Struct, frozen=True):
    """An object as it is declared now, in `file`."""

    declared: Declared
    file: Path


def manifest_of(ref: ResourceRef, workplace: Workplace) -> Manifest:
    """The manifest of an object. Raises RemedyError when no source of the estate has one."""
    for settings in workplace.sources:
        if isinstance(settings, Settings) and (declared := _found_in(settings, ref, workplace)):
            return Manifest(declared, (settings.base / declared.origin).resolve())
    raise RemedyError(
        f"no manifest of this estate declares {ref.id}; add its folder as a source of kind kubernetes_manifests"
    )


def _found_in(settings: Settings, ref: ResourceRef, workplace: Workplace) -> Declared | None:
    try:
        for item in Source(settings).collect(workplace.context()):
            if ref.id in (item.ref.id, *item.keys) and item.ref.scope in ("", ref.scope):
                return item
    except SourceError:
        pass  # another source may have it; where none has, that is said
    return None
