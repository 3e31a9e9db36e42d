"""Stacks: what one Terraform state declares, and under which addresses."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from driftguard_tui.demo.company import Home
from driftguard_tui.demo.kit import uuid_of
from driftguard_tui.demo.things.base import Plain, Thing

T = TypeVar("T", bound=Thing)


@dataclass(frozen=True)
class Expr:
    """Terraform code that is an expression, not a text."""

    code: str


@dataclass(frozen=True)
class Where:
    """Names a declared thing: addresses repeat from stack to stack."""

    stack: str
    address: str


@dataclass(frozen=True)
class Placed:
    """A thing under its address. `code` overrides arguments that differ from instance to instance."""

    thing: Thing
    name: str
    module: str = ""
    index: int | str | None = None
    file: str = "main.tf"
    code: Mapping[str, Any] = field(default_factory=dict)

    @property
    def type(self) -> str:
        return self.thing.declared_type if isinstance(self.thing, Plain) else self.thing.terraform_type

    @property
    def block(self) -> str:
        """The address without an instance key."""
        return f"{self.module}.{self.type}.{self.name}" if self.module else f"{self.type}.{self.name}"

    @property
    def address(self) -> str:
        """The address as Terraform writes it."""
        if self.index is None:
            return self.block
        return f'{self.block}["{self.index}"]' if isinstance(self.index, str) else f"{self.block}[{self.index}]"


class Stack:
    """One Terraform state and the folder of code behind it."""

    def __init__(self, key: str, home: Home, serial: int) -> None:
        self.key = key
        self.home = home
        self.serial = serial
        self.lineage = uuid_of("lineage", key)
        self.placed: list[Placed] = []
        self.outputs: dict[str, tuple[Any, bool]] = {}
        self.modules: dict[str, tuple[str, Mapping[str, Any]]] = {}

    @property
    def folder(self) -> str:
        """Where its code lies in the repository."""
        return f"live/{self.key}"

    def add(
        self,
        name: str,
        thing: T,
        *,
        module: str = "",
        index: int | str | None = None,
        file: str = "main.tf",
        code: Mapping[str, Any] | None = None,
    ) -> T:
        """Declares a thing and returns it."""
        self.placed.append(Placed(thing, name, module, index, file, code or {}))
        return thing

    def call(self, name: str, source: str, arguments: Mapping[str, Any]) -> str:
        """Calls a module; returns the prefix of its addresses."""
        self.modules[name] = (source, arguments)
        return f"module.{name}"

    def output(self, name: str, value: Any, *, sensitive: bool = False) -> None:
        """Declares an output."""
        self.outputs[name] = (value, sensitive)


class Estate:
    """All stacks together."""

    def __init__(self, stacks: tuple[Stack, ...]) -> None:
        self.stacks = stacks
        self._things = {Where(stack.key, placed.address): placed for stack in stacks for placed in stack.placed}

    def __iter__(self) -> Iterator[tuple[Where, Placed]]:
        return iter(self._things.items())

    def stack(self, key: str) -> Stack:
        """The stack with this key."""
        return next(stack for stack in self.stacks if stack.key == key)

    def thing(self, where: Where, kind: type[T]) -> T:
        """The thing at an address, which must be of the kind."""
        thing = self._things[where].thing
        if not isinstance(thing, kind):
            raise TypeError(f"{where.address} is {type(thing).__name__}, not {kind.__name__}")
        return thing


def plain(home: Home, declared_type: str, values: Mapping[str, Any], **extra: Any) -> Plain:
    """A thing of a type that no source records."""
    return Plain(home=home, declared_type=declared_type, values=values, **extra)
