"""Who is told: the tables `[[notify]]` of the configuration.

[[notify]]
name = "ops"
url = "keyring:driftguard/notify-ops"    # an apprise URL, of which a token or a password is part
least = "high"                           # nothing less grave, everything when left out
rules = ["critical-drift", "alarm"]      # these only, all when left out
per_hour = 20                            # the rest waits
mask = true                              # people, addresses, accounts and hosts as tokens
quiet = { from = "22:00", until = "07:00", zone = "Europe/Berlin" }    # what is not critical waits
"""

import re
from collections.abc import Sequence
from datetime import datetime, time, tzinfo
from typing import Any

from msgspec import Struct, field

from engine import secrets
from engine.checking import check
from engine.model import Level

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class Quiet(Struct, frozen=True):
    """Hours of a day, in a time zone, in which only what is critical is said. They may go over midnight."""

    start: time
    end: time
    zone: tzinfo

    def holds(self, at: datetime) -> bool:
        """Whether a moment is in them."""
        now = at.astimezone(self.zone).time()
        if self.start <= self.end:
            return self.start <= now < self.end
        return now >= self.start or now < self.end


class Target(Struct, frozen=True, kw_only=True):
    """Somebody who is told, at an address that a reference names. The module's head says what the fields mean."""

    name: str
    url: str
    least: Level = Level.LOW
    rules: tuple[str, ...] = ()
    per_hour: int = 20
    mask: bool = False
    quiet: Quiet | None = None

    def takes(self, rule: str, level: Level) -> bool:
        """Whether it wants to know what a rule tells, of this severity."""
        return level.rank >= self.least.rank and (not self.rules or rule in self.rules)

    def waits(self, level: Level, at: datetime) -> bool:
        """Whether something of this severity has to wait for the end of its quiet hours."""
        return level is not Level.CRITICAL and self.quiet is not None and self.quiet.holds(at)


class _Quiet(Struct, frozen=True, kw_only=True):
    start: str = field(name="from")
    until: str
    zone: str = "UTC"


class _Target(Struct, frozen=True, kw_only=True):
    name: str
    url: str
    least: Level = Level.LOW
    rules: list[str] = field(default_factory=list)
    per_hour: int = 20
    mask: bool = False
    quiet: dict[str, Any] | None = None


def read_targets(tables: Sequence[Any], problems: list[str]) -> tuple[Target, ...]:
    """The targets; what is wrong with their tables is added to `problems`. Which rules there are is not known here."""
    targets: list[Target] = []
    for index, table in enumerate(tables):
        where = f"notify[{index}]"
        given = check(table, _Target, where, problems)
        if given is None:
            continue
        if not secrets.is_reference(given.url):
            problems.append(f"{where}.url: holds a secret, which is not written here: give {secrets.FORMS}")
        if not given.name.strip():
            problems.append(f"{where}.name: is empty; give it a name")
        if given.name in (target.name for target in targets):
            problems.append(f'{where}.name: "{given.name}" is the name of another target already')
        if given.per_hour < 1:
            problems.append(f"{where}.per_hour: is {given.per_hour}; give 1 or more")
        targets.append(
            Target(
                name=given.name,
                url=given.url,
                least=given.least,
                rules=tuple(given.rules),
                per_hour=given.per_hour,
                mask=given.mask,
                quiet=None if given.quiet is None else _quiet(given.quiet, f"{where}.quiet", problems),
            )
        )
    return tuple(targets)


def _quiet(table: Any, where: str, problems: list[str]) -> Quiet | None:
    given = check(table, _Quiet, where, problems)
    if given is None:
        return None
    wrong = [name for name, text in (("from", given.start), ("until", given.until)) if not _CLOCK.fullmatch(text)]
    problems += [f'{where}.{name}: expected a time of day, such as "22:00"' for name in wrong]
    zone = _zone(given.zone)
    if zone is None:
        problems.append(f'{where}.zone: "{given.zone}" is not a time zone; write it like "Europe/Berlin"')
    if wrong or zone is None:
        return None
    return Quiet(time.fromisoformat(given.start), time.fromisoformat(given.until), zone)


def _zone(name: str) -> tzinfo | None:
    from zoneinfo import ZoneInfo  # which few need, and which takes longer than all the rest of a configuration

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None
