"""What the names in a template stand for in one stack: parameters, resources, conditions, other stacks' exports."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from engine.collectors.declared.cfn.intrinsics import NOTHING, Nothing, Resolver, as_text
from engine.collectors.declared.cfn.stacks import NESTED, Stack, Stacks
from engine.collectors.declared.cfn.template import Parameter, Template
from engine.model import UNRESOLVED

_PLACEHOLDER = re.compile(r"\$\{([^}|]+)(?:\|([^}]*))?\}")
_NO_TEMPLATE = Template(name="", resources={})


class World:
    """The stacks of a source as they see each other: parents and nested ones, exports and imports."""

    def __init__(self, stacks: Stacks) -> None:
        self.stacks = stacks.all()
        self.exports = stacks.exports()
        self._by_id = {stack.id: stack for stack in self.stacks if stack.id}
        self._names: dict[int, StackNames] = {}
        self._parents = {
            resource.physical_resource_id: (stack, logical_id)
            for stack in self.stacks
            for logical_id, resource in stack.resources.items()
            if resource.resource_type == NESTED
        }

    def names(self, stack: Stack) -> "StackNames":
        """The names in a stack's template. What they stand for is worked out once."""
        known = self._names.get(id(stack))
        if known is None:
            known = self._names[id(stack)] = StackNames(stack, self)
            known.settle()
        return known

    def parent(self, stack: Stack) -> tuple[Stack, str] | None:
        """The stack that a stack is nested in, and its name there."""
        return self._parents.get(stack.id) if stack.id else None

    def nested(self, stack: Stack, logical_id: str) -> Stack | None:
        """The stack that a resource of a stack is."""
        resource = stack.resources.get(logical_id)
        return self._by_id.get(resource.physical_resource_id) if resource else None

    def address(self, stack: Stack) -> str:
        """The stack's name, behind those of the stacks it is nested in."""
        path: list[str] = []
        while (above := self.parent(stack)) is not None and len(path) < len(self.stacks):
            stack, logical_id = above
            path.insert(0, logical_id)
        return "/".join([stack.name, *path])


