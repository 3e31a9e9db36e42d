"""Many unmanaged resources at a glance: children of declared ones first, then by owner and type, with their age."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from driftguard_tui import labels
from driftguard_tui.text import plain
from engine.model import Drift, DriftKind, Level

#: From so many unmanaged resources on, those of no great severity are told in groups.
DROWNING = 20


class Group(Struct, frozen=True):
    """Unmanaged resources of one type that belong together. `oldest` is None where no record tells an age."""

    type: str
    parent: str
    owner: str
    drifts: tuple[Drift, ...]

    @property
    def oldest(self) -> datetime | None:
        """When the first of them was made."""
        times = [drift.origin.created_at for drift in self.drifts if drift.origin and drift.origin.created_at]
        return min(times, default=None)


def split(drifts: Sequence[Drift]) -> tuple[list[Drift], list[Group]]:
    """The drifts to tell one by one, and the rest in groups; no groups while there are few."""
    many = sum(drift.kind is DriftKind.UNMANAGED for drift in drifts) > DROWNING
    grouped = [drift for drift in drifts if many and _is_minor(drift)]
    return [drift for drift in drifts if not (many and _is_minor(drift))], groups(grouped)


def groups(drifts: Sequence[Drift]) -> list[Group]:
    """Unmanaged drifts by parent, owner and type: children of what is declared first, then those with an owner."""
    found: dict[tuple[str, str, str], list[Drift]] = {}
    for drift in drifts:
        origin = drift.origin
        parent, owner = (origin.parent, origin.owner) if origin else ("", "")
        found.setdefault((parent, owner, drift.resource.type), []).append(drift)
    ordered = sorted(found.items(), key=lambda item: (not item[0][0], not item[0][1], -len(item[1]), item[0]))
    return [Group(type_, parent, owner, tuple(items)) for (parent, owner, type_), items in ordered]


def sentence(group: Group) -> str:
    """`12 aws_s3_bucket · in module.web.aws_vpc.main · owner web · oldest 2025-03-01 · scratch, tmp, …`."""
    names = [plain(drift.resource.name or drift.resource.id) for drift in group.drifts[:3]]
    more = ", …" if len(group.drifts) > len(names) else ""
    return labels.join(
        (
            f"{len(group.drifts):,} {plain(group.type)}",
            f"in {plain(group.parent)}" if group.parent else "",
            f"owner {plain(group.owner)}" if group.owner else "",
            f"oldest {group.oldest:%Y-%m-%d}" if group.oldest else "",
            f"{', '.join(names)}{more}",
        )
    )


def _is_minor(drift: Drift) -> bool:
    return drift.kind is DriftKind.UNMANAGED and drift.severity.level.rank < Level.HIGH.rank
