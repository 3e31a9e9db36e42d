"""`.driftignore` beside the configuration."""

from pathlib import Path

import pytest

from engine.config import bundle_config, load_config
from engine.driftignore import driftignore
from engine.errors import ConfigError
from engine.model import IgnoreRule


def test_a_comment_right_above_a_pattern_is_its_reason(tmp_path: Path) -> None:
    text = "# scaled by load\naws_autoscaling_group.*.desired_capacity\n\n# old\n\naws_iam_user.*\n"
    (tmp_path / ".driftignore").write_text(text)

    assert driftignore(tmp_path) == (
        IgnoreRule(match="aws_autoscaling_group.*.desired_capacity", reason="scaled by load", origin=".driftignore:2"),
        IgnoreRule(match="aws_iam_user.*", origin=".driftignore:6"),
    )


def test_a_folder_without_one_ignores_nothing(tmp_path: Path) -> None:
    assert driftignore(tmp_path) == ()


def test_one_that_cannot_be_read_is_said_so(tmp_path: Path) -> None:
    (tmp_path / ".driftignore").symlink_to("/proc/self/mem")
    with pytest.raises(ConfigError, match=r"\.driftignore: cannot be read"):
        driftignore(tmp_path)


def test_rules_stand_in_the_configuration_too_with_who_why_and_until_when(tmp_path: Path) -> None:
    (tmp_path / ".driftignore").write_text("aws_iam_user.*\n")
    file = tmp_path / "driftguard.toml"
    file.write_text(
        """
        [[ignore]]
        match = "aws_instance.*.tags"
        reason = "the scanner's own tags"
        author = "ana"
        expires = 2026-12-31
        """
    )

    first, second = load_config(file).ignore

    assert (first.match, first.origin) == ("aws_iam_user.*", ".driftignore:1")
    assert (second.match, second.author, str(second.expires), second.origin) == (
        "aws_instance.*.tags", "ana", "2026-12-31", "ignore[0]",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ('reason = "none"', "ignore[0].match: is missing"),
        ('match = " "', "ignore[0].match: is empty; write it as TYPE.ID.ATTRIBUTE"),
        ('match = "a.b"\nuntil = 2026-01-01', "ignore[0].until: is not a setting"),
    ],
)
def test_a_rule_that_says_nothing_useful_is_refused(tmp_path: Path, table: str, problem: str) -> None:
    file = tmp_path / "driftguard.toml"
    file.write_text(f"[[ignore]]\n{table}\n")
    with pytest.raises(ConfigError) as refused:
        load_config(file)
    assert problem in str(refused.value)


def test_a_bundle_brings_its_own(tmp_path: Path) -> None:
    (tmp_path / "terraform").mkdir()
    (tmp_path / ".driftignore").write_text("aws_iam_user.*\n")

    assert [rule.match for rule in bundle_config(tmp_path).ignore] == ["aws_iam_user.*"]
