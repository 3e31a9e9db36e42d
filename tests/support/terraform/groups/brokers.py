"""Clusters that carry and crunch data: brokers, Kafka, EMR."""

from tests.support.terraform.case import TEAM, Case, Made, pairs, unset
from tests.support.terraform.groups.places import default_group, subnets
from tests.support.terraform.shapes import ACCOUNT, REGION, Attributes, Client, tags


def _broker(client: Client, name: str, _made: Made) -> Attributes:
    zones, group = subnets(client, 1), default_group(client)
    found = client("mq").create_broker(
        BrokerName=name,
        EngineType="ACTIVEMQ",
        EngineVersion="5.18",
        DeploymentMode="SINGLE_INSTANCE",
        HostInstanceType="mq.m5.large",
        PubliclyAccessible=False,
        AutoMinorVersionUpgrade=True,
        SecurityGroups=[group],
        SubnetIds=zones,
        Users=[{"Username": "shop", "Password": "not-a-real-password", "ConsoleAccess": False, "Groups": []}],
        Logs={"General": True, "Audit": False},
        Tags=TEAM,
    )
    told = client("mq").describe_broker(BrokerId=found["BrokerId"])
    configuration = (told.get("Configurations") or {}).get("Current")
    return {
        "id": found["BrokerId"],
        "arn": found["BrokerArn"],
        "broker_name": name,
        "engine_type": "ActiveMQ",
        "engine_version": "5.18",
        "deployment_mode": "SINGLE_INSTANCE",
        "host_instance_type": "mq.m5.large",
        "storage_type": "efs",
        "apply_immediately": False,
        "authentication_strategy": "simple",
        "auto_minor_version_upgrade": True,
        "configuration": [{"id": configuration["Id"], "revision": configuration["Revision"]}] if configuration else [],
        "data_replication_mode": "NONE",
        "data_replication_primary_broker_arn": "",
        "encryption_options": [{"kms_key_id": "", "use_aws_owned_key": True}],
        "instances": [],
        "ldap_server_metadata": [],
        "logs": [{"audit": "false", "general": True}],
        "maintenance_window_start_time": [{"day_of_week": "SUNDAY", "time_of_day": "00:00", "time_zone": "UTC"}],
        "pending_data_replication_mode": "",
        "publicly_accessible": False,
        "security_groups": [group],
        "subnet_ids": zones,
        "user": [
            {
                "console_access": False,
                "groups": [],
                "password": "not-a-real-password",
                "replication_user": False,
                "username": "shop",
            }
        ],
        "timeouts": None,
        **tags(TEAM),
    }


def _kafka(client: Client, name: str, _made: Made) -> Attributes:
    zones, group = subnets(client), default_group(client)
    arn = client("kafka").create_cluster(
        ClusterName=name,
        KafkaVersion="3.6.0",
        NumberOfBrokerNodes=2,
        BrokerNodeGroupInfo={
            "ClientSubnets": zones,
            "InstanceType": "kafka.m5.large",
            "SecurityGroups": [group],
            "BrokerAZDistribution": "DEFAULT",
            "StorageInfo": {"EbsStorageInfo": {"VolumeSize": 100}},
        },
        EnhancedMonitoring="DEFAULT",
        Tags=TEAM,
    )["ClusterArn"]
    return {
        "id": arn,
        "arn": arn,
        "cluster_name": name,
        "cluster_uuid": arn.rpartition("/")[2],
        "kafka_version": "3.6.0",
        "number_of_broker_nodes": 2,
        "enhanced_monitoring": "DEFAULT",
        "storage_mode": "LOCAL",
        "current_version": "K3AEGXETSR30VB",
        "broker_node_group_info": [
            {
                "az_distribution": "DEFAULT",
                "client_subnets": zones,
                "connectivity_info": [],
                "instance_type": "kafka.m5.large",
                "security_groups": [group],
                "storage_info": [{"ebs_storage_info": [{"provisioned_throughput": [], "volume_size": 100}]}],
            }
        ],
        **unset("bootstrap_brokers bootstrap_brokers_tls zookeeper_connect_string"),
        **unset("client_authentication configuration_info encryption_info logging_info open_monitoring", []),
        "timeouts": None,
        **tags(TEAM),
    }


