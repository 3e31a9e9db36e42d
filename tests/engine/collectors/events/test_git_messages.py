"""What the messages of commits say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.collectors.events.git.messages import Message, read_message

SHA = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Merge pull request #7 from shop/fix-jobs\n\nfix jobs", Message(branch="fix-jobs", pull_request="7")),
        ("Merge branch 'fix-jobs' into 'main'\n\nSee merge request shop/infra!8", Message("fix-jobs", "8")),
        ("Merged in fix-jobs (pull request #9)", Message("fix-jobs", "9")),
        ("Merged PR 10: fix jobs", Message(pull_request="10")),
        ("fix jobs (#11)", Message(pull_request="11")),
        ("OPS-7 and CHG0003: done", Message(tickets=("OPS-7", "CHG0003"))),
        ("INC0012345 more room", Message(tickets=("INC0012345",), hotfix="INC0012345")),
        ("UTF-8, SHA-256 and CVE-2024 are no tickets", Message()),
        (f'Revert "x"\n\nThis reverts commit {SHA}.', Message(reverts=(SHA,), reverts_subject="x")),
        ("hotfix: more replicas", Message(hotfix="hotfix")),
        ("Merge branch 'emergency-jobs'", Message(branch="emergency-jobs", hotfix="emergency")),
        ("fix typo in incident runbook", Message()),
        ("scale up after the outage", Message(hotfix="after the outage")),
        ("x\n\nCo-authored-by: Ben <ben@shop.example>", Message(authors=("Ben <ben@shop.example>",))),
        ("", Message()),
    ],
)
def test_forges_and_people_write_it_so(text: str, expected: Message) -> None:
    assert read_message(text) == expected


@given(st.text())
def test_any_message_can_be_read(text: str) -> None:
    read_message(text)
