"""Entries of Azure's activity log and rows of `resourcechanges`, as the services write them."""

import json
import uuid
from datetime import datetime, timedelta
from typing import Any

SUBSCRIPTION = "0a1b2c3d-0000-4000-8000-00000000000a"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-shop"
NSG = f"{GROUP}/providers/Microsoft.Network/networkSecurityGroups/web-nsg"
VAULT = f"{GROUP}/providers/Microsoft.KeyVault/vaults/shop-kv"
MACHINE = f"{GROUP}/providers/Microsoft.Compute/virtualMachines/web-1"

_SCHEMA = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"
PORTAL = "c44b4083-3bb0-49c1-b47d-974e53cbdf3c"
CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"

Json = dict[str, Any]


def person(upn: str, appid: str = PORTAL, **more: Any) -> Json:
    """The claims of a person's token."""
    return {
        "aud": "https://management.core.windows.net/",
        f"{_SCHEMA}/upn": upn,
        f"{_SCHEMA}/name": upn,
        "name": upn.partition("@")[0].title(),
        "appid": appid,
        "ipaddr": "203.0.113.9",
        "http://schemas.microsoft.com/claims/authnmethodsreferences": "pwd,mfa",
        "http://schemas.microsoft.com/identity/claims/scope": "user_impersonation",
        "idtyp": "user",
        **more,
    }


def software(appid: str, **more: Any) -> Json:
    """The claims of a service principal's or a managed identity's token."""
    return {
        "aud": "https://management.azure.com/",
        "appid": appid,
        "appidacr": "2",
        "http://schemas.microsoft.com/identity/claims/objectidentifier": "0b1ec7ed-0000-4000-8000-000000000001",
        "idtyp": "app",
        **more,
    }


def entry(
    at: str,
    operation: str,
    resource: str = MACHINE,
    claims: Json | None = None,
    *,
    status: str = "Succeeded",
    sub_status: str = "OK",
    event: str = "EndRequest",
    operation_id: str | None = None,
    body: Json | None = None,
    properties: Json | None = None,
    **more: Any,
) -> Json:
    """One entry as the API gives it; `at` is `14 09:30` in March 2026. `operation_id` also is the correlation id."""
    claims = person("jana@shop.example") if claims is None else claims
    moment = datetime.strptime(f"2026-03-{at}+0000", "%Y-%m-%d %H:%M%z")
    identity = operation_id or str(uuid.uuid4())
    return {
        "authorization": {"action": operation, "scope": resource, "evidence": {"role": "Contributor"}},
        "caller": claims.get(f"{_SCHEMA}/upn") or claims.get("appid", ""),
        "channels": "Operation",
        "claims": claims,
        "correlationId": identity,
        "description": "",
        "eventDataId": str(uuid.uuid4()),
        "eventName": {"value": event, "localizedValue": event},
        "category": {"value": "Administrative", "localizedValue": "Administrative"},
        "eventTimestamp": f"{moment:%Y-%m-%dT%H:%M:%S}.1234567Z",
        "level": "Informational",
        "operationId": identity,
        "operationName": {"value": operation, "localizedValue": operation},
        "resourceProviderName": {"value": operation.partition("/")[0], "localizedValue": ""},
        "resourceId": resource,
        "status": {"value": status, "localizedValue": status},
        "subStatus": {"value": sub_status, "localizedValue": ""},
        "submissionTimestamp": f"{moment + timedelta(minutes=1):%Y-%m-%dT%H:%M:%S}Z",
        "subscriptionId": SUBSCRIPTION,
        "properties": {
            "eventCategory": "Administrative",
            "entity": resource,
            **({"requestbody": json.dumps(body)} if body is not None else {}),
            **(properties or {}),
        },
        "httpRequest": {"clientRequestId": "r", "clientIpAddress": "203.0.113.9", "method": "PUT"},
        **more,
    }


def exported(one: Json, *, nested: bool = False) -> Json:
    """An entry as diagnostic settings write it to storage and event hubs: flat, and shouting.

    nested: as it was written first, with what has no place of its own put into the properties.
    """
    properties = {
        "eventCategory": one["category"]["value"],
        "eventName": one["eventName"]["value"],
        "operationId": one["operationId"],
        "eventProperties": one["properties"],
    }
    results = {
        "Started": "Start",
        "Accepted": "Accept",
        "Succeeded": "Success",
        "Failed": "Failure",
        "Active": "Active",
    }
    status = one["status"]["value"]
    return {
        "time": one["eventTimestamp"],
        "resourceId": one["resourceId"].upper(),
        "operationName": one["operationName"]["value"].upper(),
        "category": one["operationName"]["value"].rpartition("/")[2].title() if nested else one["category"]["value"],
        "resultType": results[status],
        "resultSignature": f"{status}.{one['subStatus']['value']}",
        "durationMs": "0",
        "callerIpAddress": one["httpRequest"]["clientIpAddress"],
        "correlationId": one["correlationId"],
        "identity": {"authorization": one["authorization"], "claims": one["claims"]},
        "level": "Information",
        "properties": properties if nested else one["properties"],
    }


def change(
    at: str,
    resource: str,
    moved: Json | None = None,
    *,
    by: str = "jana@shop.example",
    by_type: str = "User",
    client: str = "Azure Portal",
    kind: str = "Update",
    correlation: str = "00000000-0000-0000-0000-000000000000",
) -> Json:
    """A row of `resourcechanges`; `moved` gives for each path the values before and after."""
    moment = datetime.strptime(f"2026-03-{at}+0000", "%Y-%m-%d %H:%M%z")
    name = f"0858{moment:%m%d%H%M}_{uuid.uuid5(uuid.NAMESPACE_URL, resource + at)}"
    properties = {
        "targetResourceId": resource,
        "targetResourceType": "/".join(resource.rpartition("/providers/")[2].split("/")[:2]).lower(),
        "changeType": kind,
        "changeAttributes": {
            "previousResourceSnapshotId": "p",
            "newResourceSnapshotId": "n",
            "correlationId": correlation,
            "changedByType": by_type,
            "changesCount": len(moved or {}),
            "clientType": client,
            "changedBy": by,
            "operation": "Microsoft.Compute/virtualMachines/write",
            "timestamp": f"{moment:%Y-%m-%dT%H:%M:%S}.347+00:00",
        },
        "changes": {
            path: {
                "previousValue": before,
                "newValue": after,
                "changeCategory": "User",
                "propertyChangeType": "Update",
            }
            for path, (before, after) in (moved or {}).items()
        },
    }
    return {
        "id": f"{resource}/providers/Microsoft.Resources/changes/{name}",
        "name": name,
        "type": "microsoft.resources/changes",
        "subscriptionId": SUBSCRIPTION,
        "properties": properties,
    }
