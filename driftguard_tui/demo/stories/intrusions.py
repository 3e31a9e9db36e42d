"""What nobody asked for: a leaver's key in strange hands, the root user, and a refusal that was walked around."""

from dataclasses import replace

from driftguard_tui.demo.company import FRANKFURT, LUKAS, PROD, PROD_FRANKFURT
from driftguard_tui.demo.estate import Company, Where
from driftguard_tui.demo.estate.platform import ADMINISTRATOR
from driftguard_tui.demo.kit import when
from driftguard_tui.demo.stories.requests import done, ingress
from driftguard_tui.demo.stories.story import Altered, Gone, Story, Stray, altered
from driftguard_tui.demo.things.compute import IMAGE, Instance
from driftguard_tui.demo.things.firewall import ANYWHERE, Rule, SecurityGroup
from driftguard_tui.demo.things.identity import Role
from driftguard_tui.demo.things.keeping import Key, LogGroup
from driftguard_tui.demo.things.storage import Bucket
from driftguard_tui.demo.trail.call import Call
from driftguard_tui.demo.trail.callers import FORGOTTEN_USER, ROOT, person

FEED = Where("prod/platform", "aws_iam_role.partner_feed")
DATABASES = Where("prod/data", "aws_security_group.databases")
BASTION = Where("prod/platform", "aws_security_group.bastion")
TRAIL_LOG = Where("prod/platform", "aws_cloudwatch_log_group.trail")
AUDIT_KEY = Where("prod/platform", "aws_kms_key.audit")
EXPORTS = Where("prod/data", "aws_s3_bucket.exports")


def tell(company: Company) -> tuple[Story, ...]:
    """Their stories."""
    return (
        _administrator(company),
        _open_database(company),
        _miner(company),
        _silenced_log(company),
        _rotation_off(company),
        _public_exports(company),
    )


def _administrator(company: Company) -> Story:
    role = company.estate.thing(FEED, Role)
    request = {"roleName": role.name, "policyArn": ADMINISTRATOR}

    def refused(at: str, operation: str, request: dict[str, str]) -> Call:
        return Call(when(at), FORGOTTEN_USER, "iam", operation, request, error="denied")

    return Story(
        "partner-feed-administrator",
        "The key of a contractor who left in 2024 feels its way along refusals and makes a role an administrator.",
        Altered(
            FEED,
            lambda live: replace(live, attached=(*live.attached, ADMINISTRATOR)),
            when("2026-03-09 23:52:40"),
        ),
        calls=(
            refused("2026-03-09 23:38:02", "CreateUser", {"userName": "backup-operator"}),
            refused(
                "2026-03-09 23:39:27",
                "AttachUserPolicy",
                {"userName": FORGOTTEN_USER.name, "policyArn": ADMINISTRATOR},
            ),
            refused("2026-03-09 23:47:11", "UpdateAssumeRolePolicy", {"roleName": role.name}),
            Call(when("2026-03-09 23:52:40"), FORGOTTEN_USER, "iam", "AttachRolePolicy", request),
        ),
    )


def _open_database(company: Company) -> Story:
    group = company.estate.thing(DATABASES, SecurityGroup)
    bastion = company.estate.thing(BASTION, SecurityGroup)
    opened = Rule(5432, ANYWHERE)
    return Story(
        "databases-open",
        "The same hands open PostgreSQL to the world.",
        Altered(
            DATABASES,
            lambda live: replace(live, ingress=(*live.ingress, opened)),
            when("2026-03-10 00:03:58"),
        ),
        calls=(
            Call(
                when("2026-03-09 23:59:12"),
                FORGOTTEN_USER,
                "ec2",
                "AuthorizeSecurityGroupIngress",
                ingress(bastion.group_id, Rule(22, ANYWHERE)),
                error="denied",
            ),
            Call(
                when("2026-03-10 00:01:49"),
                FORGOTTEN_USER,
                "ec2",
                "AuthorizeSecurityGroupIngress",
                ingress(group.group_id, Rule(None, ANYWHERE, protocol="-1")),
                error="denied",
            ),
            Call(
                when("2026-03-10 00:03:58"),
                FORGOTTEN_USER,
                "ec2",
                "AuthorizeSecurityGroupIngress",
                ingress(group.group_id, opened),
                done("databases"),
            ),
        ),
    )


