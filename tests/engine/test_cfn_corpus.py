"""CloudFormation on resources recorded by others: no false alarm, and none of the true ones lost."""

import pytest

from tests.bench.measure_cfn_corpus import declared_outcomes, undeclared_outcomes
from tests.support.cfn_corpus import cases
from tests.support.paths import needs_shared_data

pytestmark = needs_shared_data


@pytest.mark.parametrize("first_half", [True, False])
def test_scans_of_the_recorded_stacks_tell_what_was_found_when_they_were_recorded(first_half: bool) -> None:
    chosen = [case for case in cases() if case.is_first_half == first_half]
    outcomes = declared_outcomes(chosen)
    assert sum(len(outcome["false"]) for outcome in outcomes) <= 5 * len(chosen) / 1000
    assert [(outcome["case"].name, outcome["missed"]) for outcome in outcomes if outcome["missed"]] == []


def test_what_nobody_declared_stands_out_of_a_sibling_or_of_the_known_defaults() -> None:
    outcomes = undeclared_outcomes(cases())
    assert sum(len(outcome["found"]) for outcome in outcomes) >= 15
