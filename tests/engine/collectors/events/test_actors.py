"""Who acted: people by their own name, software by its role, the provider by its service."""

import json
from typing import Any

import pytest

from engine.collectors.events.actors import author_of
from engine.collectors.events.cloudtrail.records import to_event
from engine.model import Actor, ActorKind, Via
from tests.support.trail import FIREFOX, JANA, record, session, user

CLI = "aws-cli/2.15.30 Python/3.11.8 Darwin/23.4.0 exe/x86_64 prompt/off"
TERRAFORM = "APN/1.0 HashiCorp/1.0 Terraform/1.9.2 (+https://www.terraform.io) terraform-provider-aws/5.60.0"
BOTO = "Boto3/1.34.84 md/Botocore#1.34.24 ua/2.0 os/linux lang/python#3.11"
LAMBDA = f"{BOTO} exec-env/AWS_Lambda_python3.12"


def actor(identity: dict[str, Any], agent: str = CLI, **more: Any) -> Actor:
    raw = json.dumps(record(userIdentity=identity, userAgent=agent, **more)).encode()
    return to_event(raw, "trail").actor


@pytest.mark.parametrize(
    ("identity", "agent", "principal", "role"),
    [
        (JANA, CLI, "jana@shop.example", "Engineer"),
        (session("adfs-engineer", "robin_wong"), FIREFOX, "robin_wong", "adfs-engineer"),
        (session("break-glass", "tomasz"), CLI, "tomasz", "break-glass"),
        (session("Ops", "x", sourceIdentity="mia@shop.example"), BOTO, "mia@shop.example", "Ops"),
        (user("rossi.dmitri"), "aws-sdk-go-v2/1.24.0 os/linux", "rossi.dmitri", None),
        ({"type": "Root", "arn": "arn:aws:iam::123456789012:root"}, FIREFOX, "arn:aws:iam::123456789012:root", None),
        (JANA, TERRAFORM, "jana@shop.example", "Engineer"),
        (session("PlatformEngineer", "lkim"), TERRAFORM, "lkim", "PlatformEngineer"),
        (session("DevOps", "alund"), TERRAFORM, "alund", "DevOps"),
        (session("PowerUserAccess", "ejoshi"), TERRAFORM, "ejoshi", "PowerUserAccess"),
        (session("DeveloperAccess", "hana_haas"), TERRAFORM, "hana_haas", "DeveloperAccess"),
        (session("BreakGlassAdmin", "mia"), BOTO, "mia", "BreakGlassAdmin"),
    ],
)
def test_people(identity: dict[str, Any], agent: str, principal: str, role: str | None) -> None:
    found = actor(identity, agent)
    assert (found.principal, found.kind, found.role) == (principal, ActorKind.HUMAN, role)


@pytest.mark.parametrize(
    ("identity", "agent", "principal"),
    [
        (session("gitlab-runner-deploy", "gitlab-41662"), TERRAFORM, "gitlab-runner-deploy"),
        (session("github-actions", "GitHubActions"), BOTO, "github-actions"),
        (session("mgmt-node", "i-07b0877ff04737d43"), CLI, "mgmt-node"),
        (session("tagger", "tagger-nightly"), LAMBDA, "tagger"),
        (session("checkout-svc-app", "checkout-9d6fe1"), "aws-sdk-java/2.20.108 Linux/5.10", "checkout-svc-app"),
        (session("node-scaler", "5327111448071082985"), "aws-sdk-go/1.44 cluster-autoscaler/v1.28.2", "node-scaler"),
        (session("anything", "botocore-session-1710000000"), BOTO, "anything"),
        (user("svc-backup"), BOTO, "svc-backup"),
    ],
)
def test_automation(identity: dict[str, Any], agent: str, principal: str) -> None:
    found = actor(identity, agent)
    assert (found.principal, found.kind) == (principal, ActorKind.AUTOMATION)


@pytest.mark.parametrize(
    ("identity", "agent", "principal"),
    [
        ({"type": "AWSService", "invokedBy": "ecs.amazonaws.com"}, "ecs.amazonaws.com", "ecs.amazonaws.com"),
        (session("AWSServiceRoleForRDS", "StorageScaling"), "rds.amazonaws.com", "rds.amazonaws.com"),
        (session("AWSServiceRoleForECS", "ecs"), "", "AWSServiceRoleForECS"),
    ],
)  # fmt: skip
def test_the_provider_itself(identity: dict[str, Any], agent: str, principal: str) -> None:
    found = actor(identity, agent)
    assert (found.principal, found.kind, found.via) == (principal, ActorKind.SERVICE, Via.CONTROLLER)


def test_callers_of_another_account_are_no_service_of_the_provider() -> None:
    other = {"type": "AWSAccount", "accountId": "210987654321"}
    assert actor({**other, "principalId": "AROAEXAMPLE:mia@shop.example"}, BOTO).principal == "mia@shop.example"
    assert actor({**other, "principalId": "AROAEXAMPLE:mia@shop.example"}, BOTO).kind is ActorKind.HUMAN
    assert actor({**other, "principalId": "AIDAEXAMPLE"}, BOTO) == Actor(
        "AIDAEXAMPLE", ActorKind.UNKNOWN, Via.SDK, "198.51.100.7"
    )


def test_a_session_that_tells_nothing_stays_unknown() -> None:
    found = actor(session("x1", "y2"), "curl/8.1")
    assert (found.kind, found.via) == (ActorKind.UNKNOWN, Via.UNKNOWN)


def test_an_absent_identity_is_no_reason_to_fail() -> None:
    assert actor({}, "") == Actor(source_ip="198.51.100.7")
    raw = json.dumps(record(userIdentity=None, userAgent=None)).encode()
    assert to_event(raw, "trail").actor.kind is ActorKind.UNKNOWN


@pytest.mark.parametrize(
    ("agent", "via"),
    [
        (FIREFOX, Via.CONSOLE),
        ("signin.amazonaws.com", Via.CONSOLE),
        (CLI, Via.CLI),
        (BOTO, Via.SDK),
        (TERRAFORM, Via.TERRAFORM),
        ("OpenTofu/1.8.0", Via.TERRAFORM),
        ("cluster-autoscaler/v1.28.2", Via.CONTROLLER),
        ("somebody's own client", Via.UNKNOWN),
    ],
)
def test_the_client_tells_the_way(agent: str, via: Via) -> None:
    assert actor(JANA, agent).via is via


def test_credentials_of_a_console_session_count_as_the_console() -> None:
    assert actor(JANA, BOTO, sessionCredentialFromConsole="true").via is Via.CONSOLE


def test_authors_of_commits() -> None:
    assert author_of("Jana Reyes", "jana@shop.example") == Actor("jana@shop.example", ActorKind.HUMAN)
    assert author_of("Kenji Rao", "55+kenjir@users.noreply.example").principal == "Kenji Rao"
    assert author_of("renovate[bot]", "bot@renovate.example").kind is ActorKind.AUTOMATION


@pytest.mark.parametrize(
    ("name", "email", "kind"),
    [
        ("PagerDuty", "", ActorKind.AUTOMATION),
        ("system", "", ActorKind.AUTOMATION),
        ("svc-monitoring", "", ActorKind.AUTOMATION),
        ("Sally Svcova", "sally@shop.example", ActorKind.HUMAN),
        ("Ben Diaz", "ben@monitoring.example", ActorKind.HUMAN),
    ],
)
def test_who_opens_tickets(name: str, email: str, kind: ActorKind) -> None:
    assert author_of(name, email).kind is kind
