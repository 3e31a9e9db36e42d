"""What is recommended speaks of what declares the resource: Terraform, CloudFormation or Kubernetes."""

import shlex
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from engine.compare.ignoring import Ignoring
from engine.model import (
    Action,
    Actor,
    ActorKind,
    Against,
    Category,
    Cause,
    Change,
    Difference,
    Dimensions,
    Drift,
    DriftKind,
    IgnoreRule,
    Level,
    Recommendation,
    ResourceRef,
    Risk,
    Severity,
)
from engine.recommend import recommend
from engine.recommend.commands import build_commands
from engine.recommend.ignoring import accept_pattern, ignore_patterns
from engine.recommend.patches import import_block

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
WEB = ResourceRef("kubernetes", "apps/v1/Deployment", "apps/Deployment/shop/web", "prod", "", "web")
READER = ResourceRef(
    "kubernetes", "rbac.authorization.k8s.io/v1/ClusterRole", "rbac.authorization.k8s.io/ClusterRole//r"
)
SECRET = ResourceRef("kubernetes", "v1/Secret", "/Secret/shop/dsn", "prod", "", "dsn")
QUEUE = ResourceRef("aws", "AWS::SQS::Queue", "https://sqs.example/1/jobs", "1/eu-west-1", "shop/Jobs", "jobs")
MACHINE = ResourceRef(
    "gcp", "google_compute_instance", "projects/shop/zones/europe-west3-b/instances/vm-0", "shop",
    "google_compute_instance.a", "vm-0",
)  # fmt: skip
GROUP_ID = "/subscriptions/5/resourceGroups/rg/providers/Microsoft.Network/networkSecurityGroups/front"
GROUP = ResourceRef(
    "azure", "azurerm_network_security_group", GROUP_ID, "5", "azurerm_network_security_group.f", "front"
)


def drift(ref: ResourceRef, category: Category = Category.MANUAL_TROUBLESHOOTING, **more: Any) -> Drift:
    rest = dict.fromkeys(Category, 0.025) | {category: 0.9}
    plain = Drift(
        id="d1", resource=ref, kind=DriftKind.MODIFIED, changes=(Change("spec.replicas", 3, 9),), changed_at=NOON,
        detected_at=NOON, actor=Actor("jana@example.com", ActorKind.HUMAN),
        cause=Cause(category, 0.9, (0.0, 1.0), rest, "test@1"),
        severity=Severity(Level.LOW, 0, Dimensions()), risk=Risk(0.1),
    )  # fmt: skip
    return structs.replace(plain, **more)


def unmanaged(ref: ResourceRef, category: Category = Category.MANUAL_TROUBLESHOOTING) -> Drift:
    return drift(ref, category, kind=DriftKind.UNMANAGED, changes=())


def advice(found: tuple[Recommendation, ...], action: Action) -> Recommendation:
    return next(item for item in found if item.action is action)


class TestKubernetes:
    def test_a_revert_shows_the_difference_before_it_applies_the_manifest(self) -> None:
        first = recommend(drift(WEB), "shop/web.yaml")[0]

        assert first.title == "Put Deployment shop/web back as the code says"
        assert first.commands == (
            "kubectl --cluster prod diff --server-side --force-conflicts -f shop/web.yaml",
            "kubectl --cluster prod apply --server-side --force-conflicts -f shop/web.yaml",
        )
        assert "kubectl edit" in first.rationale

    def test_without_the_manifest_nothing_is_applied(self) -> None:
        assert recommend(drift(WEB))[0].commands == ()

    def test_a_fix_goes_into_the_manifest(self) -> None:
        first = recommend(drift(WEB, Category.EMERGENCY_FIX), "shop/web.yaml")[0]

        assert (first.action, first.policy) == (Action.ADOPT, "write-emergency-fix")
        assert "put the live values into its manifest" in first.rationale
        assert first.commands == (
            "kubectl --cluster prod --namespace shop get deployment.apps web -o yaml",
            "kubectl --cluster prod diff -f shop/web.yaml",
        )

    def test_what_nobody_declares_becomes_a_manifest(self) -> None:
        found = advice(recommend(unmanaged(WEB)), Action.IMPORT)

        assert found.patch is None
        assert found.commands == (
            "kubectl --cluster prod --namespace shop get deployment.apps web -o yaml > shop-web-deployment.yaml",
            "kubectl --cluster prod diff -f shop-web-deployment.yaml",
        )

    def test_what_has_no_namespace_is_asked_for_without_one(self) -> None:
        assert build_commands(drift(READER), ["adopt"]) == (
            "kubectl get clusterrole.rbac.authorization.k8s.io r -o yaml",
        )

    def test_a_secret_is_neither_shown_nor_written_into_a_file(self) -> None:
        commands = build_commands(unmanaged(SECRET), ["read", "adopt", "import", "check_import"])

        assert set(commands) == {"kubectl --cluster prod --namespace shop describe secret dsn"}

    def test_events_tell_what_happened(self) -> None:
        assert build_commands(drift(WEB), ["trail_resource", "trail_user"]) == (
            "kubectl --cluster prod --namespace shop events --for deployment.apps/web",
        )


