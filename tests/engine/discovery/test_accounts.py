"""What the providers' own tools know of, and that no credential is taken along."""

import os
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.discovery import Machine, look
from engine.discovery.machine import sections
from tests.support.machine import AWS, AZURE, GOOGLE, KUBECONFIG, SECRET, a_machine, proposed, shown, write


def a_home(tmp_path: Path, *files: dict[str, object], **environ: str) -> Machine:
    machine = a_machine(tmp_path, **environ)
    for group in files:
        write(machine.home, group)
    return machine


class TestAws:
    def test_every_profile_is_proposed_and_the_one_in_use_suggested(self, tmp_path: Path) -> None:
        found = shown(a_home(tmp_path, AWS))
        assert found["aws"] == ("aws", "profile default, regions eu-west-1", True)
        assert found["cloudtrail"] == ("cloudtrail", "profile default, regions eu-west-1", True)
        assert found["stacks"] == ("cloudformation", "profile default, regions eu-west-1", False)
        assert found["aws-prod"] == ("aws", "profile prod, regions eu-central-1", False)
        assert found["aws-keys"] == ("aws", "profile keys, regions us-east-1", False)

    def test_why_a_profile_is_proposed_tells_it_from_others(self, tmp_path: Path) -> None:
        found = proposed(a_home(tmp_path, AWS))
        assert found["aws"].reason == "profile default, the one in use"
        assert found["aws-prod"].reason == "profile prod, account 123456789012, through sso"
        assert found["aws-audit"].reason == "profile audit, account 210987654321; it names no region"

    def test_the_environment_says_which_is_in_use(self, tmp_path: Path) -> None:
        found = shown(a_home(tmp_path, AWS, AWS_PROFILE="prod", AWS_REGION="eu-north-1"))
        assert found["aws"] == ("aws", "profile prod, regions eu-north-1", True)
        assert found["aws-default"] == ("aws", "profile default, regions eu-west-1", False)

    def test_keys_in_the_environment_need_no_profile(self, tmp_path: Path) -> None:
        found = proposed(a_machine(tmp_path, AWS_ACCESS_KEY_ID="AKIA", AWS_SECRET_ACCESS_KEY=SECRET, AWS_REGION="x-1"))
        assert found["aws"].settings == {"regions": ["x-1"]}
        assert found["aws"].suggested

    def test_files_elsewhere(self, tmp_path: Path) -> None:
        write(tmp_path, {"config": "[profile ci]\nregion = eu-west-3\n"})
        found = shown(a_machine(tmp_path, AWS_CONFIG_FILE=str(tmp_path / "config")))
        assert found["aws"] == ("aws", "profile ci, regions eu-west-3", True)


class TestKubernetes:
    def test_every_cluster_is_proposed_once_and_the_current_context_suggested(self, tmp_path: Path) -> None:
        assert shown(a_home(tmp_path, KUBECONFIG)) == {
            "cluster": ("kubernetes", "context prod", True),
            "cluster-dev": ("kubernetes", "context dev", False),
        }

    def test_files_that_the_environment_names_are_named_in_the_configuration(self, tmp_path: Path) -> None:
        write(
            tmp_path,
            {"a": "contexts: [{name: a, context: {cluster: x}}]", "b": "contexts: 5", "c": "current-context: a"},
        )
        listed = os.pathsep.join(str(tmp_path / name) for name in "abc")
        found = proposed(a_machine(tmp_path, KUBECONFIG=listed))
        assert found["cluster"].settings == {"kubeconfig": listed, "context": "a"}


class TestGoogle:
    def test_the_active_project_comes_first(self, tmp_path: Path) -> None:
        found = shown(a_home(tmp_path, GOOGLE))
        assert found["google"] == ("gcp_assets", "scope projects/shop-prod", True)
        assert found["google-audit"] == ("gcp_audit_logs", "projects shop-prod", True)
        assert found["google-shop-dev"] == ("gcp_assets", "scope projects/shop-dev", False)
        assert found["google-shop-quota"] == ("gcp_assets", "scope projects/shop-quota", False)

    def test_without_credentials_for_programs_it_is_said_what_to_do(self, tmp_path: Path) -> None:
        machine = a_home(tmp_path, GOOGLE)
        (machine.home / ".config/gcloud/application_default_credentials.json").unlink()
        found = proposed(machine)["google"]
        assert not found.suggested
        assert found.reason.endswith("needs `gcloud auth application-default login`")

    def test_a_key_of_a_service_account_names_its_project(self, tmp_path: Path) -> None:
        write(tmp_path, {"key.json": {"project_id": "shop-ci", "private_key": SECRET}})
        machine = a_machine(tmp_path, GOOGLE_APPLICATION_CREDENTIALS=str(tmp_path / "key.json"))
        assert shown(machine)["google"] == ("gcp_assets", "scope projects/shop-ci", True)


class TestAzure:
    def test_subscriptions_that_can_be_used(self, tmp_path: Path) -> None:
        found = shown(a_home(tmp_path, AZURE))
        assert found["azure"] == ("azure_resource_graph", "subscriptions 3-prod", True)
        assert found["azure-activity"] == ("azure_activity", "subscriptions 3-prod", True)
        gov = "subscriptions 2-gov, endpoint https://management.usgovcloudapi.net"
        assert found["azure-gov"] == ("azure_resource_graph", gov, False)
        assert "azure-off" not in found


class TestServices:
    def test_what_the_environment_names_is_proposed_and_a_token_only_named(self, tmp_path: Path) -> None:
        machine = a_machine(tmp_path, JIRA_URL="https://shop.example", JIRA_API_TOKEN=SECRET, PROMETHEUS_URL="http://p")
        found = proposed(machine)
        assert found["jira"].settings == {"url": "https://shop.example", "token": "env:JIRA_API_TOKEN"}
        assert found["jira"].suggested
        assert found["prometheus"].settings == {"url": "http://p"}

    def test_an_address_with_a_login_in_it_is_asked_for_instead(self, tmp_path: Path) -> None:
        machine = a_machine(tmp_path, JIRA_URL=f"https://u:{SECRET}@shop.example")
        [jira] = [item for found in look(machine) for item in found.proposals if item.name == "jira"]
        assert jira.settings == {}
        assert [ask.setting for ask in jira.asks] == ["url", "token"]


def test_no_credential_is_taken_along(tmp_path: Path) -> None:
    machine = a_home(tmp_path, AWS, KUBECONFIG, GOOGLE, AZURE, AWS_SESSION_TOKEN=SECRET, JIRA_TOKEN=SECRET)
    assert len(proposed(machine)) > 15
    assert SECRET.encode() not in msgspec.json.encode(list(look(machine)))


@pytest.mark.parametrize(
    "content", ["", "\0", "[", "{", "[]", '{"subscriptions": 5}', "a: &a [*a]", "[" * 5000, "\ufeff"]
)
def test_broken_files_harm_nothing(tmp_path: Path, content: str) -> None:
    machine = a_home(tmp_path, *(dict.fromkeys(group, content) for group in (AWS, KUBECONFIG, GOOGLE, AZURE)))
    assert shown(machine) == {}
    assert [found.note for found in look(machine) if found.note] == []


@given(st.text())
@settings(max_examples=200)
def test_any_text_is_read_as_settings(text: str) -> None:
    for name, found in sections(text.encode(errors="surrogatepass"), ("region",)):
        assert name
        assert set(found) <= {"region"}
