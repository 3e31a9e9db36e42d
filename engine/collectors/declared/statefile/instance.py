"""What every format of a state comes down to: a list of resource instances."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct, field

from engine.model.change_path import path_of


class Instance(Struct, frozen=True, gc=False):
    """One managed resource instance.

    `provider` is the provider's configuration as the state writes it. `identity` is what newer providers record
    beside the attributes. `sensitive` holds the paths of the attributes that are marked sensitive.
    """

    address: str
    type: str
    provider: str
    attributes: dict[str, Any]
    identity: dict[str, Any] = field(default_factory=dict)
    sensitive: frozenset[str] = frozenset()


def marked(tree: Any, above: tuple[str | int, ...] = ()) -> Iterator[str]:
    """The paths at which a tree in the shape of the values holds `true`: how plans and shown states mark values."""
    if tree is True:
        yield path_of(above)
    elif isinstance(tree, dict):
        for name, below in tree.items():
            yield from marked(below, (*above, name))
    elif isinstance(tree, list):
        for place, below in enumerate(tree):
            yield from marked(below, (*above, place))
