"""Load balancers."""

from dataclasses import dataclass
from typing import Any

from driftguard_tui.demo.kit import hex_of, iso_millis, number_of, pairs
from driftguard_tui.demo.things.base import Recorded
from driftguard_tui.demo.things.network import Subnet


@dataclass(frozen=True, kw_only=True)
class LoadBalancer(Recorded):
    terraform_type = "aws_lb"
    native = "AWS::ElasticLoadBalancingV2::LoadBalancer"
    arguments = (
        "name", "internal", "load_balancer_type", "security_groups", "subnets", "idle_timeout",
        "enable_deletion_protection", "drop_invalid_header_fields", "access_logs", "tags",
    )  # fmt: skip

    name: str
    subnets: tuple[Subnet, ...]
    groups: tuple[str, ...]
    internal: bool = False
    idle_timeout: int = 60
    deletion_protection: bool = True
    drop_invalid_headers: bool = True
    log_bucket: str = ""
    logs_on: bool = True

    @property
    def suffix(self) -> str:
        return f"app/{self.name}/{hex_of('lb', self.home, self.name, length=16)}"

    def attributes(self) -> dict[str, Any]:
        arn = self.home.arn("elasticloadbalancing", f"loadbalancer/{self.suffix}")
        return {
            "access_logs": [{"bucket": self.log_bucket, "enabled": self.logs_on, "prefix": self.name}],
            "arn": arn,
            "arn_suffix": self.suffix,
            "client_keep_alive": 3600,
            "connection_logs": [{"bucket": "", "enabled": False, "prefix": ""}],
            "customer_owned_ipv4_pool": "",
            "desync_mitigation_mode": "defensive",
            "dns_name": self._dns_name(),
            "dns_record_client_routing_policy": None,
            "drop_invalid_header_fields": self.drop_invalid_headers,
            "enable_cross_zone_load_balancing": True,
            "enable_deletion_protection": self.deletion_protection,
            "enable_http2": True,
            "enable_tls_version_and_cipher_suite_headers": False,
            "enable_waf_fail_open": False,
            "enable_xff_client_port": False,
            "id": arn,
            "idle_timeout": self.idle_timeout,
            "internal": self.internal,
            "ip_address_type": "ipv4",
            "load_balancer_type": "application",
            "name": self.name,
            "name_prefix": "",
            "preserve_host_header": False,
            "security_groups": list(self.groups),
            "subnet_mapping": [
                {
                    "allocation_id": "",
                    "ipv6_address": "",
                    "outpost_id": "",
                    "private_ipv4_address": "",
                    "subnet_id": subnet.subnet_id,
                }
                for subnet in self.subnets
            ],
            "subnets": [subnet.subnet_id for subnet in self.subnets],
            **self.tag_attributes(),
            "timeouts": None,
            "vpc_id": self.subnets[0].vpc.vpc_id,
            "xff_header_processing_mode": "append",
            "zone_id": "Z32O12XQLNTSW2",
        }

    def config_item(self) -> dict[str, Any]:
        settings = {
            "access_logs.s3.enabled": self.logs_on,
            "access_logs.s3.bucket": self.log_bucket,
            "access_logs.s3.prefix": self.name,
            "client_keep_alive.seconds": 3600,
            "connection_logs.s3.enabled": False,
            "connection_logs.s3.bucket": "",
            "connection_logs.s3.prefix": "",
            "deletion_protection.enabled": self.deletion_protection,
            "idle_timeout.timeout_seconds": self.idle_timeout,
            "load_balancing.cross_zone.enabled": True,
            "routing.http.desync_mitigation_mode": "defensive",
            "routing.http.drop_invalid_header_fields.enabled": self.drop_invalid_headers,
            "routing.http.preserve_host_header.enabled": False,
            "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": False,
            "routing.http.xff_client_port.enabled": False,
            "routing.http.xff_header_processing.mode": "append",
            "routing.http2.enabled": True,
            "waf.fail_open.enabled": False,
        }
        return self.recorded_item(
            self.arn,
            self.name,
            {
                "loadBalancerArn": self.arn,
                "dNSName": self._dns_name(),
                "canonicalHostedZoneId": "Z32O12XQLNTSW2",
                "createdTime": iso_millis(self.created),
                "loadBalancerName": self.name,
                "scheme": "internal" if self.internal else "internet-facing",
                "vpcId": self.subnets[0].vpc.vpc_id,
                "state": {"code": "active", "reason": None},
                "type": "application",
                "availabilityZones": [
                    {"zoneName": subnet.zone, "subnetId": subnet.subnet_id, "loadBalancerAddresses": []}
                    for subnet in self.subnets
                ],
                "securityGroups": list(self.groups),
                "ipAddressType": "ipv4",
            },
            {
                "LoadBalancerAttributes": [
                    {"key": key, "value": str(value).lower() if isinstance(value, bool) else str(value)}
                    for key, value in settings.items()
                ],
                "Tags": pairs(self.shown_tags),
            },
            zone="Multiple Availability Zones",
        )

    def _dns_name(self) -> str:
        internal = "internal-" if self.internal else ""
        number = 100_000_000 + number_of("dns", self.home, self.name, below=1_900_000_000)
        return f"{internal}{self.name}-{number}.{self.home.region}.elb.amazonaws.com"
