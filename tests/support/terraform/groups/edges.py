"""What faces the world: names, certificates, firewalls."""

from typing import Any

from tests.support.terraform.case import TEAM, Case, Made, pairs, unset
from tests.support.terraform.shapes import Attributes, Client, tags

_OTHER = {"Key": "Team", "Value": "other"}


_RETAGGED = {"tags.Team": ("shop", "other")}


def _zone(client: Client, name: str, _made: Made) -> Attributes:
    route53 = client("route53")
    found = route53.create_hosted_zone(
        Name=f"{name}.example.com", CallerReference=name, HostedZoneConfig={"Comment": "shop", "PrivateZone": False}
    )
    zone = found["HostedZone"]["Id"].rpartition("/")[2]
    route53.change_tags_for_resource(ResourceType="hostedzone", ResourceId=zone, AddTags=pairs())
    servers = found["DelegationSet"]["NameServers"]
    return {
        "id": zone,
        "arn": f"arn:aws:route53:::hostedzone/{zone}",
        "zone_id": zone,
        "name": f"{name}.example.com",
        "comment": "shop",
        "delegation_set_id": "",
        "force_destroy": False,
        "name_servers": sorted(servers),
        "primary_name_server": servers[0],
        "vpc": [],
        "timeouts": None,
        **tags(TEAM),
    }


def _upsert(client: Client, zone: str, action: str, **record: Any) -> None:
    change = {"Action": action, "ResourceRecordSet": record}
    client("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [change]})


def _a_record(name: str, ttl: int, *addresses: str) -> dict[str, Any]:
    records = [{"Value": address} for address in addresses]
    return {"Name": f"www.{name}.example.com", "Type": "A", "TTL": ttl, "ResourceRecords": records}


def _record(client: Client, name: str, made: Made) -> Attributes:
    zone = made["aws_route53_zone"]["zone_id"]
    _upsert(client, zone, "CREATE", **_a_record(name, 300, "203.0.113.10"))
    return {
        "id": f"{zone}_www.{name}.example.com_A",
        "zone_id": zone,
        "name": f"www.{name}.example.com",
        "fqdn": f"www.{name}.example.com",
        "type": "A",
        "ttl": 300,
        "records": ["203.0.113.10"],
        "set_identifier": "",
        "health_check_id": "",
        "multivalue_answer_routing_policy": False,
        "allow_overwrite": None,
        **unset("alias cidr_routing_policy failover_routing_policy geolocation_routing_policy", []),
        **unset("geoproximity_routing_policy latency_routing_policy weighted_routing_policy", []),
        "timeouts": None,
    }


def _health_check(client: Client, name: str, _made: Made) -> Attributes:
    route53 = client("route53")
    found = route53.create_health_check(
        CallerReference=name,
        HealthCheckConfig={
            "Type": "HTTPS",
            "FullyQualifiedDomainName": f"{name}.example.com",
            "Port": 443,
            "ResourcePath": "/health",
            "RequestInterval": 30,
            "FailureThreshold": 3,
        },
    )["HealthCheck"]["Id"]
    # The fake leaves the server's name out of the handshake unless it was asked for.
    route53.update_health_check(HealthCheckId=found, EnableSNI=True)
    route53.change_tags_for_resource(ResourceType="healthcheck", ResourceId=found, AddTags=pairs())
    return {
        "id": found,
        "arn": f"arn:aws:route53:::healthcheck/{found}",
        "type": "HTTPS",
        "fqdn": f"{name}.example.com",
        "ip_address": "",
        "port": 443,
        "resource_path": "/health",
        "request_interval": 30,
        "failure_threshold": 3,
        "child_health_threshold": 0,
        "child_healthchecks": [],
        "disabled": False,
        "enable_sni": True,
        "invert_healthcheck": False,
        "measure_latency": False,
        "reference_name": None,
        "regions": [],
        "triggers": None,
        **unset("cloudwatch_alarm_name cloudwatch_alarm_region insufficient_data_health_status"),
        **unset("routing_control_arn search_string"),
        **tags(TEAM),
    }


def _certificate(client: Client, name: str, _made: Made) -> Attributes:
    arn = client("acm").request_certificate(
        DomainName=f"{name}.example.com", ValidationMethod="DNS", Tags=pairs(), KeyAlgorithm="RSA_2048"
    )["CertificateArn"]
    return {
        "id": arn,
        "arn": arn,
        "domain_name": f"{name}.example.com",
        "subject_alternative_names": [f"{name}.example.com"],
        "validation_method": "DNS",
        "key_algorithm": "RSA_2048",
        "options": [{"certificate_transparency_logging_preference": "ENABLED"}],
        "certificate_authority_arn": "",
        "certificate_body": None,
        "certificate_chain": None,
        "private_key": None,
        "domain_validation_options": [],
        "early_renewal_duration": "",
        "not_after": "",
        "not_before": "",
        "pending_renewal": False,
        "renewal_eligibility": "INELIGIBLE",
        "renewal_summary": [],
        "status": "PENDING_VALIDATION",
        "type": "AMAZON_ISSUED",
        "validation_emails": [],
        "validation_option": [],
        **tags(TEAM),
    }


def _addresses(client: Client, name: str, _made: Made) -> Attributes:
    found = client("wafv2").create_ip_set(
        Name=name,
        Scope="REGIONAL",
        Description="offices",
        IPAddressVersion="IPV4",
        Addresses=["203.0.113.0/24"],
        Tags=pairs(),
    )["Summary"]
    return {
        "id": found["Id"],
        "arn": found["ARN"],
        "name": name,
        "name_prefix": "",
        "scope": "REGIONAL",
        "description": "offices",
        "ip_address_version": "IPV4",
        "addresses": ["203.0.113.0/24"],
        "lock_token": found["LockToken"],
        **tags(TEAM),
    }


def _open_addresses(client: Client, state: Attributes) -> None:
    waf, at = client("wafv2"), {"Name": state["name"], "Scope": "REGIONAL", "Id": state["id"]}
    token = waf.get_ip_set(**at)["LockToken"]
    waf.update_ip_set(**at, LockToken=token, Description="anybody", Addresses=["203.0.113.0/24", "198.51.100.0/24"])


def _remove(what: str) -> Any:
    def act(client: Client, state: Attributes) -> None:
        waf, at = client("wafv2"), {"Name": state["name"], "Scope": "REGIONAL", "Id": state["id"]}
        getattr(waf, f"delete_{what}")(**at, LockToken=getattr(waf, f"get_{what}")(**at)["LockToken"])

    return act


_VISIBLE = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "shop"}


