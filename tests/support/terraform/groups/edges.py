"""What faces the world: names, certificates, distributions, firewalls, mail and logins."""

from typing import Any

from tests.support.terraform.case import TEAM, Case, Made, pairs, unset
from tests.support.terraform.shapes import ACCOUNT, REGION, Attributes, Client, tags

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


def _distribution_settings(name: str, **more: Any) -> dict[str, Any]:
    return {
        "CallerReference": name,
        "Comment": name,
        "Enabled": True,
        "PriceClass": "PriceClass_100",
        "DefaultRootObject": "index.html",
        "HttpVersion": "http2",
        "IsIPV6Enabled": True,
        "Aliases": {"Quantity": 0},
        "Origins": {
            "Quantity": 1,
            "Items": [
                {
                    "Id": "web",
                    "DomainName": f"{name}.example.com",
                    "OriginPath": "",
                    "CustomHeaders": {"Quantity": 0},
                    "ConnectionAttempts": 3,
                    "ConnectionTimeout": 10,
                    "CustomOriginConfig": {
                        "HTTPPort": 80,
                        "HTTPSPort": 443,
                        "OriginProtocolPolicy": "https-only",
                        "OriginSslProtocols": {"Quantity": 1, "Items": ["TLSv1.2"]},
                        "OriginReadTimeout": 30,
                        "OriginKeepaliveTimeout": 5,
                    },
                }
            ],
        },
        "DefaultCacheBehavior": {
            "TargetOriginId": "web",
            "ViewerProtocolPolicy": "redirect-to-https",
            "AllowedMethods": {
                "Quantity": 2,
                "Items": ["GET", "HEAD"],
                "CachedMethods": {"Quantity": 2, "Items": ["GET", "HEAD"]},
            },
            "Compress": True,
            "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
            "TrustedSigners": {"Enabled": False, "Quantity": 0},
            "TrustedKeyGroups": {"Enabled": False, "Quantity": 0},
        },
        "Restrictions": {"GeoRestriction": {"RestrictionType": "none", "Quantity": 0}},
        "ViewerCertificate": {"CloudFrontDefaultCertificate": True, "MinimumProtocolVersion": "TLSv1"},
        **more,
    }


def _distribution(client: Client, name: str, _made: Made) -> Attributes:
    found = client("cloudfront").create_distribution_with_tags(
        DistributionConfigWithTags={"DistributionConfig": _distribution_settings(name), "Tags": {"Items": pairs()}}
    )["Distribution"]
    return {
        "id": found["Id"],
        "arn": found["ARN"],
        "aliases": [],
        "anycast_ip_list_id": "",
        "caller_reference": name,
        "comment": name,
        "continuous_deployment_policy_id": "",
        "custom_error_response": [],
        "default_cache_behavior": [
            {
                "allowed_methods": ["GET", "HEAD"],
                "cache_policy_id": "658327ea-f89d-4fab-a63d-7e88639e58f6",
                "cached_methods": ["GET", "HEAD"],
                "compress": True,
                "default_ttl": 0,
                "field_level_encryption_id": "",
                "forwarded_values": [],
                "function_association": [],
                "grpc_config": [{"enabled": False}],
                "lambda_function_association": [],
                "max_ttl": 0,
                "min_ttl": 0,
                "smooth_streaming": False,
                "target_origin_id": "web",
                "trusted_key_groups": [],
                "trusted_signers": [],
                "viewer_protocol_policy": "redirect-to-https",
                **unset("origin_request_policy_id realtime_log_config_arn response_headers_policy_id"),
            }
        ],
        "default_root_object": "index.html",
        "domain_name": found["DomainName"],
        "enabled": True,
        "etag": "E2QWRUHAPOMQZL",
        "hosted_zone_id": "Z2FDTNDATAQYW2",
        "http_version": "http2",
        "in_progress_validation_batches": 0,
        "is_ipv6_enabled": True,
        "last_modified_time": "2026-01-15 10:15:00 +0000 UTC",
        "logging_config": [],
        "ordered_cache_behavior": [],
        "origin": [
            {
                "connection_attempts": 3,
                "connection_timeout": 10,
                "custom_header": [],
                "custom_origin_config": [
                    {
                        "http_port": 80,
                        "https_port": 443,
                        "origin_keepalive_timeout": 5,
                        "origin_protocol_policy": "https-only",
                        "origin_read_timeout": 30,
                        "origin_ssl_protocols": ["TLSv1.2"],
                    }
                ],
                "domain_name": f"{name}.example.com",
                "origin_access_control_id": "",
                "origin_id": "web",
                "origin_path": "",
                "origin_shield": [],
                "s3_origin_config": [],
                "vpc_origin_config": [],
            }
        ],
        "origin_group": [],
        "price_class": "PriceClass_100",
        "restrictions": [{"geo_restriction": [{"locations": [], "restriction_type": "none"}]}],
        "retain_on_delete": False,
        "staging": False,
        "status": "Deployed",
        "trusted_key_groups": [{"enabled": False, "items": []}],
        "trusted_signers": [{"enabled": False, "items": []}],
        "viewer_certificate": [
            {
                "acm_certificate_arn": "",
                "cloudfront_default_certificate": True,
                "iam_certificate_id": "",
                "minimum_protocol_version": "TLSv1",
                "ssl_support_method": "",
            }
        ],
        "wait_for_deployment": True,
        "web_acl_id": "",
        **tags(TEAM),
    }


