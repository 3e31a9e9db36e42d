"""The networks: one VPC in each account and region that the company works in."""

from dataclasses import dataclass

from driftguard_tui.demo.company import PROD_DUBLIN, Home
from driftguard_tui.demo.estate.plan import Expr, Stack, plain
from driftguard_tui.demo.kit import hex_of
from driftguard_tui.demo.things.firewall import IngressRule, Rule, SecurityGroup
from driftguard_tui.demo.things.network import Route, RouteTable, RouteTableAssociation, Subnet, Vpc

EVERYWHERE = "0.0.0.0/0"
_TAGS = {"Service": "network", "Team": "platform"}


@dataclass(frozen=True)
class Network:
    """A VPC and its subnets by tier."""

    vpc: Vpc
    public: tuple[Subnet, ...]
    private: tuple[Subnet, ...]
    data: tuple[Subnet, ...] = ()


def build_prod_network() -> tuple[Stack, Network]:
    """The network of production: three tiers over three zones."""
    stack = Stack("prod/network", PROD_DUBLIN, serial=148)
    vpc = add_vpc(stack, "lp-prod", "10.20.0.0/16")
    network = Network(
        vpc,
        add_subnets(stack, vpc, "public", "10.20", 0, public=True),
        add_subnets(stack, vpc, "private", "10.20", 16),
        add_subnets(stack, vpc, "data", "10.20", 32),
    )
    gateway = add_internet_gateway(stack, vpc)
    public = _table(stack, vpc, "public", (Route(EVERYWHERE, "gateway_id", gateway),), network.public)
    _associate(stack, "public", public, network.public)
    for subnet in network.private:
        letter = subnet.zone[-1]
        nat = _nat_gateway(stack, vpc, letter, network.public["abc".index(letter)])
        routes = (Route(EVERYWHERE, "nat_gateway_id", nat),)
        table = _table(stack, vpc, "private", routes, (subnet,), index=letter)
        stack.add(
            "private",
            RouteTableAssociation(home=stack.home, table=table, subnet=subnet),
            index=letter,
            file="routes.tf",
            code={
                "for_each": Expr("local.zone_letters"),
                "subnet_id": Expr("aws_subnet.private[each.value].id"),
                "route_table_id": Expr("aws_route_table.private[each.key].id"),
            },
        )
    data = _table(stack, vpc, "data", (), network.data)
    _associate(stack, "data", data, network.data)
    _add_endpoints(stack, vpc)
    return stack, network


def build_staging_network(stack: Stack) -> Network:
    """The network that staging and the tools share: one tier, two zones."""
    vpc = add_vpc(stack, "lp-staging", "10.60.0.0/16")
    subnets = add_subnets(stack, vpc, "private", "10.60", 16, count=2)
    gateway = add_internet_gateway(stack, vpc)
    table = _table(stack, vpc, "private", (Route(EVERYWHERE, "gateway_id", gateway),), subnets)
    _associate(stack, "private", table, subnets)
    return Network(vpc, subnets, subnets)


def build_recovery_network(stack: Stack) -> Network:
    """The network that waits in the recovery region."""
    vpc = add_vpc(stack, "lp-recovery", "10.40.0.0/16")
    subnets = add_subnets(stack, vpc, "private", "10.40", 16)
    gateway = add_internet_gateway(stack, vpc)
    table = _table(stack, vpc, "private", (Route(EVERYWHERE, "gateway_id", gateway),), subnets)
    _associate(stack, "private", table, subnets)
    return Network(vpc, subnets, subnets)


def add_vpc(stack: Stack, name: str, cidr: str) -> Vpc:
    """Declares a VPC."""
    tags = {"Name": name, **_TAGS}
    return stack.add("main", Vpc(home=stack.home, name=name, cidr=cidr, tags=tags), file="vpc.tf")


def add_subnets(
    stack: Stack, vpc: Vpc, tier: str, prefix: str, first: int, *, count: int = 3, public: bool = False
) -> tuple[Subnet, ...]:
    """Declares one subnet of a tier in each of `count` zones."""
    code = {
        "count": count,
        "cidr_block": Expr(f"cidrsubnet(aws_vpc.main.cidr_block, 8, {first} + count.index)"),
        "availability_zone": Expr("local.zones[count.index]"),
        "tags": Expr(f'merge(local.tags, {{ Name = "{vpc.name}-{tier}-${{local.letters[count.index]}}" }})'),
    }
    return tuple(
        stack.add(
            tier,
            Subnet(
                home=stack.home,
                name=f"{tier}-{index}",
                cidr=f"{prefix}.{first + index}.0/24",
                vpc=vpc,
                zone=stack.home.zone(index),
                public=public,
                tags={**_TAGS, "Name": f"{vpc.name}-{tier}-{'abc'[index]}"},
            ),
            index=index,
            file="vpc.tf",
            code=code,
        )
        for index in range(count)
    )


