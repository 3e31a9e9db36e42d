"""What the sections of the detail say, as plain functions from a drift and a width to lines."""

from collections.abc import Sequence

import pytest

from driftguard_tui.widgets.detail_layout import Known, describe
from driftguard_tui.widgets.lines import Line, width
from driftguard_tui.widgets.sections.advice import advice
from driftguard_tui.widgets.sections.cause import bar, cause
from driftguard_tui.widgets.sections.diff import diff
from driftguard_tui.widgets.sections.lanes import lanes
from driftguard_tui.widgets.sections.narrative import narrative
from engine.model import SENSITIVE, Against, Change, DriftKind
from tests.support.reports import NOBODY, a_drift, a_report, events_around


def told(lines: Sequence[Line]) -> list[str]:
    return ["".join(span.text for span in spans).rstrip() for spans in lines]


def the_diff(*changes: Change, cells: int = 60) -> list[str]:
    return told(diff(a_drift(1, "aws_sqs_queue.mail", "mail", changes), cells))


def test_a_value_is_shown_on_both_sides() -> None:
    assert the_diff(Change("size", 3, 4)) == ["size", "− 3", "+ 4"]
    assert the_diff(Change("kms_key", "alias/shop", None)) == ["kms_key", "− alias/shop", "+ (not set)"]
    assert the_diff(Change("name", "", "a ")) == ["name", '− ""', '+ "a "']


def test_what_differs_in_type_only_can_be_told_apart() -> None:
    assert the_diff(Change("port", "443", 443)) == ["port", '− "443"', "+ 443"]


def test_the_baseline_is_named_where_it_was_compared() -> None:
    assert the_diff(Change("days", 90, 7, against=Against.BASELINE))[0] == "days  against the accepted baseline"


def test_secrets_are_masked_whatever_the_change_holds() -> None:
    lines = the_diff(Change("password", "hunter2", "hunter3", sensitive=True))
    assert lines == ["password", f"− {SENSITIVE}", f"+ {SENSITIVE}"]


def test_documents_are_laid_out_and_what_is_alike_is_left_out() -> None:
    before = '{"Version":"2012-10-17","Id":"a","Statement":[{"Effect":"Allow","Action":["s3:Get"]}],"z":{"x":[1,2,3]}}'
    after = before.replace('["s3:Get"]', '["s3:Get","s3:Put"]')
    assert the_diff(Change("policy", before, after)) == [
        "policy",
        "  ⋯ 6 lines alike",
        '        "Action": [',
        '          "s3:Get",',
        '+         "s3:Put"',
        "        ]",
        "      }",
        "  ⋯ 9 lines alike",
    ]


def test_a_long_value_is_shown_where_it_differs() -> None:
    lines = the_diff(Change("user_data", "x" * 10_000 + "old", "x" * 10_000 + "new"))
    assert lines[0] == "user_data"
    assert lines[1].startswith("− …xxx")
    assert any(row.endswith("old") for row in lines)
    assert any(row.endswith("new") for row in lines)
    assert "  10,003 characters in all" in lines


def test_nothing_to_compare_is_said() -> None:
    missing = a_drift(1, "aws_sqs_queue.mail", "mail", kind=DriftKind.MISSING)
    assert told(diff(missing, 60)) == ["− declared, but not there"]


def test_the_causes_are_ranked_with_the_interval_of_the_first() -> None:
    drift = a_report().drifts[1]
    lines = told(cause(drift, 70))
    assert lines[0].startswith("emergency fix")
    assert lines[0].endswith("91%  80–97%")
    assert len(lines) == 6


@pytest.mark.parametrize(("share", "filled"), [(0, 0), (0.5, 5), (1, 10), (7, 10), (-1, 0)])
def test_a_bar_has_its_width(share: float, filled: int) -> None:
    assert told([bar(share, 10, "")])[0].count("━") == filled
    assert width(bar(share, 10, "")) == 10


def test_the_narrative_does_not_guess() -> None:
    nobody = a_drift(1, "aws_kms_key.ledger", "k", [Change("a", 1, 2)], actor=NOBODY, ago=None)
    text = " ".join(told(narrative(nobody, 80)))
    assert text.startswith("Someone unknown changed 1 attribute at an unknown time")


def test_commands_are_numbered_through_all_recommendations() -> None:
    lines = told(advice(a_report().drifts[1], 120))
    assert "1 $ terraform plan -target=module.web.aws_security_group.front" in lines
    assert "2 $ terraform apply -target=module.web.aws_security_group.front" in lines


def test_events_stand_in_their_lane_on_their_side_of_the_moment() -> None:
    drift = a_report().drifts[1]
    lines = told(lanes(drift, events_around(drift), 71))
    middle = lines[0].index("▼")
    incidents = next(row for row in lines if row.startswith("incidents"))
    assert incidents.index("■") < middle
    assert incidents[middle] == "│"
    assert any("INC0004711" in row for row in lines)
    assert told(lanes(a_drift(1, "aws_kms_key.k", "k"), [], 60)) == ["Nothing is recorded around it."]


@pytest.mark.parametrize("cells", [1, 20, 40, 60, 99, 100, 140])
def test_no_line_is_wider_than_it_may(cells: int) -> None:
    for drift in a_report().drifts[:12]:
        lines, starts, _ = describe(Known(drift, events_around(drift)), cells)
        assert max(width(spans) for spans in lines) <= max(cells, 20)
        assert starts[0] == (0, "")
        assert starts == sorted(starts)
