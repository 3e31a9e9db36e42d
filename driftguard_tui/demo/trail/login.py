"""Sign-ins, which CloudTrail records in a shape of their own."""

from datetime import datetime
from typing import Any

from driftguard_tui.demo.company import DUBLIN
from driftguard_tui.demo.kit import iso, uuid_of
from driftguard_tui.demo.trail.callers import Caller


def console_login(at: datetime, who: Caller, *, region: str = DUBLIN, worked: bool = True) -> dict[str, Any]:
    """The record of somebody who signed in to the console."""
    identity = who.identity(at)
    identity.get("sessionContext", {}).pop("webIdFederationData", None)
    return {
        "eventVersion": "1.09",
        "userIdentity": identity,
        "eventTime": iso(at),
        "eventSource": "signin.amazonaws.com",
        "eventName": "ConsoleLogin",
        "awsRegion": region,
        "sourceIPAddress": who.ip,
        "userAgent": who.agent,
        **({} if worked else {"errorMessage": "Failed authentication"}),
        "requestParameters": None,
        "responseElements": {"ConsoleLogin": "Success" if worked else "Failure"},
        "additionalEventData": {
            "LoginTo": f"https://{region}.console.aws.amazon.com/console/home?region={region}",
            "MobileVersion": "No",
            "MFAUsed": "Yes" if who.mfa else "No",
        },
        "eventID": uuid_of("login", at, who.name),
        "readOnly": False,
        "eventType": "AwsConsoleSignIn",
        "managementEvent": True,
        "recipientAccountId": who.account.number,
        "eventCategory": "Management",
    }
