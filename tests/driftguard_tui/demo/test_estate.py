"""The estate: each thing says the same in Terraform's words and in AWS's."""

from collections import Counter

import pytest

from driftguard_tui.demo.estate import Where, build_company
from driftguard_tui.demo.live import build_live
from driftguard_tui.demo.state import state_of
from driftguard_tui.demo.stories import Altered, Edit, Gone, Stray, tell_stories
from driftguard_tui.demo.things.base import Plain, Recorded
from driftguard_tui.demo.things.firewall import Rule, SecurityGroup
from driftguard_tui.demo.things.messaging import Queue
from driftguard_tui.demo.truth import EXPLAINED, TRUTH

COMPANY = build_company()
STORIES = tell_stories(COMPANY)


def test_every_argument_of_the_code_is_an_attribute_of_the_state() -> None:
    for where, placed in COMPANY.estate:
        thing = placed.thing
        written = thing.written if isinstance(thing, Plain) else thing.arguments
        assert set(written) <= set(thing.attributes()), where


def test_ids_and_addresses_are_never_given_twice() -> None:
    ids = Counter(
        (placed.thing.home.account.number, placed.type, placed.thing.attributes()["id"])
        for _, placed in COMPANY.estate
        if placed.type != "random_password"
    )
    assert not [key for key, count in ids.items() if count > 1]
    assert sum(len(stack.placed) for stack in COMPANY.estate.stacks) == len(list(COMPANY.estate))


def test_without_stories_the_live_estate_is_what_is_declared() -> None:
    kinds = (SecurityGroup, Queue)
    declared = {placed.thing.arn for _, placed in COMPANY.estate if isinstance(placed.thing, kinds)}
    live = [thing for thing in build_live(COMPANY, ()) if isinstance(thing, kinds)]
    defaults = {thing.arn for thing in live if isinstance(thing, SecurityGroup) and thing.is_default}
    assert len(defaults) == 3
    assert {thing.arn for thing in live} - defaults == declared


@pytest.mark.parametrize("story", [story for story in STORIES if story.effect], ids=lambda story: story.name)
def test_a_story_changes_what_aws_shows(story) -> None:  # type: ignore[no-untyped-def]
    before = {thing.arn: (thing.config_item(), thing.cloud_control()) for thing in build_live(COMPANY, ())}
    after = {thing.arn: (thing.config_item(), thing.cloud_control()) for thing in build_live(COMPANY, (story,))}
    match story.effect:
        case Altered(where, _, _):
            arn = COMPANY.estate.thing(where, Recorded).arn
            assert after[arn] != before[arn]
        case Gone(where):
            assert set(before) - set(after) == {COMPANY.estate.thing(where, Recorded).arn}
        case Stray(thing):
            assert set(after) - set(before) == {thing.arn}


def test_every_story_that_left_something_has_its_truth() -> None:
    assert {story.name for story in STORIES if story.effect} == {truth.story for truth in TRUTH}
    assert len({truth.cause for truth in EXPLAINED}) == 5
    assert Counter(truth.kind for truth in TRUTH).keys() == {"modified", "missing", "unmanaged"}
    assert len(TRUTH) >= 18


def test_rules_with_the_same_ports_are_one_permission_as_in_ec2() -> None:
    databases = COMPANY.estate.thing(Where("prod/data", "aws_security_group.databases"), SecurityGroup)
    item = databases.config_item()
    [permission] = item["configuration"]["ipPermissions"]
    assert permission["ipRanges"] == ["10.20.16.0/24", "10.20.17.0/24", "10.20.18.0/24"]
    assert [rule.cidr for rule in databases.ingress] == permission["ipRanges"]


def test_all_traffic_has_no_ports_in_ec2_and_zeros_in_terraform() -> None:
    rule = Rule(None, "0.0.0.0/0", protocol="-1")
    assert rule.ports == (0, 0)
    group = COMPANY.estate.thing(Where("prod/platform", "aws_security_group.batch"), SecurityGroup)
    [permission] = group.config_item()["configuration"]["ipPermissionsEgress"]
    assert "fromPort" not in permission


def test_the_state_groups_instances_under_one_resource() -> None:
    state = state_of(COMPANY.estate.stack("prod/network"))
    [subnets] = [one for one in state["resources"] if (one["type"], one["name"]) == ("aws_subnet", "private")]
    assert [instance["index_key"] for instance in subnets["instances"]] == [0, 1, 2]
    [tables] = [one for one in state["resources"] if (one["type"], one["name"]) == ("aws_route_table", "private")]
    assert [instance["index_key"] for instance in tables["instances"]] == ["a", "b", "c"]


def test_edits_of_the_stories_name_blocks_of_their_files() -> None:
    edits = [edit for story in STORIES for change in story.pull_requests for edit in change.edits]
    assert edits
    assert all(edit.before != edit.after for edit in edits if isinstance(edit, Edit))
