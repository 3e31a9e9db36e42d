"""What every way of declaring has to answer, so that the comparator need not know any of them."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from engine.compare.estate import Estate, Live
from engine.model import Change, Declared


class Comparer(Protocol):
    """How the declarations of one language are held against what is live.

    One is made for each comparison, and sees all declarations of its language before it is asked anything.
    """

    def native(self, item: Declared) -> str | None:
        """The provider's name of the item's type; None when the type is not known, and so not compared."""
        ...

    def find(self, item: Declared, estate: Estate) -> Live | None:
        """The live counterpart, None when there is none."""
        ...

    def would_show(self, item: Declared, native: str, estate: Estate) -> bool:
        """Whether a source looked where the item would be, so that without a counterpart it is missing.

        It is not where more than one live resource could be the counterpart.
        """
        ...

    def is_gone(self, item: Declared, live: Live) -> bool:
        """Whether a declared piece is absent from the live resource that was found for it."""
        ...

    def is_piece(self, item: Declared) -> bool:
        """Whether the item declares a piece of a resource (a rule of a group) rather than a resource."""
        ...

    def parents(self, item: Declared) -> Iterable[str]:
        """Identities of the resource that a piece belongs to; a missing piece of a missing resource is no news."""
        ...

    def changes(self, item: Declared, live: Live) -> Iterable[Change] | None:
        """What differs, by the declaration's own paths; None when no answer that was read shows anything of it.

        A change that the tables call sensitive says so; the comparator takes the values out.
        """
        ...

    def undeclared(self, item: Declared, live: Live) -> Mapping[str, Any]:
        """The live values that the declaration is silent about and that a person could have set, by path.

        Values that the service sets by default, that move by themselves or that nobody can set are left out.
        """
        ...

    def tags(self, item: Declared, live: Live | None) -> dict[str, str]:
        """Tags or labels, declared and live."""
        ...

    def keepers(self, item: Declared, live: Live, changed: Iterable[Change]) -> Mapping[str, str]:
        """Who has charge of changed fields whatever is declared, by path: the user under which an autoscaler works."""
        ...


class WholeResources:
    """For the comparers of languages that declare resources only, no pieces of them."""

    def is_gone(self, item: Declared, live: Live) -> bool:
        return False

    def is_piece(self, item: Declared) -> bool:
        return False

    def parents(self, item: Declared) -> Iterable[str]:
        return ()

    def keepers(self, item: Declared, live: Live, changed: Iterable[Change]) -> Mapping[str, str]:
        return {}
