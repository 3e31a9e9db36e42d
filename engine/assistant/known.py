"""What the tools look in: a report, and the stores behind it where there are any."""

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from engine.assistant.names import Names
from engine.model import Actor, Drift, Report

if TYPE_CHECKING:
    from engine.store import Stores

#: A report is asked about many times, and has one set of names.
_KEPT = 2


class Known:
    """A report and the stores."""

    def __init__(self, report: Report, stores: "Stores | None") -> None:
        self.report = report
        self.stores = stores

    @property
    def names(self) -> Names:
        """By what words its drifts can be called."""
        return _names(_Same(self.report))

    @cached_property
    def by_id(self) -> dict[str, Drift]:
        """The drifts by their ids."""
        return {drift.id: drift for drift in self.report.drifts}

    @cached_property
    def actors(self) -> list[Actor]:
        """Who did anything that is recorded; to find out takes a look at every event."""
        return self.stores.timeline.actors() if self.stores is not None else []

    @cached_property
    def people(self) -> list[str]:
        """Whoever recorded tickets name."""
        return self.stores.timeline.people() if self.stores is not None else []

    def drift(self, id_or_prefix: str) -> Drift | None:
        """The one drift whose id begins so."""
        exact = self.by_id.get(id_or_prefix)
        if exact is not None or not id_or_prefix:
            return exact
        begin_so = [drift for id_, drift in self.by_id.items() if id_.startswith(id_or_prefix)]
        return begin_so[0] if len(begin_so) == 1 else None


class _Same:
    """A report by its identity: to compare two large ones would take longer than to read one."""

    def __init__(self, report: Report) -> None:
        self.report = report

    def __hash__(self) -> int:
        return id(self.report)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.report is self.report


@lru_cache(maxsize=_KEPT)
def _names(same: _Same) -> Names:
    return Names(same.report)
