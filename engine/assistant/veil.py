"""What lies between the facts and a model that runs elsewhere: the one place through which anything leaves.

The built-in analyst is part of this process, and sees things as they are. A model is shown what this leaves of them:
no secret, and for every person, account, host and address a token, which is put back in what comes from it.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from engine.masking import PERSON, Masker
from engine.redact import redact_prose, redact_value

T = TypeVar("T")


class Veil:
    """Hides the same thing always in the same way, for as long as a conversation lasts."""

    def __init__(self) -> None:
        self._mask = Masker(hosts=True)

    def learn(self, found: Any) -> None:
        """Takes in who is named in facts, events or reports: who is a person cannot be told from a name's form."""
        self._mask.learn(found)

    def learn_person(self, name: str) -> None:
        """The same of one who is known by name only."""
        self._mask.know(PERSON, name)

    def hide(self, text: str) -> str:
        """A text that somebody wrote, as it may be seen."""
        return self._mask(redact_prose(text))

    def hide_value(self, value: Any) -> Any:
        """A JSON value as it may be seen, names of fields as well."""
        return _each(redact_value(value), self.hide)

    def lift(self, value: T) -> T:
        """A text or a JSON value with what was hidden in it put back."""
        return cast(T, _each(value, self._mask.unmasked))


def _each(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {change(name): _each(item, change) for name, item in value.items()}
    return [_each(item, change) for item in value] if isinstance(value, list | tuple) else value
