"""A model elsewhere as a backend: it is shown a question and what tools return, all through a veil, and is not trusted.

What it says becomes sentences whose marks are checked like anybody's; what it asks of the tools is checked like
anybody's; and the tools only read.
"""

import time
from collections.abc import Callable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, structs

from engine.assistant import tables
from engine.assistant.conversation import Focus, Piece, Turn, Used
from engine.assistant.remote.handles import Handles
from engine.assistant.remote.model import AnswerError, Call, Ended, Message, Model, Prompt, Result, Speaker, Text
from engine.assistant.remote.specs import specs
from engine.assistant.remote.speech import Speech
from engine.assistant.tools import ToolError, Tools
from engine.assistant.veil import Veil
from engine.errors import StoreError
from engine.model import Report

#: Calls are answered so many times; a model that still asks then is told to answer.
_ROUNDS = 8
_CALLS_AT_ONCE = 8
#: A failure that may pass is tried again after so many seconds, while nothing was said yet.
_WAITS = (0.5, 1.5)
#: Bytes of JSON that are sent of what went before: the oldest results are left out first.
_BUDGET = 160_000
#: What is looked up beforehand about the drift that is pointed to, by worth.
_FIRST = ("show_drift", "evidence_around", "recommendations", "correlations")
_TOO_MANY = f"no more than {_CALLS_AT_ONCE} calls are answered at once; call again"
_ENOUGH = "Answer now, from what you know; no tool can be called any more."


class Price(Struct, frozen=True):
    """Dollars for a million tokens."""

    sent: float
    received: float


class Elsewhere:
    """Answers by a model. One for each conversation: the veil and what was said are its own.

    `wait` rests between two tries.
    """

    is_remote = True

    def __init__(
        self,
        model: Model,
        *,
        withhold: frozenset[str] = frozenset(),
        user: str = "",
        wait: Callable[[float], object] = time.sleep,
    ) -> None:
        self._model, self._withhold, self._user, self._wait = model, withhold, user, wait
        self._veil = Veil()
        self._handles = Handles()
        self._messages: tuple[Message, ...] = ()
        self._learnt: Report | None = None
        if user:
            self._veil.learn_person(user)

    @property
    def name(self) -> str:
        return self._model.name

    @property
    def says(self) -> str:
        return f"{self._model.name} ({self._model.provider}): sees the estate through a veil"

    def preview(self, turn: Turn, tools: Tools) -> str:
        """Exactly what would be sent first for a question, as text."""
        return told(self._covered(self._opening(turn, tools), offers=True))

    def answer(self, turn: Turn, tools: Tools) -> Iterator[Piece]:
        """The answer, in whole sentences as they come. Raises AnswerError when the model does not answer."""
        messages = self._opening(turn, tools)
        sent = received = 0
        for number in range(_ROUNDS + 1):
            speech, calls, text = Speech(self._handles), list[Call](), list[str]()
            prompt = self._covered(messages, offers=number < _ROUNDS)
            ended = Ended()
            for part in self._parts(prompt):
                if isinstance(part, Call):
                    calls.append(part)
                elif isinstance(part, Ended):
                    ended = part
                else:
                    text.append(part.text)
                    for said in speech.add(part.text):
                        yield structs.replace(said, text=self._veil.lift(said.text))
            for said in speech.end():
                yield structs.replace(said, text=self._veil.lift(said.text))
            sent, received = sent + ended.sent, received + ended.received
            heard = Message(speaker=Speaker.MODEL, text="".join(text), calls=tuple(calls), kept=ended.kept)
            self._write_down(prompt, heard, ended, tools)
            messages = (*messages, heard)
            if not calls:
                break
            results = (
                *(self._result(call, tools) for call in calls[:_CALLS_AT_ONCE]),
                *(Result(call, {"error": _TOO_MANY}) for call in calls[_CALLS_AT_ONCE:]),
            )
            last = _ENOUGH if number + 1 == _ROUNDS else ""
            messages = (*messages, Message(speaker=Speaker.TOOLS, results=results, text=last))
        self._messages = messages
        yield _focus(turn, tools)
        yield Used(self.name, sent, received, _dollars(self.name, sent, received))

    def _opening(self, turn: Turn, tools: Tools) -> tuple[Message, ...]:
        """What was said before, the question, and what is known of the drift that it may point to."""
        self._learn(tools)
        asked = [turn.question, f"(The estate was last scanned at {tools.known.report.scan.as_of:%Y-%m-%d %H:%M} UTC.)"]
        before = self._messages
        results = []
        if turn.focus.drifts and not before:
            asked.append("(It may point to the drift that is selected; what is known of it follows.)")
            results = self._looked_up(turn.focus.drifts[0], tools)
        question = Message(speaker=Speaker.PERSON, text="\n".join(asked))
        if not results:
            return (*before, question)
        calls = tuple(result.call for result in results)
        return (
            question,
            Message(speaker=Speaker.MODEL, calls=calls),
            Message(speaker=Speaker.TOOLS, results=tuple(results)),
        )

    def _looked_up(self, drift: str, tools: Tools) -> list[Result]:
        """The context of a drift, the worthiest first."""
        calls = (Call(f"before-{number}", tool, {"drift": drift}) for number, tool in enumerate(_FIRST, 1))
        return [self._result(call, tools) for call in calls]

    def _result(self, call: Call, tools: Tools) -> Result:
        """What a tool returns; what is wrong with a call is told to the model, which may call again."""
        try:
            found = tools.call(call.tool, **self._veil.lift(dict(call.arguments)))
        except (ToolError, StoreError, TypeError) as error:
            return Result(call, {"error": str(error)})
        self._veil.learn(list(found.facts))
        return Result(call, self._handles.result(found, self._withhold))

    def _learn(self, tools: Tools) -> None:
        report = tools.known.report
        if report is self._learnt:
            return
        self._learnt = report
        self._veil.learn([drift.actor for drift in report.drifts])
        self._veil.learn([drift.resource for drift in report.drifts])
        self._veil.learn(tools.known.actors)
        for person in tools.known.people:
            self._veil.learn_person(person)

    def _covered(self, messages: tuple[Message, ...], *, offers: bool) -> Prompt:
        """The one way out: all that is sent was made here, and everything of the estate in it is hidden."""
        hidden = []
        for message in _within_budget(messages):
            # The model's own words came from behind the veil, and its provider may check that they are the same.
            text = message.text if message.speaker is Speaker.MODEL else self._veil.hide(message.text)
            calls = tuple(self._hidden_call(call) for call in message.calls)
            results = tuple(
                Result(self._hidden_call(result.call), self._veil.hide_value(result.value))
                for result in message.results
            )
            hidden.append(structs.replace(message, text=text, calls=calls, results=results))
        return Prompt(
            instructions=_instructions(), messages=tuple(hidden), tools=specs() if offers else ()
        )  # fmt: skip

    def _hidden_call(self, call: Call) -> Call:
        return structs.replace(call, arguments=self._veil.hide_value(dict(call.arguments)))

    def _parts(self, prompt: Prompt) -> Iterator[Text | Call | Ended]:
        """What comes, tried again while a failure may pass and nothing was said."""
        for wait in (*_WAITS, None):
            begun = False
            try:
                for part in self._model.parts(prompt):
                    begun = True
                    yield part
            except AnswerError as error:
                if wait is None or begun or not error.passing:
                    raise
                self._wait(wait)
            else:
                return

    def _write_down(self, prompt: Prompt, heard: Message, ended: Ended, tools: Tools) -> None:
        """Every exchange is in the audit log: not what was said, but what proves it."""
        stores = tools.known.stores
        if stores is None:
            return
        answer = msgspec.json.encode((heard.text, heard.calls))
        stores.ledger.append_audit(
            self._user or "driftguard", "assistant.exchange", self.name,
            {
                "sent": sha256(told(prompt).encode()).hexdigest(), "received": sha256(answer).hexdigest(),
                "tokens": {"sent": ended.sent, "received": ended.received},
                "tools": [call.tool for call in heard.calls],
            },
        )  # fmt: skip


