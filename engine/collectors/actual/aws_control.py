"""Cloud Control's answers: the properties of resources in the words of CloudFormation."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from engine.collectors.actual.aws_config import as_document
from engine.collectors.actual.aws_places import Surroundings, place_of_arns
from engine.collectors.base import Context
from engine.model import Coverage, Observed
from engine.providers import Knowledge


class Description(Struct, rename="pascal"):
    """One resource: its primary identifier and its properties, as an object or as its text."""

    identifier: str
    properties: Any = None


class ControlAnswer(Struct, rename="pascal"):
    """What `list-resources` and `get-resource` answer."""

    type_name: str
    resource_descriptions: list[Description] | None = None
    resource_description: Description | None = None


class ControlAnswers:
    """Gathers the answers of a source; the first answer about a resource counts."""

    def __init__(self, knowledge: Knowledge, source: str, surroundings: Surroundings) -> None:
        self._knowledge = knowledge
        self._source = source
        self._surroundings = surroundings
        self._read: dict[tuple[str, str, str], tuple[Description, Path]] = {}
        self._listed: dict[tuple[str, Path], None] = {}

    def read(self, data: bytes, file: Path, context: Context) -> None:
        """Takes in one answer."""
        answer = msgspec.json.decode(data, type=ControlAnswer)
        if answer.resource_descriptions is not None:
            self._listed.setdefault((answer.type_name, file))
        single = [answer.resource_description] if answer.resource_description else []
        for item in [*(answer.resource_descriptions or ()), *single]:
            try:
                item.properties = as_document(item.properties)
            except msgspec.DecodeError:
                context.skip(file.name, f"{item.identifier}: its properties are not JSON")
                continue
            if isinstance(item.properties, Mapping):
                self._read.setdefault((answer.type_name, str(file.parent), item.identifier), (item, file))
            else:
                context.skip(file.name, f"{item.identifier}: it has no properties")

    def found(self) -> Iterator[Observed | Coverage]:
        """One observation for each resource, and what the lists covered."""
        covered: dict[tuple[str, str], None] = {}
        for (native, _, _), (item, file) in self._read.items():
            scope = self._scope(native, item, file)
            if (native, file) in self._listed:
                covered.setdefault((native, scope))
            yield Observed("aws", native, scope, _parts(item), self._source, origin=file.name)
        for native, file in self._listed:
            if all(known != native for known, _ in covered):
                covered.setdefault((native, self._surroundings.of(file).scope))
        for native, scope in covered:
            yield Coverage("aws", native, scope, self._source)

    def _scope(self, native: str, item: Description, file: Path) -> str:
        arns = (value for value in item.properties.values() if isinstance(value, str) and _ends_alike(value, item))
        place = place_of_arns((item.identifier, *arns)).or_else(self._surroundings.of(file))
        owner = self._knowledge.owner_of(native)
        if owner and self._knowledge.types[owner].is_global and place.account:
            return f"{place.account}/global"
        return place.scope


def _parts(item: Description) -> dict[str, Any]:
    """The properties, unless they only repeat the identifier: some types are listed without the rest."""
    parts: dict[str, Any] = {"CloudControlId": item.identifier}
    named = {item.identifier, *item.identifier.split("|")}
    if not all(isinstance(value, str) and value in named for value in item.properties.values()):
        parts["CloudControl"] = item.properties
    return parts


def _ends_alike(value: str, item: Description) -> bool:
    """Whether an ARN is the resource's own: it ends in the identifier, or is the property named `Arn`."""
    return value.startswith("arn:") and (
        value == item.properties.get("Arn") or item.identifier.rpartition("|")[2] in value
    )
