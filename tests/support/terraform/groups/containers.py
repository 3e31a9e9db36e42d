"""Containers: ECR, ECS, EKS."""

import json
from typing import Any

from tests.support.terraform.case import TEAM, Case, Made, pairs, unset
from tests.support.terraform.groups.places import default_group, subnets
from tests.support.terraform.shapes import ACCOUNT, REGION, Attributes, Client, tags

_ROLE = f"arn:aws:iam::{ACCOUNT}:role/service"


_IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/shop:1.4"


def _repository(client: Client, name: str, _made: Made) -> Attributes:
    found = client("ecr").create_repository(
        repositoryName=f"shop/{name}",
        imageTagMutability="IMMUTABLE",
        imageScanningConfiguration={"scanOnPush": True},
        tags=pairs(),
    )["repository"]
    return {
        "id": f"shop/{name}",
        "arn": found["repositoryArn"],
        "name": f"shop/{name}",
        "registry_id": ACCOUNT,
        "repository_url": found["repositoryUri"],
        "image_tag_mutability": "IMMUTABLE",
        "image_scanning_configuration": [{"scan_on_push": True}],
        "encryption_configuration": [{"encryption_type": "AES256", "kms_key": ""}],
        "force_delete": None,
        "timeouts": None,
        **tags(TEAM),
    }


def _cluster(client: Client, name: str, _made: Made) -> Attributes:
    arn = client("ecs").create_cluster(
        clusterName=name, settings=[{"name": "containerInsights", "value": "enabled"}], tags=pairs("key", "value")
    )["cluster"]["clusterArn"]
    return {
        "id": arn,
        "arn": arn,
        "name": name,
        "configuration": [],
        "service_connect_defaults": [],
        "setting": [{"name": "containerInsights", "value": "enabled"}],
        **tags(TEAM),
    }


def _containers(**more: Any) -> list[dict[str, Any]]:
    return [
        {
            "name": "web",
            "image": _IMAGE,
            "cpu": 0,
            "essential": True,
            "environment": [{"name": "STAGE", "value": "prod"}],
            "portMappings": [{"containerPort": 8080, "hostPort": 8080, "protocol": "tcp"}],
            "mountPoints": [],
            "volumesFrom": [],
            "systemControls": [],
            **more,
        }
    ]


def _task_definition(client: Client, name: str, _made: Made) -> Attributes:
    containers = _containers()
    found = client("ecs").register_task_definition(
        family=name,
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="256",
        memory="512",
        executionRoleArn=_ROLE,
        containerDefinitions=containers,
        tags=pairs("key", "value"),
    )["taskDefinition"]["taskDefinitionArn"]
    return {
        "id": name,
        "arn": found,
        "arn_without_revision": found.rpartition(":")[0],
        "family": name,
        "revision": 1,
        "container_definitions": json.dumps(containers),
        "cpu": "256",
        "memory": "512",
        "network_mode": "awsvpc",
        "requires_compatibilities": ["FARGATE"],
        "execution_role_arn": _ROLE,
        "enable_fault_injection": False,
        "skip_destroy": False,
        "track_latest": False,
        **unset("ipc_mode pid_mode task_role_arn"),
        **unset("ephemeral_storage inference_accelerator placement_constraints proxy_configuration", []),
        **unset("runtime_platform volume", []),
        **tags(TEAM),
    }


