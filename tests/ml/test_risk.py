"""How likely it is that leaving or reverting a drift disturbs a service, and how well that is known."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model import Category, Cause, Change, Difference, DriftKind, Environment, ResourceRef, Surroundings
from ml.risk import assess_risk, load_risk
from ml.risk_fit import fit_calibration, load_cases
from ml.severity_rules import matches

EVEN = Cause(Category.MANUAL_TROUBLESHOOTING, 0.2, (0.0, 1.0), dict.fromkeys(Category, 0.2), "test@1")


def certain(category: Category) -> Cause:
    return Cause(category, 1.0, (0.9, 1.0), dict.fromkeys(Category, 0.0) | {category: 1.0}, "test@1")


def drift(type_: str, path: str, declared: Any, actual: Any) -> Difference:
    return Difference(ResourceRef("aws", type_, "x"), DriftKind.MODIFIED, (Change(path, declared, actual),))


def chance(difference: Difference, cause: Cause = EVEN, **surroundings: Any) -> float:
    return assess_risk(difference, cause, Surroundings(**surroundings)).disruption_probability


SIZE = drift("aws_instance", "instance_type", "m5.large", "m5.xlarge")
IMAGE = drift("apps/v1/Deployment", "spec.template.spec.containers[0].image", "web:1", "web:2")
ROUTE = drift("aws_route_table", "route[0].gateway_id", "igw-1", "igw-2")


class TestModel:
    def test_what_is_restarted_is_riskier_than_what_is_replaced_piece_by_piece(self) -> None:
        assert chance(IMAGE) < 0.4 < 0.8 < chance(SIZE)

    def test_what_cannot_be_changed_in_place_is_riskiest(self) -> None:
        assert chance(drift("aws_instance", "subnet_id", "subnet-1", "subnet-2")) > 0.85

    def test_a_capacity_of_nothing_is_riskier_than_a_smaller_one(self) -> None:
        smaller, none = (drift("apps/v1/Deployment", "spec.replicas", 3, number) for number in (2, 0))

        assert chance(none) > chance(smaller)

    def test_off_is_not_none(self) -> None:
        off = drift("aws_instance", "enable_count", True, False)

        assert not any("RISK-004" in reason for reason in assess_risk(off, EVEN).reasons)

    def test_causes_count_by_their_shares(self) -> None:
        fix, experiment, software = (
            chance(ROUTE, certain(category))
            for category in (Category.EMERGENCY_FIX, Category.MANUAL_TROUBLESHOOTING, Category.AUTOMATED_PROCESS)
        )

        assert software < experiment < chance(ROUTE, EVEN) < fix

    def test_outside_of_production_less_is_at_stake(self) -> None:
        assert chance(SIZE, environment=Environment.DEVELOPMENT) < chance(SIZE)

    def test_more_is_where_much_hangs_on_it(self) -> None:
        assert chance(ROUTE, foundation=True) > chance(ROUTE)

    def test_alarms_that_are_gone_disturb_nobody(self) -> None:
        alarm, queue = (
            Difference(ResourceRef("aws", type_, "x"), DriftKind.MISSING)
            for type_ in ("aws_cloudwatch_metric_alarm", "aws_sqs_queue")
        )

        assert chance(alarm) < 0.5 < chance(queue)

    def test_it_says_what_it_comes_from_and_what_it_was_measured_on(self) -> None:
        risk = assess_risk(SIZE, EVEN)

        assert risk.reasons == (
            "It runs on another size of machine than the code says (DG-CMP-001)",
            "It is restarted, or stopped for a while, when this is changed (RISK-002)",
            "Calibrated on 151 documented behaviours of providers, judged by hand; no incidents",
        )
        assert risk.model == "disruption@1"

    @given(st.lists(st.floats(0.01, 1), min_size=5, max_size=5), st.text(max_size=12))
    def test_it_is_a_probability_for_whatever_there_is(self, shares: list[float], path: str) -> None:
        distribution = {item: share / sum(shares) for item, share in zip(Category, shares, strict=True)}
        cause = Cause(Category.EMERGENCY_FIX, 0.2, (0.0, 1.0), distribution, "test@1")

        assert 0 < chance(drift("aws_thing", path, 1, 0), cause) < 1


class TestCalibration:
    def test_the_table_holds_what_its_cases_give(self) -> None:
        assert load_risk().calibration == fit_calibration()

    def test_it_tells_more_than_chance_on_types_that_it_has_not_seen(self) -> None:
        calibration = load_risk().calibration

        assert calibration.brier < calibration.chance / 2
        assert calibration.calibration_error < 0.1

    def test_the_cases_are_of_every_provider_and_both_outcomes(self) -> None:
        cases = load_cases()
        disturbing = sum(case.disturbs for case in cases)

        assert load_risk().calibration.cases == len(cases) >= 150
        assert 0.3 < disturbing / len(cases) < 0.7
        for start in ("aws_", "google_", "azurerm_", "apps/", "v1/"):
            assert any(case.type.startswith(start) for case in cases)
        assert len({msgspec.json.encode(case) for case in cases}) == len(cases)

    def test_every_case_is_judged_by_some_rule(self) -> None:
        assert all(matches(case.difference) for case in load_cases())

    @pytest.mark.parametrize("term", load_risk().terms, ids=lambda term: term.id)
    def test_every_term_is_bounded(self, term: Any) -> None:
        assert 0 < abs(term.log_odds) <= 2.5
