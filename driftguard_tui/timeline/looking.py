"""What of the timeline one wants to see, and what of it is known again at the next start."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from driftguard_tui.desktop import Remembered
from driftguard_tui.timeline import choosing
from driftguard_tui.timeline.lanes import Lane, drift_span, lane_names
from driftguard_tui.timeline.loading import Question
from driftguard_tui.timeline.scale import WIDTHS, Scale, number_of
from driftguard_tui.timeline.under import wanted_in
from driftguard_tui.timeline.view import View
from engine.model import Drift
from engine.model.event import FIELDS
from engine.store.stretches import Names, Wanted

#: Without a drift to look at, one begins with the last of what is recorded.
_LATELY = timedelta(days=7)
NO_METRIC = "none"


class Looking:
    """`by` is the field that lanes go by, `expression` the filter, `metric` the key of the metric below the lanes:
    empty for the one that bears most on the drift. `names` are what events can be told apart by."""

    def __init__(self) -> None:
        self.by = FIELDS[0]
        self.expression = ""
        self.every_call = False
        self.metric = ""
        self.lane = ""
        self.drift = ""
        self.names: Names = {}
        self._wanted = Wanted()
        self._metrics: Sequence[str] = ("",)
        self._place: tuple[datetime, timedelta] | None = None

    def wanted_in(self, lane: Lane | None) -> Wanted:
        """Of the events that are wanted, those of one lane."""
        return wanted_in(self._wanted, lane, self.names)

    def question(self, scale: Scale) -> Question:
        """What is to be drawn on this scale."""
        return Question(scale, self.by, lane_names(self.by, self.names, self._wanted), self._wanted)

    def knows(self, names: Names) -> None:
        """There are other names than before; the filter is about them now."""
        self.names = names
        self.filter(self.expression)

    def filter(self, expression: str) -> None:
        """Wants what matches. Raises FilterError and leaves all as it is when the filter is no filter."""
        self._wanted = choosing.parse(expression, self.names, every_call=self.every_call)
        self.expression = expression.strip()

    def next_field(self) -> None:
        """Lanes by the next field."""
        self.by = FIELDS[(FIELDS.index(self.by) + 1) % len(FIELDS)]

    def knows_metrics(self, keys: Sequence[str]) -> None:
        """There are these metrics, the first of which needs no name."""
        self._metrics = ("", *keys[1:])

    def next_metric(self) -> None:
        """The next metric; after the last, none."""
        known = [*self._metrics, NO_METRIC]
        self.metric = known[(known.index(self.metric) + 1) % len(known)] if self.metric in known else known[0]

    def drift_among(self, drifts: Sequence[Drift], looked_at: Drift | None) -> Drift | None:
        """The drift that was looked at last, if it is among these; the gravest where none has been looked at."""
        sought = next((drift for drift in drifts if drift.id == self.drift), None)
        if sought is not None or looked_at is not None:
            return sought
        return max(drifts, key=lambda drift: drift.severity.score, default=None)

    def first_view(self, extent: tuple[datetime, datetime], columns: int, drift: Drift | None) -> View:
        """Where one looks first: where one looked last time, else at the drift, else at what happened lately."""
        view = View.of(extent, columns)
        if self._place is not None:
            at, width = self._place
            return view._replace(scale=Scale(number_of(at, width) - columns // 2, width, columns)).at(at)
        if drift is not None:
            return view.fitted(*drift_span(drift), drift.changed_at or drift.detected_at)
        return view.fitted(max(extent[0], extent[1] - _LATELY), extent[1])

    def remember(self, view: View | None) -> dict[str, Remembered]:
        """What to know again: what was wanted, and where one looked, if one has."""
        return {
            "by": self.by,
            "filter": self.expression,
            "every_call": self.every_call,
            "metric": self.metric,
            "lane": self.lane,
            "drift": self.drift,
            "cursor": None if view is None else view.cursor.isoformat(),
            "column": None if view is None else view.scale.width // timedelta(seconds=1),
        }

    def recall(self, own: Mapping[str, Remembered]) -> None:
        """The same; what makes no sense any more is left."""
        if own.get("by") in FIELDS:
            self.by = str(own["by"])
        self.every_call = bool(own.get("every_call"))
        texts = {name: str(own.get(name) or "") for name in ("filter", "metric", "lane", "drift")}
        self.expression, self.metric, self.lane, self.drift = texts.values()
        cursor, seconds = own.get("cursor"), own.get("column")
        width = timedelta(seconds=seconds) if isinstance(seconds, int) else timedelta()
        if isinstance(cursor, str) and width in WIDTHS:
            self._place = datetime.fromisoformat(cursor), width
