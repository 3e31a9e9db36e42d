"""A configuration of Terraform code laid out: its modules, their variables, and every instance that it declares."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from engine.collectors.declared.hcl.document import Block, Body
from engine.collectors.declared.hcl.expressions import parse, parse_template
from engine.collectors.declared.hcl.functions import text
from engine.collectors.declared.hcl.holes import HOLE, UnsureError, hole, is_hole
from engine.collectors.declared.hcl.values import Names, Scope, Within, evaluate, pairs_of
from engine.collectors.declared.statefile.format4 import index_text
from engine.model import UNRESOLVED

#: Why a value is less than certain, or not to be shown.
ASSUMED, SENSITIVE = "assumed", "sensitive"

_DEEPEST = 20
_MOST_INSTANCES = 10_000
#: What a resource's body says to Terraform itself.
_META_ATTRIBUTES = frozenset({"count", "for_each", "provider", "depends_on"})
_META_BLOCKS = frozenset({"lifecycle", "provisioner", "connection", "timeouts", "dynamic"})
#: First names of references that neither the code nor the state tells.
_OPEN = frozenset({"data", "path", "terraform", "self", "each", "count", "ephemeral", "provider"})


class Folder(Struct):
    """The code of one folder, all its files together. `files` tells where each block stands."""

    path: Path
    blocks: list[Block]
    files: list[str]

    def of(self, kind: str) -> Iterator[Block]:
        """The blocks of a kind."""
        return (block for block in self.blocks if block.kind == kind)


class Found(Struct, frozen=True):
    """One declared instance. `marks` tells of each attribute why it is not certain, or not to be shown.

    `certain` is false when its `count` or `for_each`, or that of a module around it, was assumed.
    `provider` is the provider's configuration in the root (`aws.eu`).
    """

    address: str
    block: Block
    file: str
    attributes: Mapping[str, Any]
    marks: Mapping[str, frozenset[str]]
    provider: str
    certain: bool


class Layout:
    """One root and the modules below it. `folders` gives the code of a folder, None where it may not be read.

    With `strict`, a variable of the root that only has its default is not known.
    """

    def __init__(
        self, root: Folder, folders: Callable[[Path], Folder | None], assigned: Mapping[str, Any], strict: bool = False
    ) -> None:
        self.folders = folders
        self.strict = strict
        self.marks: set[str] = set()
        self.instances = 0
        self.root = Module(self, root, "", _Assigned(assigned), {}, depth=0)

    def found(self) -> Iterator[Found]:
        """Every managed instance that the code declares."""
        return self.root.found(certain=True)

    def moves(self) -> list[tuple[str, str]]:
        """The `moved` blocks of all modules, as (from, to)."""
        return [pair for module in self.root.all() for pair in module.pairs("moved", "from", "to")]

    def imports(self) -> dict[str, str]:
        """Addresses that are to be imported, with their ids, empty where they are not known."""
        return dict(self.root.imports())

    def removed(self) -> list[str]:
        """Addresses that the code says are to be forgotten, and not destroyed."""
        return [address for module in self.root.all() for address in module.forgotten()]

    def value(self, source: Any, scope: Scope) -> tuple[Any, frozenset[str]]:
        """An expression's value with its marks."""
        outer, self.marks = self.marks, set()
        try:
            value = _value(source, scope)
        finally:
            own, self.marks = frozenset(self.marks), outer
        self.marks |= own
        return value, own


class _Lazy:
    """Values by name, each evaluated when it is first asked for. One that needs itself is not known."""

    def __init__(self, layout: Layout, find: Callable[[str], tuple[Any, Scope] | None]) -> None:
        self._layout = layout
        self._find = find
        self._known: dict[str, tuple[Any, frozenset[str]]] = {}

    def get(self, name: str) -> Any:
        if name not in self._known:
            self._known[name] = HOLE, frozenset()
            found = self._find(name)
            if found is not None:
                self._known[name] = self._layout.value(*found)
        value, marks = self._known[name]
        self._layout.marks |= marks
        return value


