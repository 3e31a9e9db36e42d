"""A machine as somebody's tools left it: a home, a folder of work, an environment."""

import json
from pathlib import Path
from typing import Any

from engine.discovery import Looked, Machine, Proposal, look

#: What must never be seen outside of the file it is in.
SECRET = "hunter2hunter2"


def a_machine(tmp_path: Path, **environ: str) -> Machine:
    """An empty home and an empty folder."""
    for name in ("home", "work"):
        (tmp_path / name).mkdir(exist_ok=True)
    return Machine(tmp_path / "work", tmp_path / "home", environ)


def write(folder: Path, files: dict[str, Any]) -> None:
    """Writes files by their paths; what is no text as JSON."""
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")


def looked(machine: Machine) -> dict[str, Looked]:
    return {found.place: found for found in look(machine)}


def proposed(machine: Machine) -> dict[str, Proposal]:
    """Everything that is proposed, by name, but for services that nothing on the machine names."""
    return {
        proposal.name: proposal
        for found in look(machine)
        for proposal in found.proposals
        if "url" not in {ask.setting for ask in proposal.asks}
    }


def shown(machine: Machine) -> dict[str, tuple[str, str, bool]]:
    """Kind, what is read, and whether it is suggested, by name."""
    return {name: (item.kind, item.reads, item.suggested) for name, item in proposed(machine).items()}


AWS = {
    ".aws/config": """
[default]
region = eu-west-1
[profile prod]
region=eu-central-1
sso_session = corp
sso_account_id = 123456789012
s3 =
    region = nowhere
[profile audit]
role_arn = arn:aws:iam::210987654321:role/audit
[sso-session corp]
sso_start_url = https://corp.example/start
""",
    ".aws/credentials": f"[default]\naws_access_key_id = AKIA\naws_secret_access_key = {SECRET}\n[keys]\n",
}

KUBECONFIG = {
    ".kube/config": {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "prod",
        "clusters": [{"name": "shop", "cluster": {"server": "https://10.0.0.1"}}],
        "contexts": [
            {"name": "dev", "context": {"cluster": "dev", "user": "anna"}},
            {"name": "prod", "context": {"cluster": "shop", "user": "anna"}},
            {"name": "prod-admin", "context": {"cluster": "shop", "user": "root"}},
        ],
        "users": [{"name": "anna", "user": {"token": SECRET}}],
    }
}

GOOGLE = {
    ".config/gcloud/active_config": "work\n",
    ".config/gcloud/configurations/config_default": "[core]\nproject = shop-dev\n",
    ".config/gcloud/configurations/config_work": "[core]\naccount = anna@shop.example\nproject = shop-prod\n",
    ".config/gcloud/application_default_credentials.json": {
        "type": "authorized_user", "client_secret": SECRET, "refresh_token": SECRET, "quota_project_id": "shop-quota",
    },
}  # fmt: skip

AZURE = {
    ".azure/azureProfile.json": "\ufeff"
    + json.dumps(
        {
            "subscriptions": [
                {"id": "1-off", "name": "Off", "state": "Disabled", "isDefault": False},
                {"id": "2-gov", "name": "Gov", "state": "Enabled", "environmentName": "AzureUSGovernment"},
                {"id": "3-prod", "name": "Shop Prod", "state": "Enabled", "isDefault": True},
            ]
        }
    )
}
