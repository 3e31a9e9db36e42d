"""How much refers to what drifted: the blast radius that declarations tell."""

from typing import Any

from engine.model import Change, Declared, Difference, DriftKind, Language, ResourceRef
from engine.reach import with_dependents

GROUP = Difference(
    ResourceRef("aws", "aws_security_group", "sg-0a1b2c", "1/eu-west-1", "aws_security_group.front"),
    DriftKind.MODIFIED,
    (Change("description", "a", "b"),),
    keys=("arn:aws:ec2:eu-west-1:1:security-group/sg-0a1b2c", "front"),
)


def declared(address: str, language: Language = Language.TERRAFORM, **attributes: Any) -> Declared:
    kind, _, name = address.rpartition(".")
    return Declared(ResourceRef("aws", kind, name, "1/eu-west-1", address), attributes, "state", language=language)


def dependents(*others: Declared, of: Difference = GROUP) -> int:
    return with_dependents([of], others)[0].dependents


def test_references_are_counted_by_resource_wherever_they_stand() -> None:
    instance = declared("aws_instance.a", vpc_security_group_ids=["sg-0a1b2c", "sg-9"], note="sg-0a1b2c")
    service = declared("aws_ecs_service.b", network_configuration=[{"security_groups": ["sg-0a1b2c"]}])
    by_arn = declared("aws_thing.c", target_arn="arn:aws:ec2:eu-west-1:1:security-group/sg-0a1b2c")

    assert dependents(instance, service, by_arn) == 3


def test_itself_and_mere_words_are_not() -> None:
    itself = declared("aws_security_group.front", id="sg-0a1b2c")
    namesake = declared("aws_instance.a", name="front")
    elsewhere = declared("v1.Pod", Language.KUBERNETES, volume="sg-0a1b2c")

    assert dependents(itself, namesake, elsewhere) == 0


def test_what_nobody_declares_is_told_from_what_refers_to_it_by_type_and_id() -> None:
    stray = Difference(ResourceRef("aws", "aws_vpc", "vpc-00000001"), DriftKind.UNMANAGED)
    other = Declared(ResourceRef("aws", "aws_subnet", "subnet-1"), {"vpc_id": "vpc-00000001"}, "state")

    assert dependents(other, of=stray) == 1


def test_nothing_to_look_for_costs_nothing() -> None:
    def never() -> Any:
        raise AssertionError("nobody asked")
        yield

    assert with_dependents([], never()) == ()


def test_what_is_too_deep_is_left_alone() -> None:
    value: Any = "sg-0a1b2c"
    for _ in range(3000):
        value = [value]

    assert dependents(declared("aws_instance.a", deep=value)) == 0
