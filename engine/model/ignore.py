"""What people decided not to be told of, and what of it is hidden from a report."""

from datetime import date
from enum import StrEnum

from msgspec import Struct


class IgnoreRule(Struct, frozen=True, kw_only=True):
    """One pattern over `type.id.attribute`, in gitignore's syntax with dots for slashes; `!` takes back.

    `reason` and `author` say why and who; after `expires` (the last day on which it holds) it hides nothing any
    more. `origin` is where it is written: `.driftignore:3`, `ignore[0]`.
    """

    match: str
    reason: str = ""
    author: str = ""
    expires: date | None = None
    origin: str = ""


class RuleState(StrEnum):
    ACTIVE = "active"
    EXPIRED = "expired"  # it would hide something, perhaps, but its time is over
    UNUSED = "unused"  # nothing that was found matches it: a slip of the pen, or no longer needed


class Hidden(Struct, frozen=True):
    """What one rule kept out of a report. `count` counts drifts, and single changes of drifts that are reported.

    `rule` is the pattern, or the reason of a rule that comes with the product (`origin` is then `built in`) or from
    the code (`ignore_changes`).
    """

    rule: str
    origin: str
    count: int
    state: RuleState = RuleState.ACTIVE
    reason: str = ""
    author: str = ""
    expires: date | None = None
