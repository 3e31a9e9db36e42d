"""What the list says while it has nothing to list."""

from collections.abc import Callable, Sequence

from driftguard_tui import labels
from driftguard_tui.widgets.lines import BLANK, Line, Span, flow
from engine.model import Report, SourceRole, SourceStatus

Notice = Callable[[int], Sequence[Line]]


def _notice(title: str, tone: str, *paragraphs: Sequence[Span]) -> Notice:
    def draw(cells: int) -> list[Line]:
        lines: list[Line] = [BLANK, *flow([Span(title, tone)], cells)]
        for paragraph in paragraphs:
            lines += [BLANK, *flow(paragraph, cells)]
        return lines

    return draw


def no_sources() -> Notice:
    """Nothing is configured."""
    return _notice(
        "No sources yet",
        "strong",
        [
            Span(
                "DriftGuard compares what your code declares with what is really there. Tell it where to look:", "muted"
            )
        ],
        [
            Span("driftguard config init", "accent"),
            Span("  writes a driftguard.toml from what is in this folder", "muted"),
        ],
        [Span("driftguard demo", "accent"), Span("  shows a made-up company, without any account", "muted")],
        [Span("driftguard scan --bundle DIR", "accent"), Span("  reads recorded inputs", "muted")],
    )


def in_sync(report: Report) -> Notice:
    """A scan found no drift; whether that means anything depends on the sources."""
    roles = {SourceRole.DECLARED, SourceRole.ACTUAL}
    failed = [item for item in report.scan.sources if item.status is SourceStatus.FAILED and item.role in roles]
    if failed:
        return _notice(
            "No drift found, but not everything was read",
            "medium",
            [Span(f"{', '.join(item.name for item in failed)} could not be read: nobody knows what drifts there.")],
            [Span("8", "key"), Span(" says why", "muted")],
        )
    return _notice(
        "✓ In sync",
        "good",
        [
            Span(
                f"{labels.count(report.summary.in_sync, 'resource')} compared; each is as the code declares it.",
                "muted",
            )
        ],
    )


def nothing_matches(expression: str) -> Notice:
    """The filter leaves nothing."""
    return _notice(
        "Nothing matches",
        "strong",
        [Span(expression, "accent")],
        [Span("esc", "key"), Span(" shows all drifts again", "muted")],
    )


def failed(reason: str) -> Notice:
    """The scan could not be done."""
    return _notice(
        "✗ The scan failed",
        "bad",
        [Span(reason)],
        [Span("r", "key"), Span(" tries again   ", "muted"), Span("8", "key"), Span(" shows the sources", "muted")],
    )


def failed_to_read(reason: str) -> Notice:
    """The store could not be asked."""
    return _notice("✗ It could not be read", "bad", [Span(reason)])


def nothing_recorded() -> Notice:
    """There is no store, or none yet."""
    return _notice(
        "Nothing is recorded here",
        "strong",
        [Span("Open the console with a store, and what is asked for and decided is kept in it.", "muted")],
    )


def no_requests() -> Notice:
    """Nobody has asked for anything."""
    return _notice(
        "No change is requested",
        "strong",
        [
            Span("2", "key"),
            Span(" shows the drifts; there ", "muted"),
            Span("f", "key"),
            Span(" asks for a fix", "muted"),
        ],
    )


def no_entries() -> Notice:
    """The audit log is empty."""
    return _notice(
        "The audit log is empty",
        "strong",
        [Span("Requests, decisions and changes of settings are written down here, each chained to the last.", "muted")],
    )
