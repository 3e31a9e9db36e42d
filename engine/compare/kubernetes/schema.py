"""The schema of Kubernetes objects made ready for comparison: one node for each type, worked out when first met."""

from collections.abc import Callable
from typing import Any, Literal

from engine.compare.kubernetes.defaults import COMPUTED
from engine.providers.kubernetes import Facts, Objects

#: What is not known by a schema (`loose`) is compared by its looks; `any` is free-form and compared as it is.
Kind = Literal["scalar", "object", "map", "list", "any", "loose"]

_NO_FACTS = Facts()
#: There is no default: leaving the field out means that it is empty.
NOTHING: Any = object()


class Node:
    """A type. `item` is that of a map's or list's values; `atomic` that the value is one as a whole."""

    __slots__ = ("_fields", "_resolve", "atomic", "defaults", "facts", "item", "keys", "kind", "type")

    def __init__(self, kind: Kind, type_: str = "", *, item: "Node | None" = None, atomic: bool = False) -> None:
        self.kind = kind
        self.type = type_
        self.item = item or self
        self.atomic = atomic
        self.keys: tuple[str, ...] = ()
        self.facts = _NO_FACTS
        self.defaults: dict[str, Any] = {}
        self._fields: dict[str, Node] = {}
        self._resolve: Callable[[str], Node] | None = None

    def of(self, fields: dict[str, str], nodes: "Nodes", facts: Facts, defaults: dict[str, Any]) -> "Node":
        """The node as an object with these fields."""
        self.facts = facts
        self.defaults = {**defaults, **facts.defaults}

        def resolve(name: str) -> Node:
            node = nodes.node(fields[name]) if name in fields else LOOSE
            keys = facts.keys.get(name)
            return nodes.keyed(node, keys) if keys else node

        self._resolve = resolve
        return self

    def made_of(self, fields: dict[str, "Node"], defaults: dict[str, Any]) -> "Node":
        """The node as an object with these fields, whose types are known already."""
        self.defaults = defaults
        self._resolve = lambda name: fields.get(name, LOOSE)
        return self

    def field(self, name: str) -> "Node":
        """The type of a field; one that the schema does not know is compared by its looks."""
        node = self._fields.get(name)
        if node is None:
            node = self._resolve(name) if self._resolve else self.item
            self._fields[name] = node
        return node

    def default(self, name: str, owner: dict[str, Any], parents: tuple[Any, ...]) -> Any:
        """What leaving the field out means within `owner`, a live object of this type below `parents`."""
        rule = self.facts.computed.get(name)
        if rule is None:
            return self.defaults.get(name, NOTHING)
        value = COMPUTED[rule[1:]](owner, parents) if rule[0] == ":" else owner.get(rule)
        return self.defaults.get(name, NOTHING) if value is None else value


LOOSE = Node("loose")


class Nodes:
    """All types of the tables."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._known: dict[str, Node] = {"*": Node("any")}

    def root(self, version_kind: str) -> Node | None:
        """The type of `group/version/Kind`; None for kinds that are not built in."""
        definition = self._objects.definition(version_kind)
        return self.node(definition) if definition else None

    def loose_root(self) -> Node:
        """The type of objects without a schema: what every object has is known."""
        if "" not in self._known:
            fields = {"apiVersion": "s", "kind": "s", "metadata": "meta.v1.ObjectMeta"}
            self._known[""] = Node("object").of(fields, self, _NO_FACTS, {})
        return self._known[""]

    def node(self, type_: str) -> Node:
        """The node of a type as the derived table writes it."""
        known = self._known.get(type_)
        if known is None:
            known = self._known[type_] = self._make(type_)
        return known

    def keyed(self, node: Node, keys: tuple[str, ...]) -> Node:
        """A list whose items are told apart by these fields."""
        twin = Node("list", node.type, item=node.item)
        twin.keys = tuple(keys)
        return twin

    def _make(self, type_: str) -> Node:
        if type_[0] == "!":
            return self._atomic(self.node(type_[1:]))
        if type_.startswith("{}"):
            return Node("map", type_, item=self.node(type_[2:]))
        if type_[0] == "[":
            keys, _, item = type_[1:].partition("]")
            node = Node("list", type_, item=self.node(item))
            node.keys = tuple(keys.split(",")) if keys not in ("", "=") else ()
            return node
        fields = self._objects.schema.definitions.get(type_)
        if fields is None:
            return Node("scalar", type_)
        facts = self._objects.facts.get(type_, _NO_FACTS)
        node = self._known[type_] = Node("object", type_)
        return node.of(fields, self, facts, self._objects.schema.defaults.get(type_, {}))

    def _atomic(self, node: Node) -> Node:
        if node.kind == "map":
            return Node("map", node.type, item=node.item, atomic=True)
        twin = Node("object", node.type, atomic=True)
        fields = self._objects.schema.definitions[node.type]
        return twin.of(fields, self, node.facts, self._objects.schema.defaults.get(node.type, {}))
