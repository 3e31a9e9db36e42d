"""Types of many services, each as a template writes it and as Cloud Control answers: samples as data."""

import copy
import re
from typing import Any

import pytest
import yaml

from engine.compare.cloudformation.properties import Properties
from engine.compare.estate import Estate
from engine.model import Declared, Language, Observed, ResourceRef
from engine.providers import load_knowledge
from tests.support.paths import REPOSITORY

Sample = dict[str, Any]
SAMPLES: list[Sample] = yaml.safe_load((REPOSITORY / "tests/support/cfn_samples.yaml").read_text())
SCOPE = "111122223333/eu-west-1"


def live_of(sample: Sample) -> dict[str, Any]:
    laid_over = {**copy.deepcopy(sample["declared"]), **copy.deepcopy(sample["live"])}
    return {name: value for name, value in laid_over.items() if value is not None}


def told(sample: Sample, live: dict[str, Any]) -> list[str]:
    """The paths that a comparison tells."""
    kind, knowledge = sample["type"], load_knowledge()
    item = Declared(
        ResourceRef("aws", kind, "it", SCOPE, "Stack/It"), sample["declared"], "stack", language=Language.CLOUDFORMATION
    )
    answer = Observed("aws", kind, SCOPE, {"CloudControlId": "it", "CloudControl": live}, "live", keys=("it",))
    estate, comparer = Estate(knowledge), Properties([item], knowledge)
    estate.add(answer)
    found = comparer.find(item, estate)
    assert found is not None
    return [change.path for change in comparer.changes(item, found) or ()]


def put(value: Any, path: str, new: Any) -> None:
    *steps, last = [int(step) if step.isdigit() else step for step in re.findall(r"[^.\[\]]+", path)]
    for step in steps:
        value = value[step]
    value[last] = new


def first_name(path: str) -> str:
    return re.split(r"[.\[]", path)[0]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["type"])
def test_what_is_only_written_otherwise_is_not_told(sample: Sample) -> None:
    assert told(sample, live_of(sample)) == []


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["type"])
def test_one_change_is_told_as_itself(sample: Sample) -> None:
    live = live_of(sample)
    ((path, new),) = sample["then"].items()
    put(live, path, new)
    expected = sample.get("tells", first_name(path))
    assert {first_name(each) for each in told(sample, live)} == ({expected} if expected else set())
