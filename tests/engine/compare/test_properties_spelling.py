"""Spellings that mean the same, and those that do not."""

import pytest

from engine.compare.properties_spelling import spelled_alike

ROLE = "arn:aws:iam::123456789012:role/app"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/76039e55-2469-4c94-95ab-e12d8615bb98"


@pytest.mark.parametrize(
    ("name", "declared", "actual"),
    [
        ("Timeout", 30, "30"),
        ("Enabled", "true", True),
        ("Size", 5, 5.0),
        ("Engine", "MySQL", "mysql"),
        ("Role", "app", ROLE),
        ("Role", ROLE, "app"),
        ("Name", "shop.example.com", "shop.example.com."),
        ("Name", "*.example.com", "\\052.example.com."),
        ("EngineVersion", "8.0", "8.0.45"),
        ("EngineVersion", "5.0.x", "5.0.6"),
        ("PlatformVersion", "LATEST", "1.4.0"),
        ("ScheduleExpression", "rate(60 minutes)", "rate(1 hour)"),
        ("ScheduleExpression", "rate(1 day)", "rate(24 hours)"),
        ("CidrBlock", "10.0.0.7/24", "10.0.0.0/24"),
        ("Ipv6CidrBlock", "2001:db8:0:0::/64", "2001:db8::/64"),
        ("StartTime", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00"),
        ("KmsKeyId", "alias/shop", KEY),
        ("Value", "caf?", "café"),
        ("Text", "line\n", "line"),
        ("ScheduleExpression", "cron(0  8 * * ? *)", "cron(0 8 * * ? *)"),
        ("TaskDefinition", "web", "arn:aws:ecs:eu-west-1:123456789012:task-definition/web:12"),
        ("FileSystemId", "arn:aws:elasticfilesystem:eu-west-1:123456789012:file-system/fs-1", "fs-1"),
        ("LagId", "lags/dxlag-1", "dxlag-1"),
        ("Principal", "123456789012", "arn:aws:iam::123456789012:root"),
        ("Name", "tier", "custom:tier"),
        ("Expires", 1767225600, "2026-01-01T00:00:00Z"),
        ("Period", "PT60M", "PT1H"),
        ("ToPort", 65535, -1),
    ],
)
def test_alike(name: str, declared: object, actual: object) -> None:
    assert spelled_alike(name, declared, actual)


@pytest.mark.parametrize(
    ("name", "declared", "actual"),
    [
        ("Timeout", 30, 31),
        ("Enabled", True, False),
        ("Role", "pp", ROLE),
        ("Name", "8.0", "8.0.45"),
        ("EngineVersion", "8.0", "8.1"),
        ("EngineVersion", "8.0", "8.04"),
        ("ScheduleExpression", "rate(60 minutes)", "rate(2 hours)"),
        ("CidrBlock", "10.0.0.0/24", "10.0.0.0/16"),
        ("StartTime", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z"),
        ("KmsKeyId", KEY, KEY.replace("7603", "7604")),
        ("Value", "cafe?", "cafe!"),
        ("Name", "a", ""),
        ("Path", "b", "/a/b"),
        ("Period", "PT60M", "PT2H"),
        ("ToPort", 22, -1),
    ],
)
def test_not_alike(name: str, declared: object, actual: object) -> None:
    assert not spelled_alike(name, declared, actual)
