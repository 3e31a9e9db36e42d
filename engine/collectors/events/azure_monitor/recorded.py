"""Recorded answers of Azure Monitor: metrics, lists of alerts, and alerts that it sent on in the common schema."""

from collections.abc import Iterator
from pathlib import Path

from engine.collectors.base import Context
from engine.collectors.events.azure_monitor.answers import Answers
from engine.collectors.events.azure_monitor.settings import Settings
from engine.collectors.events.monitoring.alerts import events_of
from engine.collectors.events.monitoring.documents import documents
from engine.model import Event, Series


def read_recorded(files: list[Path], settings: Settings, context: Context) -> Iterator[Event | Series]:
    """Yields every alert and every metric."""
    answers = Answers(settings.name, context)
    for path, document in documents(files, context):
        answers.take(document, path.name)
    yield from events_of(answers.alerts(), settings.name)
    yield from answers.series()
