"""The drifts that are marked, to do one thing with all of them."""

from collections.abc import Iterable, Mapping

from engine.model import Drift


class Marks:
    """Drifts by their ids, in the order in which they were marked."""

    def __init__(self) -> None:
        self._drifts: dict[str, Drift] = {}

    def __len__(self) -> int:
        return len(self._drifts)

    @property
    def ids(self) -> Mapping[str, Drift]:
        """The drifts by their ids."""
        return self._drifts

    @property
    def drifts(self) -> tuple[Drift, ...]:
        """The drifts."""
        return tuple(self._drifts.values())

    def add(self, drifts: Iterable[Drift]) -> None:
        """Marks these."""
        self._drifts.update((drift.id, drift) for drift in drifts)

    def turn(self, drifts: Iterable[Drift]) -> None:
        """Marks these; or, where all of them are marked, takes their marks away."""
        given = tuple(drifts)
        if all(drift.id in self._drifts for drift in given):
            for drift in given:
                self._drifts.pop(drift.id, None)
        else:
            self.add(given)

    def clear(self) -> None:
        """Marks nothing any more."""
        self._drifts = {}

    def keep(self, drifts: Iterable[Drift]) -> None:
        """Of a new report these are the same drifts; those that are gone are not marked any more."""
        if self._drifts:
            known = {drift.id: drift for drift in drifts if drift.id in self._drifts}
            self._drifts = {id_: known[id_] for id_ in self._drifts if id_ in known}
