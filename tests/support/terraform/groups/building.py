"""What builds: projects, pipelines, applications, namespaces."""

import json
from typing import Any

from tests.support.terraform.case import TEAM, Case, Made, pairs, unset
from tests.support.terraform.shapes import ACCOUNT, REGION, Attributes, Client, tags

_ROLES = f"arn:aws:iam::{ACCOUNT}:role"


_ROLE = f"{_ROLES}/service"


def _build_settings(name: str, **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "description": "builds",
        "source": {"type": "S3", "location": "shop-code/code.zip", "buildspec": "build.yml"},
        "artifacts": {"type": "NO_ARTIFACTS"},
        "environment": {
            "type": "LINUX_CONTAINER",
            "image": "aws/codebuild/standard:7.0",
            "computeType": "BUILD_GENERAL1_SMALL",
            "privilegedMode": False,
        },
        "serviceRole": _ROLE,
        "timeoutInMinutes": 60,
        "queuedTimeoutInMinutes": 480,
        **more,
    }


def _project(client: Client, name: str, _made: Made) -> Attributes:
    settings = _build_settings(f"{name}-build")
    found = client("codebuild").create_project(**settings, tags=pairs("key", "value"))["project"]
    return {
        "id": found["arn"],
        "arn": found["arn"],
        "name": settings["name"],
        "description": "builds",
        "service_role": _ROLE,
        "build_timeout": 60,
        "queued_timeout": 480,
        "badge_enabled": False,
        "badge_url": "",
        "concurrent_build_limit": None,
        "encryption_key": found.get("encryptionKey", ""),
        "project_visibility": "PRIVATE",
        "public_project_alias": "",
        "resource_access_role": "",
        "source_version": "",
        "artifacts": [
            {
                "encryption_disabled": False,
                "override_artifact_name": False,
                "type": "NO_ARTIFACTS",
                **unset("artifact_identifier bucket_owner_access location name namespace_type packaging path"),
            }
        ],
        "environment": [
            {
                "certificate": "",
                "compute_type": "BUILD_GENERAL1_SMALL",
                "environment_variable": [],
                "fleet": [],
                "image": "aws/codebuild/standard:7.0",
                "image_pull_credentials_type": "CODEBUILD",
                "privileged_mode": False,
                "registry_credential": [],
                "type": "LINUX_CONTAINER",
            }
        ],
        "source": [
            {
                "auth": [],
                "build_status_config": [],
                "buildspec": "build.yml",
                "git_clone_depth": 0,
                "git_submodules_config": [],
                "insecure_ssl": False,
                "location": "shop-code/code.zip",
                "report_build_status": False,
                "type": "S3",
            }
        ],
        "cache": [{"location": "", "modes": [], "type": "NO_CACHE"}],
        # The fake tells nothing of logs that nobody set up.
        "logs_config": [],
        **unset("build_batch_config file_system_locations secondary_artifacts secondary_source_version", []),
        **unset("secondary_sources vpc_config", []),
        **tags(TEAM),
    }


def _rebuild(client: Client, state: Attributes) -> None:
    """The fake cannot change a project."""
    client("codebuild").delete_project(name=state["name"])
    settings = _build_settings(state["name"], description="anything", timeoutInMinutes=5)
    settings["environment"]["privilegedMode"] = True
    client("codebuild").create_project(**settings, tags=pairs("key", "value"))


def _stages(bucket: str) -> list[dict[str, Any]]:
    owner = {"owner": "AWS", "version": "1"}
    source = {
        "name": "Source",
        "actionTypeId": {"category": "Source", "provider": "S3", **owner},
        "runOrder": 1,
        "configuration": {"S3Bucket": bucket, "S3ObjectKey": "code.zip"},
        "outputArtifacts": [{"name": "code"}],
        "inputArtifacts": [],
    }
    deploy = {
        "name": "Deploy",
        "actionTypeId": {"category": "Deploy", "provider": "S3", **owner},
        "runOrder": 1,
        "configuration": {"BucketName": "shop-web", "Extract": "true"},
        "outputArtifacts": [],
        "inputArtifacts": [{"name": "code"}],
    }
    return [{"name": "Source", "actions": [source]}, {"name": "Deploy", "actions": [deploy]}]


