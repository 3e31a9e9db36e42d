"""Kubernetes: manifests, and the lists that the API server answers with, managed fields included."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from engine.model import Via
from ml.scenarios.chance import Chance
from ml.scenarios.render.kit import encode, iso
from ml.scenarios.render.yaml import to_yaml
from ml.scenarios.story import Badge, Who
from ml.scenarios.templates import fill
from ml.scenarios.thing import Thing, Values

if TYPE_CHECKING:
    from ml.scenarios.scenario import Scenario

_NAMING = ("apiVersion", "kind")
#: The manager of fields that pipelines write.
_APPLIER = "kubectl-client-side-apply"


def files(scenario: "Scenario") -> Iterator[tuple[str, bytes]]:
    """One manifest for each object, one list for each kind."""
    things = [thing for thing in scenario.things if thing.provider == "kubernetes"]
    for path, text in manifests(things, {}).items():
        yield f"manifests/{path}", text.encode()
    chance = Chance(f"cluster-{scenario.seed}")
    lists: dict[str, list[Values]] = {}
    for thing in things:
        if thing.exists:
            live = _live(thing, scenario.end, chance)
            if not scenario.organisation.recording.managed_fields:
                del live["metadata"]["managedFields"]
            lists.setdefault(thing.kind.native, []).append(live)
    for native, items in sorted(lists.items()):
        answer = {"apiVersion": "v1", "kind": "List", "items": items, "metadata": {"resourceVersion": ""}}
        yield f"kubernetes/{native}.json", encode(answer, indent=2)


def manifests(things: list[Thing], changed: dict[int, Values]) -> dict[str, str]:
    """Manifests by path; `changed` holds other values of things' slots, by their place."""
    found = {}
    for place, thing in enumerate(things):
        if thing.provider == "kubernetes" and thing.declared:
            manifest = thing.state(changed.get(place, thing.written))
            folder = manifest["metadata"].get("namespace", "cluster")
            found[f"{folder}/{thing.name}-{manifest['kind'].lower()}.yaml"] = to_yaml(manifest)
    return found


def _live(thing: Thing, end: datetime, chance: Chance) -> Values:
    live: Values = thing.answer()
    applied = end - timedelta(days=chance.number(12, 60))
    return {
        **live,
        "metadata": {
            **live["metadata"],
            "uid": thing.words["uuid"],
            "resourceVersion": chance.digits(8),
            "creationTimestamp": "2024-02-11T10:00:00Z",
            "generation": chance.number(2, 40),
            "managedFields": _managed(thing, live, applied),
        },
    }


def _managed(thing: Thing, live: Values, applied: datetime) -> list[Values]:
    """Who owns which field: whoever wrote it last. What a manager writes again and again is one entry of its own."""
    owned = {_APPLIER: (applied, "", _fields({name: value for name, value in live.items() if name not in _NAMING}))}
    for write in thing.writes:
        move = write.part.move
        fields = _fields(fill(move.request, thing.words_for({"new": write.part.new, "added": write.part.added})))
        manager = manager_of(write.who, move.call)
        if manager != _APPLIER:
            owned = {name: (at, sub, _without(mine, fields)) for name, (at, sub, mine) in owned.items()}
            known = owned[manager][2] if manager in owned else {}
            owned[manager] = (write.at, "scale" if move.call.endswith("/scale") else "", _together(known, fields))
        else:
            owned[manager] = (write.at, "", owned[manager][2])
    return [
        {
            "apiVersion": live["apiVersion"],
            "fieldsType": "FieldsV1",
            "fieldsV1": fields,
            "manager": manager,
            "operation": "Update",
            **({"subresource": subresource} if subresource else {}),
            "time": iso(at),
        }
        for manager, (at, subresource, fields) in owned.items()
    ]


def manager_of(who: Who, call: str) -> str:
    """What a client calls itself as the owner of fields."""
    if who.badge is Badge.SERVICE:
        return "kube-controller-manager"
    if who.via is Via.CONTROLLER:
        return who.name
    if who.agent.startswith("k9s"):
        return "k9s"
    if who.badge is Badge.MACHINE:
        return _APPLIER
    return "kubectl" if call.endswith("/scale") else "kubectl-edit"


def _fields(value: Any) -> Values:
    """The fields of a body, in the notation of managed fields."""
    found: Values = {}
    for name, item in value.items():
        if name in _NAMING:
            continue
        if isinstance(item, dict):
            found[f"f:{name}"] = _fields(item)
        elif isinstance(item, list) and item and isinstance(item[0], dict) and "name" in item[0]:
            keys = {f"k:{json.dumps({'name': one['name']})}": {".": {}, **_fields(one)} for one in item}
            found[f"f:{name}"] = keys
        else:
            found[f"f:{name}"] = {}
    return found


def _together(known: Values, more: Values) -> Values:
    """The fields of both."""
    return {**known, **{name: _together(known.get(name, {}), inner) for name, inner in more.items()}}


def _without(owned: Values, taken: Values) -> Values:
    """What is left of owned fields when others took some over. The keys of items stay with whoever made them."""
    left: Values = {}
    for name, inner in owned.items():
        if name not in taken or name in (".", "f:name"):
            left[name] = inner
        elif inner and taken[name]:
            rest = _without(inner, taken[name])
            if rest:
                left[name] = rest
    return left
