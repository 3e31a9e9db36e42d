"""Distributions of CloudFront."""

from typing import Any

from tests.support.terraform.case import TEAM, Case, Made, pairs, unset
from tests.support.terraform.shapes import Attributes, Client, tags


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


CASES = [
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
]
