"""Exchanges recorded from a real API server: what it made of manifests, and what was then written to the objects."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from engine.compare.canonical import as_items
from tests.support.kubernetes_cases import compared
from tests.support.paths import SHARED_DATA, needs_shared_data

_FOLDER = SHARED_DATA / "recorded" / "kubernetes"
#: Decided to be no drift: the order of containers, and the annotation of a restart.
_NO_DRIFT = {"deployment-full-containers-reordered", "deployment-full-restarted"}

_STEP = re.compile(r'\["([^"]*)"\]|\[(\d+)\]|([^.\[\]]+)')

pytestmark = needs_shared_data


def _read(part: str) -> list[Any]:
    return [pytest.param(file, id=file.stem) for file in sorted((_FOLDER / part).glob("*.json"))]


def _load(file: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(file.read_text())
    return loaded


@pytest.mark.parametrize("file", [*_read("pairs"), *_read("neutral")])
def test_shows_nothing(file: Path) -> None:
    exchange = _load(file)
    changes, silent = compared(exchange["manifest"], exchange["live"])
    assert changes == []
    if not file.stem.startswith("customresource"):
        assert silent == {}


@pytest.mark.parametrize("file", _read("mutations"))
def test_shows_the_mutation_and_nothing_else(file: Path) -> None:
    exchange = _load(file)
    changes, silent = compared(exchange["manifest"], exchange["live"])
    wanted = [_pointer(pointer) for pointer in exchange["all_changed_paths"]]
    changed = [change.path for change in changes]
    if file.stem in _NO_DRIFT:
        assert (changed, silent) == ([], {})
        return
    assert all(any(_overlap(path, other) for other in wanted) for path in changed)
    main = _pointer(exchange["changed_path"])
    if exchange["declared"]:
        assert any(_overlap(path, main) for path in changed)
    else:
        assert changed or any(_overlap(path, main) for path in silent)
    before = exchange.get("before")
    if exchange["declared"] and not isinstance(before, dict | list):
        assert len(changes) == 1
        assert exchange["after"] in (changes[0].actual, *as_items(changes[0].actual))


def _pointer(pointer: str) -> list[str]:
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def _overlap(path: str, pointer: list[str]) -> bool:
    """Whether a path of ours is the pointer, or one leads into the other; places in lists may differ."""
    steps = [quoted or number or name for quoted, number, name in _STEP.findall(path)]
    shared = zip(steps, pointer, strict=False)
    return all(one == other or (one.isdigit() and other.isdigit()) for one, other in shared)
