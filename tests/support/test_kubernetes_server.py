"""What the fake API server answers, held against what a real one answered.

The recordings are of kube-apiserver 1.20 and, where they are of custom resources, 1.36. What the fake does not claim is
listed here with its reason.
"""

import base64
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.kubernetes_server.access import Rule
from tests.support.kubernetes_server.server import KubernetesServer
from tests.support.paths import SHARED_DATA, needs_shared_data

Json = dict[str, Any]

pytestmark = needs_shared_data

RECORDED = SHARED_DATA / "recorded" / "kubernetes"

#: Not claimed: the message is that of a parser of another language.
PARSERS_WORDS = ("400 broken JSON", "broken YAML", "400 kind does not match")
#: Not claimed: the fake validates neither types nor names, has no protobuf, and knows only what tests put in.
NOT_CLAIMED = (
    "422",
    "422 selector",
    "400 wrong type",
    "immutable 422",
    "422 type",
    "unknown field",
    "protobuf",
    "protobuf list",
    "415",
    "bad continue token",
    "no token",
    "not a number",
    "resourceVersion=0 is answered from the watch cache and may ignore limit",
)


def exchanges(name: str) -> Iterator[tuple[Json, Json, str]]:
    for line in (RECORDED / name).read_text().splitlines():
        exchange = json.loads(line)
        yield exchange["request"], exchange["response"], exchange.get("note", "")


@pytest.fixture
def server() -> Iterator[KubernetesServer]:
    with KubernetesServer() as running:
        running.allow("reader", "reader", Rule(("get", "list", "watch"), ("",), ("configmaps",), ("acl",)))
        for name in ("pages", "ssa", "web", "acl", "z"):
            running.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        yield running


def replay(server: KubernetesServer, request: Json) -> Any:
    """The fake's answer to a recorded request."""
    tokens = {"admin": "admin-token", "reader": "reader", "bad": "bad"}
    headers = {**request["headers"], "user-agent": "python-requests/2.32"}
    if request["auth"] in tokens:
        headers["authorization"] = f"Bearer {tokens[request['auth']]}"
    query = "&".join(f"{name}={value}" for name, value in request["query"].items())
    return server.ask(request["method"], f"{request['path']}?{query}", request["body"], headers)


def comparable(value: Any) -> Any:
    """An answer without what differs from run to run: ids, times and revisions."""
    if isinstance(value, list):
        return [comparable(item) for item in value]
    if isinstance(value, str):
        return re.sub(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}\b", "(uid)", value)
    if not isinstance(value, dict):
        return value
    out = {key: comparable(item) for key, item in value.items() if key not in ("uid", "time")}
    if "managedFields" in out:  # whose order hangs on the second in which each was written
        out["managedFields"].sort(key=lambda entry: (entry["manager"], entry["operation"]))
    for key in ("creationTimestamp", "resourceVersion"):
        if out.get(key):
            out[key] = f"({key})"
    if out.get("continue"):
        place = json.loads(base64.urlsafe_b64decode(out["continue"] + "=" * (-len(out["continue"]) % 4)))
        out["continue"] = {"start": place["start"], "inconsistent": place["rv"] < 0}
    return out


def check(
    server: KubernetesServer, request: Json, response: Json, note: str, without: tuple[tuple[str, str], ...] = ()
) -> None:
    answer = replay(server, request)
    assert answer.status == response["status"], (note, request, answer.body)
    if note in PARSERS_WORDS:
        assert answer.body["reason"] == response["body"]["reason"]
        return
    ours, theirs = comparable(answer.body), comparable(response["body"])
    for side in (ours, theirs):
        for parent, key in without:
            if isinstance(side.get(parent), dict):
                side[parent].pop(key, None)
    assert ours == theirs, (note, request)


def test_server_side_apply_owns_takes_gives_up_and_conflicts(server: KubernetesServer) -> None:
    for request, response, note in exchanges("server_side_apply.jsonl"):
        if note not in NOT_CLAIMED:
            check(server, request, response, note)


def test_managers_are_told_apart_by_who_wrote_and_how(server: KubernetesServer) -> None:
    through_another = False
    for request, response, note in exchanges("managed_fields.jsonl"):
        body = request["body"]
        if isinstance(body, dict) and "resourceVersion" in body.get("metadata", {}) and "stale" not in note:
            live = server.send("GET", request["path"])
            body["metadata"]["resourceVersion"] = live["metadata"]["resourceVersion"]
        if note.startswith("PUT without"):
            body["spec"]["paused"] = True  # as the answer shows; the body was recorded after it had been changed back
        # Since 1.22 writes through a subresource are told apart, as the fake does; this recording is older.
        through_another = through_another or request["path"].endswith(("/scale", "/status"))
        without = (("metadata", "managedFields"),) if through_another else ()
        check(server, request, response, note, without=(("status", "conditions"), *without))


def test_custom_resources_are_pruned_defaulted_and_owned_by_subresource(server: KubernetesServer) -> None:
    server.apply(WIDGETS)
    for request, response, note in exchanges("custom_resource_1.36.jsonl"):
        if note in NOT_CLAIMED or request["query"].get("watch") or "/widgetscrt" not in request["path"]:
            continue
        if "limit" in request["query"]:
            continue
        check(server, request, response, note)


