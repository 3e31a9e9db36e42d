"""Recorded answers of Prometheus and Alertmanager."""

import re
from collections.abc import Iterator
from pathlib import Path

from engine.collectors.base import Context
from engine.collectors.events.monitoring.alerts import events_of
from engine.collectors.events.monitoring.documents import documents
from engine.collectors.events.prometheus.answers import Answers
from engine.collectors.events.prometheus.settings import Settings
from engine.model import Event, Series

_QUERY = re.compile(r"^query([_-]range)?[_-]")


def read_recorded(files: list[Path], settings: Settings, context: Context) -> Iterator[Event | Series]:
    """Yields every alert once, whichever of the answers tell of it, and every metric.

    A metric without a name is called after its file (`query_range_errors.json`: `errors`).
    """
    answers = Answers(settings.name, context)
    for path, document in documents(files, context):
        answers.take(document, path.name, _QUERY.sub("", path.name.partition(".")[0]))
    yield from events_of(answers.alerts(), settings.name)
    yield from answers.series()
