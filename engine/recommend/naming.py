"""What a drift's commands may name: ids, places and times, as each provider's programs want them.

Names and ids come from infrastructure, where anybody may have chosen them; here they are only stripped of what a
terminal would act on. Whoever puts them into a command quotes them.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise

import msgspec

from engine.model import Drift, ResourceRef
from engine.recommend.ignoring import accept_pattern, ignore_patterns

Values = Mapping[str, str | tuple[str, ...]]

_BEFORE, _AFTER = timedelta(hours=1), timedelta(minutes=15)
_WITHOUT_MOMENT = timedelta(days=1)
_TERRAFORM_TYPE = re.compile(r"[a-z][a-z0-9]*_\w+", re.ASCII)
_KUBERNETES_TYPE = re.compile(r"(?:(?P<group>[a-z0-9.-]+)/)?v\d\w*/(?P<kind>[A-Z]\w*)", re.ASCII)
_HIDDEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
#: What the AWS command line takes as it is inside `Key=…,Value=…`.
_PLAIN = re.compile(r"[\w.:/@+-]+", re.ASCII)


def tool_of(ref: ResourceRef) -> str:
    """What declares, or would declare, the resource: `terraform`, `cloudformation`, `kubernetes`, or empty."""
    return _tool(ref.type, ref.provider)


@lru_cache(maxsize=4096)
def _tool(type_: str, provider: str) -> str:
    if _TERRAFORM_TYPE.fullmatch(type_):
        return "terraform"
    if "::" in type_:
        return "cloudformation"
    return "kubernetes" if provider == "kubernetes" and _KUBERNETES_TYPE.fullmatch(type_) else ""


def spoken_name(ref: ResourceRef) -> str:
    """How a sentence names the resource: by where the code has it, else by its own name or id."""
    if tool_of(ref) == "kubernetes":
        _, kind, namespace, name = _object(ref)
        return f"{kind} {namespace}/{name}" if namespace else f"{kind} {name}"
    return ref.address or ref.name or ref.id


def names_in(drift: Drift, declared_in: str, region: str) -> Values:
    """The values by name, empty where they are not known. `declared_in` is the file or stack that declares it."""
    ref = drift.resource
    start, end = _window(drift)
    principal = printable(drift.actor.principal or "")
    values: dict[str, str | tuple[str, ...]] = {
        "id": printable(ref.id),
        "name": printable(ref.name or ref.id),
        "type": printable(ref.type),
        "drift": drift.id,
        "from": start,
        "until": end,
        "region": region,
        "principal": principal,
        "ignore": _ignore_lines(drift, principal),
        "accept": accept_pattern(ref),
    }
    tool = tool_of(ref)
    if tool == "terraform":
        values |= {"address": _address(ref), "new_address": proposed_address(ref), "import_id": import_id(ref)}
    elif tool == "cloudformation":
        values |= _stack(ref, declared_in)
    elif tool == "kubernetes":
        values |= _in_cluster(ref, declared_in)
    if ref.provider == "aws":
        by_name = printable(ref.name) if ref.id.startswith("https://") else printable(ref.id)
        values["by_resource"] = _lookup("ResourceName", by_name)
        values["by_user"] = _lookup("Username", re.split(r"[/:]", principal)[-1])
    elif ref.provider == "gcp":
        values |= _in_project(ref, principal, start, end)
    elif ref.provider == "azure":
        values["arm_id"] = printable(ref.id) if ref.id.startswith("/subscriptions/") and "|" not in ref.id else ""
    return values


def proposed_address(ref: ResourceRef) -> str:
    """Where the code could declare an unmanaged resource; empty when its type is not one of Terraform's."""
    if not _TERRAFORM_TYPE.fullmatch(ref.type):
        return ""
    words = re.sub(r"[^a-z0-9]+", "_", (ref.name or ref.id).lower()).strip("_")[-60:].strip("_")
    return f"{ref.type}.{words if words[:1].isalpha() else f'r_{words}'.rstrip('_')}"


