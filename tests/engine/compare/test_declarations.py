"""What counts as the declaration where code, states and plans speak of the same resource."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from engine.compare.declarations import merged, settle
from engine.model import UNRESOLVED, Basis, Change, Declared, Difference, DriftKind, Language, ResourceRef, Written
from tests.support.terraform_code import code, state


def attributes(*items: Declared) -> dict[str, Any]:
    return {item.ref.address: dict(item.attributes) for item in settle(items)}


def test_code_says_otherwise_and_is_the_declaration() -> None:
    known = state("aws_s3_bucket.a", bucket="a", tags={"team": "core"}, tags_all={"team": "core", "owner": "ops"})
    [item] = settle([known, code("aws_s3_bucket.a", bucket="a", tags={"team": "new"})])
    assert item.attributes["tags"] == {"team": "new"}
    assert item.attributes["tags_all"] == {"team": "new", "owner": "ops"}
    assert (item.ref.id, item.basis, item.source) == ("a", Basis.CODE, "states")


def test_code_that_may_mean_the_same_leaves_the_states_spelling() -> None:
    known = state(
        "aws_x.a",
        name="Shop",
        version="8.0.35",
        zones=["b", "a"],
        on=True,
        size="30",
        policy='{"Statement":[],"Version":"2012-10-17"}',
        role="arn:aws:iam::123456789012:role/app",
        user_data="2aae6c35c94fcfb415dbe95f408b9ce91ee846ed",
        rule=[{"port": 80, "cidr": None, "self": False}, {"port": 443, "cidr": "x", "self": False}],
        options={"tokens": "required", "hops": 2},
        none=None,
        secret_wo=None,
    )
    said = code(
        "aws_x.a",
        name="shop",
        version="8.0",
        zones=["a", "b"],
        on="true",
        size=30,
        policy='{"Version":"2012-10-17","Statement":[]}',
        role="app",
        user_data="hello world",
        rule=[{"port": 443, "cidr": "x"}, {"port": 80}],
        options={"tokens": "required"},
        none="",
        secret_wo="x",
        unknown_to_the_state=1,
        vpc=UNRESOLVED,
    )
    [item] = settle([known, said])
    assert item.attributes == known.attributes


def test_a_state_of_an_older_schema_keeps_what_the_code_names_otherwise() -> None:
    known = state("aws_instance.a", id="i-1", ebs_optimised="true", root_device=[{"size": "8"}])
    said = code("aws_instance.a", ebs_optimized=False, root_device=[{"size": 8}])
    assert attributes(known, said)["aws_instance.a"] == known.attributes


def test_a_map_of_tags_is_compared_whole() -> None:
    said = code("aws_x.a", tags={"a": "1"})
    assert attributes(state("aws_x.a", tags={"a": "1", "b": "2"}), said)["aws_x.a"]["tags"] == {"a": "1"}


def test_a_changed_block_keeps_what_the_code_does_not_say() -> None:
    known = state("aws_x.a", rule=[{"port": 80, "self": False}, {"port": 443, "self": True}])
    said = code("aws_x.a", rule=[{"port": 80}, {"port": 8443}])
    assert attributes(known, said)["aws_x.a"]["rule"] == [{"port": 80, "self": False}, {"port": 8443, "self": True}]


def test_references_are_looked_up_in_the_state() -> None:
    said = structs.replace(
        code("aws_subnet.a", vpc_id=UNRESOLVED, arn=f"arn:{UNRESOLVED}/x/{UNRESOLVED}"),
        written=Written(root=".", references=("aws_vpc.main.id", 'aws_vpc.main.tags["a"]', "")),
    )
    states = [
        state("aws_vpc.main", id="vpc-2", tags={"a": "q"}),
        state("aws_subnet.a", vpc_id="vpc-1", arn="arn:p/x/7"),
    ]
    found = attributes(*states, said, code("aws_vpc.main"))["aws_subnet.a"]
    assert (found["vpc_id"], found["arn"]) == ("vpc-2", f"arn:q/x/{UNRESOLVED}")


def test_a_default_that_may_be_overridden_does_not_count_against_the_state() -> None:
    said = code("aws_x.a", size=1, tags={"env": "dev", "app": "shop"})
    assumed = {"size": UNRESOLVED, "tags": {"env": UNRESOLVED, "app": "shop"}}
    said = structs.replace(said, written=Written(root=".", assumed=assumed))
    assert attributes(state("aws_x.a", size=5, tags={"env": "prod", "app": "shop"}), said)["aws_x.a"]["size"] == 5
    changed = attributes(state("aws_x.a", size=5, tags={"env": "prod", "app": "old"}), said)["aws_x.a"]
    assert (changed["size"], changed["tags"]) == (5, {"env": "prod", "app": "shop"})


def test_moved_resources_take_their_new_address() -> None:
    said = structs.replace(code("aws_x.new", name="a"), written=Written(root=".", was=("aws_x.old",)))
    [item] = settle([state("aws_x.old", name="a"), said])
    assert (item.ref.address, item.ref.id) == ("aws_x.new", "a")


def test_an_open_key_stands_for_every_instance_of_the_state() -> None:
    states = [state(f'aws_x.a["{key}"]', name=key, size=1) for key in ("p", "q")]
    found = attributes(*states, code(f"aws_x.a[{UNRESOLVED}]", name=UNRESOLVED, size=2))
    assert found == {f'aws_x.a["{key}"]': {"name": key, "id": key, "size": 2} for key in ("p", "q")}


def test_what_was_never_applied_is_expected_where_its_siblings_are() -> None:
    new = structs.replace(code("aws_x.new", name="n"), written=Written(root=".", region="us-east-1"))
    items = {item.ref.address: item for item in settle([state("aws_x.a"), code("aws_x.a"), new])}
    assert items["aws_x.new"].expected
    assert items["aws_x.new"].ref.scope == "123456789012/us-east-1"


def test_code_without_its_state_expects_nothing() -> None:
    [item] = settle([code("aws_x.new", name="n")])
    assert not item.expected


def test_what_left_the_code_stays_declared_by_its_state() -> None:
    assert attributes(state("aws_x.a"), state("aws_x.gone", size=1), code("aws_x.a")).keys() == {
        "aws_x.a",
        "aws_x.gone",
    }


def test_what_is_to_be_forgotten_may_move_freely() -> None:
    forgotten = structs.replace(code("aws_x.gone"), ignored=frozenset({"*"}), expected=False)
    items = {i.ref.address: i for i in settle([state("aws_x.a"), state("aws_x.gone"), code("aws_x.a"), forgotten])}
    assert items["aws_x.gone"].ignored == {"*"}
    assert settle([structs.replace(forgotten, written=Written(root="."))]) == []


def test_a_state_belongs_to_the_code_that_declares_most_of_it() -> None:
    apps = [state(f"aws_x.{name}", "apps.tfstate", size=1) for name in "abc"]
    data = [state(f"aws_x.{name}", "data.tfstate", size=1) for name in "axyz"]
    items = settle([*apps, *data, *(code(f"aws_x.{name}", size=2) for name in "abc")])
    assert {item.origin: item.attributes["size"] for item in items} == {"apps.tfstate": 2, "data.tfstate": 1}


def test_code_that_fits_two_roots_alike_belongs_to_none() -> None:
    one, two = code("aws_x.a", size=2), structs.replace(code("aws_x.a", size=3), written=Written(root="two"))
    items = settle([state("aws_x.a", size=1), one, two])
    assert [item.attributes["size"] for item in items if item.basis is Basis.STATE] == [1]


def test_pending_changes_count_where_the_code_shows_them() -> None:
    plan = structs.replace(state("aws_x.a", size=1), language=Language.PLAN, source="plans", origin="p.json")
    ahead = structs.replace(plan, attributes={"id": UNRESOLVED, "size": 2}, basis=Basis.PLANNED)
    assert attributes(plan, ahead)["aws_x.a"]["size"] == 1
    assert attributes(plan, ahead, code("aws_x.a", size=UNRESOLVED))["aws_x.a"]["size"] == 2
    assert attributes(plan, ahead, code("aws_x.a", size=3))["aws_x.a"]["size"] == 3


def test_default_tags_that_the_state_has_as_blocks_are_no_disagreement() -> None:
    blocks = [{"key": "owner", "value": "ops"}, {"key": "name", "value": "a"}]
    said = code("aws_x.a", tag=[{"key": "name", "value": "a"}], tags_all={"owner": "ops"})
    assert attributes(state("aws_x.a", tag=blocks), said)["aws_x.a"]["tag"] == blocks


SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.text("ab0", max_size=3), st.just(UNRESOLVED))
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("pqr"), inner)
)


@given(st.dictionaries(st.sampled_from("stuv"), VALUES), st.dictionaries(st.sampled_from("stuv"), VALUES))
def test_settling_is_done_once_and_code_like_its_state_changes_nothing(known: Any, said: Any) -> None:
    have = state("aws_x.a", **known)
    settled = settle([have, code("aws_x.a", **said)])
    assert settle(settled) == settled
    assert settle([have, code("aws_x.a", **known)])[0].attributes == have.attributes


def test_what_a_plan_and_a_state_tell_of_one_resource_is_told_once() -> None:
    ref = ResourceRef("aws", "aws_x", "a", "", "aws_x.a")
    plan = Difference(ref, DriftKind.MODIFIED, changes=(Change("size", 1, 2), Change("etag", "a", "b")))
    live = Difference(structs.replace(ref, scope="1/eu"), DriftKind.MODIFIED, changes=(Change("size", 1, 2),))
    [found] = merged([plan, live])
    assert [change.path for change in found.changes] == ["etag", "size"]
    assert found.resource.scope == "1/eu"
