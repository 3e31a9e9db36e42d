"""Derives tables for Terraform's AWS types from three schemas that speak of the same resources.

    python -m engine.providers.derive.aws LIB [SCHEMAS]

LIB is the `lib` folder of the npm package `@cdktf/provider-aws`, SCHEMAS the folder `cfnlint/data/schemas` of the
package `cfn-lint`, found by itself when that is installed; botocore, a dependency of the product, has the third.

An attribute becomes a rule where its name and kind agree with a field of an answer that is read, or of Cloud Control's
properties. The rules are lenient, since nobody looked at them: see `engine.providers.derive.matching`. Tables by hand
are laid over them. What is written, `engine/providers/aws/derived.jsonl`, has one line a type.
"""

import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from engine.providers.derive.aws_shapes import CloudFormationType, Shape, cloudformation_types, read_parts
from engine.providers.derive.cdktf import Attribute, resources
from engine.providers.derive.matching import TAGS, Matcher, plain
from engine.providers.reads import Read, load_reads

Parts = dict[str, dict[str, Shape]]

TARGET = Path(__file__).parents[1] / "aws" / "derived.jsonl"
_NAMES = Path(__file__).with_name("aws_names.toml")


def main(arguments: list[str]) -> None:
    """Writes the tables."""
    from botocore.session import Session

    types = {found.name: found for found in cloudformation_types(*map(Path, arguments[1:]))}
    pairing, reads, by_hand = Pairing(types), load_reads("aws").types, _written()
    models = Session().get_service_model
    lines = []
    owned = {own["native"] for own in by_hand.values() if not own.get("derived") and not own.get("part_of")}
    # Shorter names first: `aws_lb_listener` speaks for what `aws_alb_listener` declares too.
    for name, attributes in sorted(resources(Path(arguments[0])), key=lambda found: (len(found[0]), found[0])):
        own = by_hand.get(name)
        if own is not None and not own.get("derived"):
            continue
        native = own["native"] if own else pairing.native(name)
        if (native in types or native in reads) and native not in owned:
            taken = own.get("attributes", {}) if own else {}
            left = {key: attribute for key, attribute in attributes.items() if key not in taken}
            table = derive(name, native, left, types.get(native), reads.get(native), models)
            if table["attributes"] or own:
                lines.append(msgspec.json.encode({"type": name, "rule": table}))
    TARGET.write_bytes(b"\n".join(lines) + b"\n")


def _written() -> dict[str, dict[str, Any]]:
    """The tables by hand, as they are written."""
    tables: dict[str, dict[str, Any]] = {}
    for file in sorted((TARGET.parent / "types").glob("*.toml")):
        tables |= msgspec.toml.decode(file.read_bytes())
    return tables


def derive(
    name: str,
    native: str,
    attributes: dict[str, Attribute],
    registered: CloudFormationType | None,
    read: Read | None,
    models: Any,
) -> dict[str, Any]:
    """The table of one type."""
    parts: Parts = read_parts(read, models) if read else {}
    if registered is not None:
        parts["CloudControl"] = registered.properties
    thing = native.rpartition("::")[2]
    matcher = Matcher(parts, thing)
    rules = {key: rule for key, item in attributes.items() if (rule := matcher.rule(item))}
    identity = _identity(parts, thing, registered.identifier if registered else [])
    words = {"native": native, "service": name.removeprefix("aws_").replace("_", " ")}
    everywhere = {"is_global": True} if read and read.is_global else {}
    return {**words, **identity, **everywhere, "attributes": rules}


def _identity(parts: Parts, thing: str, identifier: list[str]) -> dict[str, Any]:
    """How a live resource is found: by its ARN and id, and by its name, unless only several together are unique."""
    things = _endings(thing)
    arns, ids, names = (
        _paths(parts, [f"{kind}{word}" for kind in things for word in words])
        for words in (["arn"], ["id", "identifier"], ["name"])
    )
    is_compound = len(identifier) > 1
    others = [] if is_compound else [f"CloudControl.{field}" for field in identifier]
    identities = [*arns, *ids, *others]
    # A name may be given twice where the provider tells things apart by an id of its own.
    is_unique = not is_compound and (bool(arns) or not ids)
    return {
        "id": list(dict.fromkeys([*identities, *names, "CloudControlId"])),
        "keys": list(dict.fromkeys([*identities, *(names if is_unique else ())])),
        "join": ["arn", *([_compound(things, identifier)] if is_compound else []), "id", "name"],
        "name": names,
        "tags": ["ConfigTags", *_paths(parts, TAGS)],
        "hidden": [
            {"path": path, "equals": ["default"], "starts": ["default."], "reason": "a default of the service"}
            for path in names
        ],
    }


def _paths(parts: Parts, wanted: Iterable[str]) -> list[str]:
    """Where the parts have a field by one of these names, the likeliest name first."""
    return [
        f"{part}.{field}"
        for part, fields in parts.items()
        for name in wanted
        for field in fields
        if plain(field) == name
    ]


def _endings(thing: str) -> list[str]:
    """What a type is called before `Arn`, `Id` or `Name`: `MetricFilter` also `Filter`, or nothing at all."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]+", thing)
    return [plain("".join(words[start:])) for start in range(len(words) + 1)]


def _compound(things: list[str], identifier: list[str]) -> str:
    """What an identifier of several properties is put together of: `{cluster_name}|{id}`."""
    own = {f"{thing}id" for thing in things}
    return "|".join(f"{{{'id' if plain(field) in own else _snake(field)}}}" for field in identifier)


class Pairing:
    """Which native type a Terraform type declares, by the names of both."""

    def __init__(self, types: dict[str, CloudFormationType]) -> None:
        names = msgspec.toml.decode(_NAMES.read_bytes())
        self._exceptions: dict[str, str] = names["types"]
        self._services: dict[str, list[str]] = names["services"]
        self._natives = {plain(name.removeprefix("AWS::").replace("::", "_")): name for name in types}

    def native(self, name: str) -> str:
        """The native type, empty when none is known."""
        if name in self._exceptions:
            return self._exceptions[name]
        words = name.removeprefix("aws_").split("_")
        for length in range(len(words), 0, -1):
            thing = "".join(words[length:])
            for service in self._services.get("_".join(words[:length]), ()):
                found = self._natives.get(plain(service) + thing)
                if found:
                    return found
        return self._natives.get("".join(words)) or self._natives.get("ec2" + "".join(words), "")


def _snake(name: str) -> str:
    return "".join(f"_{char.lower()}" if char.isupper() else char for char in name).lstrip("_")


if __name__ == "__main__":
    main(sys.argv[1:])
