"""The product services: the same module, called once for each of them."""

from driftguard_tui.demo.company import (
    BOOKING,
    PAYMENTS,
    PROD_DUBLIN,
    ROUTING,
    TRACKING,
    Service,
)
from driftguard_tui.demo.estate.networks import Network
from driftguard_tui.demo.estate.plan import Expr, Stack, plain
from driftguard_tui.demo.kit import hex_of
from driftguard_tui.demo.things.balancers import LoadBalancer
from driftguard_tui.demo.things.compute import IMAGE, AutoScalingGroup
from driftguard_tui.demo.things.firewall import ALL_OUT, ANYWHERE, Rule, SecurityGroup, SecurityGroupRule
from driftguard_tui.demo.things.identity import Role, RoleAttachment, RolePolicy, allow, document, trust
from driftguard_tui.demo.things.keeping import LogGroup
from driftguard_tui.demo.things.messaging import Queue, QueuePolicy, Topic

SSM_CORE = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
AGENT = "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy"

#: Who may come in at the front, where it is not the whole internet.
PARTNERS = {
    "payments": ("192.0.2.16/28", "192.0.2.64/27"),
}


def build_services(network: Network, log_bucket: str) -> Stack:
    """The services of production."""
    stack = Stack("prod/services", PROD_DUBLIN, serial=612)
    for service in (BOOKING, TRACKING, PAYMENTS, ROUTING):
        add_service(stack, service, network, log_bucket)
    return stack


def add_service(stack: Stack, service: Service, network: Network, log_bucket: str) -> None:
    """What `modules/service` declares for one service."""
    smallest, largest, desired = service.capacity
    module = stack.call(
        service.name,
        "../../../modules/service",
        {
            "name": service.name,
            "team": service.team,
            "port": service.port,
            "instance_type": service.instance_type,
            "min_size": smallest,
            "max_size": largest,
            "desired_capacity": desired,
            "allowed_cidrs": list(PARTNERS.get(service.name, (ANYWHERE,))),
            "queue_visibility_timeout": _visibility(service),
            "log_retention_in_days": 30,
            "vpc_id": Expr("data.terraform_remote_state.network.outputs.vpc_id"),
            "public_subnet_ids": Expr("data.terraform_remote_state.network.outputs.public_subnet_ids"),
            "private_subnet_ids": Expr("data.terraform_remote_state.network.outputs.private_subnet_ids"),
            "log_bucket": Expr("data.terraform_remote_state.data.outputs.access_logs_bucket"),
        },
    )
    name = f"lp-{stack.home.account.environment}-{service.name}"
    front = _add_groups(stack, module, service, network, name)
    profile = _add_role(stack, module, service, name)
    _add_fleet(stack, module, service, network, name, front, profile, log_bucket)
    for kind in ("app", "worker"):
        stack.add(
            "this",
            LogGroup(home=stack.home, name=f"/larkspur/{service.name}/{kind}", retention=30, tags=service.tags()),
            module=module,
            index=kind,
        )
    _add_messaging(stack, module, service, name)


def _visibility(service: Service) -> int:
    return {"payments": 180, "routing": 300}.get(service.name, 60)


def _add_groups(
    stack: Stack, module: str, service: Service, network: Network, name: str
) -> tuple[SecurityGroup, SecurityGroup]:
    front = stack.add(
        "lb",
        SecurityGroup(
            home=stack.home,
            name=f"{name}-lb",
            vpc=network.vpc,
            description=f"Front of {service.name}",
            ingress=tuple(Rule(443, cidr, description="HTTPS") for cidr in PARTNERS.get(service.name, (ANYWHERE,))),
            tags={"Name": f"{name}-lb", **service.tags()},
        ),
        module=module,
    )
    from_front = Rule(service.port, group=front.group_id, description="From the load balancer")
    app = stack.add(
        "app",
        SecurityGroup(
            home=stack.home,
            name=f"{name}-app",
            vpc=network.vpc,
            description=f"Instances of {service.name}",
            ingress=(from_front,),
            separate_rules=True,
            tags={"Name": f"{name}-app", **service.tags()},
        ),
        module=module,
    )
    stack.add("app_from_lb", SecurityGroupRule(home=stack.home, group=app, rule=from_front), module=module)
    stack.add(
        "app_out",
        SecurityGroupRule(home=stack.home, group=app, rule=ALL_OUT, direction="egress"),
        module=module,
    )
    return front, app


