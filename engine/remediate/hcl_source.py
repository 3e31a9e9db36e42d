"""Where things stand in Terraform code: blocks, attributes, the items of lists and maps, by their places in the text.

Only what has to be known to change a piece and leave every other byte alone; what an expression means is not.
"""

import re
from collections.abc import Iterator

from msgspec import Struct, field

_NAME = re.compile(r"[^\W\d][\w-]*")
_HEREDOC = re.compile(r"<<-?([^\W\d][\w-]*)[ \t]*\r?\n")
_BLANKS = re.compile(r"[ \t]*")
_CLOSERS = {"(": ")", "[": "]", "{": "}"}


class CodeError(Exception):
    """The text is not Terraform code, or not of a kind that is understood here."""


class Span(Struct, frozen=True):
    """From `start` up to `end`, which is not part of it."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """What stands there."""
        return text[self.start : self.end]


class Entry(Struct, frozen=True):
    """A name with its value: an attribute of a block, a key of a map. `name` is the name without its quotes."""

    name: str
    key: Span
    value: Span


class Block(Struct, frozen=True):
    """It begins at `start`; `inside` is what stands between its braces."""

    start: int
    kind: str
    labels: tuple[str, ...]
    inside: Span
    entries: list[Entry] = field(default_factory=list)
    blocks: list["Block"] = field(default_factory=list)

    def entry(self, name: str) -> Entry | None:
        """The attribute of this name."""
        return next((entry for entry in self.entries if entry.name == name), None)


def blocks_of(text: str) -> list[Block]:
    """The blocks of a file. Raises CodeError."""
    return _Scanner(text).body(0, closer="")[1]


def entries_of(text: str, value: Span) -> list[Entry] | None:
    """The keys of a map as it is written out; None where the value is anything else."""
    if text[value.start] != "{" or _is_for(text, value):
        return None
    return list(_Scanner(text).keys(value.start + 1, value.end - 1))


def items_of(text: str, value: Span) -> list[Span] | None:
    """The items of a list as it is written out; None where the value is anything else."""
    if text[value.start] != "[" or _is_for(text, value):
        return None
    return list(_Scanner(text).items(value.start + 1, value.end - 1))


def arguments_of(text: str, value: Span, function: str) -> list[Span]:
    """The arguments of a call of the function; none where the value is anything else."""
    opening = re.compile(rf"{function}\s*\(").match(text, value.start)
    scanner = _Scanner(text)
    if opening is None or scanner.closed(opening.end() - 1) != value.end:
        return []
    return list(scanner.items(opening.end(), value.end - 1))


def line_of(text: str, span: Span) -> Span:
    """The whole lines in which it stands, with the break after them."""
    end = text.find("\n", span.end)
    return Span(text.rfind("\n", 0, span.start) + 1, len(text) if end < 0 else end + 1)


def is_alone(text: str, span: Span) -> bool:
    """Whether nothing but a comma and a comment stands beside it in its lines."""
    line = line_of(text, span)
    after = text[span.end : line.end].strip().removeprefix(",").strip()
    return not text[line.start : span.start].strip() and (not after or after.startswith(("#", "//")))


def indent_of(text: str, place: int) -> str:
    """The blanks with which the line of a place begins."""
    blanks = _BLANKS.match(text, text.rfind("\n", 0, place) + 1)
    return blanks[0] if blanks else ""


def break_of(text: str) -> str:
    """How the text breaks its lines."""
    return "\r\n" if "\r\n" in text else "\n"


def _is_for(text: str, value: Span) -> bool:
    scanner = _Scanner(text)
    return re.compile(r"for\b").match(text, scanner.blank(value.start + 1)) is not None


class _Scanner:
    """Goes through a text. Each method takes a place and gives the one behind what it is about."""

    def __init__(self, text: str) -> None:
        self._text = text

    def body(self, place: int, closer: str) -> tuple[list[Entry], list[Block], int]:
        """Attributes and blocks up to the closer, or to the end of the text, with the place of that."""
        entries: list[Entry] = []
        blocks: list[Block] = []
        while True:
            place = self.blank(place)
            if self._at(place) == closer:
                return entries, blocks, place
            name = _NAME.match(self._text, place)
            if name is None:
                raise CodeError(f"line {self._line(place)}")
            after = self.blank(name.end(), breaks=False)
            if self._at(after) == "=" and self._at(after + 1) != "=":
                value = self._value(after + 1, "\n")
                entries.append(Entry(name[0], Span(name.start(), name.end()), value))
                place = value.end
            else:
                block = self._block(name, after)
                blocks.append(block)
                place = block.inside.end + 1

    def keys(self, place: int, end: int) -> Iterator[Entry]:
        """The keys of a map between its braces."""
        while (place := self.blank(place)) < end:
            if self._at(place) == ",":
                place += 1
                continue
            key = Span(place, self._key(place))
            after = self.blank(key.end, breaks=False)
            if self._at(after) not in ("=", ":"):
                raise CodeError(f"line {self._line(place)}")
            value = self._value(after + 1, "\n,")
            yield Entry(key.of(self._text).strip('"'), key, value)
            place = value.end

    def items(self, place: int, end: int) -> Iterator[Span]:
        """The items of a list between its brackets."""
        while (place := self.blank(place)) < end:
            if self._at(place) == ",":
                place += 1
                continue
            item = self._value(place, ",")
            yield item
            place = item.end

    def blank(self, place: int, *, breaks: bool = True) -> int:
        """Behind blanks and comments, and behind breaks of lines if they count as blanks."""
        text = self._text
        while place < len(text):
            if text[place] in (" \t\r\n\ufeff" if breaks else " \t"):
                place += 1
            elif text.startswith(("#", "//"), place):
                if not breaks:
                    return place
                place = self._line_end(place)
            elif text.startswith("/*", place):
                place = self._behind("*/", place + 2)
            else:
                break
        return place

    def closed(self, place: int) -> int:
        """Behind the bracket that closes the one here."""
        closer = _CLOSERS[self._at(place)]
        place += 1
        while (place := self.blank(place)) < len(self._text):
            if self._at(place) == closer:
                return place + 1
            place = self._token(place)
        raise CodeError(f"line {self._line(place)}")

    def _value(self, place: int, ends: str) -> Span:
        """An expression up to where it ends: with its line or at a comma, as `ends` says, or before a closer."""
        start = end = self.blank(place, breaks="\n" not in ends)
        place = start
        while place < len(self._text):
            place = self.blank(place, breaks="\n" not in ends)
            char = self._at(place)
            if not char or char in ")]}" or char in ends or (char in "\r#/" and self._ends_line(place, ends)):
                break
            place = end = self._token(place)
        if start == end:
            raise CodeError(f"line {self._line(place)}")
        return Span(start, end)

    def _ends_line(self, place: int, ends: str) -> bool:
        return "\n" in ends and self._text.startswith(("\r\n", "#", "//"), place)

    def _block(self, kind: re.Match[str], place: int) -> Block:
        labels: list[str] = []
        while (char := self._at(place)) != "{":
            name = _NAME.match(self._text, place)
            if char != '"' and name is None:
                raise CodeError(f"line {self._line(place)}")
            end = name.end() if name else self._text_end(place)
            labels.append(self._text[place:end].strip('"'))
            place = self.blank(end, breaks=False)
        entries, blocks, end = self.body(place + 1, "}")
        return Block(kind.start(), kind[0], tuple(labels), Span(place + 1, end), entries, blocks)

    def _key(self, place: int) -> int:
        char = self._at(place)
        if char == '"':
            return self._text_end(place)
        if char == "(":
            return self.closed(place)
        name = re.compile(r"[\w.-]+").match(self._text, place)
        if name is None:
            raise CodeError(f"line {self._line(place)}")
        return name.end()

    def _token(self, place: int) -> int:
        char = self._at(place)
        if char == '"':
            return self._text_end(place)
        if char in _CLOSERS:
            return self.closed(place)
        if heredoc := _HEREDOC.match(self._text, place):
            return self._heredoc_end(heredoc)
        name = _NAME.match(self._text, place)
        return name.end() if name else place + 1

    def _text_end(self, place: int) -> int:
        """Behind the closing quote. What is between `${` and `}` may hold quotes of its own."""
        text = self._text
        place += 1
        while place < len(text) and text[place] != "\n":
            if text[place] == "\\":
                place += 2
            elif text.startswith(("$${", "%%{"), place):
                place += 3
            elif text.startswith(("${", "%{"), place):
                place = self.closed(place + 1)
            elif text[place] == '"':
                return place + 1
            else:
                place += 1
        raise CodeError(f"line {self._line(place)}")

    def _heredoc_end(self, opening: re.Match[str]) -> int:
        place = opening.end()
        while place < len(self._text):
            end = self._line_end(place)
            if self._text[place:end].strip() == opening[1]:
                return end - (self._text[place:end].endswith("\r"))
            place = end + 1
        raise CodeError(f"line {self._line(opening.start())}")

    def _at(self, place: int) -> str:
        return self._text[place : place + 1]

    def _line_end(self, place: int) -> int:
        end = self._text.find("\n", place)
        return len(self._text) if end < 0 else end

    def _behind(self, sign: str, place: int) -> int:
        end = self._text.find(sign, place)
        if end < 0:
            raise CodeError(f"line {self._line(place)}")
        return end + len(sign)

    def _line(self, place: int) -> int:
        return self._text.count("\n", 0, place) + 1
