"""Sources and their readings as text."""

from collections.abc import Mapping, Sequence

from driftguard_tui import labels
from driftguard_tui.formats import Paper
from driftguard_tui.formats.table import aligned
from driftguard_tui.text import plain
from engine.model import Scan, SourceHealth, SourceRole
from engine.sources import Reading

_TITLES = ("ROLE", "STATUS", "SOURCE", "KIND", "RECORDS", "SKIPPED", "NEWEST (UTC)")


def table(scan: Scan, paper: Paper) -> str:
    """The sources of a scan by role, then what is wrong with each that is not in order."""
    sources = [source for role in SourceRole for source in scan.sources if source.role is role]
    lines = aligned([_TITLES, *map(_row, sources)])
    wrong = [
        f"{paper.paint(plain(source.name), 'strong')}: {plain(source.error)}\n" for source in sources if source.error
    ]
    return "".join((lines, *(["\n", *wrong] if wrong else ())))


def story(settings: Mapping[str, str], readings: Sequence[Reading], paper: Paper) -> str:
    """How a source is set up, and how its last readings went."""
    last = readings[0].health
    head = f"{plain(last.name)}: {last.kind}, {last.role.value}"
    rows = [(plain(name), plain(value)) for name, value in settings.items()]
    parts = [f"{paper.paint(head, 'strong')}\n", f"{aligned(rows)}\n" if rows else ""]
    if last.error:
        parts.append(f"{paper.paint(plain(last.error), labels.STATUS_SIGNS[last.status][1])}\n\n")
    titles = ("AS OF (UTC)", "STATUS", "RECORDS", "SKIPPED", "SCAN TOOK")
    return "".join((*parts, aligned([titles, *map(_reading, readings)])))


def _row(source: SourceHealth) -> tuple[str, ...]:
    sign, _ = labels.STATUS_SIGNS[source.status]
    return (
        source.role.value,
        f"{sign} {source.status}",
        plain(source.name),
        source.kind,
        f"{source.records:,}",
        f"{source.skipped:,}",
        f"{source.newest:%Y-%m-%d %H:%M}" if source.newest else "–",
    )


def _reading(reading: Reading) -> tuple[str, ...]:
    health = reading.health
    sign, _ = labels.STATUS_SIGNS[health.status]
    return (
        f"{reading.as_of:%Y-%m-%d %H:%M}",
        f"{sign} {health.status}",
        f"{health.records:,}",
        f"{health.skipped:,}",
        f"{reading.seconds:.1f} s",
    )
