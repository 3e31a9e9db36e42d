"""The features: a documented table, computed from a difference and its attribution, missing where nothing was there."""

import math

import numpy as np

from engine.model import Difference, Event, EventKind
from ml.case import Case
from ml.evidence import vocabulary
from ml.features import feature_names, feature_table, features_of, matrix_of
from ml.measures import MEASURES, rank_of
from ml.signals import SIGNALS
from tests.support.cases import DB, NOW, attributed, call, commit, modified, report, set_multi_az

QUEUE = modified("aws_sqs_queue", "jobs", ("visibility_timeout_seconds", 30, 60), tags={"Service": "checkout"})


def of(difference: Difference, *events: Event) -> dict[str, float]:
    case = Case(difference, attributed(difference, *events), NOW, vocabulary())
    return dict(zip(feature_names(), map(float, features_of(case)), strict=True))


def set_timeout(at: str) -> Event:
    request = {"queueUrl": "jobs", "attributes": {"VisibilityTimeout": "60"}}
    return call(at, "SetQueueAttributes", request, service="sqs")


def test_the_table_documents_every_measure_and_nothing_else() -> None:
    assert list(feature_table()) == list(MEASURES)
    assert feature_names() == (*MEASURES, *SIGNALS)
    assert all(
        feature.meaning and feature.source and feature.range[0] < feature.range[1]
        for feature in feature_table().values()
    )


def test_a_person_in_an_incident() -> None:
    incident = report("14 08:40", EventKind.INCIDENT, ("checkout",), priority="P1", people=("Jana",))
    found = of(QUEUE, incident, set_timeout("14 09:00"))
    assert found["by_human"] == found["by_person_via_console"] == found["has_role"] == found["incident_open"] == 1
    assert found["minutes_since_incident"] == 20
    assert found["priority"] == 1
    assert found["incident_on_service"] > 0.3
    assert found["grew"] == 1  # from 30 to 60 is doubled once


def test_what_is_not_there_is_missing_rather_than_zero() -> None:
    found = of(DB)
    assert all(math.isnan(found[name]) for name in ("minutes_since_incident", "declared_by_merge", "grew", "priority"))
    assert found["own_writes"] == found["by_human"] == 0


def test_refusals_before_the_change() -> None:
    refused = set_multi_az("14 08:50", False, error="AccessDenied")
    found = of(DB, refused, set_multi_az("14 09:00", False))
    assert found["refused_to_actor"] == 1
    assert found["minutes_since_refusal"] == 10


def test_the_merge_that_declared_what_is_not_live() -> None:
    found = of(
        DB, commit("13 09:00", "aws_db_instance.shop", multi_az=["false", "true"]), set_multi_az("14 09:00", False)
    )
    assert found["declared_by_merge"] == 24


def test_priorities_in_anybodys_words() -> None:
    assert [rank_of(text) for text in ("P1", "2 - High", "critical", "Lowest", "Sev-3")] == [1, 2, 1, 5, 3]
    assert math.isnan(rank_of("whatever"))


def test_a_row_for_each_case() -> None:
    cases = [Case(QUEUE, attributed(QUEUE), NOW, vocabulary()), Case(DB, attributed(DB), NOW, vocabulary())]
    matrix = matrix_of(cases)
    assert matrix.dtype == np.float32
    assert matrix.shape == (2, len(feature_names()))
    assert matrix_of([]).shape == (0, len(feature_names()))
