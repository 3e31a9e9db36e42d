"""Who stands behind a call to a Kubernetes API server, as its audit log names the user."""

import json
from typing import Any

import pytest

from engine.collectors.events.kubernetes_audit.users import caller
from engine.model import Actor, ActorKind, Via
from tests.support.kubernetes_audit import AUTOSCALER, CONTROLLERS, FIREFOX, JANA, K9S, KUBECTL, account

Json = dict[str, Any]

HUMAN, AUTOMATION, SERVICE, UNKNOWN = ActorKind.HUMAN, ActorKind.AUTOMATION, ActorKind.SERVICE, ActorKind.UNKNOWN
_OBJECT_ID = "11111111-2222-3333-4444-555555555555"
_GO = "kubernetes/$Format"


def actor(user: Json, agent: str = KUBECTL, impersonated: Json | None = None) -> Actor:
    return caller(json.dumps(user).encode(), json.dumps(impersonated).encode(), agent, "198.51.100.7")


def named(name: str, *groups: str, **extra: str) -> Json:
    return {"username": name, "groups": list(groups), "extra": {key: [value] for key, value in extra.items()}}


def assumed(role: str, session: str, username: str = "") -> Json:
    arn = f"arn:aws:sts::123456789012:assumed-role/{role}/{session}"
    return named(username or arn, "engineers", arn=arn, sessionName=session)


@pytest.mark.parametrize(
    ("user", "agent", "principal", "kind", "via"),
    [
        (JANA, KUBECTL, "jana@shop.example", HUMAN, Via.CLI),
        (JANA, K9S, "jana@shop.example", HUMAN, Via.CLI),
        (JANA, FIREFOX, "jana@shop.example", HUMAN, Via.CONSOLE),
        (named("oidc:jana"), KUBECTL, "jana", HUMAN, Via.CLI),
        (named("https://login.shop.example#jana"), KUBECTL, "jana", HUMAN, Via.CLI),
        (named("kubernetes-admin", "system:masters"), KUBECTL, "kubernetes-admin", HUMAN, Via.CLI),
        (named("system:admin", "system:masters"), KUBECTL, "system:admin", HUMAN, Via.CLI),
        (named(_OBJECT_ID, upn="jana@shop.example"), KUBECTL, "jana@shop.example", HUMAN, Via.CLI),
        (named("u-x7k2p", username="jana"), KUBECTL, "jana", HUMAN, Via.CLI),
        (named(_OBJECT_ID), "Go-http-client/2.0", _OBJECT_ID, AUTOMATION, Via.SDK),
        (named("ci@shop.iam.gserviceaccount.com"), KUBECTL, "ci@shop.iam.gserviceaccount.com", AUTOMATION, Via.CLI),
        (named("gitlab-deployer"), "Helm/3.15", "gitlab-deployer", AUTOMATION, Via.CLI),
        (named("jana@shop.example"), "HashiCorp/1.0 Terraform/1.9.0", "jana@shop.example", HUMAN, Via.TERRAFORM),
        (named("system:anonymous", "system:unauthenticated"), "curl/8.0", "system:anonymous", UNKNOWN, Via.UNKNOWN),
        (
            named("system:node:ip-10-0-0-1"),
            "kubelet/v1.31.0 (linux/amd64)",
            "system:node:ip-10-0-0-1",
            SERVICE,
            Via.CONTROLLER,
        ),
        (
            named("system:kube-controller-manager"),
            CONTROLLERS,
            "system:kube-controller-manager",
            SERVICE,
            Via.CONTROLLER,
        ),
        (named("eks:addon-manager"), "Go-http-client/2.0", "eks:addon-manager", SERVICE, Via.SDK),
        (AUTOSCALER, CONTROLLERS, AUTOSCALER["username"], SERVICE, Via.CONTROLLER),
        (
            account("argocd", "argocd-application-controller"),
            f"argocd-application-controller/v2 (linux/amd64) {_GO}",
            "system:serviceaccount:argocd:argocd-application-controller",
            AUTOMATION,
            Via.CONTROLLER,
        ),
        (
            account("shop", "reloader"),
            f"reloader/v0.0.0 (linux/amd64) {_GO}",
            "system:serviceaccount:shop:reloader",
            AUTOMATION,
            Via.CONTROLLER,
        ),
        (account("ci", "runner"), KUBECTL, "system:serviceaccount:ci:runner", AUTOMATION, Via.CLI),
        (account("shop", "default"), KUBECTL, "system:serviceaccount:shop:default", UNKNOWN, Via.CLI),
        (account("shop", "metrics"), "curl/7.88.1", "system:serviceaccount:shop:metrics", UNKNOWN, Via.UNKNOWN),
        (
            assumed("AWSReservedSSO_Admin_0123456789abcdef", "jana@shop.example"),
            KUBECTL,
            "jana@shop.example",
            HUMAN,
            Via.CLI,
        ),
        (assumed("eks-admin", "jana.doe", "admin"), KUBECTL, "jana.doe", HUMAN, Via.CLI),
        (assumed("github-actions", "GitHubActions", "deployer"), KUBECTL, "deployer", AUTOMATION, Via.CLI),
        (assumed("worker", "i-0123456789abcdef0"), KUBECTL, "worker", AUTOMATION, Via.CLI),
        (named("arn:aws:iam::123456789012:user/jana"), KUBECTL, "jana", HUMAN, Via.CLI),
    ],
)
def test_people_software_and_the_cluster_are_told_apart(
    user: Json, agent: str, principal: str, kind: ActorKind, via: Via
) -> None:
    found = actor(user, agent)
    assert (found.principal, found.kind, found.via) == (principal, kind, via)
    assert found.source_ip == "198.51.100.7"


@pytest.mark.parametrize(
    ("user", "role"),
    [
        (JANA, "oidc:engineers"),
        (named("jana@shop.example", "staff", "break-glass", "system:authenticated"), "break-glass"),
        (named("kubernetes-admin", "system:masters"), "system:masters"),
        (assumed("AWSReservedSSO_Admin_0123456789abcdef", "jana@shop.example"), "Admin"),
        (AUTOSCALER, None),
    ],
)
def test_the_role_is_what_gives_the_rights(user: Json, role: str | None) -> None:
    assert actor(user).role == role


def test_who_impersonates_somebody_acts_under_their_rights() -> None:
    found = actor(JANA, impersonated=named("system:admin", "system:masters"))
    assert (found.principal, found.role) == ("jana@shop.example", "system:admin")
    flux = account("flux-system", "kustomize-controller")
    found = actor(flux, f"kustomize-controller/v1 (linux/amd64) {_GO}", account("shop", "deployer"))
    assert (found.principal, found.role) == (flux["username"], "system:serviceaccount:shop:deployer")


def test_a_gateway_lets_a_person_act() -> None:
    gateway = account("cattle-system", "rancher")
    found = actor(gateway, FIREFOX.replace("Mozilla", "proxy"), named("jana@shop.example", "staff"))
    assert (found.principal, found.kind) == ("jana@shop.example", HUMAN)
