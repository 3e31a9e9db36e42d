"""Terraform code: what it declares now, as far as that can be told without running it."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from engine.collectors import base
from engine.collectors.declared.hcl.cache import Cache
from engine.collectors.declared.hcl.document import Block, Body, parse_json
from engine.collectors.declared.hcl.holes import HOLE, UnsureError, export, holds_hole
from engine.collectors.declared.hcl.pool import parse_files
from engine.collectors.declared.statefile import Instance
from engine.collectors.declared.terraform_lifecycle import earlier_addresses, ignored_paths
from engine.collectors.declared.terraform_modules import ASSUMED, SENSITIVE, Folder, Found, Layout
from engine.collectors.declared.terraform_naming import Naming, secret_attributes
from engine.collectors.declared.terraform_settings import CodeSettings as Settings
from engine.collectors.files import find_files, fingerprint, read_bytes
from engine.errors import SourceError
from engine.model import UNRESOLVED, Basis, Declared, ResourceRef, Written
from engine.model.change_path import path_of

__all__ = ["Settings", "Source"]

_SUFFIXES = (".tf", ".tf.json", ".tfvars", ".tfvars.json")


class Source:
    """Reads every root module under `path`. A file that cannot be parsed is skipped with its reason."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def fingerprint(self) -> str | None:
        """Changes when a file of code or of variables does, or when one appears or vanishes."""
        return fingerprint(find_files(self._settings, _SUFFIXES))

    def collect(self, context: base.Context) -> Iterator[Declared]:
        """Every managed instance of every root.

        Raises SourceError when there is no code, or none of it could be parsed.
        """
        code = _Code(self._settings, context)
        if not code.folders:
            raise SourceError(
                context.problems[0]
                if context.problems
                else f"no Terraform code was found; check `path` of source {self._settings.name!r}"
            )
        for folder in code.roots():
            if context.cancelled:
                return
            yield from _Root(folder, code, self._settings).declared()


class _Code:
    """All files, parsed, by folder."""

    def __init__(self, settings: Settings, context: base.Context) -> None:
        self._settings = settings
        self._context = context
        self.folders: dict[Path, Folder] = {}
        self.incomplete: set[Path] = set()
        self._assigned: dict[Path, dict[str, Any]] = {}
        bodies = dict(self._bodies(find_files(settings, _SUFFIXES)))
        for file in sorted(bodies):
            self._take(file, bodies[file])

    def roots(self) -> list[Folder]:
        """The folders that no module of another folder is read from."""
        called = {
            (folder.path / _literal(block.body.attributes.get("source"))).resolve()
            for folder in self.folders.values()
            for block in folder.of("module")
            if _literal(block.body.attributes.get("source")).startswith(("./", "../"))
        }
        return [folder for path, folder in sorted(self.folders.items()) if path not in called]

    def assigned(self, folder: Path) -> Mapping[str, Any]:
        """What a root's own files of variables say."""
        return self._assigned.get(folder, {})

    def name(self, path: Path) -> str:
        """A path as people are told of it."""
        root = self._settings.base.resolve()
        return str(path.relative_to(root)) if path.is_relative_to(root) else path.name

    def _take(self, file: Path, body: Body) -> None:
        if _is_variables(file):
            if _is_loaded(file.name):
                self._assigned.setdefault(file.parent, {}).update(body.attributes)
            return
        if file.name.removesuffix(".json").removesuffix(".tf").endswith("override"):
            # It changes parts of blocks in other files: without it, those would say something else.
            self.incomplete.add(file.parent)
            return
        folder = self.folders.setdefault(file.parent, Folder(file.parent, [], []))
        folder.blocks.extend(body.blocks)
        folder.files.extend([self.name(file)] * len(body.blocks))

    def _bodies(self, files: list[Path]) -> Iterator[tuple[Path, Body]]:
        cache = Cache()
        texts: dict[str, tuple[Path, bytes]] = {}
        for file in (file.resolve() for file in files):
            try:
                raw = read_bytes(file)
            except SourceError as error:
                self._skip(file, str(error))
                continue
            if file.name.removesuffix(".gz").endswith(".json"):
                try:
                    yield file, _variables(raw) if _is_variables(file) else parse_json(raw)
                except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                    self._skip(file, "it is not valid Terraform code in JSON; it is left out")
            elif (known := cache.get(raw)) is not None:
                yield file, known
            else:
                texts[str(file)] = file, raw
        wanted = [(name, raw.decode(errors="replace")) for name, (_, raw) in texts.items()]
        for name, result in parse_files(wanted, self._settings.time_limit) if wanted else ():
            file, raw = texts[name]
            if isinstance(result, str):
                self._skip(file, result)
            else:
                cache.put(raw, result)
                yield file, result
            if self._context.cancelled:
                break
        cache.trim()

    def _skip(self, file: Path, why: str) -> None:
        self.incomplete.add(file.parent)
        self._context.skip(self.name(file), why.removeprefix(f"{file.name}: "))


