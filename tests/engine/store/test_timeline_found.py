"""What a scan found, kept small until all of it is known."""

from hypothesis import given
from hypothesis import strategies as st

from engine.model import ResourceRef, ResourceState
from engine.store.timeline_found import Found

NAMES = st.sampled_from(["", "a", "b", "é\0ü", "x" * 300])
REFS = st.builds(ResourceRef, provider=NAMES, type=NAMES, id=NAMES, scope=NAMES, address=NAMES, name=NAMES)
STATES = st.builds(
    ResourceState, side=st.sampled_from(["declared", "actual"]), ref=REFS, attributes=st.just({}), source=NAMES
)


@given(st.lists(st.lists(STATES, max_size=8), max_size=4))
def test_of_several_with_one_identity_the_last_counts(batches: list[list[ResourceState]]) -> None:
    found = Found()
    wanted = {}
    for number, batch in enumerate(batches):
        found.add(batch, [f"{number}-{place}" for place in range(len(batch))])
        for place, state in enumerate(batch):
            ref = state.ref
            identity = (state.side, ref.provider, ref.type, ref.scope, ref.id, ref.address)
            wanted[identity] = (ref.name, state.source, f"{number}-{place}")

    columns = found.columns()

    def column(*names: str) -> list[tuple[str, ...]]:
        return list(zip(*(columns[name].tolist() for name in names), strict=True))

    identities = column("side", "provider", "type", "scope", "id", "address")
    assert dict(zip(identities, column("name", "source", "hash"), strict=True)) == wanted
    assert len(identities) == len(wanted)


def test_nothing_found_has_the_columns_of_what_is_found() -> None:
    columns = Found().columns()

    assert {name: len(column) for name, column in columns.items()} == dict.fromkeys(
        ["side", "provider", "type", "scope", "source", "id", "address", "name", "hash"], 0
    )
