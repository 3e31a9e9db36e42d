"""Whether the AWS command line would take a command, by the service models that botocore ships."""

from functools import cache
from itertools import takewhile
from typing import Any

import botocore.session
import msgspec
from botocore import xform_name

#: Services that the command line calls otherwise than their model.
_RENAMED = {"s3api": "s3", "configservice": "config", "deploy": "codedeploy"}
#: Options that every command takes, with one value each.
_GLOBAL = frozenset({"region", "profile", "output", "endpoint-url", "query", "cli-input-json"})


def problems(words: list[str]) -> list[str]:
    """What is wrong with the words after `aws`; empty when nothing is."""
    service, operation, *rest = words
    model = _model(_RENAMED.get(service, service))
    if model is None:
        return [f"no service {service}"]
    if operation == "wait":
        return _waiter_problems(_RENAMED.get(service, service), *rest[:1])
    names = {xform_name(name, "-"): name for name in model.operation_names}
    if operation not in names:
        return [f"no operation {service} {operation}"]
    shape = model.operation_model(names[operation]).input_shape
    return _option_problems(shape, rest)


def _option_problems(shape: Any, words: list[str]) -> list[str]:
    members = {xform_name(name, "-"): (name, member) for name, member in shape.members.items()}
    required = set(shape.required_members)
    found = []
    while words:
        option, *words = words
        values = list(takewhile(lambda word: not word.startswith("--"), words))
        words = words[len(values) :]
        name = option.removeprefix("--")
        if not option.startswith("--"):
            found.append(f"{option} belongs to no option")
        elif name in members:
            required.discard(members[name][0])
            found += _value_problems(members[name][1], values, option)
        elif name not in _GLOBAL or len(values) != 1:
            found.append(f"no option {option}")
        elif name == "cli-input-json":
            given = msgspec.json.decode(values[0])
            required -= given.keys()
            found += [f"no parameter {key}" for key in given.keys() - shape.members.keys()]
    return [*found, *(f"{name} is missing" for name in sorted(required))]


def _value_problems(shape: Any, values: list[str], option: str) -> list[str]:
    if shape.type_name == "boolean":
        return [] if not values else [f"{option} takes no value"]
    if not values or (shape.type_name != "list" and len(values) > 1):
        return [f"{option} has {len(values)} values"]
    if shape.type_name == "list":
        if values[0].startswith("["):
            return [
                text for item in msgspec.json.decode(values[0]) for text in _item_problems(shape.member, item, option)
            ]
        return [text for value in values for text in _item_problems(shape.member, value, option)]
    return _item_problems(shape, values[0], option)


def _item_problems(shape: Any, value: Any, option: str) -> list[str]:
    if shape.type_name == "structure":
        short = isinstance(value, str)
        given = dict(part.split("=", 1) for part in value.split(",")) if short else value
        unknown = [f"{option}: no field {key}" for key in given.keys() - shape.members.keys()]
        known = [
            _item_problems(shape.members[key], item, option) for key, item in given.items() if key in shape.members
        ]
        return unknown + [text for texts in known for text in texts]
    if shape.type_name in ("integer", "long") and not str(value).lstrip("-").isdigit():
        return [f"{option}: {value} is no number"]
    enum = getattr(shape, "enum", [])
    return [f"{option}: {value} is none of {enum}"] if enum and value not in enum else []


def _waiter_problems(service: str, waiter: str = "") -> list[str]:
    model = _session().get_waiter_model(service)
    return [] if waiter in {xform_name(name, "-") for name in model.waiter_names} else [f"no waiter {waiter}"]


@cache
def _model(service: str) -> Any:
    known = service in _session().get_available_services()
    return _session().get_service_model(service) if known else None


@cache
def _session() -> Any:
    return botocore.session.Session()
