"""What nobody can explain any more: it happened before the recorded trail begins."""

from driftguard_tui.demo.estate import Company, Where
from driftguard_tui.demo.kit import when
from driftguard_tui.demo.stories.story import Story, altered

RUNNER_LOG = Where("shared/tools", "aws_cloudwatch_log_group.runner")


def tell(_company: Company) -> tuple[Story, ...]:
    """Their stories."""
    return (
        Story(
            "runner-log-retention",
            "Some time in January the runners' log was kept for longer; no call, commit or apply is left of it.",
            altered(RUNNER_LOG, when("2026-01-21 11:04:39"), retention=180),
        ),
    )