def _service(client: Client, name: str, made: Made) -> Attributes:
    cluster, task = made["aws_ecs_cluster"]["arn"], made["aws_ecs_task_definition"]["arn"]
    network = {"subnets": subnets(client), "securityGroups": [default_group(client)], "assignPublicIp": "DISABLED"}
    arn = client("ecs").create_service(
        cluster=cluster,
        serviceName=f"{name}-web",
        taskDefinition=task,
        desiredCount=2,
        launchType="FARGATE",
        platformVersion="LATEST",
        schedulingStrategy="REPLICA",
        deploymentController={"type": "ECS"},
        deploymentConfiguration={"maximumPercent": 200, "minimumHealthyPercent": 100},
        networkConfiguration={"awsvpcConfiguration": network},
        enableECSManagedTags=False,
        propagateTags="NONE",
        tags=pairs("key", "value"),
    )["service"]["serviceArn"]
    return {
        "id": arn,
        "name": f"{name}-web",
        "cluster": cluster,
        "task_definition": task,
        "desired_count": 2,
        "launch_type": "FARGATE",
        "platform_version": "LATEST",
        "scheduling_strategy": "REPLICA",
        "availability_zone_rebalancing": "DISABLED",
        "deployment_maximum_percent": 200,
        "deployment_minimum_healthy_percent": 100,
        "deployment_controller": [{"type": "ECS"}],
        "deployment_circuit_breaker": [{"enable": False, "rollback": False}],
        "enable_ecs_managed_tags": False,
        "enable_execute_command": False,
        "health_check_grace_period_seconds": 0,
        "iam_role": "/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
        "network_configuration": [
            {
                "assign_public_ip": False,
                "security_groups": network["securityGroups"],
                "subnets": network["subnets"],
            }
        ],
        "propagate_tags": "NONE",
        "triggers": {},
        "wait_for_steady_state": False,
        **unset("force_delete force_new_deployment", None),
        **unset("alarms capacity_provider_strategy load_balancer ordered_placement_strategy", []),
        **unset("placement_constraints service_connect_configuration service_registries", []),
        **unset("volume_configuration vpc_lattice_configurations", []),
        "timeouts": None,
        **tags(TEAM),
    }


_NETWORK = {
    "endpointPublicAccess": True,
    "endpointPrivateAccess": False,
    "publicAccessCidrs": ["203.0.113.0/24"],
}


def _kubernetes(client: Client, name: str, _made: Made) -> Attributes:
    zones = subnets(client)
    found = client("eks").create_cluster(
        name=name,
        version="1.30",
        roleArn=_ROLE,
        resourcesVpcConfig={"subnetIds": zones, **_NETWORK},
        logging={"clusterLogging": [{"types": ["api", "audit"], "enabled": True}]},
        kubernetesNetworkConfig={"serviceIpv4Cidr": "10.100.0.0/16", "ipFamily": "ipv4"},
        tags=TEAM,
    )["cluster"]
    network = found["resourcesVpcConfig"]
    return {
        "id": name,
        "arn": found["arn"],
        "name": name,
        "version": "1.30",
        "role_arn": _ROLE,
        "bootstrap_self_managed_addons": True,
        "certificate_authority": [{"data": found["certificateAuthority"]["data"]}],
        "cluster_id": None,
        "created_at": "2026-01-15 10:15:00 +0000 UTC",
        "deletion_protection": False,
        "enabled_cluster_log_types": ["api", "audit"],
        "endpoint": found["endpoint"],
        "identity": [{"oidc": [{"issuer": found["identity"]["oidc"]["issuer"]}]}],
        "kubernetes_network_config": [
            {
                "elastic_load_balancing": [{"enabled": False}],
                "ip_family": "ipv4",
                "service_ipv4_cidr": "10.100.0.0/16",
                "service_ipv6_cidr": "",
            }
        ],
        "platform_version": found["platformVersion"],
        "status": "ACTIVE",
        "vpc_config": [
            {
                "cluster_security_group_id": network.get("clusterSecurityGroupId", ""),
                "endpoint_private_access": False,
                "endpoint_public_access": True,
                "public_access_cidrs": ["203.0.113.0/24"],
                "security_group_ids": [],
                "subnet_ids": zones,
                "vpc_id": network.get("vpcId", ""),
            }
        ],
        **unset("access_config compute_config encryption_config outpost_config remote_network_config", []),
        **unset("storage_config upgrade_policy zonal_shift_config", []),
        "timeouts": None,
        **tags(TEAM),
    }


def _node_group(client: Client, name: str, made: Made) -> Attributes:
    cluster, zones = made["aws_eks_cluster"]["name"], subnets(client)
    found = client("eks").create_nodegroup(
        clusterName=cluster,
        nodegroupName=f"{name}-nodes",
        scalingConfig={"minSize": 1, "maxSize": 4, "desiredSize": 2},
        diskSize=20,
        subnets=zones,
        instanceTypes=["t3.large"],
        amiType="AL2_x86_64",
        nodeRole=_ROLE,
        labels={"tier": "web"},
        capacityType="ON_DEMAND",
        tags=TEAM,
    )["nodegroup"]
    return {
        "id": f"{cluster}:{name}-nodes",
        "arn": found["nodegroupArn"],
        "cluster_name": cluster,
        "node_group_name": f"{name}-nodes",
        "node_group_name_prefix": "",
        "ami_type": "AL2_x86_64",
        "capacity_type": "ON_DEMAND",
        "disk_size": 20,
        "force_update_version": None,
        "instance_types": ["t3.large"],
        "labels": {"tier": "web"},
        "launch_template": [],
        "node_repair_config": [],
        "node_role_arn": _ROLE,
        "release_version": found["releaseVersion"],
        "remote_access": [],
        "resources": [{"autoscaling_groups": [], "remote_access_security_group_id": ""}],
        "scaling_config": [{"desired_size": 2, "max_size": 4, "min_size": 1}],
        "status": "ACTIVE",
        "subnet_ids": zones,
        "taint": [],
        "update_config": [],
        # The fake does not ask its cluster.
        "version": found["version"],
        "timeouts": None,
        **tags(TEAM),
    }