class TestCloudFormation:
    DETECT = "aws cloudformation detect-stack-resource-drift --region eu-west-1"
    STACK = "aws cloudformation {} --region eu-west-1 --stack-name shop --change-set-name drift-d1"

    def test_a_revert_is_a_change_set_that_is_looked_at_first(self) -> None:
        *looked_at, last = recommend(drift(QUEUE))[0].commands

        assert [command.split()[2] for command in looked_at] == ["create-change-set", "wait", "describe-change-set"]
        assert "--deployment-mode REVERT_DRIFT" in looked_at[0]
        assert last == self.STACK.format("execute-change-set")

    def test_a_nested_stack_is_named_by_its_id_or_not_at_all(self) -> None:
        nested = drift(structs.replace(QUEUE, address="shop/Network/Jobs"))
        arn = "arn:aws:cloudformation:eu-west-1:1:stack/shop-Network-1ABC/5f"

        assert build_commands(nested, ["revert", "check"], "network.yaml") == ()
        assert build_commands(nested, ["check"], arn) == (
            f"{self.DETECT} --stack-name {arn} --logical-resource-id Jobs",
        )

    def test_an_address_is_asked_about_and_not_opened(self) -> None:
        (command,) = build_commands(drift(QUEUE), ["read"])

        assert shlex.split(command)[-2:] == [
            "--cli-input-json",
            '{"TypeName":"AWS::SQS::Queue","Identifier":"https://sqs.example/1/jobs"}',
        ]

    def test_an_import_goes_by_what_identifies_the_resource(self) -> None:
        found = advice(recommend(unmanaged(structs.replace(QUEUE, address=""))), Action.IMPORT)

        assert "type IMPORT" in found.rationale
        assert [command.split()[2] for command in found.commands] == ["get-resource", "describe-type"]


class TestGoogleAndAzure:
    def test_terraform_puts_them_back(self) -> None:
        assert recommend(drift(MACHINE))[0].commands[0] == (
            "terraform plan -target=google_compute_instance.a -out=drift-d1.tfplan"
        )

    @pytest.mark.parametrize(
        ("identity", "wanted"),
        [
            ("projects/p/global/firewalls/f", "projects/p/global/firewalls/f"),
            ("https://www.googleapis.com/compute/v1/projects/p/global/firewalls/f", "projects/p/global/firewalls/f"),
            ("//compute.googleapis.com/projects/p/global/firewalls/f", "projects/p/global/firewalls/f"),
            ("//storage.googleapis.com/logs", "logs"),
            ("projects/_/buckets/logs", "logs"),
            ("logs", "logs"),
        ],
    )
    def test_google_resources_are_imported_by_their_path(self, identity: str, wanted: str) -> None:
        found = unmanaged(ResourceRef("gcp", "google_thing", identity, "p", name="f"))

        assert build_commands(found, ["import"]) == (f"terraform import google_thing.f {wanted}",)
        assert f'id = "{wanted}"' in (import_block(found) or "")

    def test_azure_resources_are_imported_by_their_id(self) -> None:
        found = advice(recommend(unmanaged(GROUP)), Action.IMPORT)

        assert found.commands[0] == f"terraform import azurerm_network_security_group.front {GROUP_ID}"

    def test_their_own_logs_are_asked(self) -> None:
        by_resource, by_user, shown = build_commands(drift(MACHINE), ["trail_resource", "trail_user", "read"])

        assert by_resource.startswith('gcloud logging read \'logName:"cloudaudit.googleapis.com" AND timestamp>=')
        assert by_resource.endswith('protoPayload.resourceName:"vm-0"\' --project=shop')
        assert 'principalEmail="jana@example.com"' in by_user
        assert shown == "gcloud compute instances describe vm-0 --zone=europe-west3-b --project=shop"
        window = "--start-time 2026-03-14T11:00:00Z --end-time 2026-03-14T12:15:00Z"
        assert build_commands(drift(GROUP), ["trail_resource", "read"]) == (
            f"az monitor activity-log list --resource-id {GROUP_ID} {window}",
            f"az resource show --ids {GROUP_ID}",
        )

    def test_a_name_cannot_change_a_filter(self) -> None:
        odd = structs.replace(MACHINE, id='projects/p/instances/x" OR "')

        assert 'resourceName:"x\\" OR \\""' in build_commands(drift(odd), ["trail_resource"])[0]


