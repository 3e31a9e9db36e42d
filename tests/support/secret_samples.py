"""Secrets of many kinds, made up, as they stand in texts and under names. None is anybody's."""

import base64
import json
from typing import Any

_LETTERS = "aZ3xQ9kLm2Vt7RwY5bNc8DfG1hJpS4uE6oTi0KvXzWqBrCyAMnHgPdFjUsIleO"


def _made(length: int, seed: int) -> str:
    """Letters and digits without a pattern, the same each time."""
    state, found = seed * 7919 + 17, ""
    while len(found) < length:
        state = (state * 1103515245 + 12345) % 2**31
        found += _LETTERS[(state >> 8) % len(_LETTERS)]
    return found


def _hex(length: int, seed: int) -> str:
    return _made(length, seed).encode().hex()[:length]


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _pem(kind: str, seed: int) -> str:
    return f"-----BEGIN {kind}PRIVATE KEY-----\n{_made(64, seed)}\n-----END {kind}PRIVATE KEY-----"


def _token(before: str, seed: int, length: int = 40) -> tuple[str, str]:
    made = _made(length, seed)
    return before + made, made


_JWT = f"eyJ{_made(20, 1)}.eyJ{_made(40, 2)}.{_made(43, 3)}"

#: By kind: a text that holds the secret, in which nothing but the secret's form tells; and of it what must not be seen.
FORMS: dict[str, tuple[str, str]] = {
    "RSA key": (_pem("RSA ", 10), _made(64, 10)),
    "EC key": (_pem("EC ", 11), _made(64, 11)),
    "PKCS 8 key": (_pem("", 12), _made(64, 12)),
    "OpenSSH key": (_pem("OPENSSH ", 13), _made(64, 13)),
    "coded key": (_base64(_pem("RSA ", 14)), _base64(_pem("RSA ", 14))[50:90]),
    "JSON web token": (_JWT, _made(40, 2)),
    "AWS secret key": ((secret := "wJalr" + _made(34, 15) + "7"), secret),
    "AWS session token": _token("IQoJb3JpZ2luX2Vj", 16, 120),
    "GitHub token": _token("ghp_", 17, 36),
    "GitHub app token": _token("ghs_", 18, 36),
    "GitHub fine-grained token": _token("github_pat_", 19, 60),
    "GitLab token": _token("glpat-", 20, 20),
    "GitLab runner token": _token("glrt-", 21, 20),
    "Atlassian token": _token("ATATT3xFfGF0", 22, 150),
    "Terraform token": (f"{_made(14, 23)}.atlasv1.{_made(67, 24)}", _made(67, 24)),
    "Slack token": _token("xoxb-123456789012-", 25, 24),
    "Slack app token": _token("xapp-1-A012-", 26, 40),
    "Slack webhook": (f"https://hooks.slack.com/services/T01ABCDEF/B01ABCDEF/{_made(24, 27)}", _made(24, 27)),
    "Discord webhook": (f"https://discord.com/api/webhooks/123456789012345678/{_made(60, 28)}", _made(60, 28)),
    "Teams webhook": (
        f"https://shop.webhook.office.com/webhookb2/{_hex(8, 29)}/IncomingWebhook/{_hex(32, 30)}/x",
        _hex(32, 30),
    ),
    "Telegram token": (f"123456789:AA{_made(33, 31)}", _made(33, 31)),
    "Stripe key": _token("sk_live_", 32, 24),
    "Stripe restricted key": _token("rk_live_", 33, 24),
    "Stripe webhook secret": _token("whsec_", 34, 32),
    "SendGrid key": (f"SG.{_made(22, 35)}.{_made(43, 36)}", _made(43, 36)),
    "Mailgun key": (f"key-{_hex(32, 37)}", _hex(32, 37)),
    "Shopify token": (f"shpat_{_hex(32, 38)}", _hex(32, 38)),
    "OpenAI key": _token("sk-proj-", 39, 48),
    "Anthropic key": _token("sk-ant-api03-", 40, 90),
    "Hugging Face token": _token("hf_", 41, 34),
    "Google key": _token("AIza", 42, 35),
    "Google access token": _token("ya29.", 43, 100),
    "Google client secret": _token("GOCSPX-", 44, 28),
    "Azure client secret": (f"abc8Q~{_made(34, 45)}", _made(34, 45)),
    "Azure storage key": (f"AccountName=shop;AccountKey={_made(86, 46)}==", _made(86, 46)),
    "Azure SAS": (f"https://shop.blob.core.windows.net/a?sv=2022&se=2026&sig={_made(40, 47)}%3D", _made(40, 47)),
    "Azure bus key": (f"Endpoint=sb://shop.example/;SharedAccessKey={_made(43, 48)}=", _made(43, 48)),
    "presigned URL": (f"https://s3.example/a?X-Amz-Expires=60&X-Amz-Signature={_hex(64, 49)}", _hex(64, 49)),
    "npm token": _token("npm_", 50, 36),
    "npmrc": (f"//registry.npmjs.org/:_authToken={_made(36, 51)}", _made(36, 51)),
    "PyPI token": _token("pypi-AgEIcHlwaS5vcmc", 52, 100),
    "Docker token": _token("dckr_pat_", 53, 27),
    "DigitalOcean token": (f"dop_v1_{_hex(64, 54)}", _hex(64, 54)),
    "Databricks token": (f"dapi{_hex(32, 55)}", _hex(32, 55)),
    "Grafana token": _token("glsa_", 56, 32),
    "New Relic key": _token("NRAK-", 57, 27),
    "Vault token": _token("hvs.", 58, 90),
    "age key": ("AGE-SECRET-KEY-1" + _made(58, 59).upper(), _made(58, 59).upper()),
    "connection string": (f"postgres://shop:{_made(16, 60)}@db.internal:5432/shop", _made(16, 60)),
    "password in a URL": (f"redis://:{_made(16, 61)}@cache:6379", _made(16, 61)),
    "database string": (f"Server=db;User Id=sa;Password={_made(16, 62)};", _made(16, 62)),
    "bearer": (f"Authorization: Bearer {_made(30, 63)}", _made(30, 63)),
    "basic": (f"authorization: Basic {_base64('shop:' + _made(12, 64))}", _base64("shop:" + _made(12, 64))),
    "shell": (f"export DB_PASSWORD={_made(16, 65)}", _made(16, 65)),
    "flag": (f"psql --password {_made(16, 66)} -h db", _made(16, 66)),
    "query": (f"https://api.example/v1?access_token={_made(24, 67)}&page=2", _made(24, 67)),
    "YAML": (f"spring:\n  datasource:\n    password: {_made(16, 68)}\n", _made(16, 68)),
}  # fmt: skip