def add_internet_gateway(stack: Stack, vpc: Vpc) -> str:
    """Declares an internet gateway; returns its id."""
    gateway = "igw-" + hex_of("igw", vpc.name)
    values = {
        "arn": stack.home.arn("ec2", f"internet-gateway/{gateway}"),
        "id": gateway,
        "owner_id": stack.home.account.number,
        "tags": {"Name": vpc.name, **_TAGS},
        "tags_all": {"Name": vpc.name, **_TAGS, **stack.home.default_tags},
        "timeouts": None,
        "vpc_id": vpc.vpc_id,
    }
    written = ("vpc_id", "tags")
    stack.add("main", plain(stack.home, "aws_internet_gateway", values, written=written), file="vpc.tf")
    return gateway


def default_group(home: Home, vpc: Vpc) -> SecurityGroup:
    """The security group that AWS makes with every VPC."""
    return SecurityGroup(
        home=home,
        name="default",
        vpc=vpc,
        description="default VPC security group",
        ingress=(Rule(None, group="sg-" + hex_of("default-sg", vpc.name), protocol="-1"),),
        is_default=True,
        live_tags={},
    )


def main_table(home: Home, vpc: Vpc) -> RouteTable:
    """The route table that AWS makes with every VPC."""
    return RouteTable(home=home, name=vpc.name, vpc=vpc, is_main=True, live_tags={})


def _table(
    stack: Stack,
    vpc: Vpc,
    tier: str,
    routes: tuple[Route, ...],
    subnets: tuple[Subnet, ...],
    index: str | None = None,
) -> RouteTable:
    name = f"{vpc.name}-{tier}" + (f"-{index}" if index else "")
    table = RouteTable(
        home=stack.home, name=name, vpc=vpc, routes=routes, subnets=subnets, tags={"Name": name, **_TAGS}
    )
    code: dict[str, object] = {}
    if index:
        code = {
            "for_each": Expr("local.zone_letters"),
            "route": [{"cidr_block": EVERYWHERE, "nat_gateway_id": Expr("aws_nat_gateway.main[each.key].id")}],
            "tags": Expr(f'merge(local.tags, {{ Name = "{vpc.name}-{tier}-${{each.key}}" }})'),
        }
    return stack.add(tier, table, index=index, file="routes.tf", code=code)


def _associate(stack: Stack, tier: str, table: RouteTable, subnets: tuple[Subnet, ...]) -> None:
    for index, subnet in enumerate(subnets):
        stack.add(
            tier,
            RouteTableAssociation(home=stack.home, table=table, subnet=subnet),
            index=index,
            file="routes.tf",
            code={
                "count": len(subnets),
                "subnet_id": Expr(f"aws_subnet.{tier}[count.index].id"),
            },
        )


def _nat_gateway(stack: Stack, vpc: Vpc, letter: str, subnet: Subnet) -> str:
    gateway = "nat-" + hex_of("nat", vpc.name, letter)
    name = f"{vpc.name}-{letter}"
    values = {
        "allocation_id": "eipalloc-" + hex_of("eip", vpc.name, letter),
        "connectivity_type": "public",
        "id": gateway,
        "subnet_id": subnet.subnet_id,
        "tags": {"Name": name, **_TAGS},
        "tags_all": {"Name": name, **_TAGS, **stack.home.default_tags},
    }
    stack.add(
        "main",
        plain(stack.home, "aws_nat_gateway", values, written=("allocation_id", "subnet_id", "tags")),
        index=letter,
        file="routes.tf",
        code={
            "for_each": Expr("local.zone_letters"),
            "allocation_id": Expr("local.elastic_ips[each.key]"),
            "subnet_id": Expr("aws_subnet.public[each.value].id"),
            "tags": Expr(f'merge(local.tags, {{ Name = "{vpc.name}-${{each.key}}" }})'),
        },
    )
    return gateway


def _add_endpoints(stack: Stack, vpc: Vpc) -> None:
    """The group in front of the VPC endpoints, with its rules declared one by one."""
    https = {
        "vpc": Rule(443, vpc.cidr, description="TLS from inside the VPC"),
        "office": Rule(443, "10.200.0.0/20", description="TLS from the office network"),
    }
    group = SecurityGroup(
        home=stack.home,
        name="lp-prod-endpoints",
        vpc=vpc,
        description="VPC endpoints",
        ingress=tuple(https.values()),
        egress=(),
        separate_rules=True,
        tags={"Name": "lp-prod-endpoints", **_TAGS},
    )
    stack.add("endpoints", group, file="endpoints.tf")
    for name, rule in https.items():
        stack.add(
            f"endpoints_{name}",
            IngressRule(home=stack.home, group=group, rule=rule),
            file="endpoints.tf",
        )