class _Root:
    """One configuration: a root module and those it calls."""

    def __init__(self, folder: Folder, code: _Code, settings: Settings) -> None:
        self._code = code
        self._root = folder
        self._settings = settings
        self._name = code.name(folder.path)
        self._read: set[Path] = {folder.path}
        self._layout = Layout(folder, self._folder, code.assigned(folder.path))
        self._providers = {_provider_name(block): block for block in folder.of("provider")}
        self._moves = self._layout.moves()
        self._imports = self._layout.imports()

    def declared(self) -> Iterator[Declared]:
        """What the code declares, then what it says is to be forgotten."""
        found = list(self._layout.found())
        complete = self._read.isdisjoint(self._code.incomplete)
        naming = Naming([])
        for item in found:
            yield self._declared(item, naming, complete)
        for address in self._layout.removed():
            kind = address.rsplit(".", 2)[-2] if "." in address else ""
            yield Declared(
                ref=ResourceRef(provider=kind.partition("_")[0], type=kind, id="", address=address),
                attributes={},
                source=self._settings.name,
                origin=self._name,
                basis=Basis.CODE,
                ignored=frozenset({"*"}),
                expected=False,
                written=Written(root=self._name, was=earlier_addresses(address, self._moves)),
            )

    def _folder(self, path: Path) -> Folder | None:
        self._read.add(path)
        return self._code.folders.get(path)

    def _declared(self, item: Found, naming: Naming, complete: bool) -> Declared:
        attributes, references = _exported(dict(self._with_default_tags(item)))
        imported = self._imports.get(item.address)
        if imported:
            attributes.setdefault("id", imported)
        kind = item.block.labels[0]
        instance = Instance(
            item.address, kind, "", {name: value for name, value in attributes.items() if _known(value)}
        )
        marked = frozenset(path_of([name]) for name, marks in item.marks.items() if SENSITIVE in marks)
        return Declared(
            ref=naming.ref(instance),
            attributes=attributes,
            source=self._settings.name,
            keys=naming.keys(instance),
            sensitive=marked | secret_attributes(instance),
            origin=item.file,
            basis=Basis.CODE,
            ignored=ignored_paths(item.block),
            expected=complete and item.certain and imported is None,
            written=Written(
                root=self._name,
                was=earlier_addresses(item.address, self._moves),
                references=references,
                assumed=self._without_defaults(item),
                region=self._region(item.provider),
            ),
        )

    def _without_defaults(self, item: Found) -> Mapping[str, Any]:
        """What is left of the attributes that hold on a variable's default when that is not believed."""
        names = [name for name, marks in item.marks.items() if ASSUMED in marks]
        if not names:
            return {}
        known = self._strict.get(item.address, {})
        return _exported({name: known.get(name, HOLE) for name in names})[0]

    @cached_property
    def _strict(self) -> Mapping[str, Mapping[str, Any]]:
        """The attributes by address, with nothing known of variables that only have a default."""
        assigned = self._code.assigned(self._root.path)
        layout = Layout(self._root, self._folder, assigned, strict=True)
        return {found.address: found.attributes for found in layout.found()}

    def _with_default_tags(self, item: Found) -> Iterator[tuple[str, Any]]:
        """The attributes, and all tags together where the provider's block adds some."""
        yield from item.attributes.items()
        block = self._providers.get(item.provider)
        if ASSUMED in item.marks.get("tags", ()):
            return
        for defaults in block.body.of("default_tags") if block else ():
            tags, marks = self._layout.value(defaults.body.attributes.get("tags", "{}"), self._layout.root)
            own = item.attributes.get("tags", {}) or {}
            if isinstance(tags, dict) and isinstance(own, dict) and ASSUMED not in marks:
                yield "tags_all", {**tags, **own}

    def _region(self, provider: str) -> str:
        block = self._providers.get(provider)
        if block is None:
            return ""
        region, marks = self._layout.value(block.body.attributes.get("region", "null"), self._layout.root)
        return region if isinstance(region, str) and _known(region) and HOLE not in region and not marks else ""


def _exported(attributes: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Attributes with UNRESOLVED for holes, and what those stand for. One that is too large is wholly unresolved."""
    out: dict[str, Any] = {}
    references: list[str] = []
    for name, value in attributes.items():
        try:
            holds_hole(value)  # raises for what is too large
            out[name], own = export(_plain(value))
        except UnsureError:
            out[name], own = UNRESOLVED, ("",)
        references.extend(own)
    return out, tuple(references)


def _plain(value: Any) -> Any:
    """A value without names left to look up, such as a whole module."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, str | int | float) else HOLE


def _known(value: Any) -> bool:
    return not isinstance(value, str) or UNRESOLVED not in value


def _provider_name(block: Block) -> str:
    alias = _literal(block.body.attributes.get("alias"))
    name = block.labels[0] if block.labels else ""
    return f"{name}.{alias}" if alias else name


def _literal(source: Any) -> str:
    """A text that is written out; empty for everything else."""
    if isinstance(source, list):
        source = source[0]
        return source if isinstance(source, str) else ""
    return source[1:-1] if isinstance(source, str) and source[:1] == '"' else ""


def _variables(raw: bytes) -> Body:
    return Body({name: [value] for name, value in msgspec.json.decode(raw, type=dict[str, Any]).items()})


def _is_variables(file: Path) -> bool:
    return file.name.removesuffix(".gz").removesuffix(".json").endswith(".tfvars")


def _is_loaded(name: str) -> bool:
    """Whether Terraform reads a file of variables without being told to."""
    name = name.removesuffix(".json")
    return name == "terraform.tfvars" or name.endswith(".auto.tfvars")
