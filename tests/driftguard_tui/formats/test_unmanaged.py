"""Many unmanaged resources are told in groups, few one by one."""

from datetime import UTC, datetime

from msgspec import structs

from driftguard_tui.formats import render
from driftguard_tui.formats.unmanaged import groups, sentence, split
from engine.model import Dimensions, Drift, DriftKind, Level, Origin, ResourceRef, Severity
from tests.support.sample_report import opened_port, report


def stray(number: int, type_: str = "aws_s3_bucket", level: Level = Level.LOW, **origin: object) -> Drift:
    return structs.replace(
        opened_port(),
        id=f"{number:012x}",
        kind=DriftKind.UNMANAGED,
        changes=(),
        resource=ResourceRef("aws", type_, f"thing-{number}", "123456789012/eu-west-1"),
        severity=Severity(level, 10, Dimensions()),
        origin=Origin(**origin),  # type: ignore[arg-type]
    )


def test_few_are_told_one_by_one() -> None:
    drifts = [stray(number) for number in range(20)]
    assert split(drifts) == (drifts, [])


def test_many_are_told_in_groups_but_the_grave_ones() -> None:
    drifts = [*(stray(number) for number in range(30)), stray(30, level=Level.CRITICAL), opened_port()]

    told, [group] = split(drifts)

    assert told == drifts[30:]
    assert len(group.drifts) == 30
    text = render(structs.replace(report(), drifts=tuple(drifts)), "table")
    assert "unmanaged: 30 aws_s3_bucket" in text


def test_children_of_what_is_declared_come_first_then_what_has_an_owner() -> None:
    moment = datetime(2025, 3, 1, tzinfo=UTC)
    found = groups(
        [
            stray(1),
            stray(2, owner="web"),
            stray(3, "aws_subnet", parent="module.net.aws_vpc.main", created_at=moment),
            stray(4, "aws_subnet", parent="module.net.aws_vpc.main"),
        ]
    )

    assert [sentence(group) for group in found] == [
        "2 aws_subnet · in module.net.aws_vpc.main · oldest 2025-03-01 · thing-3, thing-4",
        "1 aws_s3_bucket · owner web · thing-2",
        "1 aws_s3_bucket · thing-1",
    ]


def test_one_is_told_with_what_is_known_of_its_making() -> None:
    moment = datetime(2025, 3, 1, tzinfo=UTC)
    drift = stray(1, "aws_subnet", parent="aws_vpc.main", owner="net", created_at=moment)
    text = render(structs.replace(report(), drifts=(drift,)), "table")
    assert "there, but not declared · in aws_vpc.main · owner net · made 2025-03-01" in text
