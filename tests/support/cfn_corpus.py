"""The recorded CloudFormation corpus: each case one resource, from the template's side and as Cloud Control read it."""

import zlib
from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec
from msgspec import Struct, field

from engine.model import UNRESOLVED, Declared, Language, Observed, ResourceRef
from tests.support.paths import SHARED_DATA

CORPUS = SHARED_DATA / "cfn_corpus"

#: How the corpus writes a value that nobody could resolve.
_HOLE = "__cdkrd_corpus_unresolved__"


class Recorded(Struct, rename="camel", frozen=True):
    """The template's side: the properties, resolved."""

    logical_id: str
    resource_type: str
    physical_id: str
    declared: dict[str, Any]
    sibling_policy_names: list[str] = field(default_factory=list)


class Finding(Struct, rename="camel", frozen=True):
    """What was found when the case was recorded. Only the tiers `declared` and `undeclared` are drift."""

    tier: str
    path: str
    desired: Any = None
    actual: Any = None
    nested: bool = False
    attribute_key: str = ""


class Case(Struct, rename="camel", frozen=True):
    """One resource of the corpus."""

    resource: Recorded
    live_raw: dict[str, Any]
    expected: list[Finding]
    opts: dict[str, Any] = field(default_factory=dict)
    name: str = ""

    @property
    def scope(self) -> str:
        return f"{self.opts.get('accountId', '')}/{self.opts.get('region', '')}"

    @property
    def is_first_half(self) -> bool:
        """Whether the case's type belongs to the half that the rules were built from."""
        return zlib.crc32(self.resource.resource_type.encode()) % 2 == 0

    def declared(self) -> Declared:
        """The case as a declaration."""
        recorded = self.resource
        ref = ResourceRef(
            "aws", recorded.resource_type, recorded.physical_id, self.scope, f"Corpus/{recorded.logical_id}"
        )
        return Declared(ref, _holes(recorded.declared), "corpus", language=Language.CLOUDFORMATION)

    def siblings(self) -> Iterator[Declared]:
        """Resources of the same stack that declare pieces of this one, as far as the case tells of them."""
        for group, rules in self.opts.get("siblingSgRules", {}).items():
            for kind in ("ingress", "egress"):
                for rule in rules.get(kind, ()):
                    yield self._sibling(f"AWS::EC2::SecurityGroup{kind.title()}", {"GroupId": group, **rule})
        for name in self.resource.sibling_policy_names:
            content = {"PolicyName": name, "PolicyDocument": UNRESOLVED, "Roles": [self.resource.physical_id]}
            yield self._sibling("AWS::IAM::Policy", content)

    def _sibling(self, kind: str, attributes: dict[str, Any]) -> Declared:
        ref = ResourceRef("aws", kind, "", self.scope, f"Corpus/{kind}")
        return Declared(ref, attributes, "corpus", language=Language.CLOUDFORMATION)

    def observed(self) -> Observed:
        """The case as Cloud Control's answer."""
        parts = {"CloudControlId": self.resource.physical_id, "CloudControl": self.live_raw}
        return Observed("aws", self.resource.resource_type, self.scope, parts, "corpus")

    def of_tier(self, *tiers: str) -> Iterator[Finding]:
        """The findings of some tiers."""
        return (finding for finding in self.expected if finding.tier in tiers)


@cache
def cases() -> tuple[Case, ...]:
    """All cases, by name."""
    return tuple(
        msgspec.structs.replace(msgspec.json.decode(file.read_bytes(), type=Case), name=file.stem)
        for file in sorted(CORPUS.glob("*.json"))
    )


def _holes(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace(_HOLE, UNRESOLVED)
    if isinstance(value, dict):
        return {key: _holes(item) for key, item in value.items()}
    return [_holes(item) for item in value] if isinstance(value, list) else value
