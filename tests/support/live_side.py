"""The live side of a recorded bundle, as something to change: records found, opened and written back.

A record's values are reached by `Leaf`s. JSON that stands in texts (AWS Config's `configuration`, policies) is opened
when a bundle is read and closed again when it is written, in the style in which it stood.
"""

import gzip
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import yaml

#: Folders of a bundle that a comparison needs; what happened (logs, tickets, metrics) is left out of a copy.
_SIDES = ("terraform", "plans", "cloudformation", "manifests", "aws", "gcp", "azure", "kubernetes")
_LIVE = ("aws", "gcp", "azure", "kubernetes")
_LISTS = ("configurationItems", "ResourceDescriptions", "data", "items")
#: What an object keeps about its own past; a change of the object does not change it.
_PAST = ("kubectl.kubernetes.io/last-applied-configuration", "managedFields")

Step = str | int


class Opened(dict[str, Any]):
    """A document that stood in a text, with how it was written."""

    escaped = False


class Record:
    """One live resource, as one record of a file holds it."""

    def __init__(self, folder: str, native: str, body: dict[str, Any]) -> None:
        self.folder = folder
        self.native = native
        self.body = body

    @property
    def identities(self) -> list[str]:
        """What it may be called by a declaration, the most exact first."""
        body, metadata = self.body, self.body.get("metadata") or {}
        if self.folder == "kubernetes":
            group = body["apiVersion"].rpartition("/")[0]
            return [f"{group}/{body['kind']}/{metadata.get('namespace', '')}/{metadata['name']}"]
        if self.folder == "gcp":
            data = body.get("resource", {}).get("data", {})
            names = [data.get("selfLink"), data.get("id"), body["name"].partition(".com/")[2], data.get("name")]
        elif self.folder == "azure":
            names = [body["id"].lower()]
        else:
            names = [body.get(name) for name in ("ARN", "arn", "resourceId", "resourceName", "Identifier", "QueueUrl")]
        return [str(name) for name in names if name]

    @property
    def matter(self) -> Any:
        """The part of it that says how the resource is, without the envelope."""
        if self.folder == "gcp":
            return self.body["resource"]["data"]
        if self.folder == "aws":
            return {
                name: self.body[name]
                for name in ("configuration", "supplementaryConfiguration", "Properties")
                if name in self.body
            }
        return self.body


class Leaf:
    """A value within a document: the container that holds it and the way to it."""

    def __init__(self, holders: tuple[Any, ...], path: tuple[Step, ...]) -> None:
        self._holders = holders
        self._holder = holders[-1]
        self._key = path[-1]
        self.path = path

    @property
    def value(self) -> Any:
        """What stands there now."""
        return self._holder[self._key]

    @value.setter
    def value(self, new: Any) -> None:
        self._holder[self._key] = new

    def remove(self) -> None:
        """Takes out the item of a list that the value stands in, or else the value."""
        for holder, step in reversed(list(zip(self._holders, self.path, strict=True))):
            if isinstance(holder, list):
                del holder[int(step)]
                return
        del self._holder[self._key]

    def add_beside(self, turned: Callable[[Any], Any]) -> None:
        """Adds to the list that the value stands in an item like its own, its values turned; or a key beside it."""
        for holder, step in reversed(list(zip(self._holders, self.path, strict=True))):
            if isinstance(holder, list):
                item = [deepcopy(holder[int(step)])]
                for leaf in leaves(item):
                    if leaf.value not in (None, ""):
                        leaf.value = turned(leaf.value)
                holder += item
                return
        self._holder[f"{self._key}-x"] = turned(self.value)

    @property
    def name(self) -> str:
        """The last name on the way; of an item in a list, the list's."""
        return next((step for step in reversed(self.path) if isinstance(step, str)), "")


def leaves(value: Any, path: tuple[Step, ...] = (), holders: tuple[Any, ...] = ()) -> Iterator[Leaf]:
    """The places of all single values below, in order."""
    pairs: Any = ()
    if isinstance(value, Mapping):
        pairs = value.items()
    elif isinstance(value, list):
        pairs = enumerate(value)
    for key, item in list(pairs):
        if key in _PAST:
            continue
        if isinstance(item, Mapping | list):
            yield from leaves(item, (*path, key), (*holders, value))
        else:
            yield Leaf((*holders, value), (*path, key))


def containers(value: Any, path: tuple[Step, ...] = ()) -> Iterator[tuple[tuple[Step, ...], Any]]:
    """All lists and objects below, and this one, the innermost last."""
    if isinstance(value, Mapping | list):
        yield path, value
        pairs: Any = value.items() if isinstance(value, Mapping) else enumerate(value)
        for key, item in list(pairs):
            if key not in _PAST:
                yield from containers(item, (*path, key))


class _File:
    def __init__(self, path: Path, folder: str) -> None:
        self.path = path
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode()
        self.lines = path.name.removesuffix(".gz").endswith(".ndjson")
        self.document = [json.loads(line) for line in text.splitlines()] if self.lines else json.loads(text)
        self.records = self.document
        self.native = ""
        if isinstance(self.document, dict):
            self.records = next((self.document[name] for name in _LISTS if name in self.document), [self.document])
            self.native = self.document.get("TypeName", "")
        for place, record in enumerate(self.records):
            self.records[place] = _opened(record)
        self.folder = folder

    def write(self) -> None:
        if isinstance(self.document, dict):
            for name in ("count", "total_records"):
                if name in self.document:
                    self.document[name] = len(self.records)
        document = _closed(self.document)
        text = "\n".join(map(json.dumps, document)) if self.lines else json.dumps(document)
        raw = text.encode()
        self.path.write_bytes(gzip.compress(raw, 1, mtime=0) if self.path.suffix == ".gz" else raw)


