"""What the answers of Prometheus and Alertmanager say, told apart by their shape."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from msgspec import Struct

from engine.collectors.base import Context
from engine.collectors.events.monitoring.alerts import Alert
from engine.collectors.events.monitoring.series import SeriesBook, instant, moment
from engine.collectors.events.prometheus.episodes import FIRING, NAME, Report, Told, episodes
from engine.model import Series

#: How long Prometheus takes a sample for the present one: the step where an answer does not tell its own.
_LOOKBACK = 300.0
_ALERTS, _FOR_STATE = "ALERTS", "ALERTS_FOR_STATE"

Samples = list[tuple[float, float]]


class _Run(Struct, frozen=True):
    """Samples of an alert's series without a gap, from `first` to `last` in seconds since 1970."""

    told: Told
    labels: Mapping[str, str]
    first: float
    last: float
    step: float
    state: str
    began: float


class Answers:
    """Takes answers in any order and says what they tell together.

    now: when the lists of alerts were asked for, None where nobody knows.
    """

    def __init__(self, source: str, context: Context, now: datetime | None = None) -> None:
        self._context = context
        self._now = now
        self._book = SeriesBook(source)
        self._reports: list[Report] = []
        self._runs: list[_Run] = []
        self._end = 0.0

    def take(self, answer: Mapping[str, Any], where: str, name: str, *, own_name: bool = False) -> None:
        """One answer, as it came. `name` is what a metric is called that has no name, or any if it is the user's own.

        What cannot be used is skipped, and reported as being in `where`.
        """
        data = answer.get("data", answer)
        if answer.get("status") == "error":
            self._context.skip(where, f"Prometheus answered with an error ({answer.get('errorType') or 'unknown'})")
        elif isinstance(data, dict) and isinstance(data.get("result"), list):
            self._take_result(data, where, name, own_name)
        elif isinstance(data, dict) and isinstance(data.get("groups"), list):
            self._take_groups(data["groups"], where)
        elif isinstance(data, dict) and isinstance(data.get("alerts"), list):
            self._take_all(data["alerts"], where)
        elif isinstance(data, list):
            self._take_all(data, where)
        elif isinstance(data, dict) and "labels" in data:
            self._take_all([data], where)
        else:
            self._context.skip(where, "neither alerts nor metrics; is it an answer of Prometheus or Alertmanager?")

    def alerts(self) -> Iterator[Alert]:
        """Every alert that fired, once."""
        yield from episodes([*self._reports, *map(self._settled, self._runs)])

    def series(self) -> Iterator[Series]:
        """Every metric but those that are alerts."""
        yield from self._book.found()

    def _take_result(self, data: Mapping[str, Any], where: str, name: str, own_name: bool) -> None:
        if data.get("resultType") == "scalar":
            items: list[Any] = [{"metric": {}, "value": data["result"]}]
        else:
            items = data["result"]
        read = list(self._read(items, where))
        steps = [step for _, samples in read if (step := _step(samples))]
        for metric, samples in read:
            self._end = max(self._end, *(at for at, _ in samples))
            called = metric.get("__name__", "")
            if called in (_ALERTS, _FOR_STATE) and NAME in metric:
                self._take_runs(metric, samples, _step(samples) or min(steps, default=_LOOKBACK))
            else:
                labels = {label: value for label, value in metric.items() if label != "__name__"}
                timed = [(moment(at), value) for at, value in samples]
                self._book.add(name if own_name or not called else called, labels, timed)

    def _read(self, items: Iterable[Any], where: str) -> Iterator[tuple[dict[str, str], Samples]]:
        for item in items:
            try:
                metric = _texts(item["metric"])
                values = list(item["values"] if "values" in item else [item["value"]])
            except (KeyError, TypeError, ValueError):
                self._context.skip(where, "a series has no labels or no values that could be read")
                continue
            samples = sorted(dict(filter(None, map(_sample, values))).items())
            if lost := sum(1 for value in values if _sample(value) is None):
                self._context.skip(where, "samples that are no pair of a time and a number", lost)
            if samples:
                yield metric, samples

    def _take_runs(self, metric: dict[str, str], samples: Samples, step: float) -> None:
        if metric["__name__"] == _FOR_STATE:
            for run in _runs(samples, step, lambda one, other: one == other):
                self._runs.append(_Run(Told.STATE, metric, run[0][0], run[-1][0], step, "", run[0][1]))
            return
        shown = [sample for sample in samples if sample[1]]
        for run in _runs(shown, step, lambda *_: True):
            first = run[0][0]
            state = metric.get("alertstate", FIRING)
            self._runs.append(_Run(Told.SERIES, metric, first, run[-1][0], step, state, first))

    def _settled(self, run: _Run) -> Report:
        """The report of a run, once it is known up to when the answers reach."""
        lasts = run.last + 1.5 * run.step >= self._end
        return Report(
            told=run.told,
            labels=run.labels,
            began=moment(run.began),
            ended=None if lasts else moment(min(run.last + run.step, self._end)),
            seen=moment(self._end),
            slack=timedelta(seconds=1.5 * run.step),
            state=run.state,
            original={"metric": run.labels} if run.told is Told.SERIES else None,
        )

    def _take_groups(self, groups: list[Any], where: str) -> None:
        for group in groups:
            for rule in (group.get("rules") or ()) if isinstance(group, dict) else ():
                if isinstance(rule, dict) and isinstance(rule.get("alerts"), list):
                    self._take_all(rule["alerts"], where, instant(rule.get("lastEvaluation")))

    def _take_all(self, alerts: list[Any], where: str, seen: datetime | None = None) -> None:
        """The alerts of one list, in which each is once."""
        known: set[tuple[Any, ...]] = set()
        for alert in alerts:
            try:
                report = _listed(alert, seen or self._now)
            except (KeyError, TypeError, ValueError) as error:
                self._context.skip(where, f"an alert cannot be read ({error})")
                continue
            key = (frozenset(report.labels.items()), report.began)
            if key in known:
                self._context.repeated()
            else:
                known.add(key)
                self._reports.append(report)


