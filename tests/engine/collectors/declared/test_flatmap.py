"""Flat attributes of old states read as the nested values they were written from."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.collectors.declared.statefile.flatmap import expand


def test_lists_sets_and_maps_are_nested() -> None:
    assert expand(
        {
            "name": "web",
            "ingress.#": "2",
            "ingress.2541437006.from_port": "443",
            "ingress.2541437006.cidr_blocks.#": "1",
            "ingress.2541437006.cidr_blocks.0": "10.0.0.0/8",
            "ingress.103.from_port": "22",
            "ingress.103.cidr_blocks.#": "0",
            "tags.%": "2",
            "tags.Name": "web",
            "tags.app.io/part": "front",
        }
    ) == {
        "name": "web",
        "ingress": [
            {"from_port": "22", "cidr_blocks": []},
            {"from_port": "443", "cidr_blocks": ["10.0.0.0/8"]},
        ],
        "tags": {"Name": "web", "app.io/part": "front"},
    }


def test_items_keep_the_order_of_their_places() -> None:
    flat = {"zones.#": "11"} | {f"zones.{place}": f"z{place}" for place in range(11)}

    assert expand(flat) == {"zones": [f"z{place}" for place in range(11)]}


def test_the_oldest_states_count_maps_like_lists() -> None:
    assert expand({"triggers.#": "1", "triggers.what": "0"}) == {"triggers": {"what": "0"}}


def test_a_set_item_whose_hash_was_unknown_is_an_item() -> None:
    assert expand({"ports.#": "1", "ports.~1834": "80"}) == {"ports": ["80"]}


_names = st.from_regex(r"[a-z][a-z_]{0,5}", fullmatch=True)
_map_keys = st.text(st.characters(exclude_characters="#%", codec="utf-8"), min_size=1, max_size=6)
_maps = st.dictionaries(_map_keys, st.text(max_size=5), max_size=3)
_values = st.recursive(
    st.text(max_size=5) | _maps,
    lambda inner: (
        st.lists(st.text(max_size=5), max_size=3)
        | st.lists(st.dictionaries(_names, inner, min_size=1, max_size=3), max_size=3)
    ),
    max_leaves=8,
)


def _flatten(prefix: str, value: Any) -> dict[str, str]:
    """What Terraform wrote for a value; maps of text are told from blocks by the `%` that counts their keys."""
    if isinstance(value, str):
        return {prefix: value}
    flat: dict[str, str] = {}
    if isinstance(value, list):
        flat[f"{prefix}.#"] = str(len(value))
        for place, item in enumerate(value):
            if isinstance(item, dict):
                for name, inner in item.items():
                    flat |= _flatten(f"{prefix}.{place}.{name}", inner)
            else:
                flat[f"{prefix}.{place}"] = item
        return flat
    flat[f"{prefix}.%"] = str(len(value))
    return flat | {f"{prefix}.{key}": inner for key, inner in value.items()}


@given(st.dictionaries(_names, _values, max_size=4))
def test_what_was_flattened_comes_back(attributes: dict[str, Any]) -> None:
    flat: dict[str, str] = {}
    for name, value in attributes.items():
        flat |= _flatten(name, value)

    assert expand(flat) == attributes


@given(st.dictionaries(st.text(alphabet="ab.#%01~-", max_size=8), st.text(max_size=3), max_size=8))
def test_no_keys_are_too_odd(flat: dict[str, str]) -> None:
    assert isinstance(expand(flat), dict)