class StackNames:
    """The names in the template of one stack."""

    def __init__(self, stack: Stack, world: World) -> None:
        self._stack = stack
        self._world = world
        self._template = stack.template or _NO_TEMPLATE
        self._given = _given(stack)
        self._values: dict[str, Any] = {}
        self._inherited: dict[str, tuple[Any, bool]] = {}
        self._conditions: dict[str, bool | None] = {}
        self._outputs: dict[str, Any] = {}
        self._exports: dict[str, str] | None = None
        self._defaults_hold = True

    def settle(self) -> None:
        """Finds out whether the parameters' defaults can be those that the stack was made with."""
        if self._stack.described is None and not self._fits_the_resources():
            self._defaults_hold = False
            self._values.clear()
            self._conditions.clear()

    def reference(self, name: str) -> Any:
        """A pseudo parameter, a parameter or a resource's physical id."""
        if name.startswith("AWS::"):
            return self._pseudo(name)
        if name in self._template.parameters:
            if name not in self._values:
                self._values[name] = UNRESOLVED  # while it is worked out
                self._values[name] = self._parameter(name, self._template.parameters[name])
            return self._values[name]
        return self._physical_id(name)

    def attribute(self, name: str, attribute: str) -> Any:
        """An attribute, where that follows from the physical id, or an output of a nested stack."""
        definition = self._template.resources.get(name)
        physical_id = self._physical_id(name)
        if definition is None or physical_id == UNRESOLVED:
            return UNRESOLVED
        if definition.type == NESTED:
            return self._nested_output(name, attribute.removeprefix("Outputs."))
        pattern = _attributes().get(definition.type, {}).get(attribute)
        if pattern is None:
            return physical_id if attribute == "Arn" and physical_id.startswith("arn:") else UNRESOLVED
        return self._fill(pattern, physical_id, definition.properties)

    def imported(self, name: str) -> Any:
        """What a stack of the same account and region exports under this name."""
        stack = self._stack
        known = self._world.exports.get((stack.account, stack.region, name))
        if known is not None:
            return known
        for other in self._world.stacks:
            if other.scope == stack.scope and other.described is None and other is not stack:
                value = self._world.names(other).exported(name)
                if value is not NOTHING:
                    return value
        return UNRESOLVED

    def holds(self, condition: str) -> bool | None:
        """Whether a condition held when the stack was made."""
        if condition not in self._conditions:
            self._conditions[condition] = None  # while it is worked out
            definition = self._template.conditions.get(condition)
            self._conditions[condition] = Resolver(self).truth(definition)
        return self._conditions[condition]

    def mapped(self, mapping: str, key: str, name: str) -> Any:
        """What the template's mapping has."""
        level: Any = self._template.mappings.get(mapping)
        for part in (key, name):
            level = level.get(part, NOTHING) if isinstance(level, Mapping) else NOTHING
        return level

    def is_secret(self, name: str) -> bool:
        """Whether a parameter is one that is never shown, here or in the stack that gives it."""
        parameter = self._template.parameters.get(name)
        return parameter is not None and (parameter.secret or self._from_parent(name)[1])

    def output(self, name: str) -> Any:
        """An output of the stack: as described, else as its template has it."""
        described = self._stack.described
        if described is not None:
            values = (output.output_value for output in described.outputs if output.output_key == name)
            return next(values, UNRESOLVED)
        if name not in self._outputs:
            self._outputs[name] = UNRESOLVED  # while it is worked out
            body = self._template.outputs.get(name)
            if isinstance(body, Mapping):
                resolver = Resolver(self)
                value = resolver.value(body.get("Value", UNRESOLVED), "")
                self._outputs[name] = UNRESOLVED if value is NOTHING or resolver.sensitive else value
        return self._outputs[name]

    def exported(self, name: str) -> Any:
        """What the template exports under a name, NOTHING when it does not."""
        if self._exports is None:
            self._exports = {}  # while they are worked out
            for key, body in self._template.outputs.items():
                export = body.get("Export") if isinstance(body, Mapping) else None
                if isinstance(export, Mapping):
                    self._exports[as_text(Resolver(self).value(export.get("Name"), ""))] = key
        output = self._exports.get(name)
        return NOTHING if output is None else self.output(output)

    def _fits_the_resources(self) -> bool:
        """Whether the resources are those that the parameters' defaults would have made."""
        for logical_id, definition in self._template.resources.items():
            if definition.condition is not None:
                holds = self.holds(definition.condition)
                if holds is not None and holds != (logical_id in self._stack.resources):
                    return False
        return True

    def _parameter(self, name: str, parameter: Parameter) -> Any:
        if self.is_secret(name):
            return UNRESOLVED
        value = self._given.get(name, NOTHING)
        if value is NOTHING:
            value = self._from_parent(name)[0]
        if value is NOTHING and self._defaults_hold and not parameter.is_looked_up:
            value = parameter.default
        if value is None or isinstance(value, Nothing) or (parameter.is_looked_up and name not in self._given):
            return UNRESOLVED
        if parameter.is_list:
            texts = value if isinstance(value, list) else as_text(value).split(",")
            return [as_text(text).strip() for text in texts] if value != UNRESOLVED else UNRESOLVED
        return value

    def _from_parent(self, name: str) -> tuple[Any, bool]:
        """What the stack that this one is nested in gives a parameter, NOTHING if none; and whether it is secret."""
        if name not in self._inherited:
            self._inherited[name] = (UNRESOLVED, False)  # while it is worked out
            parent, logical_id = self._world.parent(self._stack) or (self._stack, "")
            definition = parent.template.resources.get(logical_id) if parent.template else None
            given = definition.properties.get("Parameters") if definition else None
            if isinstance(given, Mapping) and name in given:
                resolver = Resolver(self._world.names(parent))
                value = resolver.value(given[name], "")
                self._inherited[name] = (value, bool(resolver.sensitive))
            else:
                self._inherited[name] = (NOTHING, False)
        return self._inherited[name]

    def _pseudo(self, name: str) -> Any:
        stack = self._stack
        partition = stack.partition
        known = {
            "AWS::AccountId": stack.account,
            "AWS::Region": stack.region,
            "AWS::Partition": partition,
            "AWS::StackId": stack.id,
            "AWS::StackName": stack.name,
            "AWS::URLSuffix": {"aws-cn": "amazonaws.com.cn"}.get(partition, "amazonaws.com") if partition else "",
        }
        if name == "AWS::NoValue":
            return NOTHING
        return known.get(name) or UNRESOLVED

    def _physical_id(self, name: str) -> str:
        resource = self._stack.resources.get(name)
        if resource is None or not resource.is_there or "|" in resource.physical_resource_id:
            # Of a compound id each type gives another part to those who refer to it.
            return UNRESOLVED
        return resource.physical_resource_id

    def _nested_output(self, name: str, output: str) -> Any:
        nested = self._world.nested(self._stack, name)
        return self._world.names(nested).output(output) if nested else UNRESOLVED

    def _fill(self, pattern: str, physical_id: str, properties: Mapping[str, Any]) -> str:
        def stands_for(match: re.Match[str]) -> str:
            name, default = match[1], match[2]
            if name == "Ref":
                return physical_id
            if name == "Name":
                return re.split("[/:]", physical_id)[-1]
            if name.startswith("Properties."):
                value = properties.get(name.removeprefix("Properties."), default)
                return as_text(Resolver(self).value(value, ""))
            return as_text(self._pseudo(name))

        return _PLACEHOLDER.sub(stands_for, pattern)


def _given(stack: Stack) -> dict[str, str]:
    """The values of a stack's parameters as described; of those that were looked up only what was found."""
    if stack.described is None:
        return {}
    looked_up = stack.template.parameters if stack.template else {}
    return {
        given.parameter_key: given.parameter_value if given.resolved_value is None else given.resolved_value
        for given in stack.described.parameters
        if given.resolved_value is not None or not looked_up.get(given.parameter_key, Parameter()).is_looked_up
    }


@cache
def _attributes() -> dict[str, dict[str, str]]:
    text = files("engine.collectors.declared.cfn").joinpath("attributes.toml").read_bytes()
    return msgspec.toml.decode(text, type=dict[str, dict[str, str]])
