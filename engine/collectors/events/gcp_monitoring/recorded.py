"""Recorded answers of Cloud Monitoring (`timeSeries.list`, `alerts.list`), and alerts that it sent to a webhook."""

from collections.abc import Iterator
from pathlib import Path

from engine.collectors.base import Context
from engine.collectors.events.gcp_monitoring.answers import Answers
from engine.collectors.events.gcp_monitoring.settings import Settings
from engine.collectors.events.monitoring.alerts import events_of
from engine.collectors.events.monitoring.documents import documents
from engine.model import Event, Series


def read_recorded(files: list[Path], settings: Settings, context: Context) -> Iterator[Event | Series]:
    """Yields every alert and every metric."""
    answers = Answers(settings.name, context)
    for path, document in documents(files, context):
        # The command line prints the items of a list without the answer around them.
        answers.take({"timeSeries": [document]} if "points" in document else document, path.name)
    yield from events_of(answers.alerts(), settings.name)
    yield from answers.series()
