"""The shared account, with staging and the tools, and the recovery region of production."""

from driftguard_tui.demo.company import (
    BOOKING,
    CI_ROLE,
    PAYMENTS,
    PROD_FRANKFURT,
    SHARED_DUBLIN,
    TRACKING,
    Service,
)
from driftguard_tui.demo.estate.data import add_bucket, tls_only
from driftguard_tui.demo.estate.functions import BASIC, CODE_BUCKET
from driftguard_tui.demo.estate.networks import Network, build_recovery_network, build_staging_network
from driftguard_tui.demo.estate.plan import Expr, Stack
from driftguard_tui.demo.estate.platform import ADMINISTRATOR, ci_trust
from driftguard_tui.demo.things.compute import AutoScalingGroup, Instance
from driftguard_tui.demo.things.firewall import Rule, SecurityGroup
from driftguard_tui.demo.things.functions import Function
from driftguard_tui.demo.things.identity import Role, RoleAttachment, RolePolicy, allow, document, trust
from driftguard_tui.demo.things.keeping import Key, LogGroup, key_policy
from driftguard_tui.demo.things.messaging import Queue, Topic
from driftguard_tui.demo.things.storage import Bucket, Expiry, Table, bucket_name

_TOOLS = {"Service": "tools", "Team": "platform"}


def build_staging() -> tuple[Stack, Network]:
    """Staging: smaller copies of three services."""
    stack = Stack("shared/staging", SHARED_DUBLIN, serial=905)
    network = build_staging_network(stack)
    for service in (BOOKING, TRACKING, PAYMENTS):
        _add_small_service(stack, service, network)
    return stack, network


def build_tools(network: Network) -> Stack:
    """Runners, artefacts, dashboards and Terraform's own state."""
    stack = Stack("shared/tools", SHARED_DUBLIN, serial=214)
    home = stack.home
    group = SecurityGroup(
        home=home,
        name="lp-tools-runner",
        vpc=network.vpc,
        description="Build runners",
        tags={"Name": "lp-tools-runner", **_TOOLS},
    )
    stack.add("runner", group, file="runners.tf")
    for index in range(2):
        stack.add(
            "runner",
            Instance(
                home=home,
                name=f"lp-tools-runner-{index}",
                subnet=network.private[index],
                groups=(group.group_id,),
                group_names=(group.name,),
                instance_type="c6i.xlarge",
                tags={"Name": f"lp-tools-runner-{index}", **_TOOLS},
            ),
            index=index,
            file="runners.tf",
            code={
                "count": 2,
                "subnet_id": Expr("local.subnet_ids[count.index]"),
                "tags": Expr('merge(local.tags, { Name = "lp-tools-runner-${count.index}" })'),
            },
        )
    role = Role(
        home=home,
        name=CI_ROLE,
        description="Applies Terraform from the pipeline",
        trust=ci_trust(home.account.number),
        attached=(ADMINISTRATOR,),
        tags=_TOOLS,
    )
    stack.add("ci", role, file="iam.tf")
    stack.add("ci_administrator", RoleAttachment(home=home, role=role, policy_arn=ADMINISTRATOR), file="iam.tf")
    state = bucket_name("shared", "terraform-state")
    key = Key(
        home=home,
        name="tools",
        description="Artefacts and state",
        policy=key_policy(home.account.number, role.arn),
        tags={"Name": "lp-tools", **_TOOLS},
    )
    stack.add("tools", key, file="storage.tf")
    for label, name in (("artefacts", CODE_BUCKET), ("state", state)):
        bucket = Bucket(
            home=home,
            name=name,
            versioning="Enabled",
            kms_key=key.arn,
            lifecycle=(Expiry("old-builds", 180, "builds/"),) if label == "artefacts" else (),
            policy=tls_only(name) if label == "state" else None,
            tags=_TOOLS,
        )
        add_bucket(stack, label, bucket, file="storage.tf")
    stack.add("locks", Table(home=home, name="lp-terraform-locks", hash_key="LockID", tags=_TOOLS), file="storage.tf")
    stack.add("builds", Topic(home=home, name="lp-tools-builds", tags=_TOOLS), file="storage.tf")
    stack.add(
        "runner", LogGroup(home=home, name="/larkspur/tools/runner", retention=30, tags=_TOOLS), file="runners.tf"
    )
    return stack


