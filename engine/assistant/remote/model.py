"""What a model is to the assistant: text and calls of tools come from it, piece by piece, for what it is shown."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, Protocol

from msgspec import Struct

from engine.errors import DriftGuardError


class AnswerError(DriftGuardError):
    """A model does not answer. `passing`: it might, if it were asked again in a moment."""

    def __init__(self, text: str, *, passing: bool = False) -> None:
        super().__init__(text)
        self.passing = passing


#: What may pass: a service that is busy, or restarts.
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})


def refusal(status: int) -> AnswerError:
    """A service's refusal in our words: its own may repeat what it was sent. A status of 0 is one that is not known."""
    if status in (401, 403):
        return AnswerError(f"it does not accept the key ({status}); renew what `assistant.key` refers to")
    if status == 404:
        return AnswerError("there is no such model or path (404); correct `assistant.model` or `assistant.url`")
    if status == 429:
        return AnswerError("its quota is used up for now (429)", passing=True)
    return AnswerError(f"it answered {status or 'an error'}", passing=status in _BUSY)


class Speaker(StrEnum):
    PERSON = "person"
    MODEL = "model"
    TOOLS = "tools"


class Call(Struct, frozen=True):
    """A tool that the model wants called. `id` is how it tells several apart."""

    id: str
    tool: str
    arguments: Mapping[str, Any]


class Result(Struct, frozen=True):
    """What a tool returned for a call, as JSON."""

    call: Call
    value: Mapping[str, Any]


class Message(Struct, frozen=True, kw_only=True):
    """One turn of the exchange. `kept` is the model's own message in its provider's form, sent back as it came."""

    speaker: Speaker
    text: str = ""
    calls: tuple[Call, ...] = ()
    results: tuple[Result, ...] = ()
    kept: Any = None


class Tool(Struct, frozen=True):
    """A tool as it is offered: `parameters` is a JSON schema."""

    name: str
    about: str
    parameters: Mapping[str, Any]


class Prompt(Struct, frozen=True, kw_only=True):
    """All that is sent at once."""

    instructions: str
    messages: tuple[Message, ...]
    tools: tuple[Tool, ...]


class Text(Struct, frozen=True):
    """A piece of what the model says."""

    text: str


class Ended(Struct, frozen=True):
    """The end of what comes: the tokens that were sent and received, and the message in the provider's form."""

    sent: int = 0
    received: int = 0
    kept: Any = None


#: What comes from a model, piece by piece; `Ended` is the last, and comes of every answer that is whole.
Part = Text | Call | Ended


class Model(Protocol):
    """A model somewhere. It blocks; whoever asks may stop between two parts, which closes the connection."""

    @property
    def name(self) -> str:
        """Its name at its provider (`gemini-2.5-flash`)."""
        ...

    @property
    def provider(self) -> str:
        """Whose it is, or where it runs, in a few words."""
        ...

    def parts(self, prompt: Prompt) -> Iterator[Part]:
        """What it answers. Raises AnswerError when it does not, at any time."""
        ...