def _firewall(client: Client, name: str, _made: Made) -> Attributes:
    found = client("wafv2").create_web_acl(
        Name=name,
        Scope="REGIONAL",
        Description="the shop",
        DefaultAction={"Allow": {}},
        VisibilityConfig=_VISIBLE,
        Rules=[],
        Tags=pairs(),
    )["Summary"]
    return {
        "id": found["Id"],
        "arn": found["ARN"],
        "name": name,
        "name_prefix": "",
        "scope": "REGIONAL",
        "description": "the shop",
        "capacity": 0,
        "default_action": [{"allow": [{"custom_request_handling": []}], "block": []}],
        "lock_token": found["LockToken"],
        "rule": [],
        "rule_json": None,
        "application_integration_url": "",
        "visibility_config": [
            {"cloudwatch_metrics_enabled": True, "metric_name": "shop", "sampled_requests_enabled": True}
        ],
        "token_domains": [],
        **unset("association_config captcha_config challenge_config custom_response_body data_protection_config", []),
        **tags(TEAM),
    }


def _open_firewall(client: Client, state: Attributes) -> None:
    waf, at = client("wafv2"), {"Name": state["name"], "Scope": "REGIONAL", "Id": state["id"]}
    waf.update_web_acl(
        **at,
        LockToken=waf.get_web_acl(**at)["LockToken"],
        Description="any shop",
        DefaultAction={"Allow": {}},
        VisibilityConfig={**_VISIBLE, "SampledRequestsEnabled": False},
        Rules=[],
    )


CASES = [
    Case(
        "aws_route53_zone",
        _zone,
        (
            (
                lambda client, state: client("route53").update_hosted_zone_comment(Id=state["id"], Comment="any"),
                {"comment": ("shop", "any")},
            ),
            (
                lambda client, state: client("route53").change_tags_for_resource(
                    ResourceType="hostedzone", ResourceId=state["id"], AddTags=[_OTHER]
                ),
                _RETAGGED,
            ),
        ),
        lambda client, state: client("route53").delete_hosted_zone(Id=state["id"]),
    ),
    Case(
        "aws_route53_record",
        _record,
        (
            (
                lambda client, state: _upsert(
                    client, state["zone_id"], "UPSERT", **_a_record("orders", 60, "198.51.100.66")
                ),
                {"ttl": (300, 60), "records": (["203.0.113.10"], ["198.51.100.66"])},
            ),
        ),
        lambda client, state: _upsert(client, state["zone_id"], "DELETE", **_a_record("returns", 300, "203.0.113.10")),
    ),
    Case(
        "aws_route53_health_check",
        _health_check,
        (
            (
                lambda client, state: client("route53").update_health_check(
                    HealthCheckId=state["id"], ResourcePath="/", FailureThreshold=9, Disabled=True
                ),
                {
                    "resource_path": ("/health", "/"),
                    "failure_threshold": (3, 9),
                    "disabled": (False, True),
                },
            ),
        ),
        lambda client, state: client("route53").delete_health_check(HealthCheckId=state["id"]),
    ),
    Case(
        "aws_acm_certificate",
        _certificate,
        (
            (
                lambda client, state: client("acm").add_tags_to_certificate(
                    CertificateArn=state["arn"], Tags=[_OTHER, {"Key": "Cost", "Value": "7"}]
                ),
                {**_RETAGGED, "tags.Cost": (None, "7")},
            ),
        ),
        lambda client, state: client("acm").delete_certificate(CertificateArn=state["arn"]),
    ),
    Case(
        "aws_wafv2_ip_set",
        _addresses,
        (
            (
                _open_addresses,
                {
                    "description": ("offices", "anybody"),
                    "addresses": (["203.0.113.0/24"], ["203.0.113.0/24", "198.51.100.0/24"]),
                },
            ),
        ),
        _remove("ip_set"),
    ),
    Case(
        "aws_wafv2_web_acl",
        _firewall,
        (
            (
                _open_firewall,
                {
                    "description": ("the shop", "any shop"),
                    "visibility_config[0].sampled_requests_enabled": (True, False),
                },
            ),
        ),
        _remove("web_acl"),
    ),
]
