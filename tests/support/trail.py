"""CloudTrail records as AWS writes them, with what a test says otherwise."""

from typing import Any

ACCOUNT = "123456789012"
REGION = "eu-west-1"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0"


def session(role: str, name: str, **more: Any) -> dict[str, Any]:
    """The identity of a session under a role."""
    return {
        "type": "AssumedRole",
        "principalId": f"AROAEXAMPLE:{name}",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{name}",
        "accountId": ACCOUNT,
        "sessionContext": {"sessionIssuer": {"type": "Role", "userName": role}, **more},
    }


def user(name: str) -> dict[str, Any]:
    """The identity of an IAM user."""
    return {"type": "IAMUser", "arn": f"arn:aws:iam::{ACCOUNT}:user/{name}", "userName": name, "accountId": ACCOUNT}


JANA = session("AWSReservedSSO_Engineer_0123456789abcdef", "jana@shop.example")


def record(operation: str = "ModifyDBInstance", request: Any = None, **more: Any) -> dict[str, Any]:
    """One record: Jana changes a database over the console unless told otherwise."""
    return {
        "eventVersion": "1.10",
        "eventID": "11111111-2222-3333-4444-555555555555",
        "eventTime": "2026-03-14T03:12:00Z",
        "eventSource": "rds.amazonaws.com",
        "eventName": operation,
        "awsRegion": REGION,
        "sourceIPAddress": "198.51.100.7",
        "userAgent": FIREFOX,
        "userIdentity": JANA,
        "requestParameters": request,
        "responseElements": None,
        "readOnly": False,
        "recipientAccountId": ACCOUNT,
        **more,
    }
