"""Recorded answers of Jira's search, of any version of its API, and single issues."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from engine.collectors.base import Context
from engine.collectors.events.jira.records import is_issue, read_issue
from engine.collectors.events.jira.settings import Settings
from engine.collectors.events.tickets.files import answers
from engine.collectors.events.tickets.reading import Reading
from engine.model import Event


def read_recorded(files: list[Path], settings: Settings, context: Context) -> Iterator[Event]:
    """Yields every issue of the files once, as it was last written."""
    reading = Reading(settings.name, context)
    for path, issues in answers(files, "issues", is_issue, context):
        for answer, issue in issues:
            read = partial(read_issue, issue, answer.get("names") or issue.get("names"), settings)
            yield from reading.take(path.name, str(issue["key"]), read)
