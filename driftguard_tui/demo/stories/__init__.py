"""What happened at Larkspur Parcel in ten days of March: every drift of the estate is one story."""

from driftguard_tui.demo.estate import Company
from driftguard_tui.demo.stories import automation, emergencies, intrusions, rollouts, troubleshooting, unexplained
from driftguard_tui.demo.stories.story import Altered, Appended, Edit, Gone, PullRequest, Story, Stray

__all__ = ["Altered", "Appended", "Edit", "Gone", "PullRequest", "Story", "Stray", "tell_stories"]


def tell_stories(company: Company) -> tuple[Story, ...]:
    """All stories, those that left no drift too."""
    parts = (emergencies, troubleshooting, automation, rollouts, intrusions, unexplained)
    return tuple(story for part in parts for story in part.tell(company))
