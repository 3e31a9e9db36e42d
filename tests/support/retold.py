"""The logs of an estate told otherwise: in other shapes and orders, with strangers about, without what happened."""

import json
import random
from collections.abc import Iterable, Iterator
from copy import deepcopy
from datetime import datetime, timedelta, timezone
from typing import Any

from tests.support.recorded_estate import (
    ACTIVITY,
    AUDIT,
    GOOGLE,
    LOGS,
    TRAIL,
    Answer,
    Json,
    Log,
    RecordedEstate,
    is_read,
    moment,
    put_at,
    was_refused,
)

STRANGER = "sam.stranger"
_ADDRESS = f"{STRANGER}@elsewhere.example"
_UPN = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"


def rearranged(estate: RecordedEstate, dice: random.Random) -> RecordedEstate:
    """The same records in other envelopes: out of order, some twice, on other clocks, with unknown fields."""
    told = estate.copy()
    zone = timezone(timedelta(hours=dice.choice([-7, 2, 9])))
    for log, records in told.records.items():
        for record in records:
            record["futureField"] = {"deep": [1, None]}
            if log is not TRAIL:
                record[log.time] = moment(log, record).astimezone(zone).isoformat()
        records[:] = [record for record in records if not is_read(log, record)]
        records += deepcopy(dice.sample(records, len(records) // 3))
        dice.shuffle(records)
    told.layouts = {
        TRAIL: lambda records: json.dumps([_from_event_bridge(record) for record in records]),
        AUDIT: lambda records: json.dumps({"kind": "EventList", "apiVersion": "audit.k8s.io/v1", "items": records}),
        ACTIVITY: lambda records: json.dumps({"value": records}, indent=2),
        GOOGLE: lambda records: json.dumps(records, indent=2),
    }
    return told


def with_strangers(estate: RecordedEstate, answers: Iterable[Answer], dice: random.Random) -> RecordedEstate:
    """The same estate with somebody who tried each change and was refused, made it elsewhere, or only rehearsed it."""
    told = estate.copy()
    for log, record in _changes(estate, answers):
        for make in (_refused, _elsewhere, _rehearsed):
            other = _by_stranger(log, record, dice)
            if make(log, other):
                put_at(log, other, moment(log, record) + timedelta(seconds=dice.randrange(-4000, 4000)))
                told.records[log].append(other)
    return told


def with_imitators(estate: RecordedEstate, answers: Iterable[Answer], dice: random.Random) -> RecordedEstate:
    """The same estate with somebody who did each change once more after it was made."""
    told = estate.copy()
    for log, record in _changes(estate, answers):
        other = _by_stranger(log, record, dice)
        put_at(log, other, moment(log, record) + timedelta(seconds=dice.randrange(20, 4000)))
        told.records[log].append(other)
    return told


def without_changes(estate: RecordedEstate, answers: Iterable[Answer]) -> RecordedEstate:
    """The same estate, whose logs lack the calls that made the changes."""
    told = estate.copy()
    made = {(log, record[log.id]) for log, record in _changes(estate, answers)}
    for log, records in told.records.items():
        records[:] = [record for record in records if (log, record[log.id]) not in made]
    return told


def records_at(estate: RecordedEstate, at: datetime) -> Iterator[tuple[Log, Json]]:
    """The writes of all logs in the second of a moment, or when it had just begun."""
    for log in LOGS:
        for record in estate.records[log]:
            if abs(moment(log, record) - at) < timedelta(seconds=1) and not is_read(log, record):
                yield log, record


def _changes(estate: RecordedEstate, answers: Iterable[Answer]) -> Iterator[tuple[Log, Json]]:
    times = {answer.seconds for answer in answers if answer.principal and answer.seconds is not None}
    for log in LOGS:
        for record in estate.records[log]:
            at = int(moment(log, record).timestamp())
            # What is logged when it was over may have come in the second before.
            if (at in times or (log is AUDIT and at - 1 in times)) and not is_read(log, record):
                yield log, record


def _from_event_bridge(record: Json) -> Json:
    return {
        "version": "0",
        "id": f"bus-{record['eventID']}",
        "detail-type": "AWS API Call via CloudTrail",
        "account": record.get("recipientAccountId"),
        "time": record["eventTime"],
        "region": record.get("awsRegion"),
        "detail": record,
    }


def _by_stranger(log: Log, record: Json, dice: random.Random) -> Json:
    other = deepcopy(record)
    other[log.id] = f"{dice.getrandbits(128):032x}"
    if log is TRAIL:
        account = record.get("recipientAccountId")
        arn = f"arn:aws:iam::{account}:user/{STRANGER}"
        other["userIdentity"] = {"type": "IAMUser", "arn": arn, "accountId": account, "userName": STRANGER}
        other["userAgent"] = "aws-cli/2.15.30 Python/3.11.8"
    elif log is AUDIT:
        other["user"] = {"username": STRANGER, "groups": ["system:authenticated"]}
        other["userAgent"] = "kubectl/v1.30.0 (linux/amd64) kubernetes/abcdef0"
    elif log is ACTIVITY:
        other |= {"caller": _ADDRESS, "claims": {_UPN: _ADDRESS, "idtyp": "user"}}
        other |= {"correlationId": other[log.id], "operationId": other[log.id], "id": other[log.id]}
    else:
        other["protoPayload"]["authenticationInfo"] = {"principalEmail": _ADDRESS}
        if "operation" in other:
            other["operation"]["id"] = other[log.id]
    return other


def _refused(log: Log, record: Json) -> bool:
    if log is TRAIL:
        record |= {"errorCode": "AccessDenied", "errorMessage": "not authorized", "responseElements": None}
    elif log is AUDIT:
        record["responseStatus"] = {"status": "Failure", "reason": "Forbidden", "code": 403}
    elif log is ACTIVITY:
        record |= {"status": {"value": "Failed"}, "subStatus": {"value": "Forbidden"}}
    else:
        record["protoPayload"]["status"] = {"code": 7, "message": "PERMISSION_DENIED"}
        record.pop("operation", None)
    return True


def _elsewhere(log: Log, record: Json) -> bool:
    """In another account, namespace, subscription or project."""
    if was_refused(log, record):
        return False
    if log is TRAIL:
        _replace(record, record["recipientAccountId"], "999988887777")
    elif log is AUDIT:
        if not record["objectRef"].get("namespace"):
            return False
        _replace(record, record["objectRef"]["namespace"], "nowhere")
    elif log is ACTIVITY:
        _replace(record, record["resourceId"].split("/")[2], "99998888-7777-4666-8555-444433332222")
    else:
        _replace(record, record["protoPayload"]["resourceName"].split("/")[1], "nowhere-123")
    return True


def _rehearsed(log: Log, record: Json) -> bool:
    if log is TRAIL and record["eventSource"] == "ec2.amazonaws.com":
        record["errorCode"] = "Client.DryRunOperation"
        return True
    if log is AUDIT:
        record["requestURI"] += ("&" if "?" in record["requestURI"] else "?") + "dryRun=All"
        return True
    return False


def _replace(record: Json, old: str, new: str) -> None:
    changed: Any = json.loads(json.dumps(record).replace(old, new))
    record.update(changed)
