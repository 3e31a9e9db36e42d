"""What Google's APIs and one more description of the Terraform provider say about resources, read from packages.

The API's discovery documents come with the package `google-api-python-client`; which attributes the provider fills in
by itself is told by the types of the npm package `@pulumi/gcp`, generated from the same provider.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

_VERSION = re.compile(r"v(\d+)")
_NAMESPACE = re.compile(r"^export declare namespace (\w+) \{\n(.*?)^\}", re.DOTALL | re.MULTILINE)
_INTERFACE = re.compile(r"^    (?:export )?interface (\w+) \{\n(.*?)^    \}", re.DOTALL | re.MULTILINE)
_FIELD = re.compile(r"^        (\w+)(\??): (\{.*?^        \}|[^\n]*);$", re.MULTILINE | re.DOTALL)
_OUTPUT = re.compile(r"^    readonly (\w+): pulumi\.Output<(.*?)>;$", re.MULTILINE | re.DOTALL)
_NESTED = re.compile(r"outputs\.(\w+)\.(\w+)")

Schema = Mapping[str, Any]


class Api(Struct, frozen=True):
    """One version of one API: its host (`compute.googleapis.com`) and its schemas by name in lower case."""

    host: str
    version: str
    schemas: dict[str, Schema]

    def resolved(self, schema: Schema) -> Schema:
        """A schema without references at its top."""
        while "$ref" in schema:
            own = {name: value for name, value in schema.items() if name != "$ref"}
            schema = {**self.schemas[schema["$ref"].lower()], **own}
        return schema


class Apis:
    """The APIs that the installed client package knows, the newest stable version of each first."""

    def __init__(self, folder: Path | None = None) -> None:
        folder = folder or _installed()
        self._files: dict[str, list[Path]] = {}
        for file in folder.glob("*.v*.json"):
            name, version, _ = file.name.split(".", 2) if file.name.count(".") == 2 else (file.name, "", "")
            if _VERSION.fullmatch(version) or version == "v1beta4":
                self._files.setdefault(name, []).append(file)
        self._read: dict[Path, Api] = {}

    def versions(self, name: str) -> Iterator[Api]:
        """The versions of an API, newest first; none when there is no such API."""
        for file in sorted(self._files.get(name, ()), key=lambda file: file.name, reverse=True):
            if file not in self._read:
                document = msgspec.json.decode(file.read_bytes())
                host = document["rootUrl"].removeprefix("https://").strip("/")
                if host == "www.googleapis.com":
                    host = f"{name}.googleapis.com"
                schemas = {key.lower(): schema for key, schema in document["schemas"].items()}
                self._read[file] = Api(host, document["version"], schemas)
            yield self._read[file]

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of all APIs."""
        return frozenset(self._files)


class Given:
    """Which attributes are there whatever the code says: required, given a default or filled in by the provider."""

    def __init__(self, package: Path) -> None:
        self._files = {
            _plain(f"{file.parent.name}{file.name.removesuffix('.d.ts')}"): file for file in package.glob("*/*.d.ts")
        }
        text = (package / "types" / "output.d.ts").read_text()
        self._interfaces = {
            (namespace[1], interface[1]): interface[2]
            for namespace in _NAMESPACE.finditer(text)
            for interface in _INTERFACE.finditer(namespace[2])
        }

    def of(self, resource_type: str) -> "Fields | None":
        """The attributes of a Terraform type; None when the package does not have it under its usual name."""
        plain = _plain(resource_type.removeprefix("google_"))
        file = self._files.get(plain)
        if file is None:
            return None
        found = {}
        for name, kind in _OUTPUT.findall(file.read_text()):
            found[_plain(name)] = (not kind.endswith("| undefined"), kind)
        return Fields(self, found)

    def interface(self, namespace: str, name: str) -> "Fields":
        """The fields of a nested type."""
        body = self._interfaces.get((namespace, name), "")
        return Fields(self, {_plain(field): (not optional, kind) for field, optional, kind in _FIELD.findall(body)})


class Fields:
    """The fields of one type, found by the provider's name for them; lists are in the plural here."""

    def __init__(self, given: Given, fields: dict[str, tuple[bool, str]]) -> None:
        self._given = given
        self._fields = fields

    def is_given(self, name: str) -> bool:
        """Whether the field is always there. What is not known may be."""
        field = self._find(name)
        return field is None or field[0]

    def below(self, name: str) -> "Fields | None":
        """The fields of a block."""
        field = self._find(name)
        match = _NESTED.search(field[1]) if field else None
        return self._given.interface(match[1], match[2]) if match else None

    def _find(self, name: str) -> tuple[bool, str] | None:
        plain = _plain(name)
        spellings = (plain, *plurals(plain))
        return next((self._fields[spelling] for spelling in spellings if spelling in self._fields), None)


def plurals(plain: str) -> tuple[str, ...]:
    """How a name in lower case may read in the plural."""
    return (f"{plain}s", f"{plain}es", f"{plain[:-1]}ies" if plain.endswith("y") else f"{plain}s")


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def _installed() -> Path:
    spec = find_spec("googleapiclient")
    if spec is None or spec.origin is None:
        raise SystemExit("the package google-api-python-client is not installed: pip install 'driftguard-tui[derive]'")
    return Path(spec.origin).parent / "discovery_cache" / "documents"
