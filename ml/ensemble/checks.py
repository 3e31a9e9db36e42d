"""Whether the trees of a stored model lead nowhere that they may not: checked before xgboost is given them."""

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np

from ml.ensemble.ubj import read_ubj

_FLOATS = ("base_weights", "loss_changes", "split_conditions", "sum_hessian")
_COLUMNS = (*_FLOATS, "left_children", "right_children", "parents", "split_indices", "split_type", "default_left")
_CATEGORIES = ("categories", "categories_nodes", "categories_segments", "categories_sizes")


def check_trees(content: bytes, features: int, classes: int) -> None:
    """Raises ValueError unless the content is a model of so many classes by trees over so many features."""
    try:
        learner = read_ubj(content)["learner"]
        _check_learner(learner, features, classes)
        booster = learner["gradient_booster"]
        _require(booster["name"] == "gbtree", "it is no model of trees")
        _check_forest(booster["model"], classes)
        for tree in booster["model"]["trees"]:
            _check_tree(tree, features)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise ValueError(f"a part is missing or is something else ({error})") from error


def _check_learner(learner: Mapping[str, Any], features: int, classes: int) -> None:
    settings = learner["learner_model_param"]
    _require(int(settings["num_feature"]) == features, "it is for another number of features")
    _require(int(settings["num_class"]) == classes, "it is for another number of causes")
    _require(int(settings["num_target"]) == 1, "it has several targets")
    scores = msgspec.json.decode(settings["base_score"], type=list[float])
    _require(len(scores) in (1, classes) and all(np.isfinite(scores)), "its base scores are none")
    _require(learner["objective"]["name"] == "multi:softprob", "it gives no probabilities")
    _require(int(learner["objective"]["softmax_multiclass_param"]["num_class"]) == classes, "its classes differ")


def _check_forest(model: Mapping[str, Any], classes: int) -> None:
    count = len(model["trees"])
    _require(count == len(model["tree_info"]) == int(model["gbtree_model_param"]["num_trees"]), "trees are missing")
    _require(all(0 <= place < classes for place in model["tree_info"]), "a tree is for no cause")
    rounds = model["iteration_indptr"]
    _require(
        rounds[0] == 0 and rounds[-1] == count and rounds == sorted(rounds),
        "its rounds are out of order",
    )


def _check_tree(tree: Mapping[str, Any], features: int) -> None:
    settings = tree["tree_param"]
    count = int(settings["num_nodes"])
    _require(count > 0 and int(settings["num_feature"]) == features, "a tree is for other features")
    _require(int(settings["num_deleted"]) == 0 and int(settings["size_leaf_vector"]) <= 1, "a tree is of another kind")
    _require(all(len(tree[name]) == count for name in _COLUMNS), "a tree has columns of different lengths")
    _require(not any(len(tree[name]) for name in _CATEGORIES), "a tree splits by categories")
    _require(all(np.isfinite(tree[name]).all() for name in _FLOATS), "a tree has numbers that are none")
    _require(not np.any(tree["split_type"]), "a tree splits by categories")
    splits = tree["split_indices"]
    _require(bool((splits >= 0).all() and (splits < features).all()), "a tree asks for a feature that is none")
    _check_children(tree["left_children"], tree["right_children"], tree["parents"])


def _check_children(left: Any, right: Any, parents: Any) -> None:
    """Every node but the root is the child of one earlier node: there is no way around in circles, nor out."""
    places = np.arange(len(left))
    _require(bool(((left == -1) == (right == -1)).all()), "a node has one child only")
    inner = places[left != -1]
    children = np.concatenate([left[inner], right[inner]])
    _require(sorted(children.tolist()) == list(range(1, len(left))), "a tree's nodes do not hang together")
    _require(bool((left[inner] > inner).all() and (right[inner] > inner).all()), "a tree leads back")
    _require(bool((parents[children] == np.concatenate([inner, inner])).all()), "a node has another parent")


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ValueError(otherwise)