def import_id(ref: ResourceRef) -> str:
    """The id by which Terraform imports the resource: of Google's, the path from the project on."""
    identity = printable(ref.id)
    if ref.provider != "gcp":
        return identity
    path = re.search(r"(?:^|/)(projects/(?!_/).+)", identity)
    return path[1] if path else identity.rpartition("/")[2]


def plain_path(path: str) -> str:
    """A path without the places of items in lists: `ingress[0].cidr_blocks` is `ingress.cidr_blocks`."""
    return re.sub(r"\[\d+\]", "", path)


def printable(text: str) -> str:
    """Text without what a terminal would act on or not show: control and format characters, line separators."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(char for char in text if unicodedata.category(char) not in _HIDDEN)


def _ignore_lines(drift: Drift, principal: str) -> tuple[str, ...]:
    """Each pattern under a remark that says why; a file that is read later tells it as the rule's reason."""
    why = f"# left to {principal or 'whatever sets it'} (drift {drift.id})"
    return tuple(line for pattern in ignore_patterns(drift) for line in (why, pattern))


def _address(ref: ResourceRef) -> str:
    return printable(ref.address) if f"{ref.type}." in ref.address else ""


def _stack(ref: ResourceRef, declared_in: str) -> dict[str, str]:
    """The stack by its id, else by its name; a nested stack's real name is not known from the address."""
    *stacks, logical_id = printable(ref.address).split("/")
    by_name = stacks[0] if len(stacks) == 1 else ""
    # As JSON, since the AWS command line opens an address that is given as an identifier.
    asked = {"TypeName": printable(ref.type), "Identifier": printable(ref.id)}
    return {
        "cloud_control": msgspec.json.encode(asked).decode() if ref.id else "",
        "stack": printable(declared_in) if declared_in.startswith("arn:") else by_name,
        "logical_id": logical_id if stacks else "",
    }


def _in_cluster(ref: ResourceRef, declared_in: str) -> dict[str, str]:
    group, kind, namespace, name = _object(ref)
    kind = kind.lower()
    file = re.sub(r"[^\w.-]+", "-", "-".join(filter(None, [namespace, name, kind])), flags=re.ASCII).strip("-.")
    return {
        "kind": f"{kind}.{group}" if group else kind,
        "name": name,
        "namespace": namespace,
        "cluster": printable(ref.scope),
        "manifest": printable(declared_in),
        "new_manifest": f"{file}.yaml",
    }


def _object(ref: ResourceRef) -> tuple[str, str, str, str]:
    """Group, kind, namespace and name, from `apps/Deployment/shop/web`."""
    group, kind, namespace, name = [*printable(ref.id).split("/", 3), "", "", "", ""][:4]
    return group, kind, namespace, name


def _in_project(ref: ResourceRef, principal: str, start: str, end: str) -> dict[str, str]:
    identity = printable(ref.id)
    steps = identity.split("/")
    after = dict(pairwise(steps))
    name = steps[-1]
    audited = f'logName:"cloudaudit.googleapis.com" AND timestamp>="{start}" AND timestamp<="{end}"'
    return {
        "name": name,
        "project": printable(ref.scope) or after.get("projects", ""),
        "location": after.get("zones") or after.get("locations") or after.get("regions") or "",
        "by_resource": f"{audited} AND protoPayload.resourceName:{_quoted(name)}" if name else "",
        "by_user": f"{audited} AND protoPayload.authenticationInfo.principalEmail={_quoted(principal)}"
        if principal
        else "",
    }


def _quoted(text: str) -> str:
    return msgspec.json.encode(text).decode()


def _lookup(key: str, value: str) -> str:
    """An attribute to look up in CloudTrail: the short form where the value allows it, else JSON."""
    if not value or _PLAIN.fullmatch(value):
        return f"AttributeKey={key},AttributeValue={value}" if value else ""
    return msgspec.json.encode([{"AttributeKey": key, "AttributeValue": value}]).decode()


def _window(drift: Drift) -> tuple[str, str]:
    moment = drift.changed_at
    if moment is None:
        return _time(drift.detected_at - _WITHOUT_MOMENT), _time(drift.detected_at)
    return _time(moment - _BEFORE), _time(moment + _AFTER)


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
