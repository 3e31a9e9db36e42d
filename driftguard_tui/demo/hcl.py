"""The Terraform code of a stack, as somebody would have written it."""

import json
from collections.abc import Mapping
from typing import Any

from driftguard_tui.demo.company import PROD
from driftguard_tui.demo.estate import Estate, Expr, Placed, Stack
from driftguard_tui.demo.things.base import Plain

#: Arguments that hold a JSON document as text.
_DOCUMENTS = {"policy", "assume_role_policy", "redrive_policy"}
#: What stands first in a block.
_META = ("count", "for_each", "source")

References = Mapping[str, str]


def code_of_stack(stack: Stack, estate: Estate, provider_version: str) -> dict[str, str]:
    """The files of a stack by path."""
    names = _references(stack, estate)
    files: dict[str, list[str]] = {}
    for name, (source, arguments) in stack.modules.items():
        text = block(f'module "{name}"', {"source": source, **arguments}, names)
        files.setdefault("main.tf", []).append(text)
    seen: set[str] = set()
    for placed in stack.placed:
        if not placed.module and placed.block not in seen:
            seen.add(placed.block)
            header = f'resource "{placed.type}" "{placed.name}"'
            files.setdefault(placed.file, []).append(block(header, _arguments(placed), names))
    if stack.outputs:
        files["outputs.tf"] = [_output(name, stack, names) for name in sorted(stack.outputs)]
    files["versions.tf"] = [_versions(stack, provider_version)]
    return {f"{stack.folder}/{name}": "\n".join(texts) for name, texts in files.items()}


def block(header: str, arguments: Mapping[str, Any], names: References, depth: int = 0) -> str:
    """One block, formatted as `terraform fmt` does: equals signs of neighbouring lines are aligned."""
    pad = "  " * depth
    lines: list[str] = []
    group: list[tuple[str, str]] = []

    def flush() -> None:
        width = max((len(name) for name, _ in group), default=0)
        lines.extend(f"{pad}  {name.ljust(width)} = {text}" for name, text in group)
        group.clear()

    for name, value in arguments.items():
        if value is None or value == "" or value == []:
            continue
        if isinstance(value, list) and isinstance(value[0], Mapping):
            flush()
            for item in value:
                filled = {key: part for key, part in item.items() if part not in (None, "", [], False, {})}
                if lines and lines[-1]:
                    lines.append("")
                lines.append(block(f"{pad}  {name}", filled, names, depth + 1).rstrip("\n"))
            continue
        text = _argument(name, value, names, depth + 1)
        if "\n" in text:
            flush()
            if lines and lines[-1]:
                lines.append("")
            lines.append(f"{pad}  {name} = {text}")
        else:
            group.append((name, text))
            if name in _META:
                flush()
                lines.append("")
    flush()
    return f"{header} {{\n" + "\n".join(lines) + f"\n{pad}}}\n"


def _arguments(placed: Placed) -> dict[str, Any]:
    thing = placed.thing
    written = thing.written if isinstance(thing, Plain) else thing.arguments
    attributes = thing.attributes()
    arguments = {name: attributes[name] for name in written if attributes.get(name) is not None}
    meta = {name: placed.code[name] for name in _META if name in placed.code}
    return {**meta, **arguments, **placed.code}


def _argument(name: str, value: Any, names: References, depth: int) -> str:
    if name in _DOCUMENTS and isinstance(value, str):
        return f"jsonencode({_value(json.loads(value), names, depth)})"
    return _value(value, names, depth)


def _value(value: Any, names: References, depth: int) -> str:
    pad = "  " * depth
    if isinstance(value, Expr):
        return value.code
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return names.get(value) or json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        if not any(isinstance(item, Mapping) for item in value):
            return "[" + ", ".join(_value(item, names, depth) for item in value) + "]"
        items = ",\n".join(f"{pad}  {_value(item, names, depth + 1)}" for item in value)
        return f"[\n{items},\n{pad}]"
    keys = [key if key.isidentifier() else json.dumps(key) for key in value]
    width = max(map(len, keys), default=0)
    inner = "\n".join(
        f"{pad}  {key.ljust(width)} = {_value(item, names, depth + 1)}"
        for key, item in zip(keys, value.values(), strict=True)
    )
    return f"{{\n{inner}\n{pad}}}" if inner else "{}"


def _references(stack: Stack, estate: Estate) -> dict[str, str]:
    """Expressions for the ids and ARNs that the code of this stack would not write out."""
    names: dict[str, str] = {}
    for other in estate.stacks:
        if other is not stack and other.home == stack.home:
            prefix = f"data.terraform_remote_state.{other.key.rpartition('/')[2]}.outputs"
            for name, (value, _) in other.outputs.items():
                if isinstance(value, list):
                    names |= {item: f"{prefix}.{name}[{index}]" for index, item in enumerate(value)}
                else:
                    names[value] = f"{prefix}.{name}"
    for placed in stack.placed:
        if placed.module:
            continue
        attributes = placed.thing.attributes()
        address = placed.address
        for secret in placed.thing.sensitive:
            if placed.type == "random_password" and secret == "result":  # noqa: S105  # an attribute's name
                names[attributes[secret]] = f"{address}.result"
        if placed.type == "random_password" or attributes["id"] in _plain_names(attributes):
            continue
        names[attributes["id"]] = f"{address}.id"
        if "arn" in attributes:
            names[attributes["arn"]] = f"{address}.arn"
    return names


def _plain_names(attributes: Mapping[str, Any]) -> set[Any]:
    """Ids that are names a person chose: code writes these out, where it does not refer to the resource."""
    return {attributes.get("name"), attributes.get("bucket"), attributes.get("function_name")}


def _output(name: str, stack: Stack, names: References) -> str:
    value, sensitive = stack.outputs[name]
    arguments: dict[str, Any] = {"value": Expr("local.dsn") if sensitive else value}
    if sensitive:
        service = name.removesuffix("_dsn")
        endpoint = f"${{aws_db_instance.{service}.endpoint}}/{service}"
        login = f"${{aws_db_instance.{service}.username}}:${{random_password.{service}.result}}"
        arguments = {"value": Expr(f'"postgres://{login}@{endpoint}"'), "sensitive": True}
    return block(f'output "{name}"', arguments, names)


def _versions(stack: Stack, provider_version: str) -> str:
    account, region = stack.home.account, stack.home.region
    bucket = "larkspur-shared-terraform-state"
    remote = (
        ""
        if account is not PROD
        else f'''
data "terraform_remote_state" "network" {{
  backend = "s3"

  config = {{
    bucket = "{bucket}"
    key    = "prod/network.tfstate"
    region = "eu-west-1"
  }}
}}
'''
    )
    return f'''terraform {{
  required_version = "~> 1.7"

  backend "s3" {{
    bucket         = "{bucket}"
    key            = "{stack.key}.tfstate"
    region         = "eu-west-1"
    dynamodb_table = "lp-terraform-locks"
  }}

  required_providers {{
    aws = {{
      source  = "hashicorp/aws"
      version = "{provider_version}"
    }}
  }}
}}

provider "aws" {{
  region              = "{region}"
  allowed_account_ids = ["{account.number}"]

  default_tags {{
    tags = {{
      Environment = "{account.environment}"
      ManagedBy   = "terraform"
    }}
  }}
}}

locals {{
  letters      = ["a", "b", "c"]
  zones        = [for letter in local.letters : "{region}${{letter}}"]
  zone_letters = {{ a = 0, b = 1, c = 2 }}
  tags         = {{ Team = "platform" }}
}}
{remote}'''
