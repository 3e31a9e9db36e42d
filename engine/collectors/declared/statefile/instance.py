"""What every format of a state comes down to: a list of resource instances."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct, field


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


def dotted(steps: list[str | int]) -> str:
    """A path as changes spell it: `environment[0].variables.TOKEN`, `tags["a.b"]`."""
    path = ""
    for step in steps:
        if isinstance(step, int):
            path += f"[{step}]"
        elif not step or any(char in step for char in '.[]" '):
            escaped = step.replace("\\", "\\\\").replace('"', '\\"')
            path += f'["{escaped}"]'
        else:
            path += f".{step}" if path else step
    return path


def marked(tree: Any, above: tuple[str | int, ...] = ()) -> Iterator[str]:
    """The paths at which a tree in the shape of the values holds `true`: how plans and shown states mark values."""
    if tree is True:
        yield dotted([*above])
    elif isinstance(tree, dict):
        for name, below in tree.items():
            yield from marked(below, (*above, name))
    elif isinstance(tree, list):
        for place, below in enumerate(tree):
            yield from marked(below, (*above, place))
