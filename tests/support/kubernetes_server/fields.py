"""Who wrote which field: sets of paths as `metadata.managedFields` keeps them, and server-side apply over them."""

import copy
import json
from collections.abc import Iterator
from typing import Any

from tests.support.kubernetes_server import schema
from tests.support.kubernetes_server.catalog import Resource
from tests.support.kubernetes_server.status import StatusError

Json = dict[str, Any]
#: `f:name` of a field, `k:{…}` of an item by its keys, `v:…` of an item by its value.
Path = tuple[str, ...]
Paths = set[Path]

_SERVERS = ("name", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "managedFields")
_SERVERS += ("selfLink", "deletionTimestamp")


class Fields:
    """The fields of objects of one kind."""

    def __init__(self, resource: Resource) -> None:
        self._resource = resource

    def of(self, obj: Json) -> Paths:
        """Everything that an applied object states."""
        return set(self._stated(_managed(obj), ())) - {("f:metadata",)}

    def changed(self, before: Json, after: Json) -> tuple[Paths, Paths]:
        """What is new or different in `after`, and what is gone from it."""
        written: Paths = set()
        gone: Paths = set()
        self._compare(_managed(before), _managed(after), (), written, gone)
        return written, gone

    def merged(self, live: Json, applied: Json) -> Json:
        """The live object with everything that the applied one states."""
        return self._merge(live, applied, ())

    def without(self, obj: Json, paths: Paths) -> Json:
        """The object without these fields, and without what is then left empty."""
        return self._without(obj, paths, ()) or {}

    def _stated(self, value: Any, path: Path) -> Iterator[Path]:
        if isinstance(value, dict) and value and not self._is_one(path):
            for name, below in value.items():
                yield from self._stated(below, (*path, f"f:{name}"))
        elif isinstance(value, list) and value and (named := self._items(value, path)) is not None:
            for name, item in named.items():
                yield (*path, name)
                if isinstance(item, dict):
                    yield from self._stated(item, (*path, name))
        elif path:
            yield path

    def _compare(self, before: Any, after: Any, path: Path, written: Paths, gone: Paths) -> None:
        old, new = self._children(before, path), self._children(after, path)
        if old is None and new is None:
            if before != after:
                (written if after is not None else gone).add(path)
            return
        for name in {**(old or {}), **(new or {})}:
            here = (*path, name)
            is_new, is_gone = name not in (old or {}), name not in (new or {})
            left, right = (old or {}).get(name), (new or {}).get(name)
            if (is_new or is_gone) and (isinstance(left if is_gone else right, dict | list) or here[-1][0] in "kv"):
                (gone if is_gone else written).add(here)
            self._compare(left, right, here, written, gone)

    def _children(self, value: Any, path: Path) -> dict[str, Any] | None:
        if isinstance(value, dict) and not self._is_one(path):
            return {f"f:{name}": below for name, below in value.items()}
        return self._items(value, path) if isinstance(value, list) else None

    def _merge(self, live: Any, applied: Any, path: Path) -> Any:
        if isinstance(applied, dict) and isinstance(live, dict) and not self._is_one(path):
            out = dict(live)
            for name, value in applied.items():
                out[name] = self._merge(live.get(name), value, (*path, f"f:{name}"))
            return out
        if isinstance(applied, list) and isinstance(live, list):
            old, new = self._items(live, path), self._items(applied, path)
            if old is not None and new is not None:
                return [
                    self._merge(old.get(name), new[name], (*path, name)) if name in new else old[name]
                    for name in {**old, **new}
                ]
        return copy.deepcopy(applied)

    def _without(self, value: Any, paths: Paths, path: Path) -> Any:
        children = self._children(value, path)
        if children is None:
            return value
        kept = {}
        for name, below in children.items():
            here = (*path, name)
            inner = any(other[: len(here)] == here and len(other) > len(here) for other in paths)
            left = self._without(below, paths, here) if inner else below
            if (here in paths and (not inner or not left or name[0] == "k")) or (inner and left in ({}, [])):
                continue
            kept[name] = left
        if isinstance(value, list):
            return list(kept.values())
        return {name[2:]: below for name, below in kept.items()}

    def _items(self, value: list[Any], path: Path) -> dict[str, Any] | None:
        """The items of a list by the name of their step; None when the list is one value."""
        names = _names(path)
        if not names:
            return None
        keys = schema.keys_of(self._resource, names)
        if keys and all(isinstance(item, dict) for item in value):
            return {_keyed({key: schema.key_value(item, key) for key in keys}): item for item in value}
        if schema.is_set(names):
            return {"v:" + json.dumps(item): item for item in value}
        return None

    def _is_one(self, path: Path) -> bool:
        names = _names(path)
        return bool(names) and schema.is_atomic(self._resource, names)


def _keyed(key: Json) -> str:
    return "k:" + json.dumps(dict(sorted(key.items())), separators=(",", ":"))


def _names(path: Path) -> tuple[str, ...]:
    return tuple(step[2:] for step in path if step[0] == "f")


