"""What the provider's own software moves, where a resource is set up to let it, has a keeper; nothing else has."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from engine.compare import Estate, compare
from engine.compare.terraform.keepers import keeper_of
from engine.correlate import attribute
from engine.errors import ConfigError
from engine.model import ActorKind, Change, Coverage, Declared, Difference, Observed, ResourceRef, Via
from engine.providers import KeeperRule, load_knowledge
from tests.support.cases import NOW, moment

SCOPE = "123456789012/eu-west-1"
LIVE = {
    "DBInstanceIdentifier": "shop-db",
    "EngineVersion": "15.5",
    "AutoMinorVersionUpgrade": True,
    "PreferredMaintenanceWindow": "sat:03:00-sat:04:00",
    "AllocatedStorage": 100,
    "MaxAllocatedStorage": 500,
}
CODE = {
    "id": "shop-db",
    "identifier": "shop-db",
    "engine_version": "15.4",
    "auto_minor_version_upgrade": True,
    "allocated_storage": 100,
    "max_allocated_storage": 500,
}
#: A Saturday, within the window.
SATURDAY = moment("14 03:20")


def difference(live: dict[str, Any], code: dict[str, Any] | None = None, at: datetime | None = SATURDAY) -> Difference:
    knowledge = load_knowledge()
    ref = ResourceRef("aws", "aws_db_instance", "shop-db", SCOPE, "aws_db_instance.shop")
    seen = Observed("aws", "AWS::RDS::DBInstance", SCOPE, {"DescribeDBInstances": {**LIVE, **live}}, "live")
    estate = Estate(
        knowledge,
        [structs.replace(seen, changed_at=at)],
        [Coverage("aws", "AWS::RDS::DBInstance", SCOPE, "live")],
    )
    [found] = compare([Declared(ref, {**CODE, **(code or {})}, "state")], estate, knowledge).differences
    return found


def test_a_minor_version_within_the_window_is_moved_by_the_provider() -> None:
    found = difference({})
    assert found.keepers == {"engine_version": "rds.amazonaws.com"}
    [attributed] = attribute([found], [], NOW, load_knowledge())
    assert (attributed.actor.principal, attributed.actor.kind) == ("rds.amazonaws.com", ActorKind.SERVICE)
    assert attributed.actor.via is Via.CONTROLLER
    assert attributed.changed_at == SATURDAY


@pytest.mark.parametrize(
    ("live", "at"),
    [
        ({"AutoMinorVersionUpgrade": False}, SATURDAY),
        ({"EngineVersion": "16.1"}, SATURDAY),
        ({"EngineVersion": "15.3"}, SATURDAY),
        ({}, moment("12 03:20")),
    ],
    ids=["not allowed to", "a major version", "an older version", "outside the window"],
)
def test_what_it_does_not_move(live: dict[str, Any], at: datetime) -> None:
    assert difference(live, at=at).keepers == {}


def test_without_a_time_the_window_excludes_nothing() -> None:
    assert difference({}, at=None).keepers


def test_storage_that_grows_by_itself() -> None:
    same = {"EngineVersion": "15.4"}
    assert difference({**same, "AllocatedStorage": 130}).keepers == {"allocated_storage": "rds.amazonaws.com"}
    assert difference({**same, "AllocatedStorage": 80}).keepers == {}
    fixed = difference({**same, "AllocatedStorage": 130, "MaxAllocatedStorage": None}, {"max_allocated_storage": 0})
    assert fixed.keepers == {}


@pytest.mark.parametrize(
    ("before", "after", "is_minor"),
    [
        ("8.0.35", "8.0.36", True),
        ("8.0.35", "8.4.1", False),
        ("15.4", "15.7", True),
        ("15.4", "16.0", False),
        ("8.0.mysql_aurora.3.04.1", "8.0.mysql_aurora.3.05.2", True),
        ("15.4", "15.4", False),
        (None, "15.4", False),
        ("15.4", {}, False),
    ],
)
def test_which_versions_are_of_one_release_line(before: Any, after: Any, is_minor: bool) -> None:
    rule = KeeperRule(types=["x"], of=["version"], by="provider", moves="minor")
    assert bool(keeper_of(Change("version", before, after), [rule], lambda _: None, None)) is is_minor


@pytest.mark.parametrize(
    ("window", "at", "is_within"),
    [
        ("tue:03:00-tue:04:00", "10 03:30", True),
        ("tue:03:00-tue:04:00", "10 04:40", True),
        ("tue:03:00-tue:04:00", "10 05:10", False),
        ("tue:03:00-tue:04:00", "11 03:30", False),
        ("sun:23:30-mon:00:30", "09 00:15", True),
        ("whenever", "11 03:30", True),
        (None, "11 03:30", True),
    ],
)
def test_windows_of_the_week(window: str | None, at: str, is_within: bool) -> None:
    rule = KeeperRule(types=["x"], of=["version"], by="provider", window="window")
    change = Change("version", "1", "2")
    assert bool(keeper_of(change, [rule], lambda _: window, moment(at))) is is_within


def test_every_shipped_rule_is_of_known_types_and_attributes() -> None:
    knowledge = load_knowledge()
    for name, rules in knowledge.keepers.items():
        known = {attribute for attribute, _ in knowledge.attribute_rules(name)}
        for rule in rules:
            asked = [*rule.of, *rule.when, *filter(None, [rule.window])]
            assert {path.partition("[")[0] for path in asked} <= known, name


def test_rules_of_the_users_own(tmp_path: Path) -> None:
    folder = tmp_path / "aws"
    folder.mkdir()
    (folder / "keepers.toml").write_text(
        '[[keeper]]\ntypes = ["aws_db_instance"]\nof = ["instance_class"]\nby = "our-sizer"\n'
    )
    rules = load_knowledge(tmp_path).keepers["aws_db_instance"]
    assert rules[0].by == "our-sizer"
    assert len(rules) > 1
    (folder / "keepers.toml").write_text('[[keeper]]\ntypes = ["aws_db_instance"]\nmove = "up"\n')
    with pytest.raises(ConfigError, match=r"aws/keepers\.toml"):
        _ = load_knowledge(tmp_path).keepers
