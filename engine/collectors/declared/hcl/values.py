"""What the parts of an expression give within a scope.

Only what is certain is evaluated. Whatever is not, from an unknown function to a value that the provider computes,
becomes a hole and spreads no further than it must.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from engine.collectors.declared.hcl import functions
from engine.collectors.declared.hcl.holes import HOLE, MARK, UnsureError, holds_hole, hole, is_hole

#: Texts and lists beyond this are not built.
_LONGEST = 1_000_000
MOST_ITEMS = 10_000

_SEVERAL_HOLES = re.compile(f"(?:{HOLE}){{2,}}")


class Names(Protocol):
    """Values by name: variables, locals, the outputs of modules."""

    def get(self, name: str) -> Any:
        """The value, a hole where it is not known."""
        ...


class Scope(Protocol):
    """What names stand for where an expression is evaluated."""

    def root(self, name: str) -> Any:
        """The value, or the Names, that the first name of a reference stands for."""
        ...


Expression = Callable[[Scope], Any]


def evaluate(expression: Expression, scope: Scope) -> Any:
    """The expression's value; a hole where it cannot be told."""
    try:
        return expression(scope)
    except (UnsureError, ArithmeticError, AttributeError, LookupError, RecursionError, StopIteration):
        return HOLE
    except (TypeError, ValueError):  # code that is wrong, or an operand of another type than is handled here
        return HOLE


class Within:
    """A scope with some names of its own."""

    def __init__(self, outer: Scope, names: Mapping[str, Any]) -> None:
        self._outer = outer
        self._names = names

    def root(self, name: str) -> Any:
        return self._names[name] if name in self._names else self._outer.root(name)


def pairs_of(collection: Any) -> list[tuple[Any, Any]]:
    """Keys and values of a map, or places and items of a list. Raises UnsureError when they are not all known."""
    if functions.is_open(collection) or not isinstance(collection, dict | list) or len(collection) > MOST_ITEMS:
        raise UnsureError
    if isinstance(collection, dict):
        return list(collection.items())
    if any(is_hole(item) for item in collection):
        raise UnsureError
    return list(enumerate(collection))


def known(value: Any) -> Any:
    """A value that holds no hole. Raises UnsureError when it does."""
    if holds_hole(value):
        raise UnsureError
    return value


def operation(apply: Callable[[Any, Any], Any], left: Expression, right: Expression) -> Expression:
    """What an operator makes of two known values."""
    return lambda scope: apply(known(left(scope)), known(right(scope)))


def first_that_works(arguments: list[Expression], scope: Scope) -> Any:
    """`try`: what the first argument gives when all of it is known; whether it would fail cannot be told otherwise."""
    return known(arguments[0](scope))


def splat(value: Expression, rest: Expression) -> Expression:
    """`value[*].rest`: the rest of every item."""

    def run(scope: Scope) -> Any:
        found = value(scope)
        items = found if isinstance(found, list) else [found]
        if any(is_hole(item) for item in items) or isinstance(found, str):
            return HOLE
        return [rest(Within(scope, {"": item})) for item in items]

    return run


def attribute(value: Expression, name: str | int | float) -> Expression:
    """`value.name`; of what a hole stands for, a hole that says so."""

    def run(scope: Scope) -> Any:
        container = value(scope)
        reference = _reference(container)
        return _member(container, name) if reference is None else _hole(reference, f".{name}")

    return run


def index(value: Expression, key: Expression) -> Expression:
    """`value[key]`; of what a hole stands for, a hole that says so."""

    def run(scope: Scope) -> Any:
        container, name = value(scope), key(scope)
        reference = _reference(container)
        if reference is None:
            return _member(container, known(name))
        return HOLE if holds_hole(name) else _hole(reference, f"[{name}]" if isinstance(name, int) else f'["{name}"]')

    return run


def _reference(value: Any) -> str | None:
    """What a hole stands for; None for a value that is known."""
    return value.strip(MARK) if is_hole(value) else None


def _hole(reference: str, step: str) -> str:
    return hole(f"{reference}{step}") if reference else HOLE


def _member(container: Any, name: Any) -> Any:
    if isinstance(container, list):
        return container[int(name)]
    if isinstance(container, dict):
        return container[functions.text(name)]
    return container.get(name) if hasattr(container, "get") else HOLE


def constant(value: Any) -> Expression:
    """The same value in every scope."""
    return lambda _scope: value


def template_of(parts: list[str | Expression]) -> Expression:
    """The texts and values of a template put together."""
    if all(isinstance(part, str) for part in parts):
        return constant("".join(map(str, parts)))
    if len(parts) == 1 and not isinstance(parts[0], str):
        return parts[0]

    def run(scope: Scope) -> str:
        texts = [part if isinstance(part, str) else functions.text(evaluate(part, scope)) for part in parts]
        if sum(map(len, texts)) > _LONGEST:
            raise UnsureError
        return _SEVERAL_HOLES.sub(HOLE, "".join(texts))

    return run