def _pipeline_settings(name: str, role: str, bucket: str) -> dict[str, Any]:
    return {
        "name": name,
        "roleArn": role,
        "artifactStore": {"type": "S3", "location": bucket},
        "stages": _stages("shop-code"),
        "version": 1,
    }


def _service_role(client: Client, name: str) -> str:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "codepipeline.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
    arn: str = client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    return arn


def _pipeline(client: Client, name: str, _made: Made) -> Attributes:
    role = _service_role(client, f"{name}-pipeline")
    client("codepipeline").create_pipeline(
        pipeline=_pipeline_settings(name, role, "shop-artifacts"), tags=pairs("key", "value")
    )

    def action(told: dict[str, Any]) -> Attributes:
        return {
            **told["actionTypeId"],
            "name": told["name"],
            "configuration": told["configuration"],
            "input_artifacts": [item["name"] for item in told["inputArtifacts"]],
            "output_artifacts": [item["name"] for item in told["outputArtifacts"]],
            "namespace": "",
            "region": "",
            "role_arn": "",
            "run_order": 1,
            "timeout_in_minutes": 0,
        }

    return {
        "id": name,
        "arn": f"arn:aws:codepipeline:{REGION}:{ACCOUNT}:{name}",
        "name": name,
        "role_arn": role,
        "execution_mode": "SUPERSEDED",
        "pipeline_type": "V1",
        "artifact_store": [{"encryption_key": [], "location": "shop-artifacts", "region": "", "type": "S3"}],
        "stage": [
            {
                "name": stage["name"],
                "action": [action(told) for told in stage["actions"]],
                **unset("before_entry on_failure on_success", []),
            }
            for stage in _stages("shop-code")
        ],
        "trigger": [],
        "trigger_all": [],
        "variable": [],
        **tags(TEAM),
    }


def _repoint(client: Client, state: Attributes) -> None:
    client("codepipeline").update_pipeline(
        pipeline=_pipeline_settings(state["name"], _service_role(client, "stranger"), "elsewhere")
    )


def _application(client: Client, name: str, _made: Made) -> Attributes:
    found = client("codedeploy").create_application(
        applicationName=name, computePlatform="Server", tags=pairs()
    )["applicationId"]  # fmt: skip
    return {
        "id": f"{found}:{name}",
        "arn": f"arn:aws:codedeploy:{REGION}:{ACCOUNT}:application:{name}",
        "application_id": found,
        "name": name,
        "compute_platform": "Server",
        "github_account_name": "",
        "linked_to_github": False,
        **tags(TEAM),
    }


def _namespace(client: Client, name: str, _made: Made) -> Attributes:
    discovery = client("servicediscovery")
    discovery.create_http_namespace(Name=name, Description="services", Tags=pairs())
    [found] = [item for item in discovery.list_namespaces()["Namespaces"] if item["Name"] == name]
    return {
        "id": found["Id"],
        "arn": found["Arn"],
        "name": name,
        "http_name": name,
        "description": "services",
        **tags(TEAM),
    }


_RETAG = [{"Key": "Team", "Value": "other"}, {"Key": "Cost", "Value": "7"}]


_RETAGGED = {"tags.Team": ("shop", "other"), "tags.Cost": (None, "7")}


CASES = [
    Case(
        "aws_codebuild_project",
        _project,
        (
            (
                _rebuild,
                {
                    "description": ("builds", "anything"),
                    "build_timeout": (60, 5),
                    "environment[0].privileged_mode": (False, True),
                },
            ),
        ),
        lambda client, state: client("codebuild").delete_project(name=state["name"]),
    ),
    Case(
        "aws_codepipeline",
        _pipeline,
        (
            (
                _repoint,
                {
                    "role_arn": (f"{_ROLES}/orders-pipeline", f"{_ROLES}/stranger"),
                    "artifact_store[0].location": ("shop-artifacts", "elsewhere"),
                },
            ),
        ),
        lambda client, state: client("codepipeline").delete_pipeline(name=state["name"]),
    ),
    Case(
        "aws_codedeploy_app",
        _application,
        (),
        # The fake cannot delete one.
        lost=False,
    ),
    Case(
        "aws_service_discovery_http_namespace",
        _namespace,
        (
            (
                lambda client, state: client("servicediscovery").tag_resource(ResourceARN=state["arn"], Tags=_RETAG),
                _RETAGGED,
            ),
        ),
        lambda client, state: client("servicediscovery").delete_namespace(Id=state["id"]),
    ),
]
