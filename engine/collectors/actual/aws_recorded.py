"""Recorded AWS input: AWS Config, Cloud Control and answers of the API, each file known by its content."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Raw

from engine.collectors.actual.aws_config import CONFIG_KEYS, ConfigItems
from engine.collectors.actual.aws_control import ControlAnswers
from engine.collectors.actual.aws_places import Place, Surroundings
from engine.collectors.actual.aws_recordings import Recordings
from engine.collectors.base import Context, Found, Settings
from engine.collectors.files import read_bytes
from engine.errors import SourceError
from engine.providers import load_knowledge
from engine.providers.reads import load_reads


def read_recorded(files: list[Path], settings: Settings, context: Context) -> Iterator[Found]:
    """Yields the resources that the files tell of, and what they cover; a resource told twice is told in parts.

    Files that cannot be used are skipped with their reason. Raises SourceError with the first reason when none can.
    """
    recorded = _Recorded(settings.name, context)
    for file in files:
        if context.cancelled:
            return
        recorded.read(file)
    found = recorded.found()
    first = next(found, None)
    if first is None:
        if context.problems:
            raise SourceError(f"nothing in source {settings.name!r} can be used; {context.problems[0]}")
        return
    yield first
    yield from found


class _Recorded:
    """Hands each file to the reader of its format."""

    def __init__(self, source: str, context: Context) -> None:
        knowledge = load_knowledge(context.knowledge)
        self._context = context
        self._surroundings = Surroundings()
        self._config = ConfigItems(knowledge, source)
        self._control = ControlAnswers(knowledge, source, self._surroundings)
        self._answers = Recordings(knowledge, load_reads("aws", context.knowledge), source, self._surroundings)

    def read(self, file: Path) -> None:
        """Reads one file, or skips it with its reason."""
        data = b""
        try:
            data = read_bytes(file)
            self._dispatch(data, file)
        except SourceError as error:
            self._skip(file, data, str(error).removeprefix(f"{file.name}: "))
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            self._skip(file, data, f"not usable JSON: {error}")

    def _skip(self, file: Path, data: bytes, reason: str) -> None:
        self._context.skip(file.name, reason)
        # Items of one snapshot may stand in several files, so without one of them none is a complete list.
        if "config" in file.name.lower() or b'"configurationItem' in data[:4096]:
            self._config.lose_file()

    def _dispatch(self, data: bytes, file: Path) -> None:
        if not data.strip():
            self._skip(file, data, "the file is empty")
            return
        keys = msgspec.json.decode(data, type=dict[str, Raw]).keys()
        if keys & CONFIG_KEYS:
            self._config.note(data, file, self._context)
            for scope in self._config.scopes:
                self._surroundings.note(file, Place(*scope.partition("/")[::2]))
        elif "TypeName" in keys:
            self._surroundings.read(file, data)
            self._control.read(data, file, self._context)
        else:
            self._surroundings.read(file, data)
            self._answers.read(data, file, self._context)

    def found(self) -> Iterator[Found]:
        """Everything that was read, in a stable order."""
        yield from self._config.found(self._context)
        yield from self._control.found()
        yield from self._answers.found(self._context)
