"""What lies between the facts and whatever answers: the one place through which anything would leave this machine.

The built-in analyst is part of this process, and sees things as they are. What answers from elsewhere is given a veil
that hides secrets and identities, and lifts it from what comes back.
"""

from typing import Protocol, TypeVar

import msgspec

from engine.assistant.facts import Fact

F = TypeVar("F", bound=Fact)

#: Fields that are needed as they are to cite and to link.
_KEPT = frozenset({"mark", "drift"})


class Veil(Protocol):
    """Hides what must not be seen elsewhere, the same thing always in the same way, and puts it back."""

    def hide(self, text: str) -> str:
        """The text as it may be seen."""
        ...

    def lift(self, text: str) -> str:
        """The text with what was hidden in it put back."""
        ...


class _NoVeil:
    def hide(self, text: str) -> str:
        return text

    def lift(self, text: str) -> str:
        return text


#: For what answers in this process.
NO_VEIL: Veil = _NoVeil()


def veiled(fact: F, veil: Veil) -> F:
    """The fact as it may be seen: every text in it passes through the veil."""
    if veil is NO_VEIL:
        return fact
    seen = {name: _hidden(getattr(fact, name), veil) for name in fact.__struct_fields__ if name not in _KEPT}
    return msgspec.structs.replace(fact, **seen)


def _hidden(value: object, veil: Veil) -> object:
    if type(value) is str:
        return veil.hide(value)
    if isinstance(value, tuple):
        return tuple(_hidden(item, veil) for item in value)
    if isinstance(value, msgspec.Struct):
        return msgspec.structs.replace(
            value, **{name: _hidden(getattr(value, name), veil) for name in value.__struct_fields__}
        )
    return value
