"""The lanes of the timeline as text, as the console draws them, and as JSON."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from driftguard_tui import labels
from driftguard_tui.formats import Paper
from driftguard_tui.timeline.drawing import wanted_rows
from driftguard_tui.timeline.drift_times import DriftTimes
from driftguard_tui.timeline.lanes import lanes
from driftguard_tui.timeline.metric import Metric
from driftguard_tui.timeline.page import HEAD, gutter, page
from driftguard_tui.timeline.ruler import ruler
from driftguard_tui.timeline.scale import Scale, spelt
from driftguard_tui.widgets.lines import Line
from engine.model import Drift
from engine.store.stretches import Counts, Stretch

#: Columns of a terminal whose width is not known.
_WIDTH = 100
#: Rows that a metric has at least.
_METRIC_ROWS = 6


def scale_for(start: datetime, end: datetime, paper: Paper) -> Scale:
    """As narrow columns as the paper has room for, from that of the start to that of the end."""
    cells = paper.width or _WIDTH
    scale = Scale.around(start, end, max(10, cells - gutter(cells)))
    before = scale.column(start)
    return scale.moved(before)._replace(columns=scale.column(end) - before + 1)


def render(
    stretch: Stretch,
    scale: Scale,
    *,
    by: str,
    drifts: Sequence[Drift],
    chosen: Drift | None,
    as_of: datetime | None,
    metric: Metric | None,
    paper: Paper,
) -> str:
    """The ruler, every lane and the metric."""
    every = lanes(scale, stretch, by=by, drifts=DriftTimes(drifts), chosen=chosen)
    names = gutter(paper.width or _WIDTH)
    rows = HEAD + sum(wanted_rows(lane) for lane in every)
    if metric is not None:
        rows += metric.rows(rows + _METRIC_ROWS)
    drawn = page(every, scale, ruler(scale), rows=rows, names=names, as_of=as_of, metric=metric)
    head = labels.join(("What happened, in UTC", f"lanes by {by}", f"{spelt(scale.width)} a column"))
    lines = [painted(line, paper) for line in drawn.lines[1:]]
    return "\n".join([paper.paint(head, "title"), *(line.rstrip() for line in lines)]) + "\n"


def document(stretch: Stretch, by: str) -> dict[str, Any]:
    """What the lanes are drawn from: how much is in each column that holds anything, by the time of its beginning."""
    return {
        "from": stretch.start,
        "to": stretch.end,
        "column_seconds": int(stretch.width.total_seconds()),
        "by": by,
        "lanes": {name: _by_time(stretch, counts) for name, counts in stretch.lanes.items() if counts},
        "others": _by_time(stretch, stretch.others),
        "begun": {kind: _by_time(stretch, counts) for kind, counts in stretch.begun.items()},
        "resources_changed": _by_time(stretch, stretch.changes),
        "scans": [{"id": scan.id, "as_of": scan.as_of} for scan in stretch.scans],
    }


def _by_time(stretch: Stretch, counts: Counts) -> Mapping[str, int]:
    moments = {stretch.start + column * stretch.width: count for column, count in sorted(counts.items())}
    return {f"{at:%Y-%m-%dT%H:%M:%SZ}": count for at, count in moments.items()}


def painted(line: Line, paper: Paper) -> str:
    """A line that a pane would draw, on paper."""
    return "".join(paper.paint(span.text, span.tone) if span.text.strip() else span.text for span in line)
