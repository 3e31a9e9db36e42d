"""What the platform team keeps for everybody: roles for machines and emergencies, the bastion, the audit trail."""

from collections.abc import Mapping
from typing import Any

from driftguard_tui.demo.company import (
    BREAK_GLASS_ROLE,
    CI_ROLE,
    OFFICE_IP,
    PATCH_ROLE,
    PROD_DUBLIN,
    SHARED,
    SSO_ROLES,
    TAGGER_ROLE,
)
from driftguard_tui.demo.estate.data import add_bucket, tls_only
from driftguard_tui.demo.estate.networks import Network
from driftguard_tui.demo.estate.plan import Expr, Stack
from driftguard_tui.demo.things.compute import Instance
from driftguard_tui.demo.things.firewall import Rule, SecurityGroup
from driftguard_tui.demo.things.identity import Policy, Role, RoleAttachment, allow, document, trust
from driftguard_tui.demo.things.keeping import Key, LogGroup, key_policy
from driftguard_tui.demo.things.messaging import Queue, Topic
from driftguard_tui.demo.things.storage import Bucket, Expiry, bucket_name

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
AUDIT_BUCKET = bucket_name("prod", "audit")
TAGS = {"Service": "platform", "Team": "platform"}


def build_platform(network: Network) -> Stack:
    """The platform stack of production."""
    stack = Stack("prod/platform", PROD_DUBLIN, serial=433)
    _add_roles(stack)
    _add_machines(stack, network)
    _add_watching(stack)
    return stack


def ci_trust(account: str) -> dict[str, Any]:
    """Lets the pipelines of the company's repositories take a role, and nobody else."""
    provider = "token.actions.githubusercontent.com"
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Federated": f"arn:aws:iam::{account}:oidc-provider/{provider}"},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {
                    "StringEquals": {f"{provider}:aud": "sts.amazonaws.com"},
                    "StringLike": {f"{provider}:sub": "repo:larkspur-parcel/infrastructure:*"},
                },
            }
        ],
    }


def _add_roles(stack: Stack) -> None:
    home = stack.home
    account = home.account.number
    people = f"arn:aws:iam::{account}:role/aws-reserved/sso.amazonaws.com/{SSO_ROLES['PlatformAdmin']}"
    emergency: Mapping[str, Any] = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": people},
                "Action": ["sts:AssumeRole", "sts:SetSourceIdentity"],
                "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
            }
        ],
    }
    tagging = Policy(
        home=home,
        name="lp-finops-tagging",
        description="Writes cost tags on everything",
        body=document(allow(["tag:TagResources", "ec2:CreateTags", "s3:PutBucketTagging"], "*", "Tags")),
        tags=TAGS,
    )
    support = Policy(
        home=home,
        name="lp-support-read",
        description="What first-line support may look at",
        body=document(
            allow(["logs:FilterLogEvents", "logs:GetLogEvents", "logs:StartQuery"], "*", "Logs"),
            allow(["dynamodb:GetItem", "dynamodb:Query"], home.arn("dynamodb", "table/lp-prod-*"), "Tables"),
        ),
        tags=TAGS,
    )
    patching = Policy(
        home=home,
        name="lp-patch-window",
        description="Patches instances in the maintenance window",
        body=document(allow(["ssm:SendCommand", "ec2:CreateSnapshot", "ec2:DescribeInstances"], "*", "Patch")),
        tags=TAGS,
    )
    stack.add("finops_tagging", tagging, file="iam.tf")
    stack.add("support_read", support, file="iam.tf")
    stack.add("patch_window", patching, file="iam.tf")
    lambdas = trust("lambda.amazonaws.com")
    cross = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{SHARED.number}:root"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    roles = (
        ("ci", CI_ROLE, "Applies Terraform from the pipeline", ci_trust(account), (ADMINISTRATOR,), 3600),
        ("break_glass", BREAK_GLASS_ROLE, "Emergencies only: its use pages the whole team", emergency,
         (ADMINISTRATOR,), 7200),
        ("finops_tagger", TAGGER_ROLE, "Nightly cost tagging", lambdas, (tagging.arn,), 3600),
        ("patch_window", PATCH_ROLE, "Weekly patching", trust("ssm.amazonaws.com"), (patching.arn,), 3600),
        ("support", "lp-support", "First-line support", cross, (support.arn,), 14_400),
        ("partner_feed", "lp-partner-feed", "Hands tracking data to partners", trust("ec2.amazonaws.com"),
         (READ_ONLY,), 3600),
    )  # fmt: skip
    for label, name, description, trusted, attached, seconds in roles:
        role = stack.add(
            label,
            Role(
                home=home,
                name=name,
                description=description,
                trust=trusted,
                attached=attached,
                session_seconds=seconds,
                tags=TAGS,
            ),
            file="iam.tf",
        )
        for arn in attached:
            attachment = RoleAttachment(home=home, role=role, policy_arn=arn)
            stack.add(f"{label}_{arn.rsplit('/', 1)[-1].lower().replace('-', '_')}", attachment, file="iam.tf")


