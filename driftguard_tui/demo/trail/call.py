"""One API call, and the CloudTrail record of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from driftguard_tui.demo.company import DUBLIN, GLOBAL_CALLS
from driftguard_tui.demo.kit import iso, uuid_of
from driftguard_tui.demo.trail.callers import CLI, Caller

#: Services whose calls CloudTrail records in us-east-1, wherever they came from.
GLOBAL_SERVICES = {"iam"}
#: How services word that a caller may not do something.
DENIED = {"ec2": "Client.UnauthorizedOperation"}

_COMMANDS = {"autoscaling": "autoscaling", "elasticloadbalancing": "elbv2", "monitoring": "cloudwatch"}


@dataclass(frozen=True)
class Call:
    """A call as a story tells it. `error` is the provider's code, or `denied` for its usual refusal."""

    at: datetime
    who: Caller
    service: str
    operation: str
    request: Mapping[str, Any] | None = None
    response: Mapping[str, Any] | None = None
    error: str = ""
    message: str = ""
    region: str = DUBLIN
    resource: tuple[str, str] | None = None
    reads: bool = False

    @property
    def recorded_in(self) -> str:
        """The region whose log has it."""
        return GLOBAL_CALLS if self.service in GLOBAL_SERVICES else self.region

    @property
    def error_code(self) -> str:
        """The code of the error, empty when it worked."""
        return DENIED.get(self.service, "AccessDenied") if self.error == "denied" else self.error

    def record(self) -> dict[str, Any]:
        """The record that CloudTrail delivers."""
        key = (self.at, self.who.name, self.service, self.operation, self.request, self.region)
        source = f"{self.service}.amazonaws.com"
        record: dict[str, Any] = {
            "eventVersion": "1.09",
            "userIdentity": self.who.identity(self.at),
            "eventTime": iso(self.at),
            "eventSource": source,
            "eventName": self.operation,
            "awsRegion": self.recorded_in,
            "sourceIPAddress": self.who.ip,
            "userAgent": self._agent(),
        }
        if self.error:
            record["errorCode"] = self.error_code
            record["errorMessage"] = self.message or self._refusal()
        record |= {
            "requestParameters": self.request,
            "responseElements": None if self.error else self.response,
            "requestID": uuid_of("request", *key),
            "eventID": uuid_of("event", *key),
            "readOnly": self.reads,
        }
        if self.resource:
            native, arn = self.resource
            record["resources"] = [{"accountId": self.who.account.number, "type": native, "ARN": arn}]
        record |= {
            "eventType": "AwsApiCall",
            "managementEvent": True,
            "recipientAccountId": self.who.account.number,
            "eventCategory": "Management",
        }
        if not self.who.invoked_by:
            record["tlsDetails"] = {
                "tlsVersion": "TLSv1.3",
                "cipherSuite": "TLS_AES_128_GCM_SHA256",
                "clientProvidedHostHeader": f"{self.service}.{self.region}.amazonaws.com",
            }
        if self.who.console:
            record["sessionCredentialFromConsole"] = "true"
        return record

    def _agent(self) -> str:
        if self.who.agent is not CLI:
            return self.who.agent
        command = "".join(f"-{char.lower()}" if char.isupper() else char for char in self.operation)
        service = _COMMANDS.get(self.service, self.service)
        return CLI.format(f"{service}.{command.lstrip('-').rstrip('0123456789v')}")

    def _refusal(self) -> str:
        if self.service == "ec2":
            return "You are not authorized to perform this operation."
        name = self.who.identity(self.at).get("arn", self.who.name)
        return f"User: {name} is not authorized to perform: {self.service}:{self.operation}"
