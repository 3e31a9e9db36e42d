"""Facts as a model is shown them: in JSON, each under a short handle by which it is cited.

Marks are made of ids that could tell who or where; a model is given numbers in their place.
"""

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec

from engine.assistant import tables
from engine.assistant.facts import Fact
from engine.assistant.tools import Found

#: How a model cites: `[f3]`, `[f3, f7]`, `[f3][t1]`.
_CITED = re.compile(r"\[\s*([ft]\d{1,6}(?:\s*[,;]\s*[ft]\d{1,6})*)\s*\]")


class Handles:
    """Handles of the facts and the searches that a conversation has met; one thing has the same one every time."""

    def __init__(self) -> None:
        self._by_mark: dict[str, str] = {}
        self._marks: dict[str, str] = {}
        self._counts: Counter[str] = Counter()

    def result(self, found: Found, withhold: frozenset[str] = frozenset()) -> dict[str, Any]:
        """What a tool returned, without the fields that are withheld, and what is said about it."""
        told: dict[str, Any] = {"cite": self._handle("t", found.mark)}
        if found.missing:
            told["nothing"] = found.missing
        told["found"] = [self._shown(fact, withhold) for fact in found.facts]
        if found.more:
            told["left_out"] = found.more
        return told

    def marked(self, text: str) -> str:
        """What a model said, with marks in place of handles. What has none becomes a mark that nothing has."""
        return _CITED.sub(self._marks_of, text)

    def _shown(self, fact: Fact, withhold: frozenset[str]) -> dict[str, Any]:
        sendable = _sendable().get(type(fact).__name__, frozenset()) - withhold
        fields: Mapping[str, Any] = msgspec.to_builtins(fact)
        told = {name: value for name, value in fields.items() if name in sendable and value not in (None, "", [], ())}
        return {"cite": self._handle("f", fact.mark), **told}

    def _handle(self, kind: str, mark: str) -> str:
        if mark not in self._by_mark:
            self._counts[kind] += 1
            handle = f"{kind}{self._counts[kind]}"
            self._by_mark[mark], self._marks[handle] = handle, mark
        return self._by_mark[mark]

    def _marks_of(self, match: re.Match[str]) -> str:
        handles = re.findall(r"[ft]\d+", match[1])
        return " ".join(f"[{self._marks.get(handle, f'f:{handle}')}]" for handle in handles)


@cache
def _sendable() -> Mapping[str, frozenset[str]]:
    """The fields of each kind of fact that may leave this machine, once what is hidden in them is hidden."""
    listed: Mapping[str, list[str]] = tables.read("remote/fields.toml", dict[str, list[str]])
    return {kind: frozenset((*fields, *listed["Fact"])) for kind, fields in listed.items()}
