"""From stacks to declarations, and to what CloudFormation's own drift detection saw."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from engine.collectors.base import Context
from engine.collectors.declared.cfn.intrinsics import Resolver
from engine.collectors.declared.cfn.names import World
from engine.collectors.declared.cfn.stacks import NESTED, DriftAnswer, Stack, StackResource, Stacks
from engine.collectors.declared.cfn.template import Resource
from engine.compare.holes import filled, has_holes
from engine.model import HEARSAY, UNRESOLVED, Declared, Language, Observed, ResourceRef

#: Types that make nothing a provider would list, or that somebody's own code makes.
_PLUMBING = frozenset(
    {
        NESTED,
        "AWS::CDK::Metadata",
        "AWS::CloudFormation::CustomResource",
        "AWS::CloudFormation::Macro",
        "AWS::CloudFormation::WaitCondition",
        "AWS::CloudFormation::WaitConditionHandle",
    }
)
_CUSTOM = "Custom::"
_SERVERLESS = "AWS::Serverless::"
#: The part that holds what CloudFormation's own drift detection saw.
_DETECTION = "CloudFormationDrift"


def declare(stacks: Stacks, source: str, context: Context) -> Iterator[Declared | Observed]:
    """Yields every resource of every stack as its template has it, functions resolved as far as they can be.

    What cannot be declared is reported once a stack, with its number.
    """
    world = World(stacks)
    for stack in world.stacks:
        yield from _Declarations(stack, world, source, context).all()


class _Declarations:
    """The declarations of one stack."""

    def __init__(self, stack: Stack, world: World, source: str, context: Context) -> None:
        self._stack = stack
        self._address = world.address(stack)
        self._names = world.names(stack)
        self._source = source
        self._context = context

    def all(self) -> Iterator[Declared | Observed]:
        stack = self._stack
        written = stack.template.resources if stack.template else {}
        if not written and not stack.drifts and any(map(_counts, stack.resources.values())):
            self._tell("its template is not there; add it, or the answer of get-template", len(stack.resources))
            return
        unknown = 0
        for logical_id, resource in stack.resources.items():
            if not _counts(resource):
                continue
            definition = written.get(logical_id)
            if definition is not None and definition.type == resource.resource_type:
                yield from self._from_template(logical_id, definition, resource)
            elif logical_id not in stack.drifts:
                unknown += 1
        for logical_id, drift in stack.drifts.items():
            yield from self._from_drift(logical_id, drift, is_written=logical_id in written)
        self._tell_unknown(unknown)

    def _tell_unknown(self, unknown: int) -> None:
        written = self._stack.template.resources.values() if self._stack.template else ()
        if any(definition.type.startswith(_SERVERLESS) for definition in written):
            reason = "come from the serverless transform, whose result its template does not show"
        else:
            reason = "are not in its template (a transform, a module or an older template)"
        if unknown:
            is_are = "resource" if unknown == 1 else "resources"
            self._tell(f"{unknown} {is_are} {reason}; add get-template --template-stage Processed", unknown)

    def _from_template(self, logical_id: str, definition: Resource, made: StackResource) -> Iterator[Declared]:
        resolver = Resolver(self._names)
        try:
            properties = resolver.properties(definition.properties)
        except RecursionError:
            self._tell(f"{logical_id} is nested too deep", 1)
            return
        drift = self._stack.drifts.get(logical_id)
        if drift is not None and has_holes(properties):
            properties = filled(properties, _expected(drift))
        yield Declared(
            ref=self._ref(logical_id, made.resource_type, made.physical_resource_id),
            attributes=properties,
            source=self._source,
            keys=(made.physical_resource_id,),
            sensitive=frozenset(resolver.sensitive),
            origin=self._stack.id or (self._stack.template.name if self._stack.template else ""),
            known_at=made.changed_at,
            language=Language.CLOUDFORMATION,
        )

    def _from_drift(self, logical_id: str, drift: DriftAnswer, is_written: bool) -> Iterator[Declared | Observed]:
        """What the drift answer adds: the declaration where the template does not tell, and what the detection saw."""
        made = self._stack.resources.get(logical_id)
        physical_id = drift.physical_resource_id or (made.physical_resource_id if made else "")
        if not physical_id or not _is_listed(drift.resource_type) or (made is not None and not made.is_there):
            return
        ref = self._ref(logical_id, drift.resource_type, physical_id)
        if not is_written or made is None:
            yield Declared(
                ref=ref,
                attributes=_expected(drift),
                source=self._source,
                keys=(physical_id,),
                origin=self._stack.id,
                known_at=drift.timestamp,
                language=Language.CLOUDFORMATION,
            )
        if drift.stack_resource_drift_status in ("IN_SYNC", "MODIFIED", "DELETED"):
            yield Observed(
                provider="aws",
                native=f"{HEARSAY}{drift.resource_type}",
                scope=self._stack.scope,
                parts={_DETECTION: _detected(drift)},
                source=self._source,
                observed_at=drift.timestamp,
                origin=self._stack.id,
                keys=(physical_id,),
            )

    def _ref(self, logical_id: str, native: str, physical_id: str) -> ResourceRef:
        return ResourceRef(
            provider="aws",
            type=native,
            id=physical_id,
            scope=self._stack.scope,
            address=f"{self._address}/{logical_id}",
            name=logical_id,
        )

    def _tell(self, why: str, records: int) -> None:
        where = f" in {self._stack.scope}" if self._stack.scope else ""
        self._context.skip(f"stack {self._stack.name}{where}", why, records=records)


def _counts(resource: StackResource) -> bool:
    """Whether a resource is there and is one that a provider lists."""
    return resource.is_there and _is_listed(resource.resource_type)


def _is_listed(native: str) -> bool:
    return native not in _PLUMBING and not native.startswith(_CUSTOM)


def _expected(drift: DriftAnswer) -> dict[str, Any]:
    """The expected properties, without what CloudFormation itself does not look into."""
    found = _closed(_document(drift.expected_properties))
    return found if isinstance(found, dict) else {}


def _closed(value: Any) -> Any:
    """The value with what is masked, or named by a reference that was never looked up, as UNRESOLVED."""
    if isinstance(value, str):
        is_masked = value != "" and not value.strip("*")
        return UNRESOLVED if is_masked or "{{resolve:" in value else value
    if isinstance(value, Mapping):
        return {key: _closed(item) for key, item in value.items()}
    return [_closed(item) for item in value] if isinstance(value, list) else value


def _detected(drift: DriftAnswer) -> dict[str, Any]:
    """The answer's status, and both sides of what the detection looked into; it passes over much of a resource."""
    found: dict[str, Any] = {
        "Status": drift.stack_resource_drift_status,
        "Expected": _document(drift.expected_properties),
    }
    if drift.actual_properties is not None:
        found["Actual"] = _document(drift.actual_properties)
    return found


def _document(text: str | None) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(text) if text else {}
    except msgspec.DecodeError:
        return {}
    return found if isinstance(found, dict) else {}
