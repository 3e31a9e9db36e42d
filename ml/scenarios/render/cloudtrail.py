"""CloudTrail: log files as they are delivered to S3, late, out of order and now and then twice."""

import gzip
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import structs

from ml.scenarios.chance import Chance
from ml.scenarios.organisation import Organisation
from ml.scenarios.render.kit import day_of, encode, iso, lines, placed
from ml.scenarios.story import Act, Badge, Who
from ml.scenarios.thing import Values

if TYPE_CHECKING:
    from ml.scenarios.scenario import Scenario

_SOURCES = {"cloudwatch": "monitoring"}
_GLOBAL = {"iam", "sts"}
_READS = ("Describe", "List", "Get", "Decrypt", "AssumeRole")
#: How services say that a caller may not.
_DENIALS = {"ec2": "Client.UnauthorizedOperation", "s3": "AccessDenied", "iam": "AccessDenied", "sqs": "AccessDenied"}
_FAILURES = ("ValidationException", "ThrottlingException", "InvalidParameterValueException", "ServiceUnavailable")
#: Service-linked roles of services that do not call in their own name.
_LINKED = {
    "autoscaling.amazonaws.com": "AWSServiceRoleForAutoScaling",
    "ecs.application-autoscaling.amazonaws.com": "AWSServiceRoleForApplicationAutoScaling_ECSService",
    "dynamodb.application-autoscaling.amazonaws.com": "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable",
}
_HOURS = 6


