"""Terraform and OpenTofu states: what the code had made when it was last applied."""

import hashlib
from collections.abc import Iterator

from engine.collectors.base import Access, Context
from engine.collectors.declared.state_locations import locate, try_access
from engine.collectors.declared.state_remote import StateFile
from engine.collectors.declared.statefile import Instance, NotAStateError, age_of, decode_state
from engine.collectors.declared.terraform_naming import Naming, secret_attributes
from engine.collectors.declared.terraform_settings import StateSettings as Settings
from engine.errors import SourceError
from engine.model import Declared

__all__ = ["Settings", "Source"]


class Source:
    """Reads states one by one. One that cannot be read is skipped with its reason."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def fingerprint(self) -> str | None:
        """Changes when a state does, or when one appears, vanishes or comes within reach."""
        digest = hashlib.blake2b(digest_size=16)
        for file in locate(self._settings):
            digest.update(f"{file.name}\0{file.mark}\n".encode())
        return digest.hexdigest()

    def collect(self, context: Context) -> Iterator[Declared]:
        """Every managed resource instance of every state.

        Raises SourceError when not one state could be read.
        """
        reasons: list[str] = []
        some_read = False
        files = list(locate(self._settings, context.resolve_secret))
        superseded = _superseded(files)
        for file in files:
            if context.cancelled:
                return
            if newer := superseded.get(file.name):
                context.skip(file.name, f"an older copy of {newer}; what it says is over", records=0)
                continue
            try:
                instances = decode_state(file.read())
            except SourceError as error:
                if file.certain or not isinstance(error, NotAStateError):
                    reason = _without_name(str(error), file)
                    reasons.append(f"{file.name}: {reason}")
                    context.skip(file.name, reason)
                continue
            some_read = True
            yield from self._declared(instances, file)
        if not some_read:
            raise SourceError(self._nothing_read(reasons))

    def access(self, context: Context) -> Access | None:
        """As whom remote states are read and when they last changed; None for states on disk."""
        if not self._settings.backend and not any("://" in text for text in self._settings.paths):
            return None
        return try_access(self._settings, context.resolve_secret)

    def _declared(self, instances: list[Instance], file: StateFile) -> Iterator[Declared]:
        naming = Naming(instances)
        for instance in instances:
            yield Declared(
                ref=naming.ref(instance),
                attributes=instance.attributes,
                source=self._settings.name,
                keys=naming.keys(instance),
                sensitive=instance.sensitive | secret_attributes(instance),
                origin=file.name,
            )

    def _nothing_read(self, reasons: list[str]) -> str:
        if not reasons:
            return f"no Terraform state was found; check `path` of source {self._settings.name!r}"
        others = f" ({len(reasons) - 1} more could not be read either)" if len(reasons) > 1 else ""
        return f"{reasons[0]}{others}"


def _superseded(files: list[StateFile]) -> dict[str, str]:
    """The files on disk that are older copies of another one, each with the name of that."""
    newest: dict[str, tuple[int, str]] = {}
    ages: dict[str, tuple[str, int]] = {}
    for file in files if len(files) > 1 else ():
        try:
            age = age_of(file.read()) if "://" not in file.name else None
        except SourceError:
            continue
        if age is not None:
            ages[file.name] = age
            newest[age[0]] = max(newest.get(age[0], (age[1], file.name)), (age[1], file.name))
    return {name: newest[lineage][1] for name, (lineage, serial) in ages.items() if serial < newest[lineage][0]}


def _without_name(reason: str, file: StateFile) -> str:
    """A reason that may begin with the file's name, without it: whoever reports it names the file."""
    for name in (file.name, file.name.rpartition("/")[2]):
        reason = reason.removeprefix(f"{name}: ")
    return reason
