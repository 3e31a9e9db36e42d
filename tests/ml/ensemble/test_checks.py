"""Stored trees are read and checked before xgboost is given them: a file that was tampered with ends no process."""

import copy
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.ensemble.checks import check_trees
from ml.ensemble.model import TREES
from ml.ensemble.ubj import read_ubj
from ml.features import feature_names
from tests.support.small_models import cases, learned

CONTENT = learned(cases(200))[1][TREES]
FEATURES = len(feature_names())
MODEL = read_ubj(CONTENT)
_NUMBERS = {"i1": "U", "u1": "U", "i2": "I", "i4": "l", "i8": "L", "f4": "d", "f8": "D"}


def written(value: Any) -> bytes:
    """A value as UBJSON, as xgboost writes it."""
    if isinstance(value, dict):
        return b"{" + b"".join(_text(name) + written(each) for name, each in value.items()) + b"}"
    if isinstance(value, list):
        return b"[#L" + struct.pack(">q", len(value)) + b"".join(map(written, value))
    if isinstance(value, np.ndarray):
        kind = _NUMBERS[value.dtype.str[1:]]
        return f"[${kind}#L".encode() + struct.pack(">q", len(value)) + value.tobytes()
    if isinstance(value, str):
        return b"S" + _text(value)
    return b"L" + struct.pack(">q", value)


def _text(text: str) -> bytes:
    return b"L" + struct.pack(">q", len(text.encode())) + text.encode()


def altered(change: Callable[[dict[str, Any]], None]) -> bytes:
    """The model with a change of it, written again."""
    model = copy.deepcopy(MODEL)
    change(model["learner"])
    return written(model)


def _tree(learner: dict[str, Any]) -> dict[str, Any]:
    trees = learner["gradient_booster"]["model"]["trees"]
    return max(trees, key=lambda tree: len(tree["left_children"]))  # type: ignore[no-any-return]


def _set(column: str, node: int, value: float) -> Callable[[dict[str, Any]], None]:
    def change(learner: dict[str, Any]) -> None:
        numbers = _tree(learner)[column].copy()
        numbers[node] = value
        _tree(learner)[column] = numbers

    return change


def test_what_xgboost_writes_is_sound() -> None:
    check_trees(CONTENT, FEATURES, 5)
    check_trees(altered(lambda _: None), FEATURES, 5)


@pytest.mark.parametrize(
    "change",
    [
        _set("left_children", 0, 0),
        _set("left_children", 0, 10**6),
        _set("right_children", 1, 1),
        _set("left_children", 0, -1),
        _set("split_indices", 0, FEATURES),
        _set("split_indices", 0, -5),
        _set("split_conditions", 0, float("nan")),
        _set("base_weights", 2, float("inf")),
        _set("split_type", 0, 1),
        _set("parents", 1, 7),
        lambda learner: _tree(learner)["tree_param"].update(num_nodes="4000"),
        lambda learner: _tree(learner).pop("split_indices"),
        lambda learner: _tree(learner).update(default_left=[]),
        lambda learner: learner["gradient_booster"]["model"]["trees"].pop(),
        lambda learner: learner["gradient_booster"]["model"]["tree_info"].__setitem__(0, 5),
        lambda learner: learner["gradient_booster"]["model"]["iteration_indptr"].__setitem__(1, 10**9),
        lambda learner: learner["gradient_booster"].update(name="gblinear"),
        lambda learner: learner["learner_model_param"].update(num_feature="3"),
        lambda learner: learner["learner_model_param"].update(num_class="9"),
        lambda learner: learner["learner_model_param"].update(base_score="[1,2]"),
        lambda learner: learner["objective"].update(name="reg:squarederror"),
        lambda learner: learner.update(gradient_booster="trees"),
    ],
)
def test_a_model_that_was_tampered_with_is_refused(change: Callable[[dict[str, Any]], None]) -> None:
    with pytest.raises(ValueError, match=r"."):
        check_trees(altered(change), FEATURES, 5)


@given(st.integers(0, len(CONTENT) - 1))
def test_a_model_that_ends_early_is_refused(end: int) -> None:
    with pytest.raises(ValueError, match=r"."):
        check_trees(CONTENT[:end], FEATURES, 5)


@given(st.binary(max_size=200))
def test_anything_else_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        check_trees(content, FEATURES, 5)


def test_what_is_nested_without_end_is_refused() -> None:
    with pytest.raises(ValueError, match="nested too deeply"):
        read_ubj(b"[" * 10_000)


def test_a_length_that_leads_out_is_refused() -> None:
    with pytest.raises(ValueError, match="leads out"):
        read_ubj(b"[$d#L" + struct.pack(">q", 2**60))