class Copy:
    """A copy of a bundle whose live side may be changed. Changes are made to `records`, then written."""

    def __init__(self, bundle: Path, folder: Path) -> None:
        self.folder = folder
        for side in _SIDES:
            if (bundle / side).is_dir():
                shutil.copytree(bundle / side, folder / side)
        files = [(side, path) for side in _LIVE for path in sorted((folder / side).rglob("*")) if path.is_file()]
        self._files = [_File(path, side) for side, path in files]

    @property
    def records(self) -> list[Record]:
        """The live resources, as they are now."""
        return [
            Record(file.folder, _native(body, file.native), body)
            for file in self._files
            for body in file.records
            if isinstance(body, dict)
        ]

    def namesake(self, record: Record) -> None:
        """Adds a copy of a record beside it, under another name."""
        text = json.dumps(record.body)
        for name in sorted(_own_names(record)):
            text = text.replace(json.dumps(name)[1:-1], f"{json.dumps(name)[1:-1]}0c")
        for file in self._files:
            if any(body is record.body for body in file.records):
                file.records.append(_opened(json.loads(text)))

    def remove(self, record: Record) -> None:
        """Takes a record out."""
        for file in self._files:
            file.records[:] = [body for body in file.records if body is not record.body]

    def write(self) -> None:
        """Brings the files up to date."""
        for file in self._files:
            file.write()

    def declared(self) -> list[tuple[str, str, dict[str, Any]]]:
        """What the states and manifests declare: type, address (none for a manifest) and attributes."""
        out = []
        for path in sorted(self.folder.glob("terraform/**/*.tfstate")):
            out += _of_state(json.loads(path.read_text()))
        for path in sorted(self.folder.glob("manifests/**/*.*")):
            bodies = [body for body in yaml.safe_load_all(path.read_text()) if isinstance(body, dict)]
            bodies = [item for body in bodies for item in (body["items"] if body["kind"] == "List" else [body])]
            out += [(f"{body['apiVersion']}/{body['kind']}", "", body) for body in bodies]
        return out


def twin(record: Record, declared: list[tuple[str, str, dict[str, Any]]]) -> list[tuple[str, str, dict[str, Any]]]:
    """The declarations of a live resource."""
    if record.folder == "kubernetes":
        own = record.identities[0].split("/")
        return [
            item
            for item in declared
            if not item[1]
            and item[2]["kind"] == own[-3]
            and item[2]["metadata"]["name"] == own[-1]
            and item[2]["metadata"].get("namespace", "") == own[-2]
        ]
    word = record.native.rpartition("::")[2].rpartition("/")[2].lower()
    names = record.identities
    return [
        item
        for item in declared
        if item[1]
        and any(
            str(item[2].get(key) or "").lower() in {name.lower() for name in names}
            for key in ("arn", "self_link", "id", "url", "bucket")
        )
        and (item[2].get("arn") in names or record.folder != "aws" or word in item[0].replace("_", ""))
    ]


def _own_names(record: Record) -> set[str]:
    """What the record itself is called, without what only repeats such a name within more."""
    body = record.body
    if record.folder == "kubernetes":
        return {body["metadata"]["name"], body["metadata"].get("uid") or body["metadata"]["name"]}
    if record.folder == "gcp":
        return {body["name"].rpartition("/")[2]}
    keys = ("name", "resourceName", "resourceId", "Identifier")
    names = {str(name).rpartition("/")[2] for key in keys if (name := body.get(key))}
    return {name for name in names if not any(other != name and other in name for other in names)}


def _of_state(state: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for resource in state["resources"]:
        if resource["mode"] != "managed":
            continue
        for instance in resource["instances"]:
            index = instance.get("index_key")
            suffix = "" if index is None else f"[{json.dumps(index)}]"
            module = f"{resource['module']}." if "module" in resource else ""
            yield resource["type"], f"{module}{resource['type']}.{resource['name']}{suffix}", instance["attributes"]


def _native(body: Mapping[str, Any], of_file: str) -> str:
    return str(
        body.get("resourceType")
        or of_file
        or body.get("asset_type")
        or body.get("assetType")
        or body.get("type")
        or body.get("kind")
    )


def _opened(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: item if key in _PAST else _opened(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_opened(item) for item in value]
    if isinstance(value, str) and value[:1] in ("{", "%"):
        try:
            document = json.loads(unquote(value) if value[0] == "%" else value)
        except ValueError:
            return value
        if isinstance(document, dict):
            opened = Opened(_opened(document))
            opened.escaped = value[0] == "%"
            return opened
    return value


def _closed(value: Any) -> Any:
    if isinstance(value, dict):
        closed = {key: _closed(item) for key, item in value.items()}
        if isinstance(value, Opened):
            text = json.dumps(closed)
            return quote(text) if value.escaped else text
        return closed
    return [_closed(item) for item in value] if isinstance(value, list) else value
