"""Entries of Google Cloud's audit logs, as Cloud Logging writes them."""

from typing import Any

PROJECT = "shop-prod"
FIREWALL = f"projects/{PROJECT}/global/firewalls/web"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0,gzip(gfe)"
GCLOUD = "google-cloud-sdk gcloud/450.0.0 command/gcloud.compute.firewall-rules.update,gzip(gfe)"
TERRAFORM = (
    "Terraform/1.9.5 (+https://www.terraform.io) Terraform-Plugin-SDK/2.33.0 terraform-provider-google/5.40.0,gzip(gfe)"
)


def entry(
    number: int = 1,
    method: str = "v1.compute.firewalls.patch",
    resource: str = FIREWALL,
    *,
    who: dict[str, Any] | None = None,
    agent: str = BROWSER,
    log: str = "activity",
    project: str = PROJECT,
    operation: dict[str, Any] | None = None,
    labels: dict[str, str] | None = None,
    at: str = "",
    **payload: Any,
) -> dict[str, Any]:
    """One entry; `payload` holds further fields of the audit log (`request`, `status`, `serviceData`)."""
    service = "compute.googleapis.com" if ".compute." in method else "cloudresourcemanager.googleapis.com"
    body = {
        "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
        "authenticationInfo": {"principalEmail": "mia@shop.example"} if who is None else who,
        "methodName": method,
        "serviceName": service,
        "resourceName": resource,
        "requestMetadata": {"callerIp": "198.51.100.7", "callerSuppliedUserAgent": agent},
        **payload,
    }
    found = {
        "insertId": f"id{number}",
        "logName": f"projects/{project}/logs/cloudaudit.googleapis.com%2F{log}",
        "protoPayload": body,
        "resource": {"type": "gce_firewall_rule", "labels": {"project_id": project, **(labels or {})}},
        "severity": "NOTICE",
        "timestamp": at or f"2026-03-14T09:{number:02}:00.123456Z",
        "receiveTimestamp": at or f"2026-03-14T09:{number:02}:01.5Z",
    }
    return {**found, "operation": operation} if operation else found