def told(prompt: Prompt) -> str:
    """A prompt as a person reads it: all that leaves, but for the description of the tools."""
    parts: list[str] = []
    for message in prompt.messages:
        parts.append(f"── {message.speaker} ──")
        parts += [message.text] if message.text else []
        parts += [f"calls {call.tool} {_json(call.arguments)}" for call in message.calls]
        parts += [f"{result.call.tool} returned {_json(result.value)}" for result in message.results]
    parts.append(f"── tools offered: {', '.join(tool.name for tool in prompt.tools) or 'none'} ──")
    parts += ["── instructions, the same every time ──", prompt.instructions.strip()]
    return "\n\n".join(parts) + "\n"


def _json(value: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=1).decode()


def _within_budget(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    """The messages, with the oldest results left out, and that said, where all are more than is sent."""
    kept: list[Message] = []
    left = _BUDGET
    for message in reversed(messages):
        left -= len(msgspec.json.encode(message.results)) + len(message.text)
        if left < 0 and message.results:
            gone = tuple(Result(result.call, {"left_out": "call again"}) for result in message.results)
            message = structs.replace(message, results=gone)  # noqa: PLW2901
        kept.append(message)
    return tuple(reversed(kept))


def _focus(turn: Turn, tools: Tools) -> Focus:
    """What is talked about: the drifts that were looked at last."""
    looked = [call for call in tools.calls if call.tool in _FIRST and call.facts]
    drifts = tuple(dict.fromkeys(fact.drift for call in looked[-1:] for fact in call.facts))
    return Focus(tuple(filter(None, drifts))[:1]) if looked else turn.focus


@cache
def _instructions() -> str:
    return (Path(__file__).parent / "instructions.md").read_text()


@cache
def _prices() -> dict[str, Price]:
    table: dict[str, Price] = tables.read("remote/prices.toml", dict[str, Price])
    return table


def _dollars(model: str, sent: int, received: int) -> float | None:
    fitting = [name for name in _prices() if model.startswith(name)]
    if not fitting:
        return None
    price = _prices()[max(fitting, key=len)]
    return (sent * price.sent + received * price.received) / 1e6