def _listed(alert: dict[str, Any], seen: datetime | None) -> Report:
    """The report of an alert in a list of Prometheus or of Alertmanager. Raises ValueError, KeyError or TypeError."""
    labels, annotations = _texts(alert["labels"]), _texts(alert.get("annotations") or {})
    if NAME not in labels:
        raise ValueError("it has no name")
    if "startsAt" in alert:
        return _managed(alert, labels, annotations, seen)
    began = instant(alert.get("activeAt"))
    if began is None:
        raise ValueError("it does not say since when it is active")
    return Report(
        told=Told.LIST,
        labels=labels,
        began=began,
        seen=seen,
        state=str(alert.get("state") or FIRING),
        annotations=annotations,
        original=alert,
    )


def _managed(
    alert: dict[str, Any], labels: dict[str, str], annotations: dict[str, str], seen: datetime | None
) -> Report:
    """The report of an alert in Alertmanager's words.

    The end of one that fires is only when it would be taken for resolved without further word of it.
    """
    began, ends, updated = (instant(alert.get(name)) for name in ("startsAt", "endsAt", "updatedAt"))
    if began is None:
        raise ValueError("it does not say when it started")
    status = alert.get("status")
    state = status.get("state") if isinstance(status, dict) else status
    known = updated or seen
    over = ends is not None and ends >= began and (state == "resolved" or (known is not None and ends <= known))
    return Report(
        told=Told.MANAGER,
        labels=labels,
        began=began,
        ended=ends if over else None,
        seen=known,
        # It hears of an alert once the rule has waited, and of its end when it is next told.
        slack=timedelta(minutes=2),
        state="suppressed" if state == "suppressed" else FIRING,
        annotations=annotations,
        original=alert,
    )


def _texts(value: Any) -> dict[str, str]:
    """Labels or annotations, whose values are texts. Raises ValueError for anything else."""
    if not isinstance(value, dict):
        raise ValueError("labels are not an object")
    return {str(name): text for name, text in value.items() if isinstance(text, str)}


def _sample(pair: Any) -> tuple[float, float] | None:
    try:
        at, value = pair
        number = float(value)
        moment(at)
    except (TypeError, ValueError):
        return None
    return float(at), number


def _step(samples: Samples) -> float:
    """The distance of samples; 0 where there are not two."""
    return min((after[0] - before[0] for before, after in pairwise(samples)), default=0.0)


def _runs(samples: Samples, step: float, same: Callable[[float, float], bool]) -> Iterator[Samples]:
    """Splits samples where some are missing, or where a value is not the `same` as the one before."""
    run: Samples = []
    for sample in samples:
        if run and (sample[0] - run[-1][0] > 1.5 * step or not same(run[-1][1], sample[1])):
            yield run
            run = []
        run.append(sample)
    if run:
        yield run
