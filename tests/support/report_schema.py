"""Holds a report against its published schema, and against what a schema cannot say."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import engine.model

SCHEMA_FILE = Path(engine.model.__file__).with_name("report.schema.json")


def validate_report(report: bytes | str) -> dict[str, Any]:
    """The report as plain data. Fails the test, with every place that is wrong, when it breaks the contract."""
    data: dict[str, Any] = json.loads(report)
    problems = [f"{error.json_path}: {error.message}" for error in _validator().iter_errors(data)]
    assert not problems, "\n".join(problems)
    for drift in data["drifts"]:
        cause = drift["cause"]
        assert sum(cause["distribution"].values()) == pytest.approx(1), drift["id"]
        assert cause["distribution"][cause["category"]] == pytest.approx(cause["confidence"]), drift["id"]
        assert cause["interval"][0] <= cause["interval"][1], drift["id"]
    ids = [drift["id"] for drift in data["drifts"]]
    assert len(ids) == len(set(ids)), "two drifts have one id"
    kinds = [drift["kind"] for drift in data["drifts"]]
    for kind in ("modified", "missing", "unmanaged"):
        assert data["summary"][kind] == kinds.count(kind), f"the summary miscounts {kind}"
    return data


@cache
def _validator() -> Draft202012Validator:
    schema = json.loads(SCHEMA_FILE.read_bytes())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)
