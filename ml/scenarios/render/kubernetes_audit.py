"""The audit log of a cluster's API server."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from ml.scenarios.chance import Chance
from ml.scenarios.organisation import Organisation
from ml.scenarios.render.kit import iso, lines, placed
from ml.scenarios.render.kubernetes import manager_of
from ml.scenarios.story import Act, Badge, Who
from ml.scenarios.thing import Values

if TYPE_CHECKING:
    from ml.scenarios.scenario import Scenario

_CODES = {"": 200, "denied": 403, "failed": 422}


def files(scenario: "Scenario") -> Iterator[tuple[str, bytes]]:
    """The log in two files, as it is rotated."""
    chance = Chance(f"audit-{scenario.seed}")
    acts = [act for act in scenario.acts if act.provider == "kubernetes"]
    events = [placed(_event(act, scenario.organisation, chance), act.twin) for act in acts]
    half = len(events) // 2
    if events:
        rotated = f"audit-{scenario.end - timedelta(days=4):%Y-%m-%dT%H-%M-%S.000}.ndjson"
        yield f"kubernetes-audit/{rotated}", lines(events[:half])
        yield "kubernetes-audit/audit.ndjson", lines(events[half:] + chance.some(events, 4))


def _event(act: Act, organisation: Organisation, chance: Chance) -> Values:
    verb, resource, subresource = _parts(act)
    writes = verb in ("create", "patch", "update", "delete")
    is_left_out = not organisation.recording.audit_bodies or (act.thing and act.thing.kind.confidential)
    body = None if is_left_out else act.request
    reference = _reference(act, resource, organisation, chance)
    if subresource:
        reference["subresource"] = subresource
    at = act.at + timedelta(microseconds=chance.number(0, 999_999))
    event: Values = {
        "kind": "Event",
        "apiVersion": "audit.k8s.io/v1",
        "level": "RequestResponse" if writes and body else "Metadata",
        "auditID": chance.uuid(),
        "stage": "ResponseComplete",
        "requestURI": _uri(reference, manager_of(act.who, act.call) if writes else ""),
        "verb": verb,
        "user": _user(act.who, organisation),
        "sourceIPs": ["10.0.0.2" if act.who.badge is Badge.SERVICE else act.who.ip],
        "userAgent": act.who.agent,
        "objectRef": reference,
        "responseStatus": _status(act, reference, verb),
        "requestReceivedTimestamp": iso(at, digits=6),
        "stageTimestamp": iso(at + timedelta(milliseconds=chance.number(4, 90)), digits=6),
        "annotations": {"authorization.k8s.io/decision": "forbid" if act.error == "denied" else "allow"},
    }
    if act.who.badge is Badge.GLASS and chance.maybe(0.5):
        event["impersonatedUser"] = {"username": "system:admin", "groups": ["system:masters"]}
    if writes and body:
        event["requestObject"] = body
    return event


def _parts(act: Act) -> tuple[str, str, str]:
    if ":" in act.call:
        verb, resource = act.call.split(":")
        return verb, resource, ""
    verb, _, subresource = act.call.partition("/")
    return verb, act.thing.kind.native if act.thing else "", subresource


def _reference(act: Act, resource: str, organisation: Organisation, chance: Chance) -> Values:
    if act.thing is None:
        service = chance.pick(organisation.services)
        return {"resource": resource, "namespace": f"{service}-{organisation.environment}", "apiVersion": "v1"}
    *group, version = act.thing.kind.type.rpartition("/")[0].split("/")
    metadata = act.thing.state(act.thing.live)["metadata"]
    reference = {"resource": resource, "namespace": metadata.get("namespace", ""), "name": act.thing.name,
                 "apiGroup": "".join(group), "apiVersion": version}  # fmt: skip
    return {name: value for name, value in reference.items() if value}


def _uri(reference: Values, manager: str) -> str:
    group, version = reference.get("apiGroup"), reference["apiVersion"]
    steps = [f"/apis/{group}/{version}" if group else f"/api/{version}"]
    if "namespace" in reference:
        steps.append(f"namespaces/{reference['namespace']}")
    steps += [reference[name] for name in ("resource", "name", "subresource") if name in reference]
    return "/".join(steps) + (f"?fieldManager={manager}" if manager else "")


def _status(act: Act, reference: Values, verb: str) -> Values:
    code = 201 if verb == "create" and not act.error else _CODES[act.error]
    if not act.error:
        return {"metadata": {}, "code": code}
    reason = "Forbidden" if act.error == "denied" else "Invalid"
    message = f'{reference["resource"]} "{reference.get("name", "")}" is {reason.lower()}'
    return {"metadata": {}, "status": "Failure", "message": message, "reason": reason, "code": code}


#: Where the accounts of software live, whatever it works on.
_NAMESPACES = {Badge.SERVICE: "kube-system", Badge.MACHINE: "delivery", Badge.KEY: "exports"}


def _user(who: Who, organisation: Organisation) -> Values:
    if who.person is not None:
        return _person(who, organisation)
    namespace = _NAMESPACES.get(who.badge, "default")
    return {
        "username": f"system:serviceaccount:{namespace}:{who.name}",
        "groups": ["system:serviceaccounts", f"system:serviceaccounts:{namespace}", "system:authenticated"],
    }


def _person(who: Who, organisation: Organisation) -> Values:
    email = who.person.email if who.person else who.name
    groups = ["system:masters" if who.badge is Badge.GLASS else "engineers", "system:authenticated"]
    if organisation.cluster_login == "oidc":
        return {"username": f"oidc:{email}", "groups": groups}
    if organisation.cluster_login == "email":
        return {"username": email, "groups": groups}
    role = organisation.glass_role if who.badge is Badge.GLASS else organisation.engineer_role
    arn = f"arn:aws:sts::{organisation.account}:assumed-role/{role}/{who.name}"
    return {"username": arn, "groups": groups, "extra": {"arn": [arn], "sessionName": [who.name]}}
