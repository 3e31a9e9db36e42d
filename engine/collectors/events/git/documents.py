"""Declarations in YAML and JSON files: Kubernetes manifests and CloudFormation templates, and what a commit changed."""

import posixpath
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from msgspec import Struct

from engine.collectors.declared.cfn.pairing import file_hints
from engine.collectors.declared.cfn.template import read_template
from engine.collectors.declared.cfn.text import decode
from engine.collectors.events.git.structures import Leaves, changed_leaves
from engine.collectors.kubernetes_files import NO_MANIFESTS, identity, objects_in, patches_of, split
from engine.errors import SourceError
from engine.model import SENSITIVE, Language
from engine.providers.kubernetes import Objects, load_objects
from engine.redact import redact_value

SUFFIXES = (".yaml", ".yml", ".json", ".template")
_SECRET_FIELDS = ("data", "stringData")
_KUBERNETES = re.compile(r"^[\s{\"-]*\"?apiVersion\"?\s*:|\"apiVersion\"\s*:", re.MULTILINE)
_TEMPLATE = re.compile(r"^[\s{\"]*\"?Resources\"?\s*:|\"Resources\"\s*:", re.MULTILINE)


class Block(Struct, frozen=True):
    """One declared thing in a file. `type` and `hints` help to find the stack of a template's resource."""

    language: Language
    body: Mapping[str, Any]
    type: str = ""
    hints: tuple[str, ...] = ()


Blocks = dict[str, Block]


class Layout:
    """Which files of a repository hold pieces that become declarations only later: patches, charts and their values."""

    def __init__(self, paths: Iterable[str], kustomizations: Mapping[str, str]) -> None:
        self._charts = {posixpath.dirname(path) for path in paths if posixpath.basename(path) == "Chart.yaml"}
        self._patches = {
            posixpath.normpath(posixpath.join(posixpath.dirname(path), patch))
            for path, text in kustomizations.items()
            for patch in patches_of(text.encode())
        }

    def has_declarations(self, path: str) -> bool:
        """Whether a file's documents are declarations as they stand."""
        folder, name = posixpath.split(path)
        if not name.endswith(SUFFIXES) or name.startswith(NO_MANIFESTS) or path in self._patches:
            return False
        while folder:
            above, here = posixpath.split(folder)
            if here == "templates" and above in self._charts:
                return False
            folder = above
        return True


@lru_cache(maxsize=1024)
def blocks_in(path: str, text: str) -> Blocks:
    """The declarations in a file: by object id, or for a template by its path and logical id (`cfn/shop.yaml#Queue`).

    Secrets are hidden in it. Text that is neither, or cannot be read, holds none.
    """
    if _TEMPLATE.search(text):
        found = _resources(path, text)
        if found:
            return found
    return _objects(text) if _KUBERNETES.search(text) else {}


def changed_blocks(before: Mapping[str, Blocks], after: Mapping[str, Blocks]) -> dict[str, dict[str, Any]]:
    """What differs between the files of two trees, by declaration. One that moved to another file has not changed."""
    changed: dict[str, dict[str, Any]] = {}
    gone = {
        name: block
        for file, blocks in before.items()
        for name, block in blocks.items()
        if name not in after.get(file, {})
    }
    for file, blocks in after.items():
        old = before.get(file, {})
        for name, block in blocks.items():
            known = old.get(name) or gone.pop(name, None)
            if known is not block:
                _note(changed, name, block, changed_leaves(known.body if known else {}, block.body))
    for name, block in gone.items():
        _note(changed, name, block, changed_leaves(block.body, {}))
    return changed


class _Hidden(Struct, frozen=True):
    """Stands for a secret: equal to another one's where the secrets are equal."""

    mark: int


def _hide(value: Any, cleaned: Any) -> Any:
    """A value with its secrets hidden, which a copy without them tells."""
    if cleaned == SENSITIVE:
        return _Hidden(hash(repr(value)))
    if isinstance(value, dict) and isinstance(cleaned, dict):
        return {name: _hide(item, cleaned[name]) for name, item in value.items()}
    if isinstance(value, list) and isinstance(cleaned, list):
        return [_hide(item, other) for item, other in zip(value, cleaned, strict=True)]
    return cleaned


def _shown(value: Any) -> Any:
    return SENSITIVE if isinstance(value, _Hidden) else value


def _note(changed: dict[str, dict[str, Any]], name: str, block: Block, leaves: Leaves) -> None:
    if not leaves:
        return
    known = changed.setdefault(name, {"language": block.language.value, "attributes": {}})
    known["attributes"] |= {path: [_shown(old), _shown(new)] for path, (old, new) in leaves.items()}
    if block.type:
        known |= {"type": block.type, "hints": list(block.hints)}


def _resources(path: str, text: str) -> Blocks:
    try:
        template = read_template(decode(text.encode()), posixpath.basename(path))
    except SourceError:
        return {}
    if template is None:
        return {}
    hints = tuple(sorted(file_hints(path)))
    found = {}
    for name, resource in template.resources.items():
        properties = dict(resource.properties)
        body = _hide(properties, redact_value(properties))
        found[f"{path}#{name}"] = Block(Language.CLOUDFORMATION, body, resource.type, hints)
    return found


def _objects(text: str) -> Blocks:
    # Most documents of a file stay as they are from commit to commit.
    parts = [text] if text.lstrip()[:1] in ("{", "[") else split(text)
    return {name: block for part in parts for name, block in _objects_of(part).items()}


@lru_cache(maxsize=8192)
def _objects_of(document: str) -> Blocks:
    found: Blocks = {}
    for listed in objects_in(document.encode(), _leave):
        named = identity(listed.body, _tables(), {})
        if named is not None:
            found[named.id] = Block(Language.KUBERNETES, _without_secrets(listed.body))
    return found


def _without_secrets(body: dict[str, Any]) -> Any:
    cleaned: dict[str, Any] = redact_value(body)
    if body.get("kind") == "Secret":
        held = [field for field in _SECRET_FIELDS if isinstance(body.get(field), dict)]
        cleaned = cleaned | {field: dict.fromkeys(body[field], SENSITIVE) for field in held}
    return _hide(body, cleaned)


def _leave(place: str, why: str) -> None:
    """What cannot be read in an old commit is nobody's concern any more."""


@lru_cache(maxsize=1)
def _tables() -> Objects:
    return load_objects()