#: Names under which nothing but the name tells that a value is secret.
NAMES = (
    "password", "masterUserPassword", "DB_PASSWORD", "PGPASSWORD", "secret", "clientSecret", "client_secret",
    "SECRET_KEY", "stripeSecretKey", "token", "authToken", "accessToken", "sessionToken", "apiKey", "x-api-key",
    "privateKey", "connectionString", "passphrase", "sharedAccessKey", "credentials", "aws_secret_access_key",
    "UserData", "secretString", "client-key-data", "storageAccountKey", "webhookSecret", "signingKey",
)  # fmt: skip


def named() -> dict[str, str]:
    """A secret for each name, without a form of its own."""
    return {name: _made(18, 100 + number) for number, name in enumerate(NAMES)}


def _shapes() -> dict[str, tuple[Any, str]]:
    login = _base64("shop:" + _made(14, 200))
    step = {"op": "add", "path": "/spec", "value": {"env": [{"name": "API_TOKEN", "value": _made(18, 206)}]}}
    secret = {"apiVersion": "v1", "kind": "Secret", "data": {"x": _base64(_made(18, 202))}, "metadata": {"name": "s"}}
    return {
        "environment": ([{"name": "DB_PASSWORD", "value": _made(18, 201)}], _made(18, 201)),
        "tags": ([{"Key": "token", "Value": _made(18, 203)}], _made(18, 203)),
        "Docker login": ({"auths": {"https://index.example": {"auth": login}}}, login),
        "flags": ({"args": ["--listen", ":80", "--api-token", _made(18, 204)]}, _made(18, 204)),
        "Secret": (secret, secret["data"]["x"]),  # type: ignore[index]
        "stringData": ({"kind": "Secret", "stringData": {"url": _made(18, 205)}}, _made(18, 205)),
        "JSON in text": (json.dumps({"deep": json.dumps(secret)}), secret["data"]["x"]),  # type: ignore[index]
        "patch": ([step], _made(18, 206)),
        "headers": ({"headers": [{"name": "Authorization", "value": _made(18, 207)}]}, _made(18, 207)),
    }


#: By kind: a value in whose shape a secret stands, and the secret.
SHAPES = _shapes()

#: What looks a little like a secret, and has to stay readable.
HARMLESS = (
    "arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
    "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-password-AbCdEf",
    "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop-web@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd1",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "1234abcd-12ab-34cd-56ef-1234567890ab",
    "/subscriptions/0a1b2c3d-0000-4000-8000-00000000000a/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv",
    "projects/shop-prod/secrets/db-password/versions/3",
    "AKIAIOSFODNN7EXAMPLE",
    "vol-0123456789abcdef0",
    "module.tokens.aws_secretsmanager_secret.password",
    "https://sqs.eu-west-1.amazonaws.com/123456789012/password-resets",
    "/etc/ssl/private/server.key",
    "task-definition-family:17",
    "key-0a1b2c3d",
    "disk-sk-proj",
    "kubectl/v1.31.0 (linux/amd64) kubernetes/9edcffc",
    "Password policy: at least 14 characters",
    "api key rotated by the platform team",
    "The token expired; log in again",
    'secrets "db-password" is forbidden: User "jana" cannot get resource "secrets" in API group ""',
    "AssumeRoleWithWebIdentity by the token of a service account",
    "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC7",
    "-----BEGIN CERTIFICATE-----",
    "eu-west-1a",
    "hf_models_bucket",
    "sig-network",
    "GET /api/v1/namespaces/shop/secrets?limit=500&continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEi",
)