def test_pages_show_one_moment_and_say_what_remains(server: KubernetesServer) -> None:
    fill(server)
    for number, (request, response, note) in enumerate(exchanges("list_pages.jsonl")):
        if note in NOT_CLAIMED or "Table" in request["headers"].get("accept", ""):
            continue
        if number == 1:
            server.send("DELETE", "/api/v1/namespaces/pages/configmaps/cm-15")
            create(server, "cm-115")
        check(server, our_place(server, request), response, note)


def test_a_place_in_a_list_expires_with_a_fresh_one_in_the_answer(server: KubernetesServer) -> None:
    fill(server)
    server.send("DELETE", "/api/v1/namespaces/pages/configmaps/cm-15")
    create(server, "cm-115")
    for number, (request, response, note) in enumerate(exchanges("list_continue_expired.jsonl")):
        if number == 1:
            server.send("PATCH", "/api/v1/namespaces/web", {}, "application/merge-patch+json")
            create(server, "other", namespace="ssa")
            server.compact()
        check(server, our_place(server, request, back=1), response, note)


def test_errors_come_as_statuses(server: KubernetesServer) -> None:
    claimed = 0
    for request, response, note in exchanges("errors.jsonl"):
        if note in NOT_CLAIMED or "review" in request["path"] or "imm" in request["path"]:
            continue
        claimed += 1
        if note == "409 precondition":
            answer = replay(server, request)
            assert (answer.status, answer.body["reason"]) == (409, "Conflict")
            continue
        check(server, request, response, note)
    assert claimed >= 25


def test_too_old_and_too_new_revisions_are_refused(server: KubernetesServer) -> None:
    server.compact()
    for request, response, note in exchanges("watch_too_old.jsonl"):
        if request["query"].get("watch") or note in NOT_CLAIMED:
            continue
        answer = replay(server, request)
        assert (answer.status, answer.body["reason"]) == (response["status"], response["body"]["reason"])
        assert answer.headers.get("retry-after") == response["headers"].get("retry-after")


def test_discovery_has_the_recorded_shape(server: KubernetesServer) -> None:
    """Of the kinds that both serve in the same version; singular names came after the recording."""
    compared = 0
    for request, response, _ in exchanges("discovery.jsonl"):
        if not isinstance(response["body"], dict) or response["body"].get("kind") != "APIResourceList":
            continue
        answer = replay(server, request)
        if answer.status == 404:
            continue
        ours = {entry["name"]: entry for entry in answer.body["resources"]}
        assert {**answer.body, "resources": []} == {**response["body"], "resources": []}
        for theirs in response["body"]["resources"]:
            entry = ours.get(theirs["name"])
            if entry is None or theirs["name"].split("/")[0] in ("nodes", "customresourcedefinitions"):
                continue
            compared += 1
            for key in ("namespaced", "kind", "group", "version", "shortNames"):
                assert entry.get(key) == theirs.get(key), (request["path"], theirs["name"])
            assert sorted(entry["verbs"]) == sorted(theirs["verbs"]), theirs["name"]
    assert compared >= 50


def fill(server: KubernetesServer) -> None:
    """25 ConfigMaps, as they were made for the recordings of lists."""
    for number in range(25):
        create(server, f"cm-{number:02}", half="a" if number < 13 else "b", n=str(number))


def create(server: KubernetesServer, name: str, namespace: str = "pages", half: str = "", n: str = "") -> None:
    body: Json = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}}
    if half:
        body["metadata"]["labels"] = {"half": half}
        body["data"] = {"n": n}
    headers = {
        "content-type": "application/json",
        "authorization": "Bearer admin-token",
        "user-agent": "python-requests",
    }
    assert server.ask("POST", f"/api/v1/namespaces/{namespace}/configmaps", body, headers).status == 201


def our_place(server: KubernetesServer, request: Json, back: int = 2) -> Json:
    """A recorded request with the revision in its continue token moved to where this server was then."""
    token = request["query"].get("continue")
    if not token:
        return request
    try:
        place = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except ValueError:
        return request
    if place["rv"] > 0:
        place["rv"] = server.api.store.revision - back
    text = json.dumps(place, separators=(",", ":"))
    moved = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    return {**request, "query": {**request["query"], "continue": moved}}


def _text(**more: Any) -> Json:
    return {"type": "string", **more}


WIDGETS: Json = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "widgetscrt.shop.example.org"},
    "spec": {
        "group": "shop.example.org",
        "scope": "Namespaced",
        "names": {"kind": "Widgetcrt", "plural": "widgetscrt"},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "subresources": {"status": {}, "scale": {}},
                "schema": {
                    "openAPIV3Schema": {
                        "properties": {
                            "spec": {
                                "properties": {
                                    "color": _text(),
                                    "replicas": {"type": "integer"},
                                    "size": {"type": "integer", "default": 3},
                                    "opts": {
                                        "default": {},
                                        "properties": {"mode": _text(default="auto")},
                                    },
                                }
                            },
                            "status": {"properties": {"replicas": {"type": "integer"}}},
                        }
                    }
                },
            }
        ],
    },
}
