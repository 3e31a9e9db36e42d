"""What is collected comes out by kind, in the order of the configuration, packed or not."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model import Basis, Declared, Language, Observed, ResourceRef
from engine.providers import load_knowledge
from engine.shelves import Shelves

KNOWLEDGE = load_knowledge()


def declared(type_: str, id_: str, attributes: dict[str, Any] | None = None, **more: Any) -> Declared:
    language = Language.KUBERNETES if type_.startswith("apps/") else Language.TERRAFORM
    return Declared(
        ResourceRef("aws", type_, id_, address=f"{type_}.{id_}"), attributes or {}, "code", language=language, **more
    )


def observed(native: str, id_: str, parts: dict[str, Any] | None = None) -> Observed:
    moment = datetime(2026, 3, 14, tzinfo=UTC)
    return Observed("aws", native, "123456789012/eu-west-1", parts or {}, "live", moment, keys=(id_,))


def cluster_object(id_: str) -> Observed:
    return Observed("kubernetes", id_.rsplit("/", 2)[0], "prod", {"Object": {}}, "live", keys=(id_,))


def kinds(shelves: Shelves) -> list[set[str]]:
    return [
        {*(item.ref.type for item in group.declared), *(item.native for item in group.observed)}
        for group in shelves.groups()
    ]  # fmt: skip


@pytest.mark.parametrize("loose", [0, 1_000], ids=["packed", "loose"])
def test_what_is_compared_together_is_kept_together(loose: int) -> None:
    shelves = Shelves(KNOWLEDGE, loose)
    shelves.put(
        0, 0, [declared("aws_sqs_queue", "a"), declared("aws_sqs_queue_policy", "a"), declared("random_pet", "x")]
    )
    shelves.put(0, 1, [declared("aws_security_group", "sg"), declared("aws_vpc_security_group_ingress_rule", "sgr")])
    shelves.put(0, 2, [declared("apps/v1/Deployment", "apps/Deployment/shop/web")])
    shelves.put(0, 3, [declared("apps/v1/DaemonSet", "apps/DaemonSet/other/log")])
    shelves.put(1, 0, [observed("AWS::SQS::Queue", "a"), observed("AWS::EC2::SecurityGroup", "sg")])
    shelves.put(1, 1, [cluster_object("apps/Deployment/shop/web"), cluster_object("autoscaling/Hpa/shop/web")])

    found = kinds(shelves)

    assert {"aws_sqs_queue", "aws_sqs_queue_policy", "AWS::SQS::Queue"} in found
    assert {"aws_security_group", "aws_vpc_security_group_ingress_rule", "AWS::EC2::SecurityGroup"} in found
    assert {"apps/v1/Deployment", "apps/Deployment", "autoscaling/Hpa"} in found
    assert {"random_pet"} in found
    assert kinds(shelves) == found


@pytest.mark.parametrize("loose", [0, 1_000], ids=["packed", "loose"])
def test_whoever_was_read_first_the_order_is_that_of_the_configuration(loose: int) -> None:
    shelves = Shelves(KNOWLEDGE, loose)
    shelves.put(1, 0, [declared("aws_sqs_queue", "third")])
    shelves.put(0, 1, [declared("aws_sqs_queue", "second")])
    shelves.put(0, 0, [declared("aws_sqs_queue", "first")])

    [group] = shelves.groups()

    assert [item.ref.id for item in group.declared] == ["first", "second", "third"]


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), values, max_size=4))
def test_packing_changes_nothing(attributes: dict[str, Any]) -> None:
    item = declared("aws_sqs_queue", "a", attributes, sensitive=frozenset({"password"}), known_at=datetime.now(UTC))
    live = observed("AWS::SQS::Queue", "a", {"Config": attributes})
    shelves = Shelves(KNOWLEDGE, loose=0)
    shelves.put(0, 0, [item, live])

    [group] = shelves.groups()

    assert (group.declared, group.observed) == ([item], [live])


def test_code_is_settled_with_everything_it_speaks_of_before_it_is_sorted() -> None:
    shelves = Shelves(KNOWLEDGE)
    shelves.put(0, 0, [declared("aws_sqs_queue", "a", basis=Basis.PLANNED), declared("aws_sns_topic", "b")])

    assert kinds(shelves) == [{"aws_sns_topic"}]


def test_what_others_live_in_is_known_by_its_identities() -> None:
    shelves = Shelves(KNOWLEDGE, loose=0)
    shelves.put(0, 0, [declared("aws_vpc", "vpc-0123456"), declared("aws_sqs_queue", "queue-name")])

    assert shelves.parents == {"vpc-0123456": "aws_vpc.vpc-0123456"}
