"""One Terraform type against the API: how a resource is made, what its state says, what is done to it, what that shows.

Makers write the state down from what they asked for and from the identities they were given, as the provider would:
zero values for what was left out, defaults and computed values filled in.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.support.terraform.shapes import Attributes, Client

#: The states of what bears the same name, by type.
Made = dict[str, Attributes]
#: Acts on a resource through the API, given its state.
Act = Callable[[Client, Attributes], Any]
#: What a change shows: for each path, the declared and the actual value.
Shown = dict[str, tuple[Any, Any]]

TEAM = {"Team": "shop"}


@dataclass(frozen=True)
class Case:
    """A type. `make` takes a name and what it may build on; `changes` are made one after the other to one resource.

    Without `delete` it goes with what it was built on. A `single` one is there once in an account. Where `lost` is
    false none goes, or what this is a piece of is told instead; where `stray` is, an undeclared one is no news.
    """

    type: str
    make: Callable[[Client, str, Made], Attributes]
    changes: tuple[tuple[Act, Shown], ...]
    delete: Act | None = None
    single: bool = False
    lost: bool = True
    stray: bool = True

    @property
    def shown(self) -> Shown:
        """What all changes together show."""
        return {path: values for _, shown in self.changes for path, values in shown.items()}


def pairs(key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """The team's tags, as services that take lists want them."""
    return [{key: name, value: text} for name, text in TEAM.items()]


def unset(names: str, value: Any = "") -> Attributes:
    """Attributes that nobody set, with what the provider writes for them."""
    return dict.fromkeys(names.split(), value)
