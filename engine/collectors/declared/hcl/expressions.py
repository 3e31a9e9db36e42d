"""Terraform's expressions: parsed from text into functions that give a value within a scope.

Only what is certain is evaluated. Whatever is not, from an unknown function to a value that the provider computes,
becomes a hole and spreads no further than it must.
"""

import operator
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Protocol

from engine.collectors.declared.hcl import functions
from engine.collectors.declared.hcl.holes import HOLE, MARK, UnsureError, holds_hole, hole, is_hole

#: Texts and lists beyond this are not built.
_LONGEST = 1_000_000
_MOST_ITEMS = 10_000

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<name>[^\W\d][\w-]*)"
    r"|(?P<sign>\.\.\.|=>|==|!=|<=|>=|&&|\|\||\.\*|\[\*\]|[-+*/%<>!?:()\[\]{}.,=\n])|(?P<quote>\"))"
)
_SEVERAL_HOLES = re.compile(f"(?:{HOLE}){{2,}}")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_BINARY: tuple[tuple[tuple[str, ...], dict[str, Callable[[Any, Any], Any]]], ...] = (
    (("||",), {"||": lambda left, right: left or right}),
    (("&&",), {"&&": lambda left, right: left and right}),
    (("==", "!="), {"==": operator.eq, "!=": operator.ne}),
    (("<", ">", "<=", ">="), {"<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge}),
    (("+", "-"), {"+": operator.add, "-": operator.sub}),
    (("*", "/", "%"), {"*": operator.mul, "/": operator.truediv, "%": operator.mod}),
)


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


@lru_cache(maxsize=16384)
def parse(source: str) -> Expression:
    """The expression that a text writes. Raises UnsureError when it is not understood."""
    try:
        parser = _Parser(source)
        expression = parser.expression()
        parser.end()
    except RecursionError:
        raise UnsureError from None
    return expression


@lru_cache(maxsize=16384)
def parse_template(source: str) -> Expression:
    """The template that a text is, without quotes around it, as JSON code writes it."""
    parser = _Parser(source)
    return parser.template(end="")


class _Parser:
    """A recursive descent over the text. Newlines count like blanks: what is parsed is one expression."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0

    def end(self) -> None:
        if self._source[self._at :].strip():
            raise UnsureError

    def expression(self) -> Expression:
        condition = self._binary(0)
        if not self._take("?"):
            return condition
        yes = self.expression()
        self._expect(":")
        no = self.expression()

        def choose(scope: Scope) -> Any:
            chosen = _known(condition(scope))
            return (yes if functions.FUNCTIONS["tobool"](chosen) else no)(scope)

        return choose

    def _binary(self, level: int) -> Expression:
        if level == len(_BINARY):
            return self._unary()
        signs, operations = _BINARY[level]
        left = self._binary(level + 1)
        while (sign := self._peek()) in signs:
            self._take(sign)
            left = _operation(operations[sign], left, self._binary(level + 1))
        return left

    def _unary(self) -> Expression:
        for sign, apply in (("!", operator.not_), ("-", operator.neg)):
            if self._take(sign):
                operand = self._unary()
                return lambda scope: apply(_known(operand(scope)))
        return self._steps(self._primary())

    def _steps(self, value: Expression) -> Expression:
        while True:
            sign = self._peek()
            if sign in ("[*]", ".*"):
                self._take(sign)
                inner = self._steps(lambda scope: scope.root(""))
                return _splat(value, inner)
            if sign == ".":
                self._take(".")
                name = self._name() or self._number()
                if name is None:
                    raise UnsureError
                value = _attribute(value, name)
            elif sign == "[":
                self._take("[")
                value = _index(value, self.expression())
                self._expect("]")
            else:
                return value

    def _primary(self) -> Expression:
        if self._take("("):
            inner = self.expression()
            self._expect(")")
            return inner
        if self._take("["):
            return self._for("]") if self._take_word("for") else self._tuple()
        if self._take("{"):
            return self._for("}") if self._take_word("for") else self._object()
        if self._peek() == '"':
            self._take('"')
            return self.template(end='"')
        number = self._number()
        if number is not None:
            return _constant(number)
        name = self._name()
        if name is None:
            raise UnsureError
        if name in ("true", "false", "null"):
            return _constant({"true": True, "false": False, "null": None}[name])
        return self._call(name) if self._take("(") else lambda scope: scope.root(name)

    def _call(self, name: str) -> Expression:
        arguments: list[Expression] = []
        spread = False
        while not self._take(")"):
            arguments.append(self.expression())
            spread = self._take("...")
            self._take(",")
        if name == "try":
            return lambda scope: _first_that_works(arguments, scope)

        def run(scope: Scope) -> Any:
            values = [evaluate(argument, scope) for argument in arguments]
            if spread:
                if not isinstance(values[-1], list):
                    raise UnsureError
                values = [*values[:-1], *values[-1]]
            return functions.call(name, values)

        return run

    def _tuple(self) -> Expression:
        items: list[Expression] = []
        while not self._take("]"):
            items.append(self.expression())
            self._take(",")
        return lambda scope: [evaluate(item, scope) for item in items]

    def _object(self) -> Expression:
        pairs: list[tuple[Expression, Expression]] = []
        while not self._take("}"):
            start = self._at
            name = self._name()
            key: Expression
            if name is not None and self._peek() in ("=", ":"):
                key = _constant(name)
            else:
                self._at = start
                key = self._binary(0)
            if not self._take("="):
                self._expect(":")
            pairs.append((key, self.expression()))
            self._take(",")
        return lambda scope: {functions.text(evaluate(key, scope)): evaluate(value, scope) for key, value in pairs}

    def _for(self, close: str) -> Expression:
        names = [self._name() or ""]
        if self._take(","):
            names.append(self._name() or "")
        if not self._take_word("in"):
            raise UnsureError
        collection = self.expression()
        self._expect(":")
        key = self.expression() if close == "}" else None
        if key is not None:
            self._expect("=>")
        value = self.expression()
        groups = self._take("...")
        condition = self.expression() if self._take_word("if") else None
        self._expect(close)
        if groups:
            return lambda _scope: HOLE

        def run(scope: Scope) -> Any:
            inner = [
                Within(scope, dict(zip(names, pair if len(names) == 2 else pair[1:], strict=True)))
                for pair in pairs_of(collection(scope))
            ]
            kept = [own for own in inner if condition is None or _known(condition(own))]
            if key is None:
                return [evaluate(value, own) for own in kept]
            return {functions.text(_known(key(own))): evaluate(value, own) for own in kept}

        return run

    def template(self, end: str) -> Expression:
        """A text up to its closing quote, with what is put into it."""
        parts: list[str | Expression] = []
        source = self._source
        start = self._at
        while True:
            if self._at >= len(source):
                if end:
                    raise UnsureError
                break
            char = source[self._at]
            if end and char == end:
                break
            two, three = source[self._at : self._at + 2], source[self._at : self._at + 3]
            if three in ("$${", "%%{"):
                parts.extend((source[start : self._at], two[1:] + "{"))
                self._at += 3
                start = self._at
            elif two == "${":
                parts.append(source[start : self._at])
                self._at += 2
                self._take("~")
                parts.append(self.expression())
                self._expect("}")
                start = self._at
            elif two == "%{" or (two == "~}"):
                raise UnsureError
            elif end and char == "\\":
                parts.append(source[start : self._at])
                parts.append(self._escape())
                start = self._at
            else:
                self._at += 1
        parts.append(source[start : self._at])
        self._at += len(end)
        return _template([part for part in parts if part != ""])

    def _escape(self) -> str:
        kind = self._source[self._at + 1]
        if kind in _ESCAPES:
            self._at += 2
            return _ESCAPES[kind]
        width = {"u": 4, "U": 8}.get(kind)
        if width is None:
            raise UnsureError
        digits = self._source[self._at + 2 : self._at + 2 + width]
        self._at += 2 + width
        try:
            return chr(int(digits, 16))
        except (ValueError, OverflowError):
            raise UnsureError from None

    def _match(self) -> re.Match[str] | None:
        return _TOKEN.match(self._source, self._at)

    def _peek(self) -> str:
        match = self._match()
        return (match["sign"] or match["quote"] or "") if match else ""

    def _take(self, sign: str) -> bool:
        match = self._match()
        if match is None or (match["sign"] or match["quote"]) != sign:
            return False
        self._at = match.end()
        return True

    def _expect(self, sign: str) -> None:
        if not self._take(sign):
            raise UnsureError

    def _take_word(self, word: str) -> bool:
        match = self._match()
        if match is None or match["name"] != word:
            return False
        self._at = match.end()
        return True

    def _name(self) -> str | None:
        match = self._match()
        if match is None or not match["name"]:
            return None
        self._at = match.end()
        return match["name"]

    def _number(self) -> int | float | None:
        match = self._match()
        if match is None or not match["number"]:
            return None
        self._at = match.end()
        number = float(match["number"])
        return int(match["number"]) if match["number"].isdecimal() else number


class Within:
    """A scope with some names of its own."""

    def __init__(self, outer: Scope, names: Mapping[str, Any]) -> None:
        self._outer = outer
        self._names = names

    def root(self, name: str) -> Any:
        return self._names[name] if name in self._names else self._outer.root(name)


def pairs_of(collection: Any) -> list[tuple[Any, Any]]:
    """Keys and values of a map, or places and items of a list. Raises UnsureError when they are not all known."""
    if functions.is_open(collection) or not isinstance(collection, dict | list) or len(collection) > _MOST_ITEMS:
        raise UnsureError
    if isinstance(collection, dict):
        return list(collection.items())
    if any(is_hole(item) for item in collection):
        raise UnsureError
    return list(enumerate(collection))


def _known(value: Any) -> Any:
    if holds_hole(value):
        raise UnsureError
    return value


def _operation(apply: Callable[[Any, Any], Any], left: Expression, right: Expression) -> Expression:
    return lambda scope: apply(_known(left(scope)), _known(right(scope)))


def _first_that_works(arguments: list[Expression], scope: Scope) -> Any:
    """`try`: what the first argument gives when all of it is known; whether it would fail cannot be told otherwise."""
    return _known(arguments[0](scope))


def _splat(value: Expression, rest: Expression) -> Expression:
    def run(scope: Scope) -> Any:
        found = value(scope)
        items = found if isinstance(found, list) else [found]
        if any(is_hole(item) for item in items) or isinstance(found, str):
            return HOLE
        return [rest(Within(scope, {"": item})) for item in items]

    return run


def _attribute(value: Expression, name: str | int | float) -> Expression:
    def run(scope: Scope) -> Any:
        container = value(scope)
        reference = _reference(container)
        return _member(container, name) if reference is None else _hole(reference, f".{name}")

    return run


def _index(value: Expression, key: Expression) -> Expression:
    def run(scope: Scope) -> Any:
        container, name = value(scope), key(scope)
        reference = _reference(container)
        if reference is None:
            return _member(container, _known(name))
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


def _constant(value: Any) -> Expression:
    return lambda _scope: value


def _template(parts: list[str | Expression]) -> Expression:
    if all(isinstance(part, str) for part in parts):
        return _constant("".join(map(str, parts)))
    if len(parts) == 1 and not isinstance(parts[0], str):
        return parts[0]

    def run(scope: Scope) -> str:
        texts = [part if isinstance(part, str) else functions.text(evaluate(part, scope)) for part in parts]
        if sum(map(len, texts)) > _LONGEST:
            raise UnsureError
        return _SEVERAL_HOLES.sub(HOLE, "".join(texts))

    return run