CASES = [
    Case(
        "aws_ecr_repository",
        _repository,
        (
            (
                lambda client, state: client("ecr").put_image_tag_mutability(
                    repositoryName=state["name"], imageTagMutability="MUTABLE"
                ),
                {"image_tag_mutability": ("IMMUTABLE", "MUTABLE")},
            ),
            (
                lambda client, state: client("ecr").put_image_scanning_configuration(
                    repositoryName=state["name"], imageScanningConfiguration={"scanOnPush": False}
                ),
                {"image_scanning_configuration[0].scan_on_push": (True, False)},
            ),
        ),
        lambda client, state: client("ecr").delete_repository(repositoryName=state["name"], force=True),
    ),
    Case(
        "aws_ecs_cluster",
        _cluster,
        (
            (
                lambda client, state: client("ecs").update_cluster(
                    cluster=state["name"], settings=[{"name": "containerInsights", "value": "disabled"}]
                ),
                {"setting[0].value": ("enabled", "disabled")},
            ),
            (
                lambda client, state: client("ecs").tag_resource(
                    resourceArn=state["arn"], tags=[{"key": "Team", "value": "other"}]
                ),
                {"tags.Team": ("shop", "other")},
            ),
        ),
        # The fake goes on listing what was deleted.
        lost=False,
    ),
    # What is registered cannot be changed: a new revision is another one, and deregistering takes it away.
    Case(
        "aws_ecs_task_definition",
        _task_definition,
        (),
        lambda client, state: client("ecs").deregister_task_definition(taskDefinition=state["arn"]),
        stray=False,
    ),
    Case(
        "aws_ecs_service",
        _service,
        (
            (
                lambda client, state: client("ecs").update_service(
                    cluster=state["cluster"], service=state["name"], desiredCount=5
                ),
                {"desired_count": (2, 5)},
            ),
            (
                lambda client, state: client("ecs").tag_resource(
                    resourceArn=state["id"], tags=[{"key": "Team", "value": "other"}]
                ),
                {"tags.Team": ("shop", "other")},
            ),
        ),
        lost=False,
    ),
    Case(
        "aws_eks_cluster",
        _kubernetes,
        (
            (
                lambda client, state: client("eks").update_cluster_config(
                    name=state["name"],
                    # The fake keeps nothing of what it is not told.
                    resourcesVpcConfig={
                        **_NETWORK,
                        "subnetIds": state["vpc_config"][0]["subnet_ids"],
                        "publicAccessCidrs": ["0.0.0.0/0"],
                        "endpointPrivateAccess": True,
                    },
                ),
                {
                    "vpc_config[0].public_access_cidrs": (["203.0.113.0/24"], ["0.0.0.0/0"]),
                    "vpc_config[0].endpoint_private_access": (False, True),
                },
            ),
            (
                lambda client, state: client("eks").tag_resource(resourceArn=state["arn"], tags={"Team": "other"}),
                {"tags.Team": ("shop", "other")},
            ),
        ),
        lambda client, state: client("eks").delete_cluster(name=state["name"]),
    ),
    Case(
        "aws_eks_node_group",
        _node_group,
        (
            (
                lambda client, state: client("eks").update_nodegroup_config(
                    clusterName=state["cluster_name"],
                    nodegroupName=state["node_group_name"],
                    scalingConfig={"minSize": 0, "maxSize": 9, "desiredSize": 2},
                ),
                {"scaling_config[0].min_size": (1, 0), "scaling_config[0].max_size": (4, 9)},
            ),
        ),
        lambda client, state: client("eks").delete_nodegroup(
            clusterName=state["cluster_name"], nodegroupName=state["node_group_name"]
        ),
    ),
]
