"""Who called in Azure: people by their address, software by its name, Azure's own services as such."""

import json
from typing import Any

import pytest

from engine.collectors.events.azure_activity.callers import Subject, actor_from, changer
from engine.model import Actor, ActorKind, Via
from tests.support.azure_log import CLI, GROUP, PORTAL, person, software

APP = "81349677-f571-40a4-a2ca-b13f9034f6d5"
HUMAN, AUTOMATION, SERVICE, UNKNOWN = ActorKind.HUMAN, ActorKind.AUTOMATION, ActorKind.SERVICE, ActorKind.UNKNOWN


def actor(claims: dict[str, Any], caller: str = "", **more: Any) -> Actor:
    return actor_from(Subject(caller, json.dumps(claims).encode(), **more))


@pytest.mark.parametrize(
    ("appid", "via"),
    [
        (PORTAL, Via.CONSOLE),
        (CLI, Via.CLI),
        ("1950a258-227b-4e31-a9cf-717495945fc2", Via.CLI),
        (CLI.upper(), Via.CLI),
        (APP, Via.UNKNOWN),
    ],
)
def test_a_person_by_the_program_they_use(appid: str, via: Via) -> None:
    found = actor(person("jana@shop.example", appid), "jana@shop.example")
    assert (found.principal, found.kind, found.via) == ("jana@shop.example", HUMAN, via)


@pytest.mark.parametrize(
    ("upn", "principal"),
    [
        ("jo_ann_partner.example#EXT#@shop.onmicrosoft.com", "jo_ann@partner.example"),
        ("live.com#jo@outlook.example", "jo@outlook.example"),
    ],
)
def test_a_guest_by_their_address_at_home(upn: str, principal: str) -> None:
    assert actor(person(upn), upn).principal == principal


def test_a_person_without_an_address_by_name() -> None:
    claims = {"name": "Jana Reyes", "idtyp": "user", "oid": APP}
    assert actor(claims, APP).principal == "Jana Reyes"
    assert actor({"idtyp": "user"}, APP).principal == APP


def test_older_tokens_do_not_say_what_they_are() -> None:
    claims = person("jana@shop.example")
    del claims["idtyp"]
    assert actor(claims).kind is HUMAN
    claims = software(APP)
    del claims["idtyp"]
    assert actor(claims, APP).kind is AUTOMATION
    assert actor({}, "jana@shop.example").kind is HUMAN
    assert actor({}, APP, principal_type="User").kind is HUMAN
    assert actor({}, APP, principal_type="ServicePrincipal").kind is AUTOMATION
    assert actor({}) == Actor()


def test_a_service_principal_keeps_its_id_where_nothing_is_better() -> None:
    assert actor(software(APP), APP) == Actor(APP, AUTOMATION)
    assert actor(software(APP, app_displayname="shop-deploy"), APP).principal == "shop-deploy"


@pytest.mark.parametrize(
    ("identity", "name", "kind"),
    [
        (f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/deployer", "deployer", AUTOMATION),
        (f"{GROUP}/providers/Microsoft.Compute/virtualMachines/build-1", "build-1", AUTOMATION),
        (f"{GROUP}/providers/Microsoft.ContainerService/managedClusters/aks-1", "aks-1", SERVICE),
        (f"{GROUP}/providers/Microsoft.Authorization/policyAssignments/tags", "tags", SERVICE),
    ],
)
def test_a_managed_identity_by_what_has_it(identity: str, name: str, kind: ActorKind) -> None:
    found = actor(software(APP, xms_mirid=identity), APP)
    assert (found.principal, found.kind) == (name, kind)


def test_azures_own_applications_are_services() -> None:
    aks = "7319c514-987d-4e9b-ac3d-d38c4f427f4c"
    assert actor(software(aks), APP) == Actor("Azure Kubernetes Service", SERVICE, Via.CONTROLLER)
    assert actor({}, "Microsoft.RecoveryServices").kind is SERVICE


def test_a_service_that_carries_out_what_a_person_asked_for() -> None:
    policy = "1d78a85d-813d-46f0-b496-dd72f50a3ec0"
    found = actor(person("jana@shop.example", policy), "jana@shop.example")
    assert (found.principal, found.kind) == ("jana@shop.example", HUMAN)
    found = actor(software(APP, actor=json.dumps(person("jana@shop.example"))), APP)
    assert (found.principal, found.kind, found.via) == ("jana@shop.example", HUMAN, Via.CONSOLE)


def test_a_machines_user_is_no_person() -> None:
    for upn in ("svc-deploy@shop.example", "github-ci@shop.example", "Sync_DC01_0a1b@shop.onmicrosoft.com"):
        assert actor(person(upn), upn).kind is AUTOMATION
    for upn in ("cisco.ramon@shop.example", "abbott@shop.example", "tfontaine@shop.example"):
        assert actor(person(upn), upn).kind is HUMAN


def test_address_and_role() -> None:
    found = actor(person("jana@shop.example"), role="Owner", source_ip="203.0.113.7:50122")
    assert (found.source_ip, found.role) == ("203.0.113.7", "Owner")
    assert actor(person("jana@shop.example")).source_ip == "203.0.113.9"
    assert actor(software(APP, xms_mirid="/x/y"), role="Owner").role == "Owner"


def test_claims_that_are_text_or_broken() -> None:
    assert actor_from(Subject("", json.dumps(json.dumps(person("jana@shop.example"))).encode())).kind is HUMAN
    assert actor_from(Subject("jana@shop.example", b"[1]")).principal == "jana@shop.example"
    assert actor({"upn": 3, "appid": None, "idtyp": []}, "jana@shop.example").kind is HUMAN


@pytest.mark.parametrize(
    ("name", "kind", "client", "expected"),
    [
        ("jana@shop.example", "User", "Azure Portal", Actor("jana@shop.example", HUMAN, Via.CONSOLE)),
        ("jana@shop.example", "User", "Azure CLI", Actor("jana@shop.example", HUMAN, Via.CLI)),
        (APP, "Application", "Terraform", Actor(APP, AUTOMATION, Via.TERRAFORM)),
        (APP, "Application", "Unknown", Actor(APP, AUTOMATION, Via.UNKNOWN)),
        ("System", "System", "Unspecified", Actor()),
        ("Unspecified", "User", "Azure Portal", Actor()),
        ("", "", "", Actor()),
    ],
)
def test_whom_resource_graph_names(name: str, kind: str, client: str, expected: Actor) -> None:
    assert changer(name, kind, client) == expected
