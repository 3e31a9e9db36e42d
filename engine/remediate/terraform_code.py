"""Where the code of a resource lies, as the estate's sources say."""

from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec import Struct

from engine.collectors.base import Settings
from engine.collectors.declared.terraform_settings import CodeSettings, PlanSettings, StateSettings
from engine.collectors.registry import KINDS
from engine.errors import RemedyError, SourceError
from engine.model import Declared, ResourceRef
from engine.remediate.remedy import Workplace


class Code(Struct, frozen=True):
    """`folder` is the root in which Terraform is run with `program`, `file` the one that declares the resource."""

    folder: Path
    file: Path
    program: str = "terraform"


def code_of(ref: ResourceRef, workplace: Workplace) -> Code:
    """The one place that declares a resource.

    Raises RemedyError when no code of the estate declares its address, or when several roots do.
    """
    found = _roots(workplace, lambda item: item.ref.address == ref.address)
    if not found:
        raise RemedyError(
            f"no Terraform code of this estate declares {ref.address or ref.id}; add its folder as a source of kind "
            f"terraform_code"
        )
    if len(found) > 1:
        folders = " and ".join(str(folder) for folder in sorted(found)[:2])
        raise RemedyError(
            f"{ref.address} is declared in {folders}: which of them made it cannot be told; do it by hand"
        )
    return next(iter(found.values()))


def root_for(ref: ResourceRef, workplace: Workplace) -> Code:
    """The one root that declares resources of the same provider. `file` is any of them.

    Raises RemedyError when there is none, or when there are several.
    """
    provider = ref.type.partition("_")[0]
    found = _roots(workplace, lambda item: item.ref.type.partition("_")[0] == provider)
    if len(found) != 1:
        why = f"{len(found)} roots of this estate declare" if found else "no Terraform code of this estate declares"
        raise RemedyError(f"{why} resources of {provider}: where {ref.name or ref.id} belongs is for people to say")
    return next(iter(found.values()))


def _roots(workplace: Workplace, fits: Callable[[Declared], bool]) -> dict[Path, Code]:
    """The roots that declare something that fits, each with the first file that does."""
    found: dict[Path, Code] = {}
    for settings, program in _code_sources(workplace.sources):
        for item in _declared(settings, workplace):
            if item.written is not None and fits(item):
                folder = (settings.base / item.written.root).resolve()
                found.setdefault(folder, Code(folder, (settings.base / item.origin).resolve(), program))
    return found


def _declared(settings: CodeSettings, workplace: Workplace) -> Iterator[Declared]:
    collector = KINDS[settings.kind].build(settings)
    try:
        yield from (item for item in collector.collect(workplace.context()) if isinstance(item, Declared))
    except SourceError:
        return  # another source may have it; where none has, that is said


def _code_sources(sources: tuple[Settings, ...]) -> Iterator[tuple[CodeSettings, str]]:
    """Every folder of code that a source names, with the program that is run there."""
    for settings in sources:
        if isinstance(settings, CodeSettings):
            yield settings, "terraform"
        elif isinstance(settings, PlanSettings) and settings.dir is not None:
            yield _code_in(settings, settings.dir), settings.terraform
        elif isinstance(settings, StateSettings):
            for text in settings.paths:
                folder = (settings.base / Path(text).expanduser()) if "://" not in text else None
                if folder is not None and folder.suffix == ".tfstate":
                    folder = folder.parent
                if folder is not None and folder.is_dir():
                    yield _code_in(settings, str(folder)), "terraform"


def _code_in(settings: Settings, folder: str) -> CodeSettings:
    return CodeSettings(name=settings.name, kind="terraform_code", path=folder, base=settings.base)
