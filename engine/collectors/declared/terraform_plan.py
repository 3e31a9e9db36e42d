"""Terraform's own plans: what moved outside of Terraform, and what the code is about to change.

A plan holds both sides. What Terraform last knew of a resource becomes its declaration, what it read while it planned
the observation; where nothing moved the two are one. What the code would change is declared as planned, and counts
only where the code itself is given too.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, structs

from engine.collectors import base
from engine.collectors.declared.planfile import Change, NotAPlanError, Plan, ResourceChange, decode_plan
from engine.collectors.declared.statefile import Instance, marked, shown
from engine.collectors.declared.terraform_naming import Naming, secret_attributes
from engine.collectors.declared.terraform_run import Runner
from engine.collectors.declared.terraform_settings import PlanSettings as Settings
from engine.collectors.files import find_files, fingerprint, read_bytes
from engine.compare.terraform.planned import PLAN_PART, native_of, plan_key
from engine.errors import SourceError
from engine.model import UNRESOLVED, Basis, Coverage, Declared, Language, Observed, Written

__all__ = ["Settings", "Source"]

#: Actions of a change that leaves an object behind which the code would have otherwise.
_PENDING = frozenset({"create", "update"})


class Source:
    """Reads plans one by one. One that cannot be read is skipped with its reason."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def fingerprint(self) -> str | None:
        """Changes when a recorded plan does; None for a folder in which plans are made."""
        if self._settings.dir is not None:
            return None
        return fingerprint(find_files(self._settings, (".json",)))

    def access(self, context: base.Context) -> base.Access | None:
        """Whether the program and the folder are there; None for recorded plans."""
        return None if self._settings.dir is None else self._runner().access(context)

    def collect(self, context: base.Context) -> Iterator[base.Found]:
        """Every resource of every plan, from both sides.

        Raises SourceError when not one plan could be read or made.
        """
        if self._settings.dir is not None:
            if self._settings.paths:
                raise SourceError(f"source {self._settings.name!r} has `path` and `dir`; give one of them")
            plan = decode_plan(self._runner().plan(context))
            yield from _Reading(plan, self._settings.name, self._settings.dir).found()
            return
        reasons: list[str] = []
        some_read = False
        for file in find_files(self._settings, (".json",)):
            if context.cancelled:
                return
            try:
                plan = decode_plan(read_bytes(file))
            except SourceError as error:
                if not isinstance(error, NotAPlanError) or self._is_named(file):
                    reasons.append(f"{file.name}: {error}")
                    context.skip(file.name, str(error))
                continue
            some_read = True
            yield from _Reading(plan, self._settings.name, self._origin(file)).found()
        if not some_read:
            nothing = f"no Terraform plan was found; check `path` of source {self._settings.name!r}"
            raise SourceError(reasons[0] if reasons else nothing)

    def _runner(self) -> Runner:
        settings = self._settings
        folder = settings.base / Path(settings.dir or ".").expanduser()
        return Runner(folder=folder, program=settings.terraform, timeout=settings.timeout, source=settings.name)

    def _origin(self, file: Path) -> str:
        base_folder = self._settings.base
        return str(file.relative_to(base_folder)) if file.is_relative_to(base_folder) else file.name

    def _is_named(self, file: Path) -> bool:
        return any((self._settings.base / Path(text).expanduser()) == file for text in self._settings.paths)


class _Sides(Struct, frozen=True, gc=False):
    """One resource as it was declared and as it was read; `live` is None when it is gone."""

    before: Instance
    live: Mapping[str, Any] | None
    was: tuple[str, ...] = ()


