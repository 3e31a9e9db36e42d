"""What a model says, as it streams in, as whole sentences."""

import re
from collections.abc import Iterator

from engine.assistant.conversation import Said, Style
from engine.assistant.remote.handles import Handles

#: The end of a sentence with what it cites, where another one begins.
_END = re.compile(r"(?<=[.!?…:])((?:\s*\[[^\[\]]{1,80}\])*[.!?]?)\s+(?=[\"“(*`]?[A-Z0-9])")
_ABBREVIATED = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|approx|no)|\b[A-Z])\.$")
_ITEM = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+")
_HEADING = re.compile(r"^\s*#{1,6}\s+")
_COMMAND = re.compile(r"^\s*\$\s+")
#: A line that goes on so long is told in parts.
_LONGEST = 4_000


class Speech:
    """Collects text until it holds sentences. Marks of the facts stand in them in place of handles."""

    def __init__(self, handles: Handles) -> None:
        self._handles = handles
        self._open = ""
        self._in_code = False

    def add(self, text: str) -> Iterator[Said]:
        """The sentences that are whole by now."""
        self._open += text
        while "\n" in self._open or len(self._open) > _LONGEST:
            line, _, rest = self._open.partition("\n")
            if len(line) > _LONGEST:
                line, rest = line[:_LONGEST], self._open[_LONGEST:]
            self._open = rest
            yield from self._line(line)
        if not self._in_code and not _ITEM.match(self._open) and not _COMMAND.match(self._open):
            *whole, self._open = _sentences(self._open)
            for sentence in whole:
                yield from self._said(sentence, Style.PROSE)

    def end(self) -> Iterator[Said]:
        """What is left."""
        rest, self._open = self._open, ""
        yield from self._line(rest)

    def _line(self, line: str) -> Iterator[Said]:
        if line.lstrip().startswith("```"):
            self._in_code = not self._in_code
        elif self._in_code or _COMMAND.match(line):
            yield from self._said(_COMMAND.sub("", line), Style.COMMAND)
        elif _HEADING.match(line):
            yield from self._said(_HEADING.sub("", line), Style.PROSE, claim=False)
        elif item := _ITEM.match(line):
            yield from self._said(line[item.end() :], Style.ITEM)
        else:
            for sentence in _sentences(line):
                yield from self._said(sentence, Style.PROSE)

    def _said(self, text: str, style: Style, *, claim: bool = True) -> Iterator[Said]:
        text = text.replace("**", "").strip()
        if text:
            yield Said(self._handles.marked(text), style, claim and not text.endswith("?"))


def _sentences(line: str) -> list[str]:
    """The sentences of a line; the last may not be whole."""
    found: list[str] = []
    start = 0
    for match in _END.finditer(line):
        sentence = line[start : match.end(1)]
        if not _ABBREVIATED.search(line[start : match.start()]):
            found.append(sentence)
            start = match.end()
    return [*found, line[start:]]
