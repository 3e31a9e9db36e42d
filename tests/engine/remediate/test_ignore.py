"""A rule in `.driftignore` that hides one drift, says why, and ends."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from engine.driftignore import driftignore
from engine.errors import RemedyError
from engine.model import Action, Change, DriftKind, IgnoreRule, Plan, ResourceRef
from engine.remediate import Remedy, Workplace, remedy_for
from tests.support.remedies import interrupt


def remedy(folder: Path, identity: str = "web", title: str = "Leave it to\nthe \x1b[31mautoscaler") -> Remedy:
    plan = Plan(
        drift_id="d1",
        resource=ResourceRef("aws", "aws_autoscaling_group", identity, address="aws_autoscaling_group.web"),
        kind=DriftKind.MODIFIED,
        changes=(Change("desired_capacity", 2, 4), Change('tags["a.b"]', None, "c")),
        recommendation_id="r1",
        action=Action.IGNORE,
        title=title,
    )
    return remedy_for(plan, Workplace(sources=(), base=folder, folder=folder / "kept"))


def rules(folder: Path) -> list[tuple[str, str]]:
    return [(rule.match, rule.reason) for rule in driftignore(folder)]


def test_the_rule_is_shown_and_then_added_behind_those_that_are_there(tmp_path: Path) -> None:
    (tmp_path / ".driftignore").write_text("# ours\naws_iam_user.*")
    one = remedy(tmp_path)
    prepared = one.prepare()
    assert "aws_autoscaling_group.web.desired_capacity" in prepared.shown
    assert rules(tmp_path) == [("aws_iam_user.*", "ours")]
    assert one.execute(prepared, print).done
    assert one.execute(prepared, print).done
    reason = "Leave it to the [31mautoscaler (drift d1)"
    assert rules(tmp_path) == [
        ("aws_iam_user.*", "ours"),
        ("aws_autoscaling_group.web.desired_capacity", reason),
        ("aws_autoscaling_group.web.tags.a\\.b", reason),
    ]


def test_it_ends(tmp_path: Path) -> None:
    one = remedy(tmp_path)
    one.execute(one.prepare(), print)
    days = [rule.expires for rule in driftignore(tmp_path)]
    assert all(day is not None and day > datetime.now(UTC).date() for day in days)


def test_the_day_of_a_rule_is_read_from_its_comment(tmp_path: Path) -> None:
    text = "# why\n# expires: 2027-01-31\naws_vpc.*\naws_eip.*\n# expires: 2027-02-31\naws_lb.*\n"
    (tmp_path / ".driftignore").write_text(text)
    assert driftignore(tmp_path) == (
        IgnoreRule(match="aws_vpc.*", reason="why", expires=date(2027, 1, 31), origin=".driftignore:3"),
        IgnoreRule(match="aws_eip.*", origin=".driftignore:4"),
        IgnoreRule(match="aws_lb.*", reason="expires: 2027-02-31", origin=".driftignore:6"),
    )


def test_a_drift_that_no_pattern_can_name_is_told(tmp_path: Path) -> None:
    with pytest.raises(RemedyError, match="cannot name this drift"):
        remedy(tmp_path, identity="a\nb").prepare()


def test_a_file_that_cannot_be_written_is_an_outcome(tmp_path: Path) -> None:
    one = remedy(tmp_path)
    prepared = one.prepare()
    (tmp_path / ".driftignore").symlink_to("/proc/nothing/here")
    outcome = one.execute(prepared, print)
    assert (outcome.done, outcome.left) == (False, ("nothing was done",))


def test_what_was_interrupted_is_looked_at_and_not_done_again(tmp_path: Path) -> None:
    one = remedy(tmp_path)
    prepared = one.prepare()
    interrupt(tmp_path / "kept", prepared)
    assert not one.execute(prepared, print).done
    (tmp_path / ".driftignore").write_text(f"{prepared.shown}\n")
    assert one.execute(prepared, print).done
