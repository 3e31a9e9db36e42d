"""A template, and whether something is one."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

_NO_ECHO = (True, "true", "True")


class Parameter(Struct, frozen=True):
    """`default` is None where there is none; `secret` is what the template calls NoEcho."""

    type: str = "String"
    default: Any = None
    secret: bool = False

    @property
    def is_list(self) -> bool:
        """Whether a value is split at its commas."""
        return self.type == "CommaDelimitedList" or "List<" in self.type

    @property
    def is_looked_up(self) -> bool:
        """Whether a value is the name under which Systems Manager keeps the real one."""
        return self.type.startswith("AWS::SSM::Parameter::Value<")


class Resource(Struct, frozen=True):
    """One resource as written, its functions unresolved."""

    type: str
    properties: Mapping[str, Any]
    condition: str | None = None


class Template(Struct, frozen=True):
    """`name` tells people which it is; `hints` are words that name the stack it was made for, in lower case."""

    name: str
    resources: Mapping[str, Resource]
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    mappings: Mapping[str, Any] = field(default_factory=dict)
    conditions: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)
    hints: frozenset[str] = frozenset()


def read_template(document: Any, name: str, hints: frozenset[str] = frozenset()) -> Template | None:
    """The template in a decoded document; None when it is none. Parts of it that make no sense are left out."""
    resources = _resources(document)
    if not resources:
        return None
    return Template(
        name=name,
        resources=resources,
        parameters={str(key): _parameter(value) for key, value in _section(document, "Parameters").items()},
        mappings=_section(document, "Mappings"),
        conditions=_section(document, "Conditions"),
        outputs=_section(document, "Outputs"),
        hints=hints,
    )


def _resources(document: Any) -> dict[str, Resource]:
    if not isinstance(document, Mapping):
        return {}
    return {
        str(name): Resource(
            type=body["Type"],
            properties=_section(body, "Properties"),
            condition=body["Condition"] if isinstance(body.get("Condition"), str) else None,
        )
        for name, body in _section(document, "Resources").items()
        if isinstance(body, Mapping) and isinstance(body.get("Type"), str) and "::" in body["Type"]
    }


def _parameter(body: Any) -> Parameter:
    if not isinstance(body, Mapping):
        return Parameter()
    return Parameter(
        type=str(body.get("Type", "String")), default=body.get("Default"), secret=body.get("NoEcho") in _NO_ECHO
    )


def _section(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    section = document.get(name)
    return section if isinstance(section, Mapping) else {}
