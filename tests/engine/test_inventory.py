"""The estate as a tree, from what a scan recorded."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from engine.errors import StoreError
from engine.inventory import Inventory, Matching, NodeKind, inventory, resource_detail
from engine.model import SENSITIVE, Level, ResourceRef
from engine.store import Stores, open_stores
from tests.support.samples import at, make_drift, make_report
from tests.support.small_estate import (
    ACCOUNT,
    EUROPE,
    GROUP,
    POD,
    ROLE,
    SHOP,
    STACK,
    STRAY,
    WEB,
    declared,
    live,
    recorded,
)


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    with open_stores(tmp_path) as stores:
        yield stores


def tree(stores: Stores, made: Inventory, *, depth: int = 4) -> list[tuple[str | None, ...]]:
    """The paths of all nodes down to a depth."""

    def below(path: tuple[str | None, ...]) -> Iterator[tuple[str | None, ...]]:
        for node in made.resources(stores, path) if len(path) == 3 else made.children(path):
            yield node.path
            if len(node.path) < depth:
                yield from below(node.path)

    return list(below(()))


def test_the_estate_by_scope_part_type_and_resource(stores: Stores) -> None:
    made = inventory(stores, recorded(stores))

    assert tree(stores, made, depth=2) == [
        (EUROPE,),
        (EUROPE, ""),
        (EUROPE, 'module.shop["a.b"]'),
        (EUROPE, None),
        (EUROPE, "shop"),
        (f"{ACCOUNT}/global",),
        (f"{ACCOUNT}/global", ""),
        ("prod-cluster",),
        ("prod-cluster", "web"),
    ]
    assert (EUROPE, "", "aws_security_group", "aws_security_group.front") in tree(stores, made)
    assert (EUROPE, 'module.shop["a.b"]', "aws_instance", SHOP) in tree(stores, made)
    assert (EUROPE, None, "aws_instance", "i-9") in tree(stores, made)
    assert ("prod-cluster", "web", "v1/Service", "/Service/web/front") in tree(stores, made)


def test_every_node_counts_what_is_below_it(stores: Stores) -> None:
    made = inventory(stores, recorded(stores))

    root = made.root
    assert root.kind is NodeKind.ESTATE
    assert (root.declared, root.managed, root.modified, root.missing, root.unmanaged) == (5, 4, 1, 1, 1)
    assert (root.drifts, root.worst, root.coverage) == (3, Level.CRITICAL, 4 / 5)

    parts = {node.name: node for node in made.children((EUROPE,))}
    assert (parts[""].declared, parts[""].worst, parts[""].coverage) == (1, Level.CRITICAL, 1.0)
    assert (parts['module.shop["a.b"]'].managed, parts['module.shop["a.b"]'].coverage) == (0, None)
    assert (parts[None].unmanaged, parts[None].coverage) == (1, 0.0)


def test_a_resource_knows_its_drift(stores: Stores) -> None:
    made = inventory(stores, recorded(stores))

    [node] = made.resources(stores, (EUROPE, "", "aws_security_group"))
    assert (node.kind, node.ref, node.drift, node.worst) == (NodeKind.RESOURCE, GROUP, "open", Level.CRITICAL)
    [stray] = made.resources(stores, (EUROPE, None, "aws_instance"))
    assert (stray.ref, stray.drift, stray.declared) == (STRAY, "stray", 0)


def test_the_drifts_of_a_node_are_those_below_it(stores: Stores) -> None:
    made = inventory(stores, recorded(stores))

    assert [drift.id for drift in made.drifts_in(())] == ["open", "gone", "stray"]
    assert [drift.id for drift in made.drifts_in((EUROPE, None))] == ["stray"]
    assert [drift.id for drift in made.drifts_in((EUROPE, "", "aws_security_group", GROUP.address))] == ["open"]
    assert made.drifts_in((EUROPE, "shop")) == []


def test_a_drift_knows_its_place(stores: Stores) -> None:
    report = recorded(stores)
    made = inventory(stores, report)

    assert made.path_of(report.drifts[0]) == (EUROPE, "", "aws_security_group", "aws_security_group.front")
    assert made.path_of(make_drift("elsewhere")) is None


def test_what_lives_in_two_places_stays_where_the_code_has_it(stores: Stores) -> None:
    made = inventory(stores, recorded(stores, live(ROLE, EUROPE)))

    assert (ACCOUNT,) in tree(stores, made, depth=1)


@pytest.mark.parametrize(
    ("matching", "left"),
    [
        (Matching("FRONT"), {GROUP.address, POD.id}),
        (Matching("queue", "type"), {STACK.address}),
        (Matching("shop", "module"), {WEB.address, STACK.address}),
        (Matching("eu-west", "scope", inverse=True), {ROLE.address, POD.id}),
    ],
)
def test_only_what_matches_can_be_asked_for(stores: Stores, matching: Matching, left: set[str]) -> None:
    made = inventory(stores, recorded(stores), [matching])

    assert {path[-1] for path in tree(stores, made) if len(path) == 4} == left
    assert made.root.declared == len(left)


def test_what_is_no_expression_is_one_sentence(stores: Stores) -> None:
    report = recorded(stores)
    with pytest.raises(StoreError, match="could not be read"):
        inventory(stores, report, [Matching("(")])


def test_the_tree_is_of_the_time_of_its_report(stores: Stores) -> None:
    before = recorded(stores)
    stores.record_scan(make_report("s2", 60), [declared(GROUP), live(GROUP)])

    assert inventory(stores, before).root.declared == 5
    after = stores.timeline.report_at(None)
    assert after is not None
    assert (inventory(stores, after).root.declared, inventory(stores, after).root.drifts) == (1, 0)


def test_both_sides_of_a_resource_with_their_history(stores: Stores) -> None:
    first = [declared(ROLE, path="/"), live(ROLE, f"{ACCOUNT}/global", Path="/", secret=SENSITIVE)]
    stores.record_scan(make_report("s1", 0), first)
    stores.record_scan(make_report("s2", 60), [declared(ROLE, path="/"), live(ROLE, f"{ACCOUNT}/global", Path="/x")])

    now = resource_detail(stores, ROLE, "", at(60))
    assert now.live is not None
    assert now.live.scope == f"{ACCOUNT}/global"
    assert [moment for moment, _ in now.declared] == [at(0)]
    assert [(moment, state and dict(state.attributes)) for moment, state in now.actual] == [
        (at(0), {"Path": "/", "secret": SENSITIVE}),
        (at(60), {"Path": "/x"}),
    ]
    assert len(resource_detail(stores, ROLE, "", at(30)).actual) == 1


def test_a_live_resource_is_found_by_name_where_ids_differ(stores: Stores) -> None:
    database = ResourceRef("aws", "aws_db_instance", "db-ABC", EUROPE, "aws_db_instance.main", "shop")
    stores.record_scan(make_report("s1", 0), [declared(database), live(structs.replace(database, id="shop"), Size=1)])

    found = resource_detail(stores, database, "", at(0))
    assert found.live is not None
    assert found.live.id == "shop"
    assert len(found.actual) == 1