def _miner(company: Company) -> Story:
    subnet = company.networks[PROD_FRANKFURT].private[0]
    group = company.estate.thing(Where("prod/recovery", "aws_security_group.standby"), SecurityGroup)
    miner = Instance(
        home=PROD_FRANKFURT,
        name="render-node",
        subnet=subnet,
        groups=(group.group_id,),
        group_names=(group.name,),
        instance_type="g5.12xlarge",
        http_tokens="optional",
        created=when("2026-03-10 00:21:16"),
        touched=when("2026-03-10 00:21:16"),
        live_tags={"Name": "render-node"},
    )
    request = {
        "instancesSet": {"items": [{"imageId": IMAGE, "minCount": 1, "maxCount": 1}]},
        "instanceType": miner.instance_type,
        "subnetId": subnet.subnet_id,
        "monitoring": {"enabled": False},
    }
    launched = {"instanceId": miner.instance_id, "imageId": IMAGE, "instanceType": miner.instance_type}
    return Story(
        "frankfurt-gpu",
        "And start a machine with graphics cards in the region where nobody looks.",
        Stray(miner),
        calls=(
            Call(
                when("2026-03-10 00:14:50"),
                FORGOTTEN_USER,
                "ec2",
                "RunInstances",
                {**request, "instanceType": "p4d.24xlarge"},
                error="Client.InstanceLimitExceeded",
                message="You have requested more vCPU capacity than your current vCPU limit allows.",
                region=FRANKFURT,
            ),
            Call(
                when("2026-03-10 00:21:16"),
                FORGOTTEN_USER,
                "ec2",
                "RunInstances",
                request,
                {"reservationId": "r-0f2d4c8817b3a6e59", "instancesSet": {"items": [launched]}},
                region=FRANKFURT,
            ),
        ),
    )


def _silenced_log(company: Company) -> Story:
    group = company.estate.thing(TRAIL_LOG, LogGroup)
    return Story(
        "trail-log-deleted",
        "And wipe the copy of the audit trail.",
        Gone(TRAIL_LOG),
        calls=(
            Call(
                when("2026-03-10 00:28:33"),
                FORGOTTEN_USER,
                "cloudtrail",
                "StopLogging",
                {"name": "larkspur-organisation"},
                error="denied",
            ),
            Call(
                when("2026-03-10 00:30:05"),
                FORGOTTEN_USER,
                "logs",
                "DeleteLogGroup",
                {"logGroupName": group.name},
            ),
        ),
    )


def _rotation_off(company: Company) -> Story:
    key = company.estate.thing(AUDIT_KEY, Key)
    return Story(
        "audit-key-rotation",
        "The root user of production, without a second factor, switches rotation of the audit key off.",
        altered(AUDIT_KEY, when("2026-03-08 03:17:22"), rotation=False),
        calls=(
            Call(
                when("2026-03-08 03:17:22"),
                ROOT,
                "kms",
                "DisableKeyRotation",
                {"keyId": key.key_id},
                resource=("AWS::KMS::Key", key.arn),
            ),
        ),
    )


def _public_exports(company: Company) -> Story:
    bucket = company.estate.thing(EXPORTS, Bucket)
    request = {
        "publicAccessBlock": "",
        "bucketName": bucket.name,
        "PublicAccessBlockConfiguration": {
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": False,
            "RestrictPublicBuckets": False,
        },
        "Host": f"{bucket.name}.s3.{bucket.home.region}.amazonaws.com",
    }
    resource = ("AWS::S3::Bucket", bucket.arn)

    def attempt(at: str, role: str, error: str = "") -> Call:
        return Call(
            when(at),
            person(LUKAS, role, account=PROD),
            "s3",
            "PutBucketPublicAccessBlock",
            request,
            error=error,
            resource=resource,
        )

    return Story(
        "exports-public",
        "Lukas may not make the exports public for a partner, so he does it with an administrator's role.",
        altered(EXPORTS, when("2026-03-13 18:47:09"), public_access=(True, True, False, False)),
        calls=(
            attempt("2026-03-13 18:31:40", "Engineer", "denied"),
            attempt("2026-03-13 18:33:02", "Engineer", "denied"),
            attempt("2026-03-13 18:47:09", "PlatformAdmin"),
        ),
    )
