"""Spellings that mean the same, and those that do not."""

import pytest

from engine.compare.cloudformation.spelling import spelled_alike

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
        ("PortRange", "443-443", "443"),
        ("Rate", 0.3, 0.30000001192092896),
        ("Memory", "1 GB", "1024"),
        ("Cpu", ".5 vCPU", "512"),
        ("PluginName", "test-decoding", "test_decoding"),
        ("Events", "QUERY, CONNECT", "connect,query"),
        ("Attributes", "b=2;a=1;", "a=1;b=2"),
        ("Secret", "hunter2", "****"),
        ("UserData", "#!/bin/sh\necho hi\n", "IyEvYmluL3NoCmVjaG8gaGkK"),
        ("LocationUri", "s3://lake/shop", "s3://lake/shop/"),
        ("ArtifactS3Location", "s3://bucket/home", "bucket/home"),
        ("Url", "https://issuer.example.org/", "issuer.example.org"),
        ("LogGroupArn", "arn:aws:logs:eu-west-1:1:log-group:a:*", "arn:aws:logs:eu-west-1:1:log-group:a"),
        ("SecretId", "db", "arn:aws:secretsmanager:eu-west-1:1:secret:db-AbCdEf"),
        (
            "ParentImage",
            "arn:aws:imagebuilder:eu-west-1:aws:image/base/x.x.x",
            "arn:aws:imagebuilder:eu-west-1:aws:image/base/1.2.3",
        ),
        ("SshPublicKey", "ssh-ed25519 AAAA ada@example.org", "ssh-ed25519 AAAA"),
        ("Time", "23:00", "23:00:00Z"),
        ("Start", "1767225600", "2026-01-01_00:00"),
        ("Expires", 1784632175, 1784631600),
        ("ResourceRecords", "2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
        ("Version", "$Latest", "7"),
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
        ("PortRange", "443-444", "443"),
        ("Rate", 0.3, 0.31),
        ("Memory", "1 GB", "2048"),
        ("Events", "QUERY,CONNECT", "QUERY"),
        ("Secret", "hunter2", "***"),
        ("UserData", "echo hi", "ZWNobyBobw=="),
        ("Url", "https://issuer.example.org", "http://issuer.example.org"),
        ("LocationUri", "s3://lake/shop", "s3://lake/shops"),
        ("Description", "s3://bucket/home", "bucket/home"),
        ("SecretId", "db", "arn:aws:secretsmanager:eu-west-1:1:secret:other-AbCdEf"),
        ("ParentImage", "image/base/x.x.x", "image/other/1.2.3"),
        ("Value", "x", "7"),
        ("SshPublicKey", "ssh-ed25519 AAAA", "ssh-ed25519 BBBB"),
        ("Time", "23:00", "23:30:00Z"),
        ("Expires", 1784632175, 1784635200),
        ("ResourceRecords", "2001:db8::1", "2001:db8::2"),
    ],
)
def test_not_alike(name: str, declared: object, actual: object) -> None:
    assert not spelled_alike(name, declared, actual)
