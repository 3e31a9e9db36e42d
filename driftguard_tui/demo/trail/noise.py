"""The noise of real life: what goes on in the accounts every day and leaves nothing behind."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

from driftguard_tui.demo.company import (
    DUBLIN,
    FIRST_CALL,
    FRANKFURT,
    NOW,
    PEOPLE,
    PROD,
    PROD_DUBLIN,
    SHARED,
    Account,
    Person,
)
from driftguard_tui.demo.kit import hex_of
from driftguard_tui.demo.trail.call import Call
from driftguard_tui.demo.trail.callers import Caller, aws_service, instance, person, pipeline
from driftguard_tui.demo.trail.login import console_login

#: What people look at, and what Terraform refreshes: service and operation.
_LOOKS = (
    ("ec2", "DescribeInstances"), ("ec2", "DescribeSecurityGroups"), ("ec2", "DescribeVpcs"),
    ("ec2", "DescribeSubnets"), ("ec2", "DescribeRouteTables"), ("rds", "DescribeDBInstances"),
    ("lambda", "ListFunctions20150331"), ("lambda", "GetFunction20150331v2"), ("sqs", "ListQueues"),
    ("sqs", "GetQueueAttributes"), ("sns", "ListTopics"), ("sns", "GetTopicAttributes"),
    ("logs", "DescribeLogGroups"), ("logs", "StartQuery"), ("logs", "FilterLogEvents"),
    ("monitoring", "DescribeAlarms"), ("autoscaling", "DescribeAutoScalingGroups"),
    ("autoscaling", "DescribeScalingActivities"), ("elasticloadbalancing", "DescribeLoadBalancers"),
    ("elasticloadbalancing", "DescribeTargetHealth"), ("dynamodb", "DescribeTable"), ("iam", "GetRole"),
    ("iam", "ListRoles"), ("iam", "ListAttachedRolePolicies"), ("kms", "ListAliases"), ("kms", "DescribeKey"),
    ("s3", "ListBuckets"), ("s3", "GetBucketPolicy"), ("s3", "GetBucketVersioning"),
    ("sts", "GetCallerIdentity"),
)  # fmt: skip

#: Services that take roles around the clock, and the roles they take.
_TAKERS = (
    ("lambda.amazonaws.com", "lp-prod-label-renderer"),
    ("lambda.amazonaws.com", "lp-prod-scan-ingest"),
    ("lambda.amazonaws.com", "lp-prod-notify-dispatch"),
    ("ec2.amazonaws.com", "lp-prod-tracking-app"),
    ("ec2.amazonaws.com", "lp-prod-booking-app"),
    ("rds.amazonaws.com", "aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS"),
    ("autoscaling.amazonaws.com", "aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"),
    ("config.amazonaws.com", "aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"),
)

Record = dict[str, Any]


def daily_noise() -> Iterator[Record]:
    """Records of ten ordinary days."""
    for call in (*_role_taking(), *_programs(), *_plans()):
        if call.at < NOW:
            yield call.record()
    yield from _working_days()


def _hours(step: timedelta) -> Iterator[datetime]:
    at = FIRST_CALL
    while at < NOW - timedelta(minutes=10):
        yield at
        at += step


def _role_taking() -> Iterator[Call]:
    """Managed services take their roles."""
    random = Random("roles")  # noqa: S311  # noise that comes out the same every time
    for hour in _hours(timedelta(hours=1)):
        for service, role in random.sample(_TAKERS, 4):
            at = hour + timedelta(seconds=random.randrange(500))
            request = {
                "roleArn": PROD_DUBLIN.global_arn("iam", f"role/{role}"),
                "roleSessionName": role.rpartition("/")[2],
            }
            yield Call(at, aws_service(service), "sts", "AssumeRole", request, reads=True)


def _programs() -> Iterator[Call]:
    """Instances read their parameters and secrets."""
    random = Random("programs")  # noqa: S311
    for hour in _hours(timedelta(hours=2)):
        for service in ("booking", "tracking", "payments", "routing"):
            caller = instance(f"lp-prod-{service}-app", "i-" + hex_of("instance", service, hour.hour % 4))
            at = hour + timedelta(seconds=random.randrange(3600))
            name = f"/larkspur/{service}/" + random.choice(("config", "flags", "partners"))
            yield Call(at, caller, "ssm", "GetParameter", {"name": name, "withDecryption": True}, reads=True)
            yield Call(
                at + timedelta(seconds=1),
                caller,
                "kms",
                "Decrypt",
                {"encryptionContext": {"PARAMETER_ARN": PROD_DUBLIN.arn("ssm", f"parameter{name}")}},
                reads=True,
            )


def _plans() -> Iterator[Call]:
    """The pipeline plans every stack every morning, and some during the day."""
    random = Random("plans")  # noqa: S311
    for day in _hours(timedelta(days=1)):
        for hour in (0, *random.sample(range(2, 11), 2)):
            at = day + timedelta(hours=hour, seconds=random.randrange(1500))
            for account, region in ((PROD, DUBLIN), (PROD, FRANKFURT), (SHARED, DUBLIN)):
                yield from _plan(random, at, account, region)
                at += timedelta(seconds=70)


def _plan(random: Random, at: datetime, account: Account, region: str) -> Iterator[Call]:
    ci = pipeline(account)
    role = f"arn:aws:iam::{account.number}:role/{ci.role}"
    request = {"roleArn": role, "roleSessionName": ci.name, "durationSeconds": 3600}
    yield Call(at, ci, "sts", "AssumeRoleWithWebIdentity", request, region=region, reads=True)
    for second, (service, operation) in enumerate(random.sample(_LOOKS, 14)):
        yield Call(
            at + timedelta(seconds=second + 2),
            ci,
            service,
            operation,
            _looked_at(random, operation),
            region=region,
            reads=True,
        )


def _working_days() -> Iterator[Record]:
    """People sign in, look around, and now and then try what they may not do."""
    random = Random("people")  # noqa: S311
    for day in _hours(timedelta(days=1)):
        weekend = day.weekday() >= 5
        for who in PEOPLE:
            if random.random() < (0.9 if weekend else 0.25):
                continue
            for _ in range(random.randint(1, 3)):
                at = day.replace(hour=random.randint(7, 16), minute=random.randrange(60))
                if at < NOW - timedelta(hours=1):
                    yield from _session(random, at, who)


def _session(random: Random, at: datetime, who: Person) -> Iterator[Record]:
    account = random.choice((PROD, PROD, SHARED))
    role = "PlatformAdmin" if who.team == "platform" and random.random() < 0.3 else "Engineer"
    via = random.choice(("console", "console", "cli"))
    caller = person(who, role, via=via, account=account)
    if via == "console":
        yield console_login(at, caller)
    for service, operation in random.sample(_LOOKS, random.randint(4, 11)):
        at += timedelta(seconds=random.randint(3, 140))
        yield Call(at, caller, service, operation, _looked_at(random, operation), reads=True).record()
    if random.random() < 0.12:
        yield _refusal(random, at + timedelta(seconds=40), caller).record()


def _refusal(random: Random, at: datetime, caller: Caller) -> Call:
    """Something that an engineer's role does not allow, tried once."""
    service, operation, request = random.choice(_REFUSED)
    return Call(at, caller, service, operation, request, error="denied")


