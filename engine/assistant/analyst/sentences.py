"""The words of answers. What infrastructure named is quoted as it is, and never as a mark."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from engine.assistant.conversation import Said, Style
from engine.assistant.facts import DriftFact, Fact
from engine.assistant.making import moment
from engine.assistant.tools import Found
from engine.model import ActorKind, DriftKind, Via

_LONGEST = 160
#: What others wrote and would be read as a mark of ours.
_FALSE_MARK = re.compile(r"\[(?=[a-z]:)")
_SPACE = re.compile(r"\s+")

_KINDS = {
    ActorKind.HUMAN: "a person",
    ActorKind.AUTOMATION: "software of the organisation",
    ActorKind.SERVICE: "a service of the provider",
    ActorKind.UNKNOWN: "",
}
_VIAS = {
    Via.CONSOLE: "through the web console",
    Via.CLI: "through the command line",
    Via.SDK: "through an SDK",
    Via.TERRAFORM: "through Terraform",
    Via.CONTROLLER: "through a controller",
    Via.UNKNOWN: "",
}
_DEEDS = {
    DriftKind.MODIFIED: "changed",
    DriftKind.MISSING: "removed",
    DriftKind.UNMANAGED: "made",
}
_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60))


def quoted(text: str, most: int = _LONGEST) -> str:
    """A text of others in one line, without anything that could be taken for a mark."""
    line = _SPACE.sub(" ", _FALSE_MARK.sub("(", text)).strip()
    return line if len(line) <= most else line[: most - 1] + "…"


def cite(*facts: Fact | Found | None) -> str:
    """The marks of these, behind a space."""
    marks = dict.fromkeys(f"[{fact.mark}]" for fact in facts if fact is not None)
    return f" {''.join(marks)}" if marks else ""


def say(text: str, *facts: Fact | Found | None, style: Style = Style.PROSE) -> Said:
    """A claim that rests on these facts."""
    stop = "" if style is not Style.PROSE or text.endswith((".", "?", ":")) else "."
    return Said(f"{text}{cite(*facts)}{stop}" if not text.endswith(":") else f"{text[:-1]}{cite(*facts)}:", style)


def item(text: str, *facts: Fact | Found | None) -> Said:
    """One of a list."""
    return say(text, *facts, style=Style.ITEM)


def remark(text: str) -> Said:
    """A sentence of our own, which says nothing of the estate."""
    return Said(text, claim=False)


def command(text: str) -> Said:
    """A command as it is recommended."""
    return Said(_FALSE_MARK.sub("(", text), Style.COMMAND)


def name(drift: DriftFact) -> str:
    """The resource of a drift."""
    return quoted(drift.label)


def person(principal: str | None) -> str:
    """Somebody, as the provider names them."""
    return quoted(principal or "somebody unknown")


def manner(kind: ActorKind, via: Via, role: str | None, address: str | None) -> str:
    """What they are and how they came: `(a person, through an SDK, from 192.0.2.1)`."""
    parts = (
        _KINDS[kind], f"in the role {quoted(role)}" if role else "", _VIAS[via],
        f"from {quoted(address)}" if address else "",
    )  # fmt: skip
    told = ", ".join(filter(None, parts))
    return f" ({told})" if told else ""


def deed(drift: DriftFact) -> str:
    """What was done: `changed`, `removed`, `made`."""
    return _DEEDS[drift.kind]


def is_behind_code(drift: DriftFact) -> bool:
    """Whether it is the code that moved, and the live resource did not follow."""
    return drift.determined and drift.cause == "incomplete rollout"


def when(at: datetime | None) -> str:
    """`on 14 Mar 2026 03:12:00 UTC`."""
    return f"on {moment(at)}" if at else "at an unknown time"


def clock(at: datetime | None) -> str:
    """A time in short, for lists."""
    return f"{at:%-d %b %H:%M}" if at else "unknown time"


def lasting(length: timedelta) -> str:
    """`2 hours`."""
    seconds = abs(length.total_seconds())
    unit, size = next(((unit, size) for unit, size in _UNITS if seconds >= size), ("second", 1))
    return count(int(seconds // size), unit)


def count(number: int, noun: str) -> str:
    """`1 drift`, `28 drifts`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def percent(share: float) -> str:
    """A probability; neither certain nor impossible unless it is."""
    value = round(share * 100)
    return "99%" if value >= 100 and share < 1 else "under 1%" if value == 0 and share > 0 else f"{value}%"


def listed(parts: Iterable[str]) -> str:
    """`a, b and c`."""
    *first, last = list(parts) or [""]
    return f"{', '.join(first)} and {last}" if first else last


def article(words: str) -> str:
    """`an emergency fix`."""
    if words.endswith("troubleshooting"):
        return words
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def brief(drift: DriftFact) -> str:
    """A drift in a line of a list."""
    what = (
        drift.kind.value
        if drift.kind is not DriftKind.MODIFIED
        else ", ".join(quoted(path, 40) for path in drift.changed[:2])
    )
    more = f" (+{len(drift.changed) - 2})" if drift.kind is DriftKind.MODIFIED and len(drift.changed) > 2 else ""
    by = f"by {person(drift.actor)}" if drift.actor else "by nobody known"
    cause = drift.cause if drift.determined else "cause undetermined"
    return f"{drift.level.value}: {name(drift)}, {what}{more}, {clock(drift.at)}, {by}, {cause}"
