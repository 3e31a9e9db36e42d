"""Batch work."""

import json

from tests.support.terraform.case import TEAM, Case, Made, unset
from tests.support.terraform.shapes import ACCOUNT, REGION, Attributes, Client, tags

_IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/shop:1.4"


def _compute_environment(client: Client, name: str, _made: Made) -> Attributes:
    role = client("iam").create_role(RoleName=f"batch-{name}", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    arn = client("batch").create_compute_environment(
        computeEnvironmentName=name, type="UNMANAGED", state="ENABLED", serviceRole=role, tags=TEAM
    )["computeEnvironmentArn"]
    return {
        "id": name,
        "arn": arn,
        "name": name,
        "name_prefix": "",
        "type": "UNMANAGED",
        "state": "ENABLED",
        "service_role": role,
        "status": "VALID",
        "status_reason": "Compute environment is available",
        "ecs_cluster_arn": f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/OnDemand_Batch_{name}",
        **unset("compute_resources eks_configuration update_policy", []),
        **tags(TEAM),
    }


def _job_queue(client: Client, name: str, made: Made) -> Attributes:
    environment = made["aws_batch_compute_environment"]["arn"]
    arn = client("batch").create_job_queue(
        jobQueueName=f"{name}-queue",
        state="ENABLED",
        priority=10,
        computeEnvironmentOrder=[{"order": 1, "computeEnvironment": environment}],
        tags=TEAM,
    )["jobQueueArn"]
    return {
        "id": arn,
        "arn": arn,
        "name": f"{name}-queue",
        "state": "ENABLED",
        "priority": 10,
        "scheduling_policy_arn": None,
        "compute_environment_order": [{"compute_environment": environment, "order": 1}],
        "job_state_time_limit_action": [],
        "timeouts": None,
        **tags(TEAM),
    }


def _job_definition(client: Client, name: str, _made: Made) -> Attributes:
    container = {
        "image": _IMAGE,
        "command": ["report"],
        "resourceRequirements": [{"type": "VCPU", "value": "1"}, {"type": "MEMORY", "value": "2048"}],
    }
    found = client("batch").register_job_definition(
        jobDefinitionName=name,
        type="container",
        containerProperties=container,
        retryStrategy={"attempts": 2},
        timeout={"attemptDurationSeconds": 600},
        tags=TEAM,
    )
    arn = found["jobDefinitionArn"]
    return {
        "id": arn,
        "arn": arn,
        "arn_prefix": arn.rpartition(":")[0],
        "name": name,
        "type": "container",
        "revision": 1,
        "container_properties": json.dumps(container),
        "deregister_on_new_revision": True,
        "ecs_properties": None,
        "eks_properties": [],
        "node_properties": None,
        "parameters": {},
        # The fake does not tell, when it was not asked for.
        "platform_capabilities": [],
        "propagate_tags": False,
        "retry_strategy": [{"attempts": 2, "evaluate_on_exit": []}],
        "scheduling_priority": 0,
        "timeout": [{"attempt_duration_seconds": 600}],
        **tags(TEAM),
    }


CASES = [
    Case(
        "aws_batch_compute_environment",
        _compute_environment,
        (
            (
                lambda client, state: client("batch").update_compute_environment(
                    computeEnvironment=state["name"], state="DISABLED"
                ),
                {"state": ("ENABLED", "DISABLED")},
            ),
            (
                lambda client, state: client("batch").tag_resource(resourceArn=state["arn"], tags={"Team": "other"}),
                {"tags.Team": ("shop", "other")},
            ),
        ),
        lambda client, state: client("batch").delete_compute_environment(computeEnvironment=state["name"]),
    ),
    Case(
        "aws_batch_job_queue",
        _job_queue,
        (
            (
                lambda client, state: client("batch").update_job_queue(
                    jobQueue=state["name"], state="DISABLED", priority=99
                ),
                {"state": ("ENABLED", "DISABLED"), "priority": (10, 99)},
            ),
        ),
        lambda client, state: client("batch").delete_job_queue(jobQueue=state["name"]),
    ),
    # As with tasks: another revision is another definition.
    Case(
        "aws_batch_job_definition",
        _job_definition,
        (),
        lambda client, state: client("batch").deregister_job_definition(jobDefinition=state["arn"]),
        stray=False,
    ),
]
