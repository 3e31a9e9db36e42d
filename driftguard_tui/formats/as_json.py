"""The report as JSON: one document, or a line for each drift.

`ndjson` has one drift a line and ends with one line that has the rest of the report instead (`schema`, `scan`,
`summary`, …), so that a reader who has seen that line knows it has seen everything.
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from driftguard_tui.formats import Paper
from engine.model import Report

#: What JSON lets stand in a text and a terminal obeys: controls above ASCII, marks that reorder or break lines.
_UNSAFE = re.compile(
    "[\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)


def render(report: Report, paper: Paper) -> str:
    """The whole report as FORMATS has it, indented."""
    return f"{document(report)}\n"


def render_lines(report: Report, paper: Paper) -> str:
    """A line for each drift, then one for the scan."""
    last = {name: getattr(report, name) for name in report.__struct_fields__ if name != "drifts"}
    return lines([*report.drifts, last])


def document(value: Any) -> str:
    """A value as indented JSON that is safe to print on a terminal, whatever its texts hold."""
    return _safe(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def lines(values: Iterable[Any]) -> str:
    """Values as JSON, one a line, as safe as `document`."""
    return "".join(f"{_safe(msgspec.json.encode(value).decode())}\n" for value in values)


def listing(values: Sequence[Any], form: str, table: Callable[[], str]) -> str:
    """Values as `json`, as `ndjson`, or in any other form as the table that is made of them then."""
    if form == "json":
        return f"{document(values)}\n"
    return lines(values) if form == "ndjson" else table()


def _safe(text: str) -> str:
    return _UNSAFE.sub(lambda match: json.dumps(match[0])[1:-1], text)