_REFUSED: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
    ("iam", "PutRolePolicy", {"roleName": "lp-prod-booking-app", "policyName": "extra"}),
    ("iam", "CreateAccessKey", {"userName": "svc-reporting"}),
    ("kms", "ScheduleKeyDeletion", {"keyId": "alias/lp-old"}),
    ("secretsmanager", "GetSecretValue", {"secretId": "lp/prod/ledger"}),
    ("rds", "CreateDBSnapshot", {"dBInstanceIdentifier": "lp-prod-booking", "dBSnapshotIdentifier": "try"}),
    ("sqs", "PurgeQueue", {"queueUrl": f"https://sqs.{DUBLIN}.amazonaws.com/{PROD.number}/lp-prod-booking-dead"}),
)


def _looked_at(random: Random, operation: str) -> dict[str, Any] | None:
    """The request of a call that reads: of one resource, or of all."""
    if operation in _ONE_OF:
        parameter, values = _ONE_OF[operation]
        return {parameter: random.choice(values)}
    return {"maxResults": 100} if operation.startswith("Describe") else None


_ROLES = ("lp-prod-booking-app", "lp-prod-tracking-app", "lp-prod-label-renderer", "lp-partner-feed")
_BUCKETS = ("larkspur-prod-documents-8f95", "larkspur-prod-exports-68c0", "larkspur-prod-delivery-proofs-5e6e")
_LOG_GROUPS = ("/larkspur/booking/app", "/larkspur/tracking/worker", "/aws/lambda/lp-prod-scan-ingest")
_QUEUES = tuple(
    f"https://sqs.{DUBLIN}.amazonaws.com/{PROD.number}/lp-prod-{service}-jobs" for service in ("booking", "payments")
)
#: Reads that name a resource: the parameter and what may stand in it.
_ONE_OF: dict[str, tuple[str, tuple[str, ...]]] = {
    "GetFunction20150331v2": ("functionName", ("lp-prod-scan-ingest", "lp-prod-address-check")),
    "GetQueueAttributes": ("queueUrl", _QUEUES),
    "GetTopicAttributes": ("topicArn", (PROD_DUBLIN.arn("sns", "lp-prod-alarms"),)),
    "FilterLogEvents": ("logGroupName", _LOG_GROUPS),
    "StartQuery": ("logGroupName", _LOG_GROUPS),
    "DescribeTable": ("tableName", ("lp-prod-parcel-events", "lp-prod-sessions", "lp-prod-route-plans")),
    "GetRole": ("roleName", _ROLES),
    "ListAttachedRolePolicies": ("roleName", _ROLES),
    "DescribeKey": ("keyId", ("alias/lp-prod-data",)),
    "GetBucketPolicy": ("bucketName", _BUCKETS),
    "GetBucketVersioning": ("bucketName", _BUCKETS),
}