def _managed(obj: Json) -> Json:
    """What field managers can own of an object."""
    out = {key: value for key, value in obj.items() if key not in ("apiVersion", "kind", "metadata")}
    metadata = {key: value for key, value in obj.get("metadata", {}).items() if key not in _SERVERS}
    return {"metadata": metadata, **out}


def pack(paths: Paths) -> Json:
    """Paths as `fieldsV1`."""
    root: Json = {}
    for path in sorted(paths):
        node = root
        for step in path:
            node = node.setdefault(step, {})
        if any(other[: len(path)] == path and len(other) > len(path) for other in paths) or path[-1][0] == "k":
            node["."] = {}
    return root


def unpack(fields: Json, path: Path = ()) -> Iterator[Path]:
    """`fieldsV1` as paths."""
    if path and (not fields or "." in fields):
        yield path
    for step, below in fields.items():
        if step != ".":
            yield from unpack(below, (*path, step))


def written_as(path: Path) -> str:
    """A path as messages write it: `.spec.containers[name="app"].image`."""
    out = ""
    for step in path:
        if step[0] == "f":
            out += f".{step[2:]}"
        elif step[0] == "k":
            pairs = (f"{name}={json.dumps(value)}" for name, value in json.loads(step[2:]).items())
            out += f"[{','.join(pairs)}]"
        else:
            out += f"[={step[2:]}]"
    return out


class Managers:
    """The managers of one object: what each has written, how, and when."""

    def __init__(self, obj: Json) -> None:
        self._entries = copy.deepcopy(obj.get("metadata", {}).get("managedFields") or [])

    def update(self, who: Json, written: Paths, gone: Paths, now: str) -> None:
        """Notes an update: what was written now belongs to the writer alone, what is gone to nobody."""
        if not written and not gone:
            return
        for entry in self._entries:
            if _identity(entry) != _identity(who):
                _take(entry, written | gone)
        if written:
            entry = self._entry(who)
            entry["fieldsV1"] = pack((set(unpack(entry["fieldsV1"])) - gone) | written)
            entry["time"] = now

    def apply(self, who: Json, stated: Paths, now: str) -> Paths:
        """Notes an apply. Returns what the applier stated before, states no longer and nobody else holds."""
        entry = self._entry(who)
        before = set(unpack(entry["fieldsV1"]))
        if before != stated:
            entry["time"] = now
        entry["fieldsV1"] = pack(stated)
        others = {path for item in self._entries if item is not entry for path in unpack(item["fieldsV1"])}
        return before - stated - others

    def conflicts(self, who: Json, written: Paths) -> list[tuple[str, Path]]:
        """Fields that others hold and an apply would change."""
        return [
            (_told(entry), path)
            for entry in self._entries
            if _identity(entry) != _identity(who)
            for path in sorted(set(unpack(entry["fieldsV1"])) & written)
        ]

    def take(self, who: Json, paths: Paths) -> None:
        """Takes fields from all others."""
        for entry in self._entries:
            if _identity(entry) != _identity(who):
                _take(entry, paths)

    def listed(self) -> list[Json]:
        """As an object shows them."""
        kept = [entry for entry in self._entries if entry["fieldsV1"]]
        kept.sort(key=lambda entry: (entry["operation"], entry.get("time", ""), entry["manager"]))
        return kept

    def _entry(self, who: Json) -> Json:
        for entry in self._entries:
            if _identity(entry) == _identity(who):
                return entry
        self._entries.append({**who, "fieldsType": "FieldsV1", "fieldsV1": {}})
        return self._entries[-1]


def conflict(found: list[tuple[str, Path]]) -> StatusError:
    """The answer to an apply that would take fields from others without force."""
    causes = [
        {"reason": "FieldManagerConflict", "message": f"conflict with {name}", "field": written_as(path)}
        for name, path in found
    ]
    if len(found) == 1:
        message = f"Apply failed with 1 conflict: {causes[0]['message']}: {causes[0]['field']}"
    else:
        message = f"Apply failed with {len(found)} conflicts: "
        by_name: dict[str, list[str]] = {}
        for name, path in found:
            by_name.setdefault(name, []).append(f"\n- {written_as(path)}")
        message += "\n".join(f"conflicts with {name}:" + "".join(paths) for name, paths in by_name.items())
    return StatusError(409, message, details={"causes": causes})


def _told(entry: Json) -> str:
    """A manager as messages name it."""
    name = f'"{entry["manager"]}"'
    if entry.get("subresource"):
        name += f' with subresource "{entry["subresource"]}"'
    return f"{name} using {entry['apiVersion']} at {entry['time']}" if entry["operation"] == "Update" else name


def _identity(entry: Json) -> tuple[str, str, str, str]:
    return entry["manager"], entry["operation"], entry["apiVersion"], entry.get("subresource", "")


def _take(entry: Json, paths: Paths) -> None:
    entry["fieldsV1"] = pack(set(unpack(entry["fieldsV1"])) - paths)