class _Reading:
    """What one plan tells."""

    def __init__(self, plan: Plan, source: str, origin: str) -> None:
        self._source = source
        self._origin = origin
        self._at = plan.timestamp
        self._sides = list(_sides(plan))
        self._pending = [entry for entry in plan.resource_changes if _is_pending(entry)]
        self._naming = Naming(side.before for side in self._sides)

    def found(self) -> Iterator[base.Found]:
        """Declarations, what was read of them, what the code would change, and that nothing was left out."""
        types: dict[tuple[str, str], None] = {}
        for side in self._sides:
            declared = self._declared(side.before, side.was)
            types[declared.ref.provider, native_of(declared.ref.type)] = None
            yield declared
            if side.live is not None:
                yield self._observed(declared, side.live)
        for entry in self._pending:
            planned = self._planned(entry)
            types[planned.ref.provider, native_of(planned.ref.type)] = None
            yield planned
        for provider, native in types:
            yield Coverage(provider, native, "*", self._source)

    def _declared(self, instance: Instance, was: tuple[str, ...]) -> Declared:
        return Declared(
            ref=self._naming.ref(instance),
            attributes=instance.attributes,
            source=self._source,
            keys=self._naming.keys(instance),
            sensitive=instance.sensitive | secret_attributes(instance),
            origin=self._origin,
            known_at=self._at,
            language=Language.PLAN,
            written=Written(was=was) if was else None,
        )

    def _observed(self, declared: Declared, live: Mapping[str, Any]) -> Observed:
        return Observed(
            provider=declared.ref.provider,
            native=native_of(declared.ref.type),
            scope=declared.ref.scope,
            parts={PLAN_PART: live},
            source=self._source,
            observed_at=self._at,
            origin=self._origin,
            keys=(plan_key(self._source, self._origin, declared.ref.address),),
            sensitive=frozenset(f"{PLAN_PART}.{path}" for path in declared.sensitive),
        )

    def _planned(self, entry: ResourceChange) -> Declared:
        change = entry.change
        after = _where(change.after_unknown, change.after or {}, UNRESOLVED)
        known = {name: value for name, value in after.items() if value != UNRESOLVED}
        declared = self._declared(_instance(entry, known), _was(entry))
        return structs.replace(declared, attributes=after, basis=Basis.PLANNED, expected=not change.importing)


def _sides(plan: Plan) -> Iterator[_Sides]:
    """Every managed resource that Terraform knew before it planned."""
    prior = plan.prior_state.values if plan.prior_state else None
    live = {instance.address: instance for instance in shown.instances((prior and prior.root_module) or shown.Module())}
    moved = {entry.address: _was(entry) for entry in plan.resource_changes if entry.counts}
    for entry in plan.resource_drift:
        if not entry.counts:
            continue
        read = live.pop(entry.address, None)
        before = _instance(entry, entry.change.before or (read.attributes if read else {}))
        if read is not None:
            before = structs.replace(before, sensitive=before.sensitive | read.sensitive)
        yield _Sides(before, _drifted(entry.change, read), _was(entry))
    for address, instance in live.items():
        yield _Sides(instance, instance.attributes, moved.get(address, ()))


def _drifted(change: Change, read: Instance | None) -> Mapping[str, Any] | None:
    """What was read of a resource that moved; what is not known of it stays as it was declared."""
    if change.after is None:
        return None
    if "no-op" in change.actions:
        return read.attributes if read else change.after
    known: Mapping[str, Any] = _where(change.after_unknown, change.after, change.before)
    return known


def _where(unknown: Any, values: Any, instead: Any) -> Any:
    """The values with `instead`, or what stands in it at the same place, wherever the tree `unknown` holds true."""
    if unknown is True:
        return instead
    if isinstance(unknown, dict) and isinstance(values, Mapping):
        below = {name: _where(mark, values.get(name), _at(instead, name)) for name, mark in unknown.items() if mark}
        return {**values, **below}
    if isinstance(unknown, list) and isinstance(values, list):
        marks = [*unknown, *[False] * len(values)]
        return [_where(marks[place], value, _at(instead, place)) for place, value in enumerate(values)]
    return values


def _at(value: Any, step: str | int) -> Any:
    if isinstance(value, Mapping):
        return value.get(step)
    if isinstance(value, list) and isinstance(step, int):
        return value[step] if step < len(value) else None
    return value


def _instance(entry: ResourceChange, attributes: Mapping[str, Any]) -> Instance:
    masks = (entry.change.before_sensitive, entry.change.after_sensitive)
    paths = frozenset(path for mask in masks if mask is not True for path in marked(_whole_lists(mask)))
    return Instance(
        address=entry.address,
        type=entry.type,
        provider=entry.provider_name,
        attributes=dict(attributes),
        sensitive=frozenset(attributes) if True in masks else paths,
    )


def _whole_lists(mask: Any) -> Any:
    """The mask with a list marked as a whole when one of its items is: the two sides need not agree on its place."""
    if isinstance(mask, dict):
        return {name: _whole_lists(below) for name, below in mask.items()}
    if isinstance(mask, list):
        return True if len(mask) > 1 and any(marked(mask)) else [_whole_lists(item) for item in mask]
    return mask


def _was(entry: ResourceChange) -> tuple[str, ...]:
    previous = entry.previous_address
    return (previous,) if previous and previous != entry.address else ()


def _is_pending(entry: ResourceChange) -> bool:
    return entry.counts and not _PENDING.isdisjoint(entry.change.actions)