def _add_role(stack: Stack, module: str, service: Service, name: str) -> str:
    home = stack.home
    queue = home.arn("sqs", f"{name}-jobs")
    topic = home.arn("sns", f"{name}-events")
    body = document(
        allow(["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage"], queue, "Jobs"),
        allow(["sns:Publish"], topic, "Events"),
        allow(
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            home.arn("logs", f"log-group:/larkspur/{service.name}/*"),
            "Logs",
        ),
    )
    role = stack.add(
        "app",
        Role(
            home=home,
            name=f"{name}-app",
            description=f"Instances of {service.name}",
            trust=trust("ec2.amazonaws.com"),
            inline={"service": body},
            attached=(SSM_CORE, AGENT),
            profile=True,
            tags=service.tags(),
        ),
        module=module,
    )
    stack.add("app", RolePolicy(home=home, role=role, name="service"), module=module)
    for key, arn in (("ssm", SSM_CORE), ("agent", AGENT)):
        stack.add("app", RoleAttachment(home=home, role=role, policy_arn=arn), module=module, index=key)
    values = {
        "arn": home.global_arn("iam", f"instance-profile/{role.name}"),
        "create_date": "2025-10-20T09:12:31Z",
        "id": role.name,
        "name": role.name,
        "name_prefix": "",
        "path": "/",
        "role": role.name,
        "tags": dict(service.tags()),
        "tags_all": {**home.default_tags, **service.tags()},
    }
    stack.add("app", plain(home, "aws_iam_instance_profile", values), module=module)
    return role.name


def _add_fleet(
    stack: Stack,
    module: str,
    service: Service,
    network: Network,
    name: str,
    groups: tuple[SecurityGroup, SecurityGroup],
    profile: str,
    log_bucket: str,
) -> None:
    home, (front, app) = stack.home, groups
    smallest, largest, desired = service.capacity
    target = home.arn("elasticloadbalancing", f"targetgroup/{name}/{hex_of('tg', name, length=16)}")
    values = {
        "arn": target,
        "deregistration_delay": "60",
        "id": target,
        "name": name,
        "port": service.port,
        "protocol": "HTTP",
        "tags": dict(service.tags()),
        "tags_all": {**home.default_tags, **service.tags()},
        "vpc_id": network.vpc.vpc_id,
    }
    stack.add("this", plain(home, "aws_lb_target_group", values), module=module)
    stack.add(
        "front",
        LoadBalancer(
            home=home,
            name=name,
            subnets=network.public,
            groups=(front.group_id,),
            idle_timeout=60,
            log_bucket=log_bucket,
            tags={"Name": name, **service.tags()},
        ),
        module=module,
    )
    fleet = AutoScalingGroup(
        home=home,
        name=f"{name}-asg",
        subnets=network.private,
        min_size=smallest,
        max_size=largest,
        desired=desired,
        instance_type=service.instance_type,
        groups=(app.group_id,),
        profile=profile,
        target_groups=(target,),
        tags={"Name": name, **service.tags()},
    )
    template = {
        "arn": home.arn("ec2", f"launch-template/{fleet.template_id}"),
        "default_version": 7,
        "id": fleet.template_id,
        "image_id": IMAGE,
        "instance_type": service.instance_type,
        "latest_version": 7,
        "name": f"{fleet.name}-lt",
        "tags": dict(service.tags()),
        "tags_all": {**home.default_tags, **service.tags()},
        "update_default_version": True,
        "vpc_security_group_ids": [app.group_id],
    }
    stack.add("app", plain(home, "aws_launch_template", template), module=module)
    stack.add("app", fleet, module=module)


def _add_messaging(stack: Stack, module: str, service: Service, name: str) -> None:
    home = stack.home
    topic = stack.add(
        "events",
        Topic(home=home, name=f"{name}-events", display_name="", tags=service.tags()),
        module=module,
    )
    dead = stack.add(
        "dead",
        Queue(home=home, name=f"{name}-dead", retention=1_209_600, wait=0, tags=service.tags()),
        module=module,
    )
    arn = home.arn("sqs", f"{name}-jobs")
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "EventsIn",
                "Effect": "Allow",
                "Principal": {"Service": "sns.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": arn,
                "Condition": {"ArnEquals": {"aws:SourceArn": topic.arn}},
            }
        ],
    }
    jobs = stack.add(
        "jobs",
        Queue(
            home=home,
            name=f"{name}-jobs",
            visibility=_visibility(service),
            dead_letters=dead.arn,
            policy=policy,
            tags=service.tags(),
        ),
        module=module,
    )
    stack.add("jobs", QueuePolicy(home=home, queue=jobs), module=module)
