"""Where resources are put: the network that every account has from the start."""

from tests.support.terraform.shapes import Client


def subnets(client: Client, number: int = 2) -> list[str]:
    """Some subnets of the account's default network."""
    found = client("ec2").describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["true"]}])["Subnets"]
    return sorted(subnet["SubnetId"] for subnet in found)[:number]


def default_vpc(client: Client) -> str:
    """The account's default network."""
    found: str = client("ec2").describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]
    return found


def default_group(client: Client) -> str:
    """The default security group of that network."""
    vpc = {"Name": "vpc-id", "Values": [default_vpc(client)]}
    named = {"Name": "group-name", "Values": ["default"]}
    found: str = client("ec2").describe_security_groups(Filters=[vpc, named])["SecurityGroups"][0]["GroupId"]
    return found
