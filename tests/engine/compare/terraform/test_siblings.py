"""A piece that is declared on its own is told of once: on the piece, never again on its parent."""

from typing import Any

import msgspec

from engine.compare import Estate, compare
from engine.model import Coverage, Declared, Observed, ResourceRef
from engine.providers import Knowledge, TypeRule

TABLES = """
[role]
native = "Cloud::Role"
id = ["GetRole.Name"]
keys = ["GetRole.Name"]
[[role.children]]
type = "role_policy"
by = "role"
into = "inline"
value = { name = "name", policy = "policy" }
[[role.children]]
type = "attachment"
by = "role"
into = "attached"
value = "arn"
[role.attributes]
attached = "GetRole.Attached"
inline = { path = "GetRole.Inline", key = ["name"], block = { name = "Name", policy = "Policy" } }

[role_policy]
native = "Cloud::Role"
part_of = "role"
join = ["role"]
exists = ["GetRole.Inline[Name={name}]"]
[role_policy.attributes]
policy = "GetRole.Inline[Name={name}].Policy"

[attachment]
native = "Cloud::Role"
part_of = "role"
join = ["role"]
"""


def drifts(
    live: dict[str, Any], *pieces: Declared, inline: Any = (), attached: Any = ()
) -> list[tuple[str, str, list[str]]]:
    types = msgspec.toml.decode(TABLES, type=dict[str, TypeRule])
    knowledge = Knowledge(types, dict.fromkeys(types, "cloud"))
    estate = Estate(knowledge)
    estate.add(Observed("cloud", "Cloud::Role", "1/global", {"GetRole": {"Name": "app", **live}}, "cloud"))
    estate.cover(Coverage("cloud", "Cloud::Role", "1/global", "cloud"))
    role = declare("role", "app", inline=list(inline), attached=list(attached))
    found = compare([role, *pieces], estate, knowledge).differences
    return [(str(item.kind), item.resource.type, [change.path for change in item.changes]) for item in found]


def declare(kind: str, identity: str, **attributes: Any) -> Declared:
    ref = ResourceRef("cloud", kind, identity, "1/global", f"{kind}.{identity}")
    return Declared(ref, {"id": identity, **attributes}, "state")


POLICY = declare("role_policy", "queue", role="app", name="queue", policy="send")
ATTACHED = declare("attachment", "read", role="app", arn="arn:read")


def test_a_changed_piece_is_told_of_on_the_piece() -> None:
    live = {"Inline": [{"Name": "queue", "Policy": "everything"}], "Attached": ["arn:read"]}
    assert drifts(live, POLICY, ATTACHED) == [("modified", "role_policy", ["policy"])]


def test_a_lost_piece_is_missing_and_its_parent_in_sync() -> None:
    assert drifts({"Inline": [], "Attached": []}, POLICY) == [("missing", "role_policy", [])]
    assert drifts({"Inline": [], "Attached": []}, ATTACHED) == []


def test_what_nobody_declared_is_told_of_on_the_parent() -> None:
    live = {
        "Inline": [{"Name": "queue", "Policy": "send"}, {"Name": "back", "Policy": "door"}],
        "Attached": ["arn:read", "arn:admin"],
    }
    assert drifts(live, POLICY, ATTACHED) == [("modified", "role", ["attached", "inline[1]"])]


def test_a_parent_that_repeats_its_pieces_is_no_other_case() -> None:
    repeated = {"inline": [{"name": "queue", "policy": "an older text"}], "attached": ["arn:read"]}
    same = {"Inline": [{"Name": "queue", "Policy": "send"}], "Attached": ["arn:read"]}
    assert drifts(same, POLICY, ATTACHED, **repeated) == []
    assert drifts({"Inline": [], "Attached": []}, POLICY, ATTACHED, **repeated) == [("missing", "role_policy", [])]
