"""The published schema and the structs that the report is made of say the same."""

import json
from typing import Any

import msgspec
import pytest

from engine.model import (
    Action,
    Actor,
    ActorKind,
    Against,
    Category,
    Cause,
    Change,
    Dimensions,
    Drift,
    DriftKind,
    EventKind,
    Evidence,
    Level,
    Recommendation,
    Report,
    ResourceRef,
    Risk,
    Role,
    RuledOut,
    Scan,
    Severity,
    Signal,
    SourceHealth,
    SourceRole,
    SourceStatus,
    Summary,
    Via,
)
from tests.support.report_schema import SCHEMA_FILE, validate_report
from tests.support.sample_report import hostile_drift, opened_port, report

SCHEMA: dict[str, Any] = json.loads(SCHEMA_FILE.read_bytes())

STRUCTS = {
    "scan": Scan,
    "source": SourceHealth,
    "summary": Summary,
    "drift": Drift,
    "resource": ResourceRef,
    "change": Change,
    "actor": Actor,
    "cause": Cause,
    "signal": Signal,
    "severity": Severity,
    "dimensions": Dimensions,
    "risk": Risk,
    "ruled_out": RuledOut,
    "evidence": Evidence,
    "recommendation": Recommendation,
}

WORDS = {
    ("source", "role"): SourceRole,
    ("source", "status"): SourceStatus,
    ("drift", "kind"): DriftKind,
    ("change", "against"): Against,
    ("actor", "kind"): ActorKind,
    ("actor", "via"): Via,
    ("severity", "level"): Level,
    ("evidence", "kind"): EventKind,
    ("recommendation", "action"): Action,
    ("recommendation", "requires_role"): Role,
}


@pytest.mark.parametrize(("name", "struct"), STRUCTS.items(), ids=list(STRUCTS))
def test_schema_describes_every_field_of_the_struct_and_no_other(name: str, struct: type[msgspec.Struct]) -> None:
    fields = {field.encode_name for field in msgspec.structs.fields(struct)}
    assert set(SCHEMA["$defs"][name]["properties"]) == fields


def test_schema_describes_the_report_itself() -> None:
    fields = {field.encode_name for field in msgspec.structs.fields(Report)}
    assert set(SCHEMA["properties"]) == fields == set(SCHEMA["required"])


@pytest.mark.parametrize(("place", "words"), WORDS.items(), ids=[".".join(place) for place in WORDS])
def test_schema_allows_exactly_the_words_of_the_model(place: tuple[str, str], words: Any) -> None:
    assert SCHEMA["$defs"][place[0]]["properties"][place[1]]["enum"] == [word.value for word in words]


def test_schema_knows_the_five_causes() -> None:
    causes = [category.value for category in Category]
    assert (
        SCHEMA["$defs"]["category"]["enum"]
        == causes
        == SCHEMA["$defs"]["cause"]["properties"]["distribution"]["required"]
    )


def test_reports_fit_the_schema() -> None:
    validate_report(msgspec.json.encode(report()))
    validate_report(msgspec.json.encode(report(opened_port(), hostile_drift())))


def test_a_report_that_breaks_the_contract_is_found_out() -> None:
    data = json.loads(msgspec.json.encode(report()))
    data["scan"]["as_of"] = "2026-03-14T09:00:00+01:00"
    data["drifts"][0]["cause"]["confidence"] = 1.2
    with pytest.raises(AssertionError, match=r"as_of.*\n.*confidence"):
        validate_report(json.dumps(data))
