"""How reading each source went, and why one failed."""

from collections.abc import Sequence

from driftguard_tui import labels, text
from driftguard_tui.screens.reading import Text
from driftguard_tui.session import Engine
from driftguard_tui.widgets.lines import BLANK, Line, Span, cut, flow, line
from engine.model import Report, RuleState, SourceHealth, SourceRole

_ROLES = {
    SourceRole.DECLARED: "Declared: what the code says",
    SourceRole.ACTUAL: "Actual: what the providers say",
    SourceRole.EVENTS: "Events: what happened",
}
_STATUS_CELLS = 9
_KIND_CELLS = 21


class SourcesText(Text):
    """Sources by role."""

    def __init__(self, engine: Engine) -> None:
        super().__init__("Sources")
        self._engine = engine

    def draw(self, cells: int) -> Sequence[Line]:
        """One line a source, with the reason below where something is wrong."""
        report = self._engine.report
        known = {source.name: source for source in report.scan.sources} if report else {}
        names = [text.width(text.plain(source.name)) for source in self._engine.sources]
        name_cells = min(max(names, default=0), max(10, cells - 50))
        lines: list[Line] = [BLANK]
        for role, title in _ROLES.items():
            sources = [source for source in self._engine.sources if source.role is role]
            if not sources:
                continue
            lines.append(line((title, "title")))
            for source in sources:
                name = text.fit(text.plain(source.name), name_cells)
                lines += _source(name, source.kind, known.get(source.name), cells)
            lines.append(BLANK)
        if not self._engine.sources:
            return [BLANK, line(("No sources are configured.", "muted"))]
        return lines + (_hidden(report, cells) if report and report.hidden else [])


def _source(name: str, kind: str, health: SourceHealth | None, cells: int) -> list[Line]:
    if health is None:
        waiting = text.fit("not read", _STATUS_CELLS)
        return [cut(line(("· ", "muted"), (waiting, "muted"), "  ", (name, "strong"), (f"  {kind}", "muted")), cells)]
    sign, tone = labels.STATUS_SIGNS[health.status]
    head = line(
        (f"{sign} ", tone),
        (text.fit(health.status, _STATUS_CELLS), tone),
        "  ",
        (name, "strong"),
        (f"  {text.fit(kind, _KIND_CELLS)}", "muted"),
        f"  {labels.count(health.records, 'record')}",
        (f", {health.skipped:,} skipped" if health.skipped else "", "medium"),
    )
    if not health.error:
        return [cut(head, cells)]
    indent = _STATUS_CELLS + 4
    return [cut(head, cells), *flow([Span(" " * indent), Span(health.error, tone)], cells, indent=indent, limit=8)]


def _hidden(report: Report, cells: int) -> list[Line]:
    """What rules kept out of the report, and rules that do nothing any more."""
    lines = [line(("Hidden: what rules keep out of sight", "title"))]
    for rule in report.hidden:
        tone = "medium" if rule.state is RuleState.EXPIRED else "muted"
        told = ": ".join(item for item in (rule.author, rule.reason) if item)
        lines.append(
            cut(
                line(
                    (f"{rule.count:>6,}  ", "strong" if rule.count else "muted"),
                    text.plain(rule.rule),
                    (f"  {text.plain(rule.origin)}", "muted"),
                    (f"  {text.plain(told)}" if told else "", "muted"),
                    (f"  {rule.state}" if rule.state is not RuleState.ACTIVE else "", tone),
                    (f" {rule.expires}" if rule.expires else "", tone),
                ),
                cells,
            )
        )
    return [*lines, BLANK]
