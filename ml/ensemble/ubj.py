"""Reading UBJSON, the form in which xgboost stores models: objects, lists, texts, numbers and arrays of numbers.

xgboost trusts what it is given, and a file that was tampered with can end the process. So it is read here first.
"""

import struct
from typing import Any

import numpy as np

#: Deeper than any model goes.
_DEPTH = 32
_INTEGERS = {ord("i"): ">b", ord("U"): ">B", ord("I"): ">h", ord("l"): ">i", ord("L"): ">q"}
_FLOATS = {ord("d"): ">f", ord("D"): ">d"}
_NUMBERS = {**_INTEGERS, **_FLOATS}
_CONSTANTS = {ord("T"): True, ord("F"): False, ord("Z"): None}
_OBJECT, _END, _LIST, _END_LIST, _TEXT, _TYPE, _COUNT = b"{}[]S$#"


def read_ubj(content: bytes) -> Any:
    """The value that the content holds; arrays of one type of number as numpy arrays.

    Raises ValueError when the content is anything else, goes on behind it, or ends within.
    """
    reader = _Reader(content)
    try:
        value = reader.value(_DEPTH)
    except (struct.error, IndexError, UnicodeDecodeError, KeyError) as error:
        raise ValueError(f"not UBJSON at byte {reader.place}") from error
    if reader.place != len(content):
        raise ValueError(f"something follows at byte {reader.place}")
    return value


class _Reader:
    def __init__(self, content: bytes) -> None:
        self._content = content
        self.place = 0

    def value(self, depth: int) -> Any:
        if not depth:
            raise ValueError("nested too deeply")
        kind = self._next()
        if kind in _NUMBERS:
            return self._number(_NUMBERS[kind])
        if kind in _CONSTANTS:
            return _CONSTANTS[kind]
        if kind == _TEXT:
            return self._text()
        if kind == _LIST:
            return self._list(depth - 1)
        if kind == _OBJECT:
            return self._object(depth - 1)
        raise ValueError(f"not UBJSON at byte {self.place - 1}")

    def _object(self, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while self._peek() != _END:
            name = self._text()
            found[name] = self.value(depth)
        self.place += 1
        return found

    def _list(self, depth: int) -> Any:
        if self._peek() == _TYPE:
            self.place += 1
            kind = _NUMBERS[self._next()]
            return self._array(kind, self._count())
        if self._peek() == _COUNT:
            return [self.value(depth) for _ in range(self._count())]
        found = []
        while self._peek() != _END_LIST:
            found.append(self.value(depth))
        self.place += 1
        return found

    def _array(self, kind: str, count: int) -> Any:
        end = self.place + count * struct.calcsize(kind)
        return np.frombuffer(self._slice(end), dtype=np.dtype(kind))

    def _text(self) -> str:
        return self._slice(self._length() + self.place).decode()

    def _count(self) -> int:
        if self._next() != _COUNT:
            raise ValueError(f"a count is missing at byte {self.place - 1}")
        return self._length()

    def _length(self) -> int:
        length = self._number(_INTEGERS[self._next()])
        # Whatever it counts takes a byte at least, but for an empty end.
        if not 0 <= length <= len(self._content) - self.place:
            raise ValueError(f"a length at byte {self.place} leads out of the content")
        return int(length)

    def _number(self, kind: str) -> Any:
        [number] = struct.unpack_from(kind, self._content, self.place)
        self.place += struct.calcsize(kind)
        return number

    def _slice(self, end: int) -> bytes:
        if end > len(self._content):
            raise ValueError("the content ends too early")
        found = self._content[self.place : end]
        self.place = end
        return found

    def _next(self) -> int:
        kind = self._content[self.place]
        self.place += 1
        return kind

    def _peek(self) -> int:
        return self._content[self.place]
