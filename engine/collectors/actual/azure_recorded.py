"""Reads recorded answers: those of Resource Graph, whatever tool asked, and those of the Resource Manager.

What an answer covers: every type that appears in it, in the subscription it appears in. An answer of Resource Graph
that shows resources of several providers and all their columns was not asked for a type, so it covers all types of the
table `resources` in its subscriptions. An answer that was cut short covers nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, field

from engine.collectors.actual.azure_rows import (
    PROVIDER,
    graph,
    is_from_graph,
    native_type,
    observation,
    subscription_of,
)
from engine.collectors.base import Context, Found, Settings
from engine.collectors.files import read_bytes
from engine.errors import SourceError
from engine.model import Coverage

#: Columns that a query shows unless it names the columns it wants.
_COLUMNS = frozenset({"id", "kind", "location", "properties", "sku", "tags", "type"})


class Answer(Struct):
    """The rows of one answer. `total` counts those of all its pages; `is_cut` says that it has no further page to read.

    `is_list` is false for the representation of a single resource, which says nothing about others.
    """

    file: Path
    rows: list[Mapping[str, Any]] = field(default_factory=list)
    total: int | None = None
    has_next: bool = False
    is_cut: bool = False
    is_list: bool = True


def read_recorded(files: list[Path], settings: Settings, context: Context) -> Iterator[Found]:
    """Yields the resources that the files tell of, and what they cover.

    Files that cannot be used are skipped with their reason. Raises SourceError with the first reason when none can.
    """
    answers: list[Answer] = []
    for file in files:
        if context.cancelled:
            return
        answers += _read(file, context)
    if not any(answer.rows for answer in answers) and context.problems:
        raise SourceError(f"nothing in source {settings.name!r} can be used; {context.problems[0]}")
    for answer in answers:
        for number, row in enumerate(answer.rows):
            observed = observation(row, settings.name, answer.file.name)
            if observed is None:
                context.skip(f"{answer.file.name}: row {number}", "it has no `id` and `type` of a resource")
            else:
                yield observed
    yield from _coverage(answers, settings.name, context)


def _read(file: Path, context: Context) -> list[Answer]:
    try:
        data = read_bytes(file)
    except SourceError as error:
        context.skip(file.name, str(error).removeprefix(f"{file.name}: "))
        return []
    if not data.strip():
        context.skip(file.name, "the file is empty")
        return []
    try:
        documents = [msgspec.json.decode(data)]
    except msgspec.DecodeError as error:
        documents = list(_lines(data, file, context, error))
    answers = list(_answers(documents, file))
    if not answers and documents:
        context.skip(file.name, "neither rows of Resource Graph nor resources of the Resource Manager")
    return answers


def _lines(data: bytes, file: Path, context: Context, error: msgspec.DecodeError) -> Iterator[Any]:
    """The documents of a file with one on each line; a damaged line costs itself."""
    lines = [line for line in data.splitlines() if line.strip()]
    problems: list[tuple[int, str]] = []
    found = []
    for number, line in enumerate(lines, 1):
        try:
            found.append(msgspec.json.decode(line))
        except (msgspec.DecodeError, UnicodeDecodeError) as damage:
            problems.append((number, str(damage)))
    if not any(isinstance(item, dict) for item in found):
        context.skip(file.name, f"not usable JSON: {error}")
        return
    for number, problem in problems:
        context.skip(f"{file.name}:{number}", problem)
    yield from found


def _answers(documents: Iterable[Any], file: Path) -> Iterator[Answer]:
    """The answers of a file. Bare rows, in a list or one on each line, make one answer together."""
    rows: list[Mapping[str, Any]] = []
    for document in documents:
        for item in document if isinstance(document, list) else [document]:
            if not isinstance(item, Mapping):
                continue
            if "data" in item or "value" in item:
                yield _answer(item, file)
            elif "id" in item and "type" in item:
                rows.append(item)
    if rows:
        single = isinstance(documents, list) and len(documents) == 1 and isinstance(documents[0], Mapping)
        yield Answer(file, rows, is_list=not single)


def _answer(body: Mapping[str, Any], file: Path) -> Answer:
    total = _either(body, "totalRecords", "total_records")
    return Answer(
        file,
        _rows(body.get("data", body.get("value"))),
        total=total if isinstance(total, int) else None,
        has_next=bool(_either(body, "$skipToken", "skip_token", "skipToken", "nextLink")),
        is_cut=str(_either(body, "resultTruncated", "result_truncated")).lower() == "true",
    )


def _rows(data: Any) -> list[Mapping[str, Any]]:
    """Rows as objects; the older format has the names of the columns apart from the values."""
    if isinstance(data, Mapping):
        names = [str(column.get("name")) for column in data.get("columns") or () if isinstance(column, Mapping)]
        return [dict(zip(names, row, strict=False)) for row in data.get("rows") or () if isinstance(row, list)]
    return [row if isinstance(row, Mapping) else {} for row in data or ()] if isinstance(data, list) else []


def _either(body: Mapping[str, Any], *names: str) -> Any:
    return next((body[name] for name in names if body.get(name) is not None), None)


def _coverage(answers: list[Answer], source: str, context: Context) -> Iterator[Coverage]:
    covered: dict[tuple[str, str], None] = {}
    for answer in answers:
        if not answer.is_list:
            continue
        if not _is_complete(answer, answers):
            context.skip(answer.file.name, "the answer is only a page of a longer one; record all its pages", records=0)
            continue
        found = {(native_type(row), subscription_of(row)) for row in answer.rows if native_type(row)}
        if _asks_for_all(answer.rows):
            types = graph().tables["resources"].types
            found |= {(native, scope) for _, scope in found if scope for native in types}
        covered |= dict.fromkeys(sorted(found))
    for native, scope in covered:
        yield Coverage(PROVIDER, native, scope, source)


def _is_complete(answer: Answer, answers: list[Answer]) -> bool:
    """Whether all pages of an answer were recorded, in one file or in several."""
    if answer.is_cut:
        return False
    if answer.total is None:
        return not answer.has_next
    return answer.total <= sum(len(other.rows) for other in answers if other.total == answer.total)


def _asks_for_all(rows: list[Mapping[str, Any]]) -> bool:
    """Whether the rows look like the whole table `resources`: all columns, and types of more than one provider."""
    if not all(is_from_graph(row) and row.keys() >= _COLUMNS for row in rows):
        return False
    providers = {native.partition("/")[0] for row in rows if (native := native_type(row))}
    return len(providers) > 1
