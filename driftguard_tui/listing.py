"""What the list of drifts shows: those that are wanted, in their order, under headings. Plain data, no widgets."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from driftguard_tui import labels
from driftguard_tui.filters import Filter
from driftguard_tui.grouping import NONE, Heading, Row, grouped
from driftguard_tui.search import Index
from driftguard_tui.sorting import ORDERS
from engine.model import Drift, Report

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Wanted(NamedTuple):
    """What is asked for. `group` is the name of a grouping, `folded` holds the keys of groups that are closed."""

    filter: Filter = Filter()
    order: str = "severity"
    backwards: bool = False
    group: str = NONE
    folded: frozenset[str] = frozenset()


class Listing(NamedTuple):
    """The answer: the rows, and the drifts that are wanted, whether or not their group is open."""

    wanted: Wanted
    rows: Sequence[Row] = ()
    drifts: Sequence[Drift] = ()

    @property
    def headings(self) -> list[Heading]:
        """The headings, of open groups and of closed ones."""
        return [row for row in self.rows if isinstance(row, Heading)]

    def row_of(self, drift_id: str) -> int | None:
        """The row of a drift; None where it is not wanted, or in a group that is closed."""
        rows = enumerate(self.rows)
        return next((number for number, row in rows if isinstance(row, Drift) and row.id == drift_id), None)

    def find(self, beginning: str) -> int | None:
        """The row of the first drift whose id, address or name begins so."""
        for number, row in enumerate(self.rows):
            if isinstance(row, Drift):
                ref = row.resource
                names = (row.id, ref.address, ref.id, labels.name_of(ref))
                if any(name.startswith(beginning) for name in names):
                    return number
        return None


class Catalogue:
    """The drifts of a report, to be listed again and again. It keeps what it has worked out; any thread may ask it."""

    def __init__(self, report: Report | None = None) -> None:
        self.drifts: Sequence[Drift] = report.drifts if report else ()
        self.index = Index(self.drifts)
        self._origins = report.groups if report else ()
        self._sorted: dict[tuple[str, bool], NDArray[Any]] = {}

    def listed(self, wanted: Wanted) -> Listing:
        """The drifts that are wanted, as they are wanted."""
        order = self._order(wanted.order, wanted.backwards)
        if wanted.filter != Filter():
            order = order[self.index.matching(wanted.filter)[order]]
        drifts = [self.drifts[place] for place in order.tolist()]
        if wanted.group == NONE:
            return Listing(wanted, drifts, drifts)
        rows: list[Row] = []
        for heading in grouped(drifts, wanted.group, self._origins, wanted.folded):
            rows += [heading, *heading.drifts] if heading.is_open else [heading]
        return Listing(wanted, rows, drifts)

    def _order(self, name: str, backwards: bool) -> "NDArray[Any]":
        import numpy as np

        known = self._sorted.get((name, backwards))
        if known is None:
            order = ORDERS[name]
            keys = [order.key(drift) for drift in self.drifts]
            places = sorted(range(len(keys)), key=keys.__getitem__, reverse=order.falling != backwards)
            known = self._sorted[name, backwards] = np.array(places, np.intp)
        return known