class _Assigned(Struct):
    """Values given to the root's variables by its own files."""

    values: Mapping[str, Any]


class _Passed(Struct):
    """Arguments of a module's call, and where they are evaluated."""

    arguments: Mapping[str, Any]
    scope: Scope


class Module:
    """A module as it is called at one place: a scope for its expressions, and the instances in it."""

    def __init__(
        self,
        layout: Layout,
        folder: Folder,
        prefix: str,
        given: _Assigned | _Passed,
        providers: Mapping[str, str],
        depth: int,
    ) -> None:
        self._layout = layout
        self._folder = folder
        self._prefix = prefix
        self._given = given
        self._providers = providers
        self._depth = depth
        self._variables = {block.labels[0]: block.body.attributes for block in folder.of("variable") if block.labels}
        self._locals = {name: value for block in folder.of("locals") for name, value in block.body.attributes.items()}
        self._outputs = {block.labels[0]: block.body.attributes for block in folder.of("output") if block.labels}
        self._children: dict[str, list[tuple[Any, Module]] | None] = {}
        self._names: dict[str, Names] = {
            "var": _Variables(layout, self._variable),
            "local": _Lazy(layout, lambda name: (self._locals[name], self) if name in self._locals else None),
            "module": _Lazy(layout, lambda _name: None),
        }
        self.outputs = _Lazy(layout, self._output)
        self._names["module"] = _Modules(self)

    def root(self, name: str) -> Any:
        """What the first name of a reference stands for."""
        if name in self._names:
            return self._names[name]
        return HOLE if name in _OPEN or not name else hole(f"{self._prefix}{name}")

    def _variable(self, name: str) -> tuple[Any, Scope, frozenset[str]] | None:
        declared = self._variables.get(name)
        if declared is None:
            return None
        marks = {SENSITIVE} if declared.get("sensitive") in ("true", [True]) else set()
        if isinstance(self._given, _Passed):
            if name in self._given.arguments:
                return self._given.arguments[name], self._given.scope, frozenset(marks)
        elif name in self._given.values:
            return self._given.values[name], self, frozenset(marks)
        elif self._layout.strict:
            return None
        elif "default" in declared:
            marks.add(ASSUMED)  # whoever applies may have said otherwise
        return (
            (declared["default"], self, frozenset(marks)) if "default" in declared else (None, self, frozenset(marks))
        )

    def _output(self, name: str) -> tuple[Any, Scope] | None:
        found = self._outputs.get(name)
        return (found["value"], self) if found and "value" in found else None

    def children(self, name: str) -> list[tuple[Any, "Module"]] | None:
        """The instances of a module that is called, by key; None when its code is elsewhere."""
        if name not in self._children:
            self._children[name] = None  # a module whose key needs its own output is not known
            block = next((block for block in self._folder.of("module") if block.labels[:1] == [name]), None)
            if block is not None:
                self._children[name] = self._called(block)
        return self._children[name]

    def _called(self, block: Block) -> list[tuple[Any, "Module"]] | None:
        source = _value(block.body.attributes.get("source", "null"), self)
        if not isinstance(source, str) or not source.startswith(("./", "../")) or self._depth >= _DEEPEST:
            return None
        folder = self._layout.folders((self._folder.path / source).resolve())
        if folder is None:
            return None
        providers = self._passed_providers(block)
        return [
            (
                key,
                Module(
                    self._layout,
                    folder,
                    f"{self._prefix}module.{block.labels[0]}{_suffix(key)}.",
                    _Passed(block.body.attributes, scope),
                    providers,
                    self._depth + 1,
                ),
            )
            for key, scope in self._keys(block.body)
        ]

    def _passed_providers(self, block: Block) -> Mapping[str, str]:
        stated = block.body.attributes.get("providers")
        if not isinstance(stated, str):
            return self._providers
        pairs = (pair.partition("=") for pair in stated.strip("{} ").split(","))
        return {name.strip(): self._provider(value.strip()) for name, _, value in pairs if value.strip()}

    def _provider(self, name: str) -> str:
        return self._providers.get(name, name)

    def all(self) -> Iterator["Module"]:
        """This module and those below it."""
        yield self
        for block in self._folder.of("module"):
            for _, child in self.children(block.labels[0]) or ():
                yield from child.all()

    def found(self, certain: bool) -> Iterator[Found]:
        """The managed instances of this module and of those below it."""
        for block, file in zip(self._folder.blocks, self._folder.files, strict=True):
            if block.kind == "resource" and len(block.labels) == 2:
                yield from self._resource(block, file, certain)
        for block in self._folder.of("module"):
            outer, self._layout.marks = self._layout.marks, set()
            children = self.children(block.labels[0]) or ()
            list(self._keys(block.body))
            sure, self._layout.marks = ASSUMED not in self._layout.marks, outer
            for _, child in children:
                yield from child.found(certain and sure)

    def _resource(self, block: Block, file: str, certain: bool) -> Iterator[Found]:
        kind, name = block.labels
        outer, self._layout.marks = self._layout.marks, set()
        keys = list(self._keys(block.body))
        sure, self._layout.marks = ASSUMED not in self._layout.marks, outer
        provider = block.body.attributes.get("provider")
        for key, scope in keys:
            self._layout.instances += 1
            if self._layout.instances > _MOST_INSTANCES:
                return
            attributes, marks = self._attributes(block.body, scope)
            yield Found(
                address=f"{self._prefix}{kind}.{name}{_suffix(key)}",
                block=block,
                file=file,
                attributes=attributes,
                marks=marks,
                provider=self._provider(provider.strip('"') if isinstance(provider, str) else kind.partition("_")[0]),
                certain=certain and sure,
            )

    def _attributes(self, body: Body, scope: Scope) -> tuple[dict[str, Any], dict[str, frozenset[str]]]:
        attributes: dict[str, Any] = {}
        marks: dict[str, frozenset[str]] = {}
        for name, source in body.attributes.items():
            if name not in _META_ATTRIBUTES:
                attributes[name], marks[name] = self._layout.value(source, scope)
        for name, items, own in self._nested(body, scope):
            attributes.setdefault(name, []).extend(items)
            marks[name] = marks.get(name, frozenset()) | own
        return attributes, marks

    def _nested(self, body: Body, scope: Scope) -> Iterator[tuple[str, list[Any], frozenset[str]]]:
        for block in body.blocks:
            if block.kind == "dynamic" and block.labels:
                yield from self._dynamic(block, scope)
            elif block.kind not in _META_BLOCKS:
                item, marks = self._attributes(block.body, scope)
                yield block.kind, [item], frozenset().union(*marks.values())

    def _dynamic(self, block: Block, scope: Scope) -> Iterator[tuple[str, list[Any], frozenset[str]]]:
        name, body = block.labels[0], block.body
        collection, marks = self._layout.value(body.attributes.get("for_each", "null"), scope)
        iterator = str(body.attributes.get("iterator", name))
        content = next(body.of("content"), None)
        try:
            pairs = pairs_of(collection)
        except UnsureError:
            yield name, [HOLE], marks
            return
        for key, value in pairs if content else ():
            own = {iterator: {"key": value if isinstance(collection, list) else key, "value": value}}
            item, below = self._attributes(content.body, Within(scope, own)) if content else ({}, {})
            yield name, [item], marks.union(*below.values())

    def _keys(self, body: Body) -> Iterator[tuple[Any, Scope]]:
        """The instance keys that `count` or `for_each` gives, each with the scope in which the body is read."""
        if "count" in body.attributes:
            count = _value(body.attributes["count"], self)
            count = int(count) if isinstance(count, str) and count.isdecimal() else count
            if isinstance(count, bool) or not isinstance(count, int) or count > _MOST_INSTANCES:
                yield HOLE, self
                return
            for index in range(count):
                yield index, Within(self, {"count": {"index": index}})
        elif "for_each" in body.attributes:
            try:
                collection = _value(body.attributes["for_each"], self)
                pairs = pairs_of(collection)
                keys = [text(value if isinstance(collection, list) else key) for key, value in pairs]
            except UnsureError:
                yield HOLE, self
                return
            for key, (_, value) in zip(keys, pairs, strict=True):
                yield key, Within(self, {"each": {"key": key, "value": value}})
        else:
            yield None, self

    def pairs(self, kind: str, *names: str) -> Iterator[tuple[str, str]]:
        """The addresses that two attributes of each block of a kind name, seen from the root."""
        for block in self._folder.of(kind):
            first, second = (_address(block.body.attributes.get(name)) for name in names)
            if first and second:
                yield self._prefix + first, self._prefix + second

    def imports(self) -> Iterator[tuple[str, str]]:
        """Where each `import` block leads, and the id that it names."""
        for block in self._folder.of("import"):
            id_ = _value(block.body.attributes.get("id", "null"), self)
            to = _address(block.body.attributes.get("to"))
            if to and "for_each" not in block.body.attributes:
                yield to, id_ if isinstance(id_, str) and not is_hole(id_) else ""

    def forgotten(self) -> Iterator[str]:
        """What `removed` blocks take from the state and leave alone otherwise."""
        for block in self._folder.of("removed"):
            keeps = any(
                inner.body.attributes.get("destroy") in ("false", [False]) for inner in block.body.of("lifecycle")
            )
            if keeps and (address := _address(block.body.attributes.get("from"))):
                yield self._prefix + address