class TestBaseline:
    MOVED = (Change("spec.type", "ClusterIP", "NodePort", Against.BASELINE),)

    @pytest.mark.parametrize("ref", [WEB, QUEUE, MACHINE])
    def test_what_software_moved_is_accepted_anew(self, ref: ResourceRef) -> None:
        first = recommend(drift(ref, Category.AUTOMATED_PROCESS, changes=self.MOVED))[0]

        assert (first.action, first.policy) == (Action.ADOPT, "accept-moved")
        assert shlex.split(first.commands[-1]) == ["driftguard", "baseline", "accept", accept_pattern(ref)]

    @pytest.mark.parametrize("category", Category)
    def test_no_apply_is_said_to_put_back_what_nobody_declares(self, category: Category) -> None:
        for item in recommend(drift(MACHINE, category, changes=self.MOVED)):
            assert not any("apply" in command or "plan" in command for command in item.commands)

    def test_what_the_code_says_otherwise_too_is_a_matter_of_the_code(self) -> None:
        both = (*self.MOVED, Change("spec.replicas", 3, 9))

        assert recommend(drift(WEB, changes=both), "web.yaml")[0].policy == "revert-troubleshooting"


class TestIgnoring:
    def test_software_is_left_alone_by_a_line_for_each_change(self) -> None:
        first = recommend(drift(WEB, Category.AUTOMATED_PROCESS))[0]

        assert first.action is Action.IGNORE
        (command,) = first.commands
        assert shlex.split(command) == [
            "printf", "%s\\n", "# left to jana@example.com (drift d1)",
            "apps/v1/Deployment.apps/Deployment/shop/web.spec.replicas", ">>", ".driftignore",
        ]  # fmt: skip

    def test_dots_and_stars_of_names_stand_for_themselves(self) -> None:
        ref = structs.replace(WEB, id="apps/Deployment/shop/web.v*")
        (line,) = ignore_patterns(drift(ref, changes=(Change('data["app.yaml"]', 1, 2),)))

        assert line == r"apps/v1/Deployment.apps/Deployment/shop/web\.v\*.data.app\.yaml"

    def test_what_cannot_be_written_as_a_line_is_not(self) -> None:
        for name in ("a\\b", "a\nb", "a\u2028b", "a ", ""):
            assert accept_pattern(ResourceRef("aws", "aws_x", name)) == ""

    @given(st.text(max_size=20), st.text(max_size=12))
    def test_a_line_hides_this_drift_and_no_other(self, name: str, key: str) -> None:
        quoted = key.replace("\\", "\\\\").replace('"', '\\"')
        changes = (Change(f'tags["{quoted}"]', 1, 2), Change("ingress[0].cidr_blocks[3]", 1, 2))
        found = drift(ResourceRef("aws", "aws_x", name), changes=changes)
        lines = ignore_patterns(found)
        other = Change("other", 1, 2)
        rules = [IgnoreRule(match=line) for line in lines]
        kept = Ignoring(rules).kept(Difference(found.resource, DriftKind.MODIFIED, (*changes, other)))

        assert kept is not None
        assert kept.changes == ((other,) if lines else (*changes, other))
        elsewhere = Difference(ResourceRef("aws", "aws_x", f"{name}x"), DriftKind.MODIFIED, changes)
        assert Ignoring(rules).kept(elsewhere) == elsewhere