def _redistribute(client: Client, state: Attributes) -> None:
    cloudfront = client("cloudfront")
    cloudfront.update_distribution(
        Id=state["id"],
        IfMatch=cloudfront.get_distribution(Id=state["id"])["ETag"],
        DistributionConfig=_distribution_settings("orders", PriceClass="PriceClass_All", DefaultRootObject="x.html"),
    )


def _remove_distribution(client: Client, state: Attributes) -> None:
    cloudfront = client("cloudfront")
    cloudfront.update_distribution(
        Id=state["id"],
        IfMatch=cloudfront.get_distribution(Id=state["id"])["ETag"],
        DistributionConfig=_distribution_settings("returns", Enabled=False),
    )
    cloudfront.delete_distribution(Id=state["id"], IfMatch=cloudfront.get_distribution(Id=state["id"])["ETag"])


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


def _mail_identity(client: Client, name: str, _made: Made) -> Attributes:
    client("sesv2").create_email_identity(EmailIdentity=f"{name}.example.com", Tags=pairs())
    return {
        "id": f"{name}.example.com",
        "arn": f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/{name}.example.com",
        "email_identity": f"{name}.example.com",
        "configuration_set_name": "",
        "dkim_signing_attributes": [
            {
                "current_signing_key_length": "RSA_2048_BIT",
                "domain_signing_private_key": None,
                "domain_signing_selector": None,
                "last_key_generation_timestamp": "2026-01-15T10:15:00Z",
                "next_signing_key_length": "RSA_2048_BIT",
                "signing_attributes_origin": "AWS_SES",
                "status": "SUCCESS",
                "tokens": [],
            }
        ],
        "identity_type": "DOMAIN",
        "verified_for_sending_status": False,
        **tags(TEAM),
    }


def _users(client: Client, name: str, _made: Made) -> Attributes:
    pool = client("cognito-idp").create_user_pool(
        PoolName=name,
        MfaConfiguration="OFF",
        AutoVerifiedAttributes=["email"],
        DeletionProtection="ACTIVE" if name == "orders" else "INACTIVE",
        Policies={
            "PasswordPolicy": {
                "MinimumLength": 12,
                "RequireLowercase": True,
                "RequireNumbers": True,
                "RequireSymbols": True,
                "RequireUppercase": True,
                "TemporaryPasswordValidityDays": 7,
            }
        },
        UserPoolTags=TEAM,
    )["UserPool"]
    return {
        "id": pool["Id"],
        "arn": pool["Arn"],
        "name": name,
        "mfa_configuration": "OFF",
        "auto_verified_attributes": ["email"],
        "deletion_protection": "ACTIVE" if name == "orders" else "INACTIVE",
        "domain": "",
        "custom_domain": "",
        "endpoint": f"cognito-idp.{REGION}.amazonaws.com/{pool['Id']}",
        "estimated_number_of_users": 0,
        "creation_date": "2026-01-15T10:15:00Z",
        "last_modified_date": "2026-01-15T10:15:00Z",
        "alias_attributes": None,
        "username_attributes": None,
        "password_policy": [
            {
                "minimum_length": 12,
                "password_history_size": 0,
                "require_lowercase": True,
                "require_numbers": True,
                "require_symbols": True,
                "require_uppercase": True,
                "temporary_password_validity_days": 7,
            }
        ],
        "admin_create_user_config": [{"allow_admin_create_user_only": False, "invite_message_template": []}],
        "email_configuration": [
            {
                "configuration_set": "",
                "email_sending_account": "COGNITO_DEFAULT",
                "from_email_address": "",
                "reply_to_email_address": "",
                "source_arn": "",
            }
        ],
        "verification_message_template": [
            {
                "default_email_option": "CONFIRM_WITH_CODE",
                **unset("email_message email_message_by_link email_subject email_subject_by_link sms_message"),
            }
        ],
        "schema": [],
        "user_pool_tier": "ESSENTIALS",
        **unset("email_verification_message email_verification_subject sms_authentication_message"),
        "sms_verification_message": "",
        **unset("account_recovery_setting device_configuration email_mfa_configuration lambda_config", []),
        **unset("sign_in_policy sms_configuration software_token_mfa_configuration user_attribute_update_settings", []),
        **unset("user_pool_add_ons username_configuration web_authn_configuration", []),
        **tags(TEAM),
    }


