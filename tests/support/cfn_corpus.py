"""The recorded CloudFormation corpus: each case one resource, from the template's side and as Cloud Control read it."""

import json
import zlib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, field

from engine.model import UNRESOLVED, Declared, Language, Observed, ResourceRef
from engine.providers.cloudformation import load_registry
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

    @property
    def identifier(self) -> str:
        """What Cloud Control calls it: its identifying properties, or the physical id where these are not read."""
        names = load_registry().type(self.resource.resource_type).id
        values = [self.live_raw.get(name) for name in names]
        return "|".join(map(str, values)) if values and all(values) else self.resource.physical_id

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


def write_bundles(folder: Path, chosen: Iterable[Case]) -> dict[Path, dict[str, Case]]:
    """Writes the cases as bundles: a template and a stack for each case, and Cloud Control's lists.

    Several cases of one resource, before and after a change, go to different bundles. Returns each bundle's cases by
    the address that reports name them by.
    """
    bundles: dict[Path, dict[str, Case]] = {}
    answers: dict[Path, dict[tuple[str, str], list[dict[str, Any]]]] = {}
    seen: dict[tuple[str, str, str], int] = {}
    for number, case in enumerate(chosen):
        key = (case.resource.resource_type, case.scope, case.identifier)
        seen[key] = seen.get(key, 0) + 1
        bundle = folder / f"bundle{seen[key]}"
        stack = f"case{number}"
        _write_stack(bundle / "cloudformation", stack, case)
        listed = answers.setdefault(bundle, {}).setdefault(key[:2], [])
        listed.append({"Identifier": case.identifier, "Properties": json.dumps(case.live_raw)})
        bundles.setdefault(bundle, {})[f"{stack}/{case.resource.logical_id}"] = case
    for bundle, lists in answers.items():
        for (native, scope), descriptions in lists.items():
            file = bundle / "aws" / scope / f"{native.replace('::', '-')}.json"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps({"TypeName": native, "ResourceDescriptions": descriptions}))
    return bundles


def _write_stack(folder: Path, stack: str, case: Case) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    recorded = case.resource
    resources = {recorded.logical_id: (recorded.resource_type, case.declared().attributes, recorded.physical_id)}
    for number, sibling in enumerate(case.siblings()):
        resources[f"Sibling{number}"] = (sibling.ref.type, sibling.attributes, f"sibling-{number}")
    account, _, region = case.scope.partition("/")
    stack_id = f"arn:aws:cloudformation:{region}:{account}:stack/{stack}/{zlib.crc32(stack.encode())}"
    template = {
        name: {"Type": kind, "Properties": _intrinsic(properties)} for name, (kind, properties, _) in resources.items()
    }
    made = [
        {
            "StackName": stack,
            "StackId": stack_id,
            "LogicalResourceId": name,
            "PhysicalResourceId": physical_id,
            "ResourceType": kind,
            "ResourceStatus": "CREATE_COMPLETE",
            "Timestamp": "2026-07-14T00:00:00Z",
        }
        for name, (kind, _, physical_id) in resources.items()
    ]
    (folder / f"{stack}.template.json").write_text(json.dumps({"Resources": template}))
    (folder / f"{stack}.resources.json").write_text(json.dumps({"StackResources": made}))


def _intrinsic(value: Any) -> Any:
    """A property as a template writes it: holes as imports from a stack that nobody recorded."""
    if isinstance(value, str) and UNRESOLVED in value:
        hole = {"Fn::ImportValue": "elsewhere"}
        first, *rest = value.split(UNRESOLVED)
        pieces = [first, *(piece for text in rest for piece in (hole, text))]
        return hole if value == UNRESOLVED else {"Fn::Join": ["", pieces]}
    if isinstance(value, dict):
        return {key: _intrinsic(item) for key, item in value.items()}
    return [_intrinsic(item) for item in value] if isinstance(value, list) else value


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
