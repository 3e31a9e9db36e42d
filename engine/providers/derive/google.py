"""Derives tables for Google's Terraform types from the provider's schema and the API's own description.

    python -m engine.providers.derive.google FOLDER

FOLDER holds the unpacked npm packages `@cdktf/provider-google` and `@pulumi/gcp` (`npm pack` each), in `cdktf/` and
`pulumi/`; the API's discovery documents are those of the PyPI package `google-api-python-client` (extra `derive`).

An attribute gets a rule where the API has a field of the same name and a fitting kind that can be read and set.
`engine/providers/gcp/derived.jsonl` has one line a type; the tables by hand are laid over it.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from engine.providers import load_knowledge
from engine.providers.derive.cdktf import Attribute, resources
from engine.providers.derive.google_shapes import Api, Apis, Fields, Given, Schema, plurals
from engine.redact import is_secret_name

TARGET = Path(__file__).parents[1] / "gcp" / "derived.jsonl"

#: APIs whose name is not the beginning of the Terraform type's name.
_APIS = {
    "active_directory": "managedidentities",
    "bigtable": "bigtableadmin",
    "cloud_run": "run",
    "cloud_run_v2": "run",
    "cloudfunctions2": "cloudfunctions",
    "filestore": "file",
    "folder": "cloudresourcemanager",
    "identity_platform": "identitytoolkit",
    "kms": "cloudkms",
    "organization_iam_custom": "iam",
    "project": "cloudresourcemanager",
    "project_iam_custom": "iam",
    "project_service": "serviceusage",
    "scc": "securitycenter",
    "scc_v2": "securitycenter",
    "service_account": "iam",
    "sql": "sqladmin",
    "tags": "cloudresourcemanager",
    "vertex_ai": "aiplatform",
    "workbench": "notebooks",
}
#: Types of one version of an API that has several at a time.
_VERSIONS = {
    "google_cloud_run_": "v1",
    "google_cloud_run_v2_": "v2",
    "google_cloudfunctions_": "v1",
    "google_cloudfunctions2_": "v2",
    "google_notebooks_": "v1",
    "google_workbench_": "v2",
}
#: What has an access policy and no settings that code declares.
_MANAGERS = {
    "google_project": "cloudresourcemanager.googleapis.com/Project",
    "google_folder": "cloudresourcemanager.googleapis.com/Folder",
    "google_organization": "cloudresourcemanager.googleapis.com/Organization",
}
#: What a grant says, beside what it is for.
_ACCESS = frozenset({"role", "member", "members", "condition", "policy_data"})
#: Where it is, which names the resource rather than being set on it.
_IDENTITY = frozenset({"id", "name", "project", "region", "zone", "location", "timeouts"})
_SCALARS = {
    "string": frozenset({"string", "integer", "number"}),
    "number": frozenset({"string", "integer", "number"}),
    "boolean": frozenset({"boolean"}),
}
_PREFIX = re.compile(
    r"^Google(?:Cloud|Firestore|Devtools|Identity|Monitoring)?\w*?V\d+(?:[a-z]+\d+)?(?=[A-Z])|^V\d+(?=[A-Z])"
)
_NOT_READ = re.compile(r"\b(?:input|write)[ -]only\b", re.IGNORECASE)
_NOT_SET = re.compile(r"\boutput[ -]only\b", re.IGNORECASE)
#: A schema is the resource's when it has this share of the attributes.
_LIKENESS = 0.4
_DEPTH = 8


def main(arguments: list[str]) -> None:
    """Writes the table."""
    folder = Path(arguments[0])
    apis, given = Apis(), Given(folder / "pulumi" / "package")
    types = dict(resources(folder / "cdktf" / "package" / "lib"))
    common = msgspec.toml.decode(TARGET.with_name("common.toml").read_bytes())
    rules = {name: rule for name, attributes in types.items() if (rule := type_rule(name, attributes, apis, given))}
    natives = {name: rule["native"] for name, rule in rules.items()}
    natives |= {name: rule.native for name, rule in load_knowledge().types.items() if name in types}
    rules |= {name: rule for name, attributes in types.items() if (rule := access_rule(name, attributes, natives))}
    lines = [msgspec.json.encode({"type": name, "rule": common | rule}) for name, rule in sorted(rules.items())]
    TARGET.write_bytes(b"\n".join(lines) + b"\n")


def access_rule(name: str, attributes: Mapping[str, Attribute], natives: Mapping[str, str]) -> dict[str, Any] | None:
    """The rule of a type that declares who may do what with a resource of another type; None for all others."""
    parent, _, kind = name.rpartition("_iam_")
    native = natives.get(parent) or _MANAGERS.get(parent)
    named_by = [key for key in attributes if key not in _ACCESS and (key not in _IDENTITY or key == "name")]
    if parent in _MANAGERS:
        named_by = named_by or ["project"]
    if kind not in ("member", "binding", "policy") or native is None or len(named_by) != 1:
        return None
    rule: dict[str, Any] = {"native": native, "service": "access", "part_of": parent, "join": named_by}
    if kind == "policy":
        return rule | {"attributes": {"policy_data": {"path": "IamPolicy", "convert": "gcp_bindings"}}}
    convert = "gcp_has_member" if kind == "member" else "gcp_bound_members"
    members = {"members": {"path": "IamPolicy.bindings", "convert": convert}} if kind == "binding" else {}
    return rule | {"exists": ["IamPolicy.bindings"], "exists_as": convert, "attributes": members}


def type_rule(name: str, attributes: Mapping[str, Attribute], apis: Apis, given: Given) -> dict[str, Any] | None:
    """The rule of one type, None when no API shows it."""
    found = _schema(name, attributes, apis)
    if found is None:
        return None
    api, schema = found
    rules = _Matching(api).rules(attributes, schema, given.of(name), "Asset.", _DEPTH)
    if not rules:
        return None
    kind = _PREFIX.sub("", schema["id"])
    native = f"{api.host}/{kind}"
    return {"native": native, "service": _words(kind), "absent_is_unknown": True, "attributes": rules}


def _schema(name: str, attributes: Mapping[str, Attribute], apis: Apis) -> tuple[Api, Schema] | None:
    """The API and schema that a type is made of: the one whose name fits and that knows most of the attributes."""
    wanted = {attribute for attribute in attributes if attribute not in _IDENTITY}
    for api, rest in _apis(name, apis):
        schemas = sorted(_named(api, rest), key=lambda schema: len(schema["id"]))
        for schema in schemas[:5]:
            known = sum(_field(schema, attribute) is not None for attribute in wanted)
            if known >= _LIKENESS * len(wanted):
                return api, schema
    return None


def _apis(name: str, apis: Apis) -> Iterator[tuple[Api, str]]:
    """The APIs a type may belong to, each with what the type is called there."""
    words = name.split("_")[1:]
    version = next((v for prefix, v in reversed(_VERSIONS.items()) if name.startswith(prefix)), "")
    for count in range(len(words), 0, -1):
        head = "_".join(words[:count])
        plain = head.replace("_", "")
        api_name = _APIS.get(head) or (plain if plain in apis.names else "")
        rest = "".join(words[count:]) or plain
        for api in apis.versions(api_name):
            if version in ("", api.version):
                yield api, rest


def _named(api: Api, rest: str) -> Iterator[Schema]:
    names = (rest, *(rest.removeprefix(word) for word in ("region", "global", "project", "folder", "organization")))
    for name in dict.fromkeys(names):
        if name:
            yield from (schema for key, schema in api.schemas.items() if key.endswith(name) and "properties" in schema)


class _Matching:
    """Pairs the attributes of a type with the fields of one API."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def rules(
        self, attributes: Mapping[str, Attribute], schema: Schema, given: Fields | None, part: str, depth: int
    ) -> dict[str, Any]:
        """The rules of all attributes that the schema has too; `part` goes before each path."""
        found = {}
        for name, attribute in attributes.items():
            if (part and name in _IDENTITY) or is_secret_name(name):
                continue
            field = _field(schema, name)
            rule = self._rule(attribute, self._api.resolved(field[1]), given, depth) if field else None
            if field is None or rule is None:
                continue
            rule["path"] = part + field[0]
            # What one of a few words stands for is never nothing: unset, it is the service's choice.
            is_chosen = rule.get("compare") == "caseless"
            if not attribute.required and (is_chosen or given is None or given.is_given(name)):
                rule["unset_is_unknown"] = True
            found[name] = rule if len(rule) > 1 else rule["path"]
        return found

    def _rule(self, attribute: Attribute, field: Schema, given: Fields | None, depth: int) -> dict[str, Any] | None:
        text = field.get("description", "")
        if field.get("readOnly") or _NOT_READ.search(text) or _NOT_SET.match(text.lstrip("[ ")):
            return None
        if attribute.kind == "map" and attribute.item != "block":
            is_map = field.get("type") == "object" and "additionalProperties" in field
            return {"convert": "gcp_labels"} if is_map else None
        if attribute.item == "block":
            return self._block(attribute, field, given, depth)
        if attribute.kind in ("list", "set"):
            if field.get("type") != "array":
                return None
            field = self._api.resolved(field["items"])
        return _scalar(field) if field.get("type") in _SCALARS.get(attribute.item, ()) else None

    def _block(self, attribute: Attribute, field: Schema, given: Fields | None, depth: int) -> dict[str, Any] | None:
        if field.get("type") == "array":
            field = self._api.resolved(field["items"])
        if not depth or "properties" not in field:
            return None
        below = given.below(attribute.name) if given else None
        block = self.rules(attribute.fields, field, below, "", depth - 1)
        return {"block": block} if block else None


def _scalar(field: Schema) -> dict[str, Any]:
    if "enum" in field:
        return {"compare": "caseless"}
    return {"compare": "duration"} if field.get("format") == "google-duration" else {}


def _field(schema: Schema, name: str) -> tuple[str, Schema] | None:
    """The field that an attribute is called after."""
    fields = {key.lower(): key for key in schema.get("properties", ())}
    plain = name.replace("_", "")
    key = next((fields[spelling] for spelling in (plain, *plurals(plain)) if spelling in fields), None)
    return (key, schema["properties"][key]) if key else None


def _words(kind: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", kind).lower()


if __name__ == "__main__":
    main(sys.argv[1:])