def _add_machines(stack: Stack, network: Network) -> None:
    home = stack.home
    group = stack.add(
        "bastion",
        SecurityGroup(
            home=home,
            name="lp-prod-bastion",
            vpc=network.vpc,
            description="SSH from the VPN only",
            ingress=(Rule(22, f"{OFFICE_IP}/32", description="Company VPN"),),
            tags={"Name": "lp-prod-bastion", **TAGS},
        ),
        file="bastion.tf",
    )
    stack.add(
        "bastion",
        Instance(
            home=home,
            name="lp-prod-bastion",
            subnet=network.private[0],
            groups=(group.group_id,),
            group_names=(group.name,),
            instance_type="t3.small",
            key_name="lp-platform",
            tags={"Name": "lp-prod-bastion", **TAGS},
        ),
        file="bastion.tf",
    )
    batch = stack.add(
        "batch",
        SecurityGroup(
            home=home,
            name="lp-prod-batch",
            vpc=network.vpc,
            description="Nightly batch workers",
            tags={"Name": "lp-prod-batch", "Service": "batch", "Team": "data"},
        ),
        file="batch.tf",
    )
    for index in range(3):
        stack.add(
            "batch",
            Instance(
                home=home,
                name=f"lp-prod-batch-{index}",
                subnet=network.private[index],
                groups=(batch.group_id,),
                group_names=(batch.name,),
                instance_type="c6i.2xlarge",
                monitoring=True,
                tags={"Name": f"lp-prod-batch-{index}", "Service": "batch", "Team": "data"},
            ),
            index=index,
            file="batch.tf",
            code={
                "count": 3,
                "subnet_id": Expr("local.private_subnet_ids[count.index]"),
                "tags": Expr('merge(local.tags, { Name = "lp-prod-batch-${count.index}", Service = "batch" })'),
            },
        )


def _add_watching(stack: Stack) -> None:
    home = stack.home
    key = Key(
        home=home,
        name="audit",
        description="Audit trail",
        policy=key_policy(home.account.number),
        tags={"Name": "lp-prod-audit", **TAGS},
    )
    stack.add("audit", key, file="audit.tf")
    add_bucket(
        stack,
        "audit",
        Bucket(
            home=home,
            name=AUDIT_BUCKET,
            versioning="Enabled",
            kms_key=key.arn,
            lifecycle=(Expiry("keep-seven-years", 2557, archive_after=30),),
            policy=tls_only(AUDIT_BUCKET),
            tags=TAGS,
        ),
        file="audit.tf",
    )
    stack.add(
        "alarms",
        Topic(home=home, name="lp-prod-alarms", display_name="Larkspur alarms", tags=TAGS),
        file="audit.tf",
    )
    stack.add("pages", Queue(home=home, name="lp-prod-pages", wait=0, tags=TAGS), file="audit.tf")
    for label, name, days in (
        ("flow", "/larkspur/network/flow", 90),
        ("trail", "/larkspur/audit/trail", 365),
        ("tagger", "/aws/lambda/finops-tagger", 14),
    ):
        stack.add(label, LogGroup(home=home, name=name, retention=days, tags=TAGS), file="audit.tf")
