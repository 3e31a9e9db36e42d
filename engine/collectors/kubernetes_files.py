"""Kubernetes objects in files: YAML of several documents, JSON, JSON a line, lists of all kinds."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from engine.errors import SourceError
from engine.providers.kubernetes import Objects, split_kind

SUFFIXES = (".yaml", ".yml", ".json", ".ndjson", ".jsonl")
#: Files that tools keep beside manifests, by the beginning of their names.
NO_MANIFESTS = ("Chart.", "values.", "values-", "kustomization.", "Kustomization.", "skaffold.", "helmfile.")
#: An object above this many values, its aliases written out, is an attack.
_MOST_VALUES = 5_000_000
_DEEPEST = 200
_INDENTED = re.compile(rf"^[ \t?:-]{{{_DEEPEST},}}", re.MULTILINE)
_DOCUMENT = re.compile(r"^---(?=\s|$).*$", re.MULTILINE)

Skip = Callable[[str, str], None]


class Listed(Struct, frozen=True):
    """An object and the list it stood in: `several` says that the list mixes kinds, `listed` that there was a list."""

    body: dict[str, Any]
    listed: bool = False
    several: bool = False


class Identity(Struct, frozen=True):
    """Which object a manifest declares: `native` is its kind behind its group, `namespace` empty where it has none.

    may_be_default: the tables do not know whether the kind has namespaces, and the manifest names none.
    """

    native: str
    namespace: str
    name: str
    may_be_default: bool = False

    @property
    def id(self) -> str:
        """`group/Kind/namespace/name`, empty parts kept."""
        return f"{self.native}/{self.namespace}/{self.name}"


def identity(body: Mapping[str, Any], tables: Objects, kinds: Mapping[str, bool]) -> Identity | None:
    """The object that a manifest declares; None for one without a name. `kinds` are those of its own that a cluster
    has, and whether they are cluster-wide."""
    metadata = body.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    if not (isinstance(metadata, dict) and isinstance(name, str) and name and body.get("kind")):
        return None
    native, _ = split_kind(str(body.get("apiVersion")), str(body["kind"]))
    native = tables.moved.get(native, native)
    wide = kinds.get(native, tables.is_cluster_wide(native))
    namespace = "" if wide else str(metadata.get("namespace") or ("default" if wide is False else ""))
    return Identity(native, namespace, name, may_be_default=wide is None and not namespace)


def patches_of(raw: bytes) -> Iterator[str]:
    """The files, relative to it, that a kustomization lays over others: they declare pieces, not objects."""
    for _, document in documents(raw, lambda place, why: None):
        if isinstance(document, dict):
            named = (document.get("patchesStrategicMerge"), document.get("patches"))
            for entry in (entry for entries in named if isinstance(entries, list) for entry in entries):
                path = entry.get("path") if isinstance(entry, dict) else entry
                if isinstance(path, str) and "\n" not in path:
                    yield path


def objects_in(raw: bytes, skip: Skip) -> Iterator[Listed]:
    """Every object of a file; lists are opened. What cannot be read is given to `skip` with its place and reason."""
    for place, document in documents(raw, skip):
        yield from _opened(document, place, skip)


def documents(raw: bytes, skip: Skip) -> Iterator[tuple[str, Any]]:
    """Every document of a file with its place, whatever it is."""
    text = raw.strip()
    if text[:1] in (b"{", b"["):
        try:
            yield from _json(text)
            return
        except RecursionError:
            skip("", "it is nested too deeply")
            return
        except msgspec.DecodeError:
            pass  # YAML may begin like that as well
    try:
        decoded = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        skip("", "it is not UTF-8 text")
        return
    line = 1
    for part in split(decoded):
        start = line
        line += part.count("\n")
        if part.strip():
            try:
                yield f"line {start}", _yaml(part)
            except SourceError as error:
                template = "{{" in part
                skip(f"line {start}", "it is a template; render it first" if template else str(error))


def empty_kind(document: Any) -> str | None:
    """The kind that an empty list is a list of (`DeploymentList`), as apiVersion and kind joined by a space."""
    if isinstance(document, dict) and document.get("items") in ([], None) and "items" in document:
        kind = str(document.get("kind", ""))
        if kind.endswith("List") and kind != "List":
            return f"{document.get('apiVersion', '')} {kind.removesuffix('List')}"
    return None


def _opened(document: Any, place: str, skip: Skip) -> Iterator[Listed]:
    if isinstance(document, list):
        for item in document:
            yield from _opened(item, place, skip)
        return
    if not isinstance(document, dict):
        return
    items = document.get("items")
    kind = str(document.get("kind", ""))
    if not kind.endswith("List") or not isinstance(items, list):
        yield Listed(document)
        return
    several = kind == "List"
    for item in items:
        if isinstance(item, dict):
            body = item if several else _filled(item, document, kind.removesuffix("List"))
            yield Listed(body, listed=True, several=several)
        else:
            skip(place, "a list holds something that is no object")


def _filled(item: dict[str, Any], document: dict[str, Any], kind: str) -> dict[str, Any]:
    """Items of typed lists leave out what the list says for all of them."""
    if item.get("kind") and item.get("apiVersion"):
        return item
    return {"apiVersion": document.get("apiVersion"), "kind": kind, **item}


def _json(text: bytes) -> Iterator[tuple[str, Any]]:
    try:
        yield "", msgspec.json.decode(text)
    except msgspec.DecodeError:
        lines = [line for line in text.splitlines() if line.strip()]
        decoded = [msgspec.json.decode(line) for line in lines]
        for number, value in enumerate(decoded, 1):
            yield f"line {number}", value


def split(text: str) -> Iterator[str]:
    """The documents of a YAML text, each on its own, so that a damaged one costs no other."""
    start = 0
    for match in _DOCUMENT.finditer(text):
        yield text[start : match.start()]
        start = match.start()
    yield text[start:]


def _yaml(text: str) -> Any:
    import yaml

    if _may_be_deep(text) and _depth(text) > _DEEPEST:
        raise SourceError("it is nested too deeply")
    loader = _loader()(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        _measure(node, {})
        return loader.construct_document(node)
    except (yaml.YAMLError, ValueError, RecursionError, TypeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in its line {mark.line + 1}" if mark else ""
        raise SourceError(f"it is not YAML{where}: {getattr(error, 'problem', None) or error}") from error
    finally:
        loader.dispose()


def _may_be_deep(text: str) -> bool:
    """Whether a text could be nested too deeply, told at next to no cost. Deep nesting would break the C parser."""
    return text.count("[") + text.count("{") > _DEEPEST or _INDENTED.search(text) is not None


def _depth(text: str) -> int:
    """How deeply a text is nested, as far as it can be read."""
    import yaml

    depth = deepest = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            deepest = max(deepest, depth)
            if deepest > _DEEPEST:
                break
    except yaml.YAMLError:
        pass
    return deepest


def _measure(node: Any, known: dict[int, int]) -> int:
    """The number of values below a node with its aliases written out; refuses those that would fill the memory."""
    if isinstance(node.value, str):
        return 1
    size = known.get(id(node))
    if size is None:
        known[id(node)] = _MOST_VALUES  # what holds itself never ends
        children = (child for item in node.value for child in (item if isinstance(item, tuple) else (item,)))
        size = 1 + sum(_measure(child, known) for child in children)
        known[id(node)] = size
    if size > _MOST_VALUES:
        raise SourceError("its aliases would fill the memory")
    return size


@cache
def _loader() -> Any:
    """YAML as Kubernetes reads it: times stay text, `1:30` is no number, `1e3` is one."""
    import yaml

    class Loader(yaml.CSafeLoader):  # type: ignore[misc]
        pass

    Loader.yaml_implicit_resolvers = {
        first: [rule for rule in rules if rule[0].rsplit(":", 1)[1] not in ("timestamp", "float", "int")]
        for first, rules in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }
    Loader.add_implicit_resolver(
        "tag:yaml.org,2002:float",
        re.compile(
            r"[-+]?(?:\d+\.\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|\d+[eE][-+]?\d+|\.(?:inf|Inf|INF))$|\.(?:nan|NaN|NAN)$"
        ),
        list("-+0123456789."),
    )
    Loader.add_implicit_resolver(
        "tag:yaml.org,2002:int",
        re.compile(r"[-+]?(?:0b[01_]+|0o?[0-7_]+|0|[1-9][\d_]*|0x[\da-fA-F_]+)$"),
        list("-+0123456789"),
    )
    Loader.add_constructor("tag:yaml.org,2002:int", _integer)
    return Loader


def _integer(_loader: Any, node: Any) -> int:
    text = node.value.replace("_", "")
    sign = -1 if text.startswith("-") else 1
    digits = text.lstrip("+-")
    if digits[:2].lower() in ("0b", "0x", "0o"):
        return sign * int(digits, 0)
    return sign * int(digits, 8 if digits.startswith("0") and digits != "0" else 10)


def relative(file: Path, base: Path) -> str:
    """A file's path for people: below the base where it lies there."""
    try:
        return file.relative_to(base).as_posix()
    except ValueError:
        return file.name
