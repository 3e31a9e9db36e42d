"""What the items are called that the paths of changes lead into."""

import pytest

from engine.compare.kubernetes.items import items_within
from engine.model import Change

_POD = {
    "spec": {
        "containers": [
            {"name": "web", "image": "web:1", "env": [{"name": "A", "value": "1"}], "ports": [{"containerPort": 80}]}
        ],
        "args": ["-v"],
    }
}
_WEB = {"spec.containers[0]": {"name": "web"}}


@pytest.mark.parametrize(
    ("path", "items"),
    [
        ("spec.containers[0].image", _WEB),
        ("spec.containers[0].env[0].value", {**_WEB, "spec.containers[0].env[0]": {"name": "A"}}),
        ("spec.containers[0].ports[0].protocol", {**_WEB, "spec.containers[0].ports[0]": {"containerPort": 80}}),
        ("spec.containers[0].ports[0].containerPort", _WEB),
        ("spec.containers[1]", {}),
        ("spec.args[0]", {}),
        ("spec.replicas", {}),
    ],
)
def test_an_item_is_called_by_its_most_telling_field(path: str, items: dict[str, dict[str, object]]) -> None:
    assert items_within(_POD, [Change(path, None, None)]) == items
