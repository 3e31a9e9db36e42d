"""What Larkspur Parcel declares: its stacks, from the networks up."""

from dataclasses import dataclass

from driftguard_tui.demo.company import PROD_DUBLIN, PROD_FRANKFURT, SHARED_DUBLIN, Home
from driftguard_tui.demo.estate.data import ACCESS_LOGS, build_data
from driftguard_tui.demo.estate.functions import build_functions
from driftguard_tui.demo.estate.networks import Network, build_prod_network
from driftguard_tui.demo.estate.plan import Estate, Expr, Placed, Stack, Where
from driftguard_tui.demo.estate.platform import build_platform
from driftguard_tui.demo.estate.services import build_services
from driftguard_tui.demo.estate.shared import build_recovery, build_staging, build_tools

__all__ = ["Company", "Estate", "Expr", "Network", "Placed", "Stack", "Where", "build_company"]


@dataclass(frozen=True)
class Company:
    """Everything declared, and the networks by where they are."""

    estate: Estate
    networks: dict[Home, Network]


def build_company() -> Company:
    """Declares the whole estate."""
    network_stack, network = build_prod_network()
    recovery_stack, recovery = build_recovery()
    staging_stack, staging = build_staging()
    for stack, built in ((network_stack, network), (recovery_stack, recovery), (staging_stack, staging)):
        stack.output("vpc_id", built.vpc.vpc_id)
        stack.output("private_subnet_ids", [subnet.subnet_id for subnet in built.private])
    network_stack.output("public_subnet_ids", [subnet.subnet_id for subnet in network.public])
    network_stack.output("data_subnet_ids", [subnet.subnet_id for subnet in network.data])
    stacks = (
        network_stack,
        build_data(network),
        build_services(network, ACCESS_LOGS),
        build_functions(),
        build_platform(network),
        recovery_stack,
        staging_stack,
        build_tools(staging),
    )
    return Company(Estate(stacks), {PROD_DUBLIN: network, PROD_FRANKFURT: recovery, SHARED_DUBLIN: staging})