def files(scenario: "Scenario") -> Iterator[tuple[str, bytes]]:
    """One file for every few hours."""
    chance = Chance(f"trail-{scenario.seed}")
    organisation = scenario.organisation
    writer = _Writer(organisation, chance)
    acts = [act for act in scenario.acts if act.provider == "aws"]
    if organisation.recording.trail != "files":
        records = [record for act in acts for record in writer.records(act)]
        if not records:
            return
        yield from _together(records, organisation.recording.trail, chance)
        return
    slots: dict[int, list[Values]] = {}
    for act in acts:
        for record in writer.records(act):
            slot = int((act.at + chance.minutes(1, 14)).timestamp() // (3600 * _HOURS))
            slots.setdefault(slot, []).append(record)
            if chance.maybe(0.01):
                slots.setdefault(slot + 1, []).append(record)
    root = f"cloudtrail/AWSLogs/{organisation.account}/CloudTrail/{organisation.region}"
    for slot, records in sorted(slots.items()):
        at = scenario.end.fromtimestamp((slot + 1) * 3600 * _HOURS, scenario.end.tzinfo)
        at = min(at, scenario.end)
        stamp = f"{at:%Y%m%dT%H%MZ}_{chance.lower(16)}"
        name = f"{organisation.account}_CloudTrail_{organisation.region}_{stamp}.json.gz"
        body = encode({"Records": chance.shuffled(records)})
        yield f"{root}/{day_of(at)}/{name}", gzip.compress(body, compresslevel=1, mtime=0)


def _together(records: list[Values], how: str, chance: Chance) -> Iterator[tuple[str, bytes]]:
    """All records in one file: as lines, or as they are looked up."""
    records = chance.shuffled([*records, *chance.some(records, len(records) // 100)])
    if how == "lines":
        yield "cloudtrail/events.ndjson.gz", gzip.compress(lines(records), compresslevel=1, mtime=0)
        return
    events = [
        {
            "EventId": record["eventID"],
            "EventName": record["eventName"],
            "ReadOnly": str(record["readOnly"]).lower(),
            "EventTime": record["eventTime"],
            "EventSource": record["eventSource"],
            "Resources": [],
            "CloudTrailEvent": encode(record).decode(),
        }
        for record in records
    ]
    yield "cloudtrail/lookup-events.json", encode({"Events": events}, indent=1)


class _Writer:
    def __init__(self, organisation: Organisation, chance: Chance) -> None:
        self._organisation = organisation
        self._chance = chance
        self._ids: dict[str, str] = {}

    def records(self, act: Act) -> Iterator[Values]:
        """The record of a call, after that of taking the role in whose name it is made, where that tells the person."""
        if act.who.badge is Badge.GLASS and self._organisation.sign_on == "chain":
            yield self._record(self._taking(act))
        yield placed(self._record(act), act.twin)

    def _taking(self, act: Act) -> Act:
        role, session = self._role_of(act.who), _session_of(act.who)
        identity = self._role(role, session)
        request = {"roleArn": f"arn:aws:iam::{self._organisation.account}:role/{role}", "roleSessionName": session}
        assumed = {"assumedRoleId": identity["principalId"], "arn": identity["arn"]}
        response = {"credentials": {"accessKeyId": identity["accessKeyId"]}, "assumedRoleUser": assumed}
        return Act(
            at=act.at - timedelta(minutes=self._chance.number(1, 4)),
            who=structs.replace(act.who, badge=Badge.PERSON),
            provider="aws",
            call="sts:AssumeRole",
            request=request,
            response=response,
        )

    def _record(self, act: Act) -> Values:
        service, _, operation = act.call.partition(":")
        region = "us-east-1" if service in _GLOBAL else self._organisation.region
        record: Values = {
            "eventVersion": "1.09",
            "userIdentity": self._identity(act),
            "eventTime": iso(act.at + timedelta(seconds=self._chance.number(-2, 2))),
            "eventSource": f"{_SOURCES.get(service, service)}.amazonaws.com",
            "eventName": operation,
            "awsRegion": region,
            "sourceIPAddress": act.who.ip,
            "userAgent": act.who.agent,
            "requestParameters": act.request or None,
            "responseElements": act.response or ({"_return": True} if service == "ec2" and not act.error else None),
            "requestID": self._chance.uuid(),
            "eventID": self._chance.uuid(),
            "readOnly": act.reads or operation.startswith(_READS),
            "eventType": "AwsApiCall",
            "managementEvent": True,
            "recipientAccountId": self._organisation.account,
            "eventCategory": "Management",
        }
        if act.error:
            record |= self._error(act, service, operation)
            record["responseElements"] = None
        if act.who.via == "console":
            record["sessionCredentialFromConsole"] = "true"
        return record

    def _error(self, act: Act, service: str, operation: str) -> Values:
        if act.error == "denied":
            code = _DENIALS.get(service, "AccessDeniedException")
            return {"errorCode": code, "errorMessage": f"User is not authorized to perform: {service}:{operation}"}
        return {"errorCode": self._chance.pick(_FAILURES), "errorMessage": "The request could not be completed."}

    def _identity(self, act: Act) -> Values:
        who, account = act.who, self._organisation.account
        if who.badge is Badge.ROOT:
            return {"type": "Root", "principalId": account, "arn": f"arn:aws:iam::{account}:root",
                    "accountId": account, "accessKeyId": ""}  # fmt: skip
        if who.badge is Badge.SERVICE:
            return self._service(who)
        if who.badge is Badge.KEY or (who.badge is Badge.PERSON and self._organisation.sign_on in ("user", "chain")):
            return {"type": "IAMUser", "principalId": f"AIDA{self._id(who.name)}",
                    "arn": f"arn:aws:iam::{account}:user/{who.name}", "accountId": account,
                    "accessKeyId": f"AKIA{self._id('key-' + who.name)[:16]}", "userName": who.name}  # fmt: skip
        if who.badge is Badge.MACHINE:
            return self._role(who.name, who.session)
        sign_on = self._organisation.sign_on
        if sign_on in ("source", "chain"):
            identity = self._role(self._role_of(who), _session_of(who))
            if sign_on == "source" and who.person:
                identity["sessionContext"]["sourceIdentity"] = who.person.email
            return identity
        session = who.person.email if who.person and sign_on == "sso" else who.name
        return self._role(self._role_of(who), session)

    def _role_of(self, who: Who) -> str:
        organisation = self._organisation
        role = organisation.glass_role if who.badge is Badge.GLASS else organisation.engineer_role
        if organisation.sign_on != "sso":
            return role
        return f"AWSReservedSSO_{role}_{self._id(role).lower().translate(_TO_HEX)[:16]}"

    def _service(self, who: Who) -> Values:
        role = _LINKED.get(who.name)
        if role is None:
            return {"type": "AWSService", "invokedBy": who.name}
        return {**self._role(role, role.removeprefix("AWSServiceRoleFor"), f"aws-service-role/{who.name}/"),
                "invokedBy": who.name}  # fmt: skip

    def _role(self, role: str, session: str, path: str = "") -> Values:
        account, key = self._organisation.account, f"AROA{self._id(role)}"
        if role.startswith("AWSReservedSSO_"):
            path = "aws-reserved/sso.amazonaws.com/"
        issuer = {"type": "Role", "principalId": key, "arn": f"arn:aws:iam::{account}:role/{path}{role}",
                  "accountId": account, "userName": role}  # fmt: skip
        return {
            "type": "AssumedRole",
            "principalId": f"{key}:{session}",
            "arn": f"arn:aws:sts::{account}:assumed-role/{role}/{session}",
            "accountId": account,
            "accessKeyId": f"ASIA{self._id(role + session)[:16]}",
            "sessionContext": {"sessionIssuer": issuer, "attributes": {"mfaAuthenticated": "false"}},
        }

    def _id(self, name: str) -> str:
        if name not in self._ids:
            self._ids[name] = Chance(f"{self._organisation.account}-{name}").upper(17)
        return self._ids[name]


def _session_of(who: Who) -> str:
    """A session's name that tells nothing of the person, another for each."""
    return f"session-{Chance(who.name).digits(10)}"


_TO_HEX = str.maketrans("ghijklmnopqrstuvwxyz", "0123456789abcdef0123")
