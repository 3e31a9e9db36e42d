"""What rules keep out of the report, and rules that do nothing any more."""

from collections.abc import Sequence

from driftguard_tui import labels
from driftguard_tui.screens.reading import Text
from driftguard_tui.widgets.lines import BLANK, Line, Span, flow, line
from engine.model import Hidden, Report, RuleState

#: Where rules come from that the product brings along.
_BUILT_IN = "built in"


class HiddenText(Text):
    """Rule by rule."""

    def __init__(self) -> None:
        super().__init__("Hidden by rules")
        self._report: Report | None = None

    def show(self, report: Report) -> None:
        """Shows another report."""
        self._report = report
        self.entitle(labels.join(("Hidden by rules", f"{report.summary.hidden:,}" if report.summary.hidden else "")))
        self.lay_out()

    def draw(self, cells: int) -> Sequence[Line]:
        """The rules at this width."""
        if self._report is None:
            return ()
        if not self._report.hidden:
            return [line(("No rule hides anything.", "muted"))]
        own = [rule for rule in self._report.hidden if rule.origin != _BUILT_IN]
        built_in = [rule for rule in self._report.hidden if rule.origin == _BUILT_IN]
        parts = [[spans for rule in rules for spans in _rule(rule, cells)] for rules in (own, built_in)]
        heading = [line((_BUILT_IN.capitalize(), "title"))] if built_in else []
        return [*parts[0], *([BLANK] if own and built_in else []), *heading, *parts[1]]


def _rule(rule: Hidden, cells: int) -> list[Line]:
    tone = "medium" if rule.state is RuleState.EXPIRED else "muted"
    told = ": ".join(item for item in (rule.author, rule.reason) if item)
    state = "" if rule.state is RuleState.ACTIVE else f"  {rule.state}"
    spans = [
        Span(f"{rule.count:>6,}  ", "strong" if rule.count else "muted"),
        Span(rule.rule),
        Span("" if rule.origin == _BUILT_IN else f"  {rule.origin}", "muted"),
        Span(f"  {told}" if told else "", "muted"),
        Span(f"{state}{f' {rule.expires}' if rule.expires else ''}", tone),
    ]
    return flow(spans, cells, indent=8, limit=4)
