"""Terraform's expressions: parsed from text into functions that give a value within a scope (see `values`)."""

import operator
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from engine.collectors.declared.hcl import functions
from engine.collectors.declared.hcl.holes import HOLE, UnsureError
from engine.collectors.declared.hcl.values import (
    Expression,
    Scope,
    Within,
    attribute,
    constant,
    evaluate,
    first_that_works,
    index,
    known,
    operation,
    pairs_of,
    splat,
    template_of,
)

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<name>[^\W\d][\w-]*)"
    r"|(?P<sign>\.\.\.|=>|==|!=|<=|>=|&&|\|\||\.\*|\[\*\]|[-+*/%<>!?:()\[\]{}.,=\n])|(?P<quote>\"))"
)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_BINARY: tuple[tuple[tuple[str, ...], dict[str, Callable[[Any, Any], Any]]], ...] = (
    (("||",), {"||": lambda left, right: left or right}),
    (("&&",), {"&&": lambda left, right: left and right}),
    (("==", "!="), {"==": operator.eq, "!=": operator.ne}),
    (("<", ">", "<=", ">="), {"<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge}),
    (("+", "-"), {"+": operator.add, "-": operator.sub}),
    (("*", "/", "%"), {"*": operator.mul, "/": operator.truediv, "%": operator.mod}),
)


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
            chosen = known(condition(scope))
            return (yes if functions.FUNCTIONS["tobool"](chosen) else no)(scope)

        return choose

    def _binary(self, level: int) -> Expression:
        if level == len(_BINARY):
            return self._unary()
        signs, operations = _BINARY[level]
        left = self._binary(level + 1)
        while (sign := self._peek()) in signs:
            self._take(sign)
            left = operation(operations[sign], left, self._binary(level + 1))
        return left

    def _unary(self) -> Expression:
        for sign, apply in (("!", operator.not_), ("-", operator.neg)):
            if self._take(sign):
                operand = self._unary()
                return lambda scope: apply(known(operand(scope)))
        return self._steps(self._primary())

    def _steps(self, value: Expression) -> Expression:
        while True:
            sign = self._peek()
            if sign in ("[*]", ".*"):
                self._take(sign)
                inner = self._steps(lambda scope: scope.root(""))
                return splat(value, inner)
            if sign == ".":
                self._take(".")
                name = self._name() or self._number()
                if name is None:
                    raise UnsureError
                value = attribute(value, name)
            elif sign == "[":
                self._take("[")
                value = index(value, self.expression())
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
            return constant(number)
        name = self._name()
        if name is None:
            raise UnsureError
        if name in ("true", "false", "null"):
            return constant({"true": True, "false": False, "null": None}[name])
        return self._call(name) if self._take("(") else lambda scope: scope.root(name)

    def _call(self, name: str) -> Expression:
        arguments: list[Expression] = []
        spread = False
        while not self._take(")"):
            arguments.append(self.expression())
            spread = self._take("...")
            self._take(",")
        if name == "try":
            return lambda scope: first_that_works(arguments, scope)

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
                key = constant(name)
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
            kept = [own for own in inner if condition is None or known(condition(own))]
            if key is None:
                return [evaluate(value, own) for own in kept]
            return {functions.text(known(key(own))): evaluate(value, own) for own in kept}

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
        return template_of([part for part in parts if part != ""])

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
