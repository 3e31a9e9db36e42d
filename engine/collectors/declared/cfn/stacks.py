"""Stacks as CloudFormation's API tells of them, in one answer or in several."""

from datetime import datetime
from typing import Any

from msgspec import Struct, field

from engine.collectors.declared.cfn.template import Template

#: What was deleted, or never made, is not what a stack declares any more.
_GONE = frozenset({"DELETE_COMPLETE", "DELETE_SKIPPED", "DELETE_IN_PROGRESS", "DELETE_FAILED"})
NESTED = "AWS::CloudFormation::Stack"


class StackResource(Struct, frozen=True, kw_only=True, rename="pascal"):
    """A resource that a stack made."""

    logical_resource_id: str
    resource_type: str
    resource_status: str = ""
    physical_resource_id: str = ""
    stack_id: str = ""
    stack_name: str = ""
    timestamp: datetime | None = None
    last_updated_timestamp: datetime | None = None

    @property
    def is_there(self) -> bool:
        """Whether it was made and is to stay."""
        return bool(self.physical_resource_id) and self.resource_status not in _GONE

    @property
    def changed_at(self) -> datetime | None:
        """When the stack last had to do with it."""
        return self.timestamp or self.last_updated_timestamp


class ParameterValue(Struct, frozen=True, kw_only=True, rename="pascal"):
    """`resolved_value` is what a parameter that names one of Systems Manager's stood for."""

    parameter_key: str
    parameter_value: str = ""
    resolved_value: str | None = None


class Output(Struct, frozen=True, kw_only=True, rename="pascal"):
    """An output of a stack, and the name it is exported under."""

    output_key: str
    output_value: str = ""
    export_name: str | None = None


class Description(Struct, frozen=True, kw_only=True, rename="pascal"):
    """What `describe-stacks` says of a stack."""

    stack_name: str
    stack_id: str = ""
    stack_status: str = ""
    parent_id: str = ""
    parameters: list[ParameterValue] = field(default_factory=list)
    outputs: list[Output] = field(default_factory=list)


class Export(Struct, frozen=True, kw_only=True, rename="pascal"):
    """A value that `list-exports` names."""

    name: str
    value: str
    exporting_stack_id: str = ""


class DriftAnswer(Struct, frozen=True, kw_only=True, rename="pascal"):
    """What CloudFormation's own detection says of a resource. The properties are JSON texts."""

    stack_id: str
    logical_resource_id: str
    resource_type: str
    stack_resource_drift_status: str
    physical_resource_id: str = ""
    expected_properties: str | None = None
    actual_properties: str | None = None
    property_differences: list[dict[str, Any]] = field(default_factory=list)
    timestamp: datetime | None = None


class Stack(Struct, kw_only=True):
    """A stack with everything known about it.

    `id` is its ARN, empty when no answer gives it. `described` is None when no answer told of its parameters.
    """

    name: str
    id: str = ""
    resources: dict[str, StackResource] = field(default_factory=dict)
    drifts: dict[str, DriftAnswer] = field(default_factory=dict)
    described: Description | None = None
    template: Template | None = None

    @property
    def partition(self) -> str:
        """`aws`, `aws-cn` …, empty when unknown."""
        return self._arn(1)

    @property
    def region(self) -> str:
        """Empty when unknown."""
        return self._arn(3)

    @property
    def account(self) -> str:
        """Empty when unknown."""
        return self._arn(4)

    @property
    def scope(self) -> str:
        """`account/region`, empty when unknown."""
        return f"{self.account}/{self.region}" if self.account and self.region else ""

    def _arn(self, part: int) -> str:
        parts = self.id.split(":", 5)
        return parts[part] if len(parts) == 6 else ""


class Stacks:
    """The stacks of one source, put together from answers in any order; the newest word on a resource counts.

    Answers that give a stack no ARN name it within `place`, the folder they lie in or the region they came from.
    """

    def __init__(self) -> None:
        self._known: dict[str, Stack] = {}
        self._unplaced: dict[tuple[str, str], Stack] = {}
        self._places: dict[str, str] = {}
        self._exports: dict[tuple[str, str, str], str] = {}

    def add_resource(self, resource: StackResource, place: str, name: str) -> None:
        """Takes in a resource; `name` is its stack's where the answer itself does not say."""
        stack = self._stack(resource.stack_id, resource.stack_name or name, place)
        known = stack.resources.get(resource.logical_resource_id)
        if known is None or _moment(resource.changed_at) >= _moment(known.changed_at):
            stack.resources[resource.logical_resource_id] = resource

    def add_description(self, described: Description, place: str) -> None:
        """Takes in what is said of a stack as a whole."""
        self._stack(described.stack_id, described.stack_name, place).described = described

    def add_drift(self, drift: DriftAnswer, place: str) -> None:
        """Takes in what CloudFormation's own detection says of a resource."""
        stack = self._stack(drift.stack_id, name_of(drift.stack_id), place)
        known = stack.drifts.get(drift.logical_resource_id)
        if known is None or _moment(drift.timestamp) >= _moment(known.timestamp):
            stack.drifts[drift.logical_resource_id] = drift

    def add_export(self, export: Export) -> None:
        """Takes in a value that stacks of the same account and region may import."""
        parts = export.exporting_stack_id.split(":", 5)
        account, region = (parts[4], parts[3]) if len(parts) == 6 else ("", "")
        self._exports[account, region, export.name] = export.value

    def exports(self) -> dict[tuple[str, str, str], str]:
        """What can be imported, by account, region and name, as far as the API said."""
        found = dict(self._exports)
        for stack in self.all():
            for output in stack.described.outputs if stack.described else ():
                if output.export_name:
                    found[stack.account, stack.region, output.export_name] = output.output_value
        return found

    def all(self) -> list[Stack]:
        """Every stack, by ARN and name. What was told without an ARN joins the only stack of that name."""
        for (place, name), stack in list(self._unplaced.items()):
            same = [known for known in self._known.values() if known.name == name]
            near = [known for known in same if self._places[known.id] == place]
            target = next((found[0] for found in (near, same) if len(found) == 1), None)
            if target is not None:
                target.resources = stack.resources | target.resources
                target.described = target.described or stack.described
                del self._unplaced[place, name]
        stacks = [*self._known.values(), *self._unplaced.values()]
        return sorted(stacks, key=lambda stack: (stack.id, stack.name))

    def _stack(self, arn: str, name: str, place: str) -> Stack:
        if not arn.startswith("arn:"):
            return self._unplaced.setdefault((place, arn or name), Stack(name=arn or name))
        self._places.setdefault(arn, place)
        return self._known.setdefault(arn, Stack(name=name_of(arn), id=arn))


def name_of(arn: str) -> str:
    """The name in a stack's ARN; a text that is none as it is."""
    return arn.split("/")[1] if arn.startswith("arn:") and "/" in arn else arn


def _moment(at: datetime | None) -> float:
    return at.timestamp() if at else 0.0
