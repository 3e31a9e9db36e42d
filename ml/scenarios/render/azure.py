"""Azure: rows of Resource Graph, and entries of the activity log."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from engine.model import Via
from ml.scenarios.callers import application_id
from ml.scenarios.chance import Chance
from ml.scenarios.organisation import Organisation
from ml.scenarios.render.kit import encode, iso, placed
from ml.scenarios.story import Act
from ml.scenarios.thing import Thing, Values

if TYPE_CHECKING:
    from ml.scenarios.scenario import Scenario

#: The applications through which people come: the portal, the command line.
_TOOLS = {Via.CONSOLE: "c44b4083-3bb0-49c1-b47d-974e53cbdf3c", Via.CLI: "04b07795-8ddb-461a-bbee-02f9e1bf7b46"}
_CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"


def files(scenario: "Scenario") -> Iterator[tuple[str, bytes]]:
    """The rows of the subscription and its activity log."""
    if "azure" not in scenario.organisation.clouds:
        return
    chance = Chance(f"azure-{scenario.seed}")
    rows = [
        _row(thing, scenario.organisation) for thing in scenario.things if thing.provider == "azure" and thing.exists
    ]
    yield "azure/resources.json", encode({"totalRecords": len(rows), "count": len(rows), "data": rows}, indent=1)
    entries = [
        placed(entry, act.twin)
        for act in scenario.acts
        if act.provider == "azure"
        for entry in _entries(act, scenario.organisation, chance)
    ]
    if entries:
        shuffled = chance.shuffled(entries)
        answer: Any = shuffled if scenario.organisation.recording.in_lists else {"value": shuffled}
        yield "azure-activity/activity.json", encode(answer, indent=1)


def _row(thing: Thing, organisation: Organisation) -> Values:
    return {
        "id": thing.id,
        "name": thing.name,
        "type": thing.kind.native,
        "tenantId": organisation.tenant,
        "kind": "",
        "location": organisation.azure_region,
        "resourceGroup": thing.words["group"],
        "subscriptionId": organisation.subscription,
        "managedBy": "",
        "sku": None,
        "plan": None,
        "identity": None,
        "zones": None,
        **thing.answer(),
    }


def _entries(act: Act, organisation: Organisation, chance: Chance) -> Iterator[Values]:
    """A call begins and ends as two entries of one correlation."""
    correlation = chance.uuid()
    if act.error != "denied":
        yield _entry(act, organisation, chance, correlation, act.at, "Started", "BeginRequest")
    result = "Failed" if act.error else "Succeeded"
    ended = act.at + timedelta(seconds=chance.number(1, 20))
    yield _entry(act, organisation, chance, correlation, ended, result, "EndRequest")


def _entry(
    act: Act, organisation: Organisation, chance: Chance, correlation: str, at: Any, status: str, name: str
) -> Values:
    resource = act.target
    detail = {"denied": "Forbidden", "failed": "Conflict"}.get(act.error, "OK")
    properties: Values = {"eventCategory": "Administrative", "entity": resource, "message": act.call}
    if act.request:
        properties["requestbody"] = encode(act.request).decode()
    if status == "Failed":
        properties |= {"statusCode": detail, "statusMessage": encode({"error": {"code": _codes[act.error]}}).decode()}
    return {
        "authorization": {"action": act.call, "scope": resource},
        "caller": act.who.person.email if act.who.person else application_id(act.who.name),
        "channels": "Operation",
        "claims": _claims(act),
        "correlationId": correlation,
        "description": "",
        "eventDataId": chance.uuid(),
        "eventName": {"value": name, "localizedValue": name},
        "category": {"value": "Administrative", "localizedValue": "Administrative"},
        "eventTimestamp": iso(at, digits=6),
        "id": f"{resource}/events/{chance.uuid()}/ticks/{chance.digits(18)}",
        "level": "Error" if status == "Failed" else "Informational",
        "operationId": correlation,
        "operationName": {"value": act.call, "localizedValue": act.call.rpartition("/")[2]},
        "resourceGroupName": f"rg-{organisation.short}",
        "resourceProviderName": {"value": act.call.split("/")[0]},
        "resourceId": resource,
        "status": {"value": status, "localizedValue": status},
        "subStatus": {"value": detail if status == "Failed" else "", "localizedValue": ""},
        "submissionTimestamp": iso(at + timedelta(seconds=chance.number(60, 200)), digits=6),
        "subscriptionId": organisation.subscription,
        "tenantId": organisation.tenant,
        "properties": properties,
        "httpRequest": {"clientRequestId": chance.uuid(), "clientIpAddress": act.who.ip, "method": "PUT"},
    }


_codes = {"denied": "AuthorizationFailed", "failed": "AnotherOperationInProgress"}


def _claims(act: Act) -> Values:
    if act.who.person is None:
        return {"aud": "https://management.azure.com/", "appid": application_id(act.who.name), "idtyp": "app"}
    return {
        "aud": "https://management.core.windows.net/",
        f"{_CLAIMS}/upn": act.who.person.email,
        "name": act.who.person.name,
        "appid": _TOOLS.get(act.who.via, _TOOLS[Via.CLI]),
        "ipaddr": act.who.ip,
        "idtyp": "user",
    }