class _Variables(_Lazy):
    """Variables; each also says of its value whether it was assumed, and whether it is to be kept secret."""

    def __init__(self, layout: Layout, find: Callable[[str], tuple[Any, Scope, frozenset[str]] | None]) -> None:
        super().__init__(layout, lambda name: found[:2] if (found := find(name)) and found[0] is not None else None)
        self._marks = find

    def get(self, name: str) -> Any:
        value = super().get(name)
        found = self._marks(name)
        self._layout.marks |= found[2] if found else frozenset()
        return value


class _Modules(Struct):
    """The modules that a module calls, by name: their outputs, in the shape that their keys give."""

    of: Module

    def get(self, name: str) -> Any:
        children = self.of.children(name)
        if not children:
            return HOLE
        keys = [key for key, _ in children]
        if keys == [None]:
            return children[0][1].outputs
        if any(is_hole(key) for key in keys):
            return HOLE
        outputs = {key: child.outputs for key, child in children}
        return [*outputs.values()] if isinstance(keys[0], int) else outputs


def _value(source: Any, scope: Scope) -> Any:
    """The value of an attribute: an expression's text, or in JSON syntax a value whose texts are templates."""
    if isinstance(source, str):
        try:
            return evaluate(parse(source), scope)
        except UnsureError:
            return HOLE
    return _json_value(source[0], scope) if isinstance(source, list) else source


def _json_value(value: Any, scope: Scope) -> Any:
    if isinstance(value, str):
        try:
            return evaluate(parse_template(value), scope)
        except UnsureError:
            return HOLE
    if isinstance(value, dict):
        return {key: _json_value(item, scope) for key, item in value.items()}
    return [_json_value(item, scope) for item in value] if isinstance(value, list) else value


def _suffix(key: Any) -> str:
    if key is None:
        return ""
    return f"[{UNRESOLVED}]" if is_hole(key) else f"[{index_text(key)}]"


def _address(source: Any) -> str:
    """An address as code names it; empty when it is not written out."""
    if isinstance(source, list):
        source = source[0]
    return source.strip() if isinstance(source, str) and "${" not in source else ""
