"""What the `/` filter wants."""

from datetime import UTC, datetime

import pytest

from driftguard_tui.filters import FilterError, completions, parse
from tests.support.reports import a_report
from tests.support.samples import make_drift

DRIFTS = a_report().drifts


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("", 34),
        ("invoices", 1),
        ("INVOICES", 1),
        ("severity:critical", 3),
        ("!severity:critical", 31),
        ("severity:critical|high", 12),
        ("cause:emergency", 6),
        ("cause:undetermined", 5),
        ("severity:critical !cause:unauthorized", 1),
        ("kind:missing", 1),
        ("actor:unknown", 5),
        ("actor:^chidi", 1),
        ("path:ingress", 1),
        ('type:"^aws_lb$"', 4),
        ("arn:aws:sts", 5),
        ("severity:", 34),
        ("!", 34),
        ("nothing-like-it", 0),
    ],
)
def test_terms_fields_and_opposites(expression: str, found: int) -> None:
    wanted = parse(expression)
    assert sum(wanted(drift) for drift in DRIFTS) == found


def test_what_is_no_regular_expression_is_refused_with_its_reason() -> None:
    with pytest.raises(FilterError, match=r"'\(' is not a regular expression"):
        parse("(")


def test_fields_and_values_complete() -> None:
    assert completions("sev", DRIFTS) == ["severity:"]
    assert completions("front !ca", DRIFTS) == ["front !cause:"]
    assert completions("severity:c", DRIFTS) == ["severity:critical"]
    assert completions("kind:", DRIFTS) == ["kind:missing", "kind:modified", "kind:unmanaged"]
    assert completions("", DRIFTS) == []
    assert completions("bucket:x", DRIFTS) == []


def test_drifts_are_found_by_the_time_at_which_they_came_about() -> None:
    drift = make_drift("a", changed_at=datetime(2026, 3, 2, 11, 30, tzinfo=UTC))
    assert parse("after:2026-03-02T11:30 before:2026-03-02T11:31 a")(drift)
    assert not parse("after:2026-03-02T11:31")(drift)
    assert not parse("!after:2026-03-02")(drift)
    with pytest.raises(FilterError, match="no time"):
        parse("after:noon")