def _app(client: Client, name: str, made: Made) -> Attributes:
    pool = made["aws_cognito_user_pool"]["id"]
    found = client("cognito-idp").create_user_pool_client(
        UserPoolId=pool,
        ClientName=name,
        ExplicitAuthFlows=["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"],
        CallbackURLs=["https://shop.example/in"],
        AllowedOAuthFlows=["code"],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthScopes=["openid"],
        SupportedIdentityProviders=["COGNITO"],
        RefreshTokenValidity=30,
    )["UserPoolClient"]
    return {
        "id": found["ClientId"],
        "name": name,
        "user_pool_id": pool,
        "client_secret": "",
        "explicit_auth_flows": ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"],
        "callback_urls": ["https://shop.example/in"],
        "logout_urls": [],
        "allowed_oauth_flows": ["code"],
        "allowed_oauth_flows_user_pool_client": True,
        "allowed_oauth_scopes": ["openid"],
        "supported_identity_providers": ["COGNITO"],
        "refresh_token_validity": 30,
        "access_token_validity": 0,
        "id_token_validity": 0,
        "auth_session_validity": 3,
        "default_redirect_uri": "",
        "enable_propagate_additional_user_context_data": False,
        "enable_token_revocation": True,
        "generate_secret": None,
        "prevent_user_existence_errors": "",
        "read_attributes": [],
        "write_attributes": [],
        **unset("analytics_configuration refresh_token_rotation token_validity_units", []),
    }


def _guests(client: Client, name: str, _made: Made) -> Attributes:
    found = client("cognito-identity").create_identity_pool(
        IdentityPoolName=name, AllowUnauthenticatedIdentities=False, IdentityPoolTags=TEAM
    )["IdentityPoolId"]
    return {
        "id": found,
        "arn": f"arn:aws:cognito-identity:{REGION}:{ACCOUNT}:identitypool/{found}",
        "identity_pool_name": name,
        "allow_unauthenticated_identities": False,
        "allow_classic_flow": False,
        "cognito_identity_providers": [],
        "developer_provider_name": "",
        "openid_connect_provider_arns": [],
        "saml_provider_arns": [],
        "supported_login_providers": {},
        **tags(TEAM),
    }


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
        "aws_cloudfront_distribution",
        _distribution,
        (
            (
                _redistribute,
                {
                    "price_class": ("PriceClass_100", "PriceClass_All"),
                    "default_root_object": ("index.html", "x.html"),
                },
            ),
        ),
        _remove_distribution,
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
    Case(
        "aws_sesv2_email_identity",
        _mail_identity,
        (),
        lambda client, state: client("sesv2").delete_email_identity(EmailIdentity=state["id"]),
    ),
    Case(
        "aws_cognito_user_pool",
        _users,
        (
            (
                lambda client, state: client("cognito-idp").update_user_pool(
                    UserPoolId=state["id"],
                    DeletionProtection="INACTIVE",
                    AutoVerifiedAttributes=["email"],
                    MfaConfiguration="OFF",
                    Policies={
                        "PasswordPolicy": {
                            "MinimumLength": 6,
                            "RequireLowercase": True,
                            "RequireNumbers": True,
                            "RequireSymbols": True,
                            "RequireUppercase": True,
                            "TemporaryPasswordValidityDays": 7,
                        }
                    },
                    UserPoolTags=TEAM,
                ),
                {
                    "deletion_protection": ("ACTIVE", "INACTIVE"),
                    "password_policy[0].minimum_length": (12, 6),
                },
            ),
        ),
        lambda client, state: client("cognito-idp").delete_user_pool(UserPoolId=state["id"]),
    ),
    Case(
        "aws_cognito_user_pool_client",
        _app,
        (
            (
                lambda client, state: client("cognito-idp").update_user_pool_client(
                    UserPoolId=state["user_pool_id"],
                    ClientId=state["id"],
                    CallbackURLs=["https://shop.example/in", "https://evil.example"],
                    RefreshTokenValidity=365,
                ),
                {
                    "callback_urls": (
                        ["https://shop.example/in"],
                        ["https://shop.example/in", "https://evil.example"],
                    ),
                    "refresh_token_validity": (30, 365),
                },
            ),
        ),
    ),
    Case(
        "aws_cognito_identity_pool",
        _guests,
        (
            (
                lambda client, state: client("cognito-identity").update_identity_pool(
                    IdentityPoolId=state["id"],
                    IdentityPoolName=state["identity_pool_name"],
                    AllowUnauthenticatedIdentities=True,
                    DeveloperProviderName="login.shop",
                ),
                {"allow_unauthenticated_identities": (False, True)},
            ),
        ),
        lambda client, state: client("cognito-identity").delete_identity_pool(IdentityPoolId=state["id"]),
    ),
]