def _hadoop(client: Client, name: str, _made: Made) -> Attributes:
    [zone] = subnets(client, 1)
    found = client("emr").run_job_flow(
        Name=name,
        ReleaseLabel="emr-7.0.0",
        Applications=[{"Name": "Spark"}],
        Instances={
            "MasterInstanceType": "m5.xlarge",
            "SlaveInstanceType": "m5.xlarge",
            "InstanceCount": 3,
            "Ec2SubnetId": zone,
            "KeepJobFlowAliveWhenNoSteps": True,
            "TerminationProtected": False,
        },
        JobFlowRole="EMR_EC2_DefaultRole",
        ServiceRole="EMR_DefaultRole",
        VisibleToAllUsers=True,
        Tags=pairs(),
    )
    return {
        "id": found["JobFlowId"],
        "arn": f"arn:aws:elasticmapreduce:{REGION}:{ACCOUNT}:cluster/{found['JobFlowId']}",
        "name": name,
        "release_label": "emr-7.0.0",
        "applications": ["Spark"],
        "service_role": "EMR_DefaultRole",
        "cluster_state": "WAITING",
        "termination_protection": False,
        "keep_job_flow_alive_when_no_steps": True,
        "visible_to_all_users": True,
        "unhealthy_node_replacement": False,
        "ec2_attributes": [
            {
                "instance_profile": "EMR_EC2_DefaultRole",
                "subnet_id": zone,
                "subnet_ids": [zone],
                **unset("additional_master_security_groups additional_slave_security_groups"),
                **unset("emr_managed_master_security_group emr_managed_slave_security_group key_name"),
                "service_access_security_group": "",
            }
        ],
        "ebs_root_volume_size": 0,
        "scale_down_behavior": "TERMINATE_AT_TASK_COMPLETION",
        "step_concurrency_level": 1,
        "log_uri": "",
        "log_encryption_kms_key_id": "",
        "master_public_dns": "",
        **unset("additional_info autoscaling_role configurations configurations_json custom_ami_id", None),
        **unset("security_configuration placement_group_config os_release_label", None),
        **unset("auto_termination_policy bootstrap_action core_instance_fleet kerberos_attributes", []),
        "master_instance_fleet": [],
        "step": [],
        **tags(TEAM),
    }


CASES = [
    Case(
        "aws_mq_broker",
        _broker,
        (
            (
                lambda client, state: client("mq").update_broker(
                    BrokerId=state["id"], AutoMinorVersionUpgrade=False, Logs={"General": False, "Audit": False}
                ),
                {"auto_minor_version_upgrade": (True, False), "logs[0].general": (True, False)},
            ),
            (
                lambda client, state: client("mq").create_tags(ResourceArn=state["arn"], Tags={"Team": "other"}),
                {"tags.Team": ("shop", "other")},
            ),
        ),
        lambda client, state: client("mq").delete_broker(BrokerId=state["id"]),
    ),
    Case(
        "aws_msk_cluster",
        _kafka,
        (
            (
                lambda client, state: client("kafka").tag_resource(
                    ResourceArn=state["arn"], Tags={"Team": "other", "Cost": "7"}
                ),
                {"tags.Team": ("shop", "other"), "tags.Cost": (None, "7")},
            ),
        ),
        lambda client, state: client("kafka").delete_cluster(ClusterArn=state["arn"]),
    ),
    Case(
        "aws_emr_cluster",
        _hadoop,
        (
            (
                lambda client, state: client("emr").set_termination_protection(
                    JobFlowIds=[state["id"]], TerminationProtected=True
                ),
                {"termination_protection": (False, True)},
            ),
            (
                lambda client, state: client("emr").set_visible_to_all_users(
                    JobFlowIds=[state["id"]], VisibleToAllUsers=False
                ),
                {"visible_to_all_users": (True, False)},
            ),
        ),
        lambda client, state: client("emr").terminate_job_flows(JobFlowIds=[state["id"]]),
    ),
]
