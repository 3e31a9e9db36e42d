"""Security groups and their rules."""

from dataclasses import dataclass
from typing import Any

from driftguard_tui.demo.kit import hex_of, number_of, pairs
from driftguard_tui.demo.things.base import Recorded, Thing
from driftguard_tui.demo.things.network import Vpc

ANYWHERE = "0.0.0.0/0"


@dataclass(frozen=True)
class Rule:
    """Traffic that is let through. `group` is the id of the other security group, if it is not a network."""

    port: int | None
    cidr: str | None = None
    group: str | None = None
    description: str = ""
    to_port: int | None = None
    protocol: str = "tcp"

    @property
    def ports(self) -> tuple[int, int]:
        """First and last port, 0 and 0 for all traffic as Terraform writes it."""
        return (self.port or 0, self.to_port or self.port or 0)


ALL_OUT = Rule(None, ANYWHERE, protocol="-1")


@dataclass(frozen=True, kw_only=True)
class SecurityGroup(Recorded):
    terraform_type = "aws_security_group"
    native = "AWS::EC2::SecurityGroup"
    schema_version = 1

    name: str
    vpc: Vpc
    description: str = "Managed by Terraform"
    ingress: tuple[Rule, ...] = ()
    egress: tuple[Rule, ...] = (ALL_OUT,)
    separate_rules: bool = False
    is_default: bool = False

    @property
    def arguments(self) -> tuple[str, ...]:  # type: ignore[override]  # rules may be resources of their own
        own = () if self.separate_rules else ("ingress", "egress")
        return ("name", "description", "vpc_id", *own, "tags")

    @property
    def group_id(self) -> str:
        if self.is_default:
            return "sg-" + hex_of("default-sg", self.vpc.name)
        return "sg-" + hex_of("sg", self.vpc.name, self.name)

    def attributes(self) -> dict[str, Any]:
        return {
            "arn": self.home.arn("ec2", f"security-group/{self.group_id}"),
            "description": self.description,
            "egress": [_block(rule) for rule in self.egress],
            "id": self.group_id,
            "ingress": [_block(rule) for rule in self.ingress],
            "name": self.name,
            "name_prefix": "",
            "owner_id": self.home.account.number,
            "revoke_rules_on_delete": False,
            **self.tag_attributes(),
            "timeouts": None,
            "vpc_id": self.vpc.vpc_id,
        }

    def config_item(self) -> dict[str, Any]:
        return self.recorded_item(
            self.group_id,
            self.name,
            {
                "description": self.description,
                "groupName": self.name,
                "ipPermissions": self._permissions(self.ingress),
                "ownerId": self.home.account.number,
                "groupId": self.group_id,
                "ipPermissionsEgress": self._permissions(self.egress),
                "tags": pairs(self.shown_tags),
                "vpcId": self.vpc.vpc_id,
            },
        )

    def _permissions(self, rules: tuple[Rule, ...]) -> list[dict[str, Any]]:
        """Rules as EC2 answers them: those with the same protocol and ports are one permission."""
        merged: dict[tuple[str, int | None, int | None], dict[str, Any]] = {}
        for rule in rules:
            first, last = (None, None) if rule.protocol == "-1" else rule.ports
            permission = merged.setdefault(
                (rule.protocol, first, last),
                {
                    **({} if first is None else {"fromPort": first}),
                    "ipProtocol": rule.protocol,
                    "ipv6Ranges": [],
                    "prefixListIds": [],
                    **({} if last is None else {"toPort": last}),
                    "userIdGroupPairs": [],
                    "ipv4Ranges": [],
                    "ipRanges": [],
                },
            )
            described = {"description": rule.description} if rule.description else {}
            if rule.group:
                pair = {**described, "groupId": rule.group, "userId": self.home.account.number}
                permission["userIdGroupPairs"].append(pair)
            else:
                permission["ipv4Ranges"].append({"cidrIp": rule.cidr, **described})
                permission["ipRanges"].append(rule.cidr)
        return list(merged.values())


@dataclass(frozen=True, kw_only=True)
class SecurityGroupRule(Thing):
    """A rule of a group that is declared on its own, in the older of the two ways."""

    terraform_type = "aws_security_group_rule"
    arguments = (
        "type", "security_group_id", "protocol", "from_port", "to_port", "cidr_blocks",
        "source_security_group_id", "description",
    )  # fmt: skip
    schema_version = 2

    group: SecurityGroup
    rule: Rule
    direction: str = "ingress"

    def attributes(self) -> dict[str, Any]:
        first, last = self.rule.ports
        key = (self.group.group_id, self.direction, self.rule)
        return {
            "cidr_blocks": [self.rule.cidr] if self.rule.cidr else None,
            "description": self.rule.description,
            "from_port": first,
            "id": f"sgrule-{1_000_000_000 + number_of(*key, below=3_000_000_000)}",
            "ipv6_cidr_blocks": None,
            "prefix_list_ids": None,
            "protocol": self.rule.protocol,
            "security_group_id": self.group.group_id,
            "security_group_rule_id": "sgr-" + hex_of(*key),
            "self": False,
            "source_security_group_id": self.rule.group,
            "timeouts": None,
            "to_port": last,
            "type": self.direction,
        }


@dataclass(frozen=True, kw_only=True)
class IngressRule(Thing):
    """A rule of a group that is declared on its own, in the newer way."""

    terraform_type = "aws_vpc_security_group_ingress_rule"
    arguments = (
        "security_group_id", "ip_protocol", "from_port", "to_port", "cidr_ipv4",
        "referenced_security_group_id", "description",
    )  # fmt: skip

    group: SecurityGroup
    rule: Rule

    def attributes(self) -> dict[str, Any]:
        first, last = self.rule.ports
        rule_id = "sgr-" + hex_of(self.group.group_id, "ingress", self.rule)
        return {
            "arn": self.home.arn("ec2", f"security-group-rule/{rule_id}"),
            "cidr_ipv4": self.rule.cidr,
            "cidr_ipv6": None,
            "description": self.rule.description or None,
            "from_port": first,
            "id": rule_id,
            "ip_protocol": self.rule.protocol,
            "prefix_list_id": None,
            "referenced_security_group_id": self.rule.group,
            "security_group_id": self.group.group_id,
            "security_group_rule_id": rule_id,
            **self.tag_attributes(),
            "to_port": last,
        }


def _block(rule: Rule) -> dict[str, Any]:
    first, last = rule.ports
    return {
        "cidr_blocks": [rule.cidr] if rule.cidr else [],
        "description": rule.description,
        "from_port": first,
        "ipv6_cidr_blocks": [],
        "prefix_list_ids": [],
        "protocol": rule.protocol,
        "security_groups": [rule.group] if rule.group else [],
        "self": False,
        "to_port": last,
    }
