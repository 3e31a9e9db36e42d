"""Exact commands for a drift, safe to paste into a shell, from the templates in `commands.toml`.

Names and ids come from infrastructure, where anybody may have chosen them. They are stripped of control characters
and quoted; a value that a program would take for an option is not used.
"""

import re
import shlex
import string
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files

import msgspec
from msgspec import Struct, field

from engine.model import Drift, ResourceRef

_BEFORE, _AFTER = timedelta(hours=1), timedelta(minutes=15)
_WITHOUT_MOMENT = timedelta(days=1)
_TERRAFORM_TYPE = re.compile(r"[a-z][a-z0-9]*_\w+", re.ASCII)
#: A part of a template that may be left out, with the space behind it.
_OPTIONAL = re.compile(r"\[[^\]]*\] ")
_HIDDEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
#: What the AWS command line takes as it is inside `Key=…,Value=…`.
_PLAIN = re.compile(r"[\w.:/@+-]+", re.ASCII)


class _Global(Struct, frozen=True, forbid_unknown_fields=True):
    region: str
    types: list[str]


class _Table(Struct, frozen=True, forbid_unknown_fields=True):
    templates: dict[str, str]
    reads: dict[str, str]
    everywhere: _Global = field(name="global")


def build_commands(drift: Drift, names: Iterable[str]) -> tuple[str, ...]:
    """The named commands with this drift filled in. What cannot be filled in is left out.

    `read` names the command that shows a resource of the drift's type. Raises KeyError for an unknown name.
    """
    table = _table()
    values = _values(drift)
    templates = (table.reads.get(drift.resource.type) if name == "read" else table.templates[name] for name in names)
    built = (_fill(template, values) for template in templates if template)
    return tuple(command for command in built if command)


def import_block(drift: Drift) -> str | None:
    """A patch that adds an `import` block for the resource, None when no address can be proposed."""
    address, identity = proposed_address(drift), printable(drift.resource.id)
    if not address or not identity:
        return None
    block = ["import {", f"  to = {address}", f"  id = {_hcl_text(identity)}", "}"]
    return "\n".join(
        ["--- /dev/null", "+++ b/imports.tf", f"@@ -0,0 +1,{len(block)} @@", *(f"+{line}" for line in block), ""]
    )


def proposed_address(drift: Drift) -> str:
    """Where the code could declare an unmanaged resource; empty when its type is not one of Terraform's."""
    ref = drift.resource
    if not _TERRAFORM_TYPE.fullmatch(ref.type):
        return ""
    words = re.sub(r"[^a-z0-9]+", "_", (ref.name or ref.id).lower()).strip("_")[-60:].strip("_")
    return f"{ref.type}.{words if words[:1].isalpha() else f'r_{words}'.rstrip('_')}"


def printable(text: str) -> str:
    """Text without what a terminal would act on or not show: control and format characters, line separators."""
    return "".join(char for char in text if unicodedata.category(char) not in _HIDDEN)


def known_template(name: str) -> bool:
    """Whether `build_commands` knows the name."""
    return name == "read" or name in _table().templates


def _values(drift: Drift) -> dict[str, str]:
    ref = drift.resource
    start, end = _window(drift)
    identity = printable(ref.id)
    by_name = printable(ref.name) if identity.startswith("https://") else identity
    principal = printable(drift.actor.principal or "")
    is_aws = ref.provider == "aws"
    return {
        "address": printable(ref.address) if _is_terraform_address(ref.address, ref.type) else "",
        "new_address": proposed_address(drift),
        "id": identity,
        "drift": drift.id,
        "region": _region(ref),
        "from": start,
        "until": end,
        "by_resource": _lookup("ResourceName", by_name) if is_aws else "",
        "by_user": _lookup("Username", re.split(r"[/:]", principal)[-1]) if is_aws else "",
    }


def _region(ref: ResourceRef) -> str:
    everywhere = _table().everywhere
    if any(fnmatchcase(ref.type, pattern) for pattern in everywhere.types):
        return everywhere.region
    region = printable(ref.scope.partition("/")[2])
    return "" if region in ("global", "*") else region


def _fill(template: str, values: dict[str, str]) -> str | None:
    """The template with each value quoted; None when a value is missing or looks like an option."""
    whole = _OPTIONAL.sub(lambda match: match[0][1:-2] + " " if _all_known(match[0], values) else "", template)
    if not _all_known(whole, values):
        return None
    return whole.format_map({name: shlex.quote(value) for name, value in values.items()})


def _all_known(template: str, values: dict[str, str]) -> bool:
    names = [name for _, name, _, _ in string.Formatter().parse(template) if name is not None]
    return all(values[name] and not values[name].startswith("-") for name in names)


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


def _is_terraform_address(address: str, resource_type: str) -> bool:
    return bool(_TERRAFORM_TYPE.fullmatch(resource_type)) and f"{resource_type}." in address


def _hcl_text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("${", "$${").replace("%{", "%%{")
    return f'"{escaped}"'


@cache
def _table() -> _Table:
    return msgspec.toml.decode(files("engine.recommend").joinpath("commands.toml").read_bytes(), type=_Table)