def build_recovery() -> tuple[Stack, Network]:
    """What waits in Frankfurt for the day that Dublin is gone."""
    stack = Stack("prod/recovery", PROD_FRANKFURT, serial=76)
    network = build_recovery_network(stack)
    home, tags = stack.home, {"Service": "recovery", "Team": "platform"}
    key = Key(
        home=home,
        name="recovery",
        description="Copies in the recovery region",
        policy=key_policy(home.account.number),
        tags={"Name": "lp-recovery", **tags},
    )
    stack.add("recovery", key, file="storage.tf")
    name = bucket_name("recovery", "documents")
    add_bucket(
        stack,
        "documents",
        Bucket(home=home, name=name, versioning="Enabled", kms_key=key.arn, policy=tls_only(name), tags=tags),
        file="storage.tf",
    )
    stack.add(
        "parcel_events",
        Table(
            home=home,
            name="lp-recovery-parcel-events",
            hash_key="parcel_id",
            range_key="at",
            tags=tags,
        ),
        file="storage.tf",
    )
    stack.add(
        "standby",
        SecurityGroup(
            home=home,
            name="lp-recovery-standby",
            vpc=network.vpc,
            description="Standby services",
            ingress=(Rule(443, "10.40.0.0/16", description="Inside the VPC"),),
            tags={"Name": "lp-recovery-standby", **tags},
        ),
    )
    stack.add("standby", Queue(home=home, name="lp-recovery-jobs", visibility=180, tags=tags))
    stack.add("alarms", Topic(home=home, name="lp-recovery-alarms", tags=tags))
    stack.add("standby", LogGroup(home=home, name="/larkspur/recovery/standby", retention=90, tags=tags))
    return stack, network


def _add_small_service(stack: Stack, service: Service, network: Network) -> None:
    """What `modules/staging-service` declares."""
    home, name = stack.home, f"lp-staging-{service.name}"
    module = stack.call(
        service.name,
        "../../../modules/staging-service",
        {
            "name": service.name,
            "team": service.team,
            "port": service.port,
            "instance_type": "t3.medium",
            "vpc_id": Expr("aws_vpc.main.id"),
            "subnet_ids": Expr("aws_subnet.private[*].id"),
        },
    )
    tags = {"Name": name, **service.tags()}
    group = stack.add(
        "app",
        SecurityGroup(
            home=home,
            name=name,
            vpc=network.vpc,
            description=f"Staging of {service.name}",
            ingress=(Rule(service.port, "10.60.0.0/16", description="Inside the VPC"),),
            tags=tags,
        ),
        module=module,
    )
    role = stack.add(
        "app",
        Role(
            home=home,
            name=name,
            description=f"Staging of {service.name}",
            trust=trust("lambda.amazonaws.com"),
            inline={"queue": document(allow(["sqs:*"], home.arn("sqs", f"{name}-jobs"), "Queue"))},
            attached=(BASIC,),
            tags=service.tags(),
        ),
        module=module,
    )
    stack.add("queue", RolePolicy(home=home, role=role, name="queue"), module=module)
    stack.add("basic", RoleAttachment(home=home, role=role, policy_arn=BASIC), module=module)
    stack.add("jobs", Queue(home=home, name=f"{name}-jobs", tags=service.tags()), module=module)
    stack.add(
        "this",
        LogGroup(home=home, name=f"/larkspur/staging/{service.name}", retention=7, tags=service.tags()),
        module=module,
    )
    stack.add(
        "worker",
        Function(
            home=home,
            name=f"{name}-worker",
            role=role.arn,
            description=f"Staging worker of {service.name}",
            environment={"LOG_LEVEL": "INFO"},
            bucket=CODE_BUCKET,
            tags=tags,
        ),
        module=module,
    )
    stack.add(
        "app",
        AutoScalingGroup(
            home=home,
            name=f"{name}-asg",
            subnets=network.private,
            min_size=1,
            max_size=2,
            desired=1,
            instance_type="t3.medium",
            groups=(group.group_id,),
            health_check="EC2",
            template_version="3",
            tags=tags,
        ),
        module=module,
    )
