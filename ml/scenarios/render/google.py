"""Google Cloud: the asset export, and audit log entries."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from ml.scenarios.chance import Chance
from ml.scenarios.organisation import Organisation
from ml.scenarios.render.kit import encode, iso, lines, placed
from ml.scenarios.story import Act, Badge, Who
from ml.scenarios.templates import fill
from ml.scenarios.thing import Thing, Values

if TYPE_CHECKING:
    from ml.scenarios.scenario import Scenario


def files(scenario: "Scenario") -> Iterator[tuple[str, bytes]]:
    """The export of the project and the log of its administrators."""
    if "gcp" not in scenario.organisation.clouds:
        return
    chance = Chance(f"google-{scenario.seed}")
    project = scenario.organisation.project
    number = chance.digits(12)
    assets = [_asset(thing, scenario, number) for thing in scenario.things if thing.provider == "gcp" and thing.exists]
    in_lists = scenario.organisation.recording.in_lists
    if in_lists:
        yield f"gcp/{project}-assets.json", encode(assets, indent=1)
    else:
        yield f"gcp/{project}-assets.ndjson", lines(assets)
    acts = [act for act in scenario.acts if act.provider == "gcp"]
    entries = [entry for act in acts for entry in _entries(act, scenario.organisation, chance)]
    entries += [chance.pick(entries) for _ in entries[:3]]
    if entries and in_lists:
        yield "gcp-audit/activity.json", encode(chance.shuffled(entries), indent=1)
    elif entries:
        yield "gcp-audit/activity.ndjson", lines(chance.shuffled(entries))


def _asset(thing: Thing, scenario: "Scenario", number: str) -> Values:
    service, discovery = thing.kind.native.split("/")
    changed = thing.writes[-1].at if thing.writes else scenario.end - timedelta(days=30)
    return {
        "name": fill(thing.kind.asset, thing.words) or f"//{service}/{thing.id}",
        "assetType": thing.kind.native,
        "resource": {
            "version": "v1",
            "discoveryName": discovery,
            "parent": f"//cloudresourcemanager.googleapis.com/projects/{number}",
            "data": thing.answer(),
            "location": scenario.organisation.google_region,
        },
        "ancestors": [f"projects/{number}", "organizations/103456789012"],
        "updateTime": iso(changed, digits=3),
    }


def _entries(act: Act, organisation: Organisation, chance: Chance) -> Iterator[Values]:
    """A call, and where it takes its time the end of it, which no longer tells the request."""
    entry = placed(_entry(act, organisation, chance), act.twin)
    if act.reads or act.error or not act.call.startswith("compute"):
        yield entry
        return
    operation = {"id": f"operation-{chance.lower(20)}", "producer": "compute.googleapis.com"}
    yield {**entry, "operation": {**operation, "first": True}}
    ended = act.at + timedelta(seconds=chance.number(2, 40))
    payload = {name: value for name, value in entry["protoPayload"].items() if name != "request"}
    yield {
        **entry,
        "insertId": chance.lower(13),
        "protoPayload": payload,
        "timestamp": iso(ended, digits=6),
        "receiveTimestamp": iso(ended + timedelta(seconds=2), digits=6),
        "operation": {**operation, "last": True},
    }


def _entry(act: Act, organisation: Organisation, chance: Chance) -> Values:
    service, _, method = act.call.partition(":")
    code = {"denied": {"code": 7, "message": "PERMISSION_DENIED"}, "failed": {"code": 3, "message": "INVALID_ARGUMENT"}}
    log = "data_access" if act.reads else "activity"
    resource = act.target or f"projects/{organisation.project}"
    return {
        "insertId": chance.lower(13),
        "logName": f"projects/{organisation.project}/logs/cloudaudit.googleapis.com%2F{log}",
        "protoPayload": {
            "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
            "authenticationInfo": _authentication(act.who, organisation),
            "authorizationInfo": [
                {"granted": act.error != "denied", "permission": method.removeprefix("v1."), "resource": resource}
            ],
            "methodName": method,
            "request": act.request or {},
            "requestMetadata": {"callerIp": act.who.ip, "callerSuppliedUserAgent": f"{act.who.agent},gzip(gfe)"},
            "resourceName": resource,
            "serviceName": service,
            "status": code.get(act.error, {}),
        },
        "receiveTimestamp": iso(act.at + timedelta(seconds=chance.number(1, 4)), digits=6),
        "resource": {
            "labels": {"project_id": organisation.project},
            "type": act.thing.kind.service if act.thing else "project",
        },
        "severity": "ERROR" if act.error else "NOTICE",
        "timestamp": iso(act.at, digits=6),
    }


def _authentication(who: Who, organisation: Organisation) -> Values:
    """Who called; with the role for emergencies a person acts as an account that is no person's."""
    email = _email(who, organisation)
    if who.badge is not Badge.GLASS:
        return {"principalEmail": email}
    account = f"{organisation.glass_role.lower()}@{organisation.project}.iam.gserviceaccount.com"
    return {
        "principalEmail": account,
        "serviceAccountDelegationInfo": [{"firstPartyPrincipal": {"principalEmail": email}}],
    }


def _email(who: Who, organisation: Organisation) -> str:
    if who.person:
        return who.person.email
    return who.name if who.badge is Badge.SERVICE else f"{who.name}@{organisation.project}.iam.gserviceaccount.com"
