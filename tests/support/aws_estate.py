"""An AWS account as a team would have set it up: some sixty resources, made through the API."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import boto3

REGION = "eu-west-1"
ACCOUNT = "123456789012"
TAGS = {"Team": "shop", "Environment": "prod"}

Client = Callable[[str], Any]
#: Terraform's type and name, and the id that Terraform keeps for it.
Resource = tuple[str, str, str]


def clients(endpoint: str, region: str = REGION) -> Client:
    """Makes clients of the services of a fake account."""
    session = boto3.Session(aws_access_key_id="testing", aws_secret_access_key="testing", region_name=region)
    made: dict[str, Any] = {}

    def client(service: str) -> Any:
        if service not in made:
            made[service] = session.client(service, endpoint_url=endpoint)
        return made[service]

    return client


def build_estate(client: Client) -> list[Resource]:
    """Makes the estate and tells what Terraform would call each resource."""
    network = _network(client("ec2"))
    roles = _identities(client("iam"))
    by_name = {name: identity for kind, name, identity in (*network, *roles) if kind != "aws_iam_role"}
    return [
        *network,
        *roles,
        *_compute(client, by_name),
        *_buckets(client("s3")),
        *_messaging(client),
        *_data(client, by_name),
        *_log_groups(client("logs")),
    ]


def pairs(**more: str) -> list[dict[str, str]]:
    """Tags as most services take them."""
    return [{"Key": key, "Value": value} for key, value in {**TAGS, **more}.items()]


def policy(*actions: str, resource: str = "*", **more: Any) -> str:
    """An IAM policy document with one statement."""
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _network(ec2: Any) -> list[Resource]:
    def tagged(kind: str, name: str) -> list[dict[str, Any]]:
        return [{"ResourceType": kind, "Tags": pairs(Name=name)}]

    vpc = ec2.create_vpc(CidrBlock="10.20.0.0/16", TagSpecifications=tagged("vpc", "shop"))["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    found: list[Resource] = [("aws_vpc", "shop", vpc), ("aws_internet_gateway", "shop", gateway)]
    for index, zone in enumerate("ab"):
        subnet = ec2.create_subnet(
            VpcId=vpc,
            CidrBlock=f"10.20.{index}.0/24",
            AvailabilityZone=f"{REGION}{zone}",
            TagSpecifications=tagged("subnet", f"public-{zone}"),
        )["Subnet"]["SubnetId"]
        ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})
        table = ec2.create_route_table(VpcId=vpc, TagSpecifications=tagged("route-table", f"public-{zone}"))[
            "RouteTable"
        ]["RouteTableId"]
        ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
        association = ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)["AssociationId"]
        found += [
            ("aws_subnet", f"public_{zone}", subnet),
            ("aws_route_table", f"routes_{zone}", table),
            ("aws_route_table_association", f"routes_of_{zone}", association),
        ]
    for name, port, source in (("web", 443, "0.0.0.0/0"), ("app", 8080, "10.20.0.0/16"), ("db", 5432, "10.20.0.0/16")):
        group = ec2.create_security_group(
            GroupName=name, Description=f"{name} tier", VpcId=vpc, TagSpecifications=tagged("security-group", name)
        )["GroupId"]
        ranges = [{"CidrIp": source, "Description": f"to {name}"}]
        permission = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": ranges}
        rule = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])
        found.append(("aws_security_group", name, group))
        if name == "db":
            rule_id = rule["SecurityGroupRules"][0]["SecurityGroupRuleId"]
            found.append(("aws_vpc_security_group_ingress_rule", "db_from_vpc", rule_id))
    return found


def _identities(iam: Any) -> list[Resource]:
    found: list[Resource] = []
    for name in ("orders", "reports"):
        arn = iam.create_policy(
            PolicyName=f"{name}-access",
            Description=f"what {name} may do",
            PolicyDocument=policy("s3:GetObject", "s3:ListBucket"),
            Tags=pairs(),
        )["Policy"]["Arn"]
        found.append(("aws_iam_policy", f"{name}_access", arn))
    for name, service in (("orders", "lambda"), ("reports", "lambda"), ("web", "ec2")):
        trust = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}
        iam.create_role(
            RoleName=name,
            Description=f"runs {name}",
            AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
            MaxSessionDuration=7200,
            Tags=pairs(),
        )
        found.append(("aws_iam_role", name, name))
    iam.put_role_policy(RoleName="orders", PolicyName="queue", PolicyDocument=policy("sqs:SendMessage"))
    iam.attach_role_policy(RoleName="orders", PolicyArn=found[0][2])
    return [
        *found,
        ("aws_iam_role_policy", "orders_queue", "orders:queue"),
        ("aws_iam_role_policy_attachment", "orders_access", f"orders/{found[0][2]}"),
    ]


def _compute(client: Client, ids: dict[str, str]) -> list[Resource]:
    ec2 = client("ec2")
    subnets = [ids["public_a"], ids["public_b"]]
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    template = ec2.create_launch_template(
        LaunchTemplateName="web", LaunchTemplateData={"ImageId": image, "InstanceType": "t3.small"}
    )["LaunchTemplate"]["LaunchTemplateId"]
    found: list[Resource] = [("aws_launch_template", "web", template)]
    for name in ("bastion", "worker", "batch"):
        instance = ec2.run_instances(
            ImageId=image,
            InstanceType="t3.small",
            MinCount=1,
            MaxCount=1,
            SubnetId=subnets[0],
            SecurityGroupIds=[ids["app"]],
            TagSpecifications=[{"ResourceType": "instance", "Tags": pairs(Name=name)}],
        )["Instances"][0]["InstanceId"]
        found.append(("aws_instance", name, instance))
    for name in ("web", "api"):
        client("autoscaling").create_auto_scaling_group(
            AutoScalingGroupName=name,
            LaunchTemplate={"LaunchTemplateId": template, "Version": "1"},
            MinSize=1,
            MaxSize=4,
            DesiredCapacity=1,
            VPCZoneIdentifier=",".join(subnets),
            Tags=[{"Key": "Team", "Value": "shop", "PropagateAtLaunch": True}],
        )
        found.append(("aws_autoscaling_group", f"{name}_group", name))
        balancer = client("elbv2").create_load_balancer(
            Name=name, Subnets=subnets, SecurityGroups=[ids["web"]], Scheme="internet-facing", Tags=pairs()
        )["LoadBalancers"][0]["LoadBalancerArn"]
        found.append(("aws_lb", f"{name}_balancer", balancer))
    for name in ("orders", "reports", "thumbnails"):
        client("lambda").create_function(
            FunctionName=name,
            Runtime="python3.12",
            Handler="main.handle",
            Role=f"arn:aws:iam::{ACCOUNT}:role/orders",
            Code={"ZipFile": _zip()},
            Timeout=30,
            MemorySize=256,
            Environment={"Variables": {"STAGE": "prod", "LOG_LEVEL": "info"}},
            Tags=TAGS,
        )
        found.append(("aws_lambda_function", name, name))
    return found


def _buckets(s3: Any) -> list[Resource]:
    found: list[Resource] = []
    for name in ("shop-orders", "shop-reports", "shop-logs"):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": pairs(Name=name)})
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        s3.put_public_access_block(
            Bucket=name,
            PublicAccessBlockConfiguration=dict.fromkeys(
                ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
            ),
        )
        label = name.replace("-", "_")
        found += [
            ("aws_s3_bucket", label, name),
            ("aws_s3_bucket_versioning", label, name),
            ("aws_s3_bucket_public_access_block", label, name),
        ]
    encryption = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/aws/s3"}
    s3.put_bucket_encryption(
        Bucket="shop-orders",
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": encryption, "BucketKeyEnabled": True}]
        },
    )
    s3.put_bucket_lifecycle_configuration(
        Bucket="shop-logs",
        LifecycleConfiguration={
            "Rules": [
                {
                    "ID": "expire",
                    "Status": "Enabled",
                    "Filter": {"Prefix": "access/"},
                    "Expiration": {"Days": 90},
                    "Transitions": [{"Days": 30, "StorageClass": "STANDARD_IA"}],
                }
            ]
        },
    )
    arn = "arn:aws:s3:::shop-reports/*"
    readable = policy("s3:GetObject", resource=arn, Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:role/reports"})
    s3.put_bucket_policy(Bucket="shop-reports", Policy=readable)
    return [
        *found,
        ("aws_s3_bucket_server_side_encryption_configuration", "shop_orders", "shop-orders"),
        ("aws_s3_bucket_lifecycle_configuration", "shop_logs", "shop-logs"),
        ("aws_s3_bucket_policy", "shop_reports", "shop-reports"),
    ]


def _messaging(client: Client) -> list[Resource]:
    found: list[Resource] = []
    for name in ("orders", "emails", "returns"):
        url = client("sqs").create_queue(
            QueueName=name, Attributes={"VisibilityTimeout": "60", "DelaySeconds": "5"}, tags=TAGS
        )["QueueUrl"]
        found.append(("aws_sqs_queue", name, url))
    for name in ("alerts", "shipments"):
        arn = client("sns").create_topic(Name=name, Attributes={"DisplayName": name}, Tags=pairs())["TopicArn"]
        found.append(("aws_sns_topic", name, arn))
    return found


def _data(client: Client, ids: dict[str, str]) -> list[Resource]:
    found: list[Resource] = []
    for name in ("carts", "sessions", "prices"):
        client("dynamodb").create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            Tags=pairs(),
        )
        found.append(("aws_dynamodb_table", name, name))
    client("dynamodb").update_continuous_backups(
        TableName="carts", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    client("dynamodb").update_time_to_live(
        TableName="sessions", TimeToLiveSpecification={"AttributeName": "expires", "Enabled": True}
    )
    for name in ("orders", "backups"):
        key = client("kms").create_key(Description=f"{name} data", Tags=[
            {"TagKey": tag, "TagValue": value} for tag, value in TAGS.items()
        ])["KeyMetadata"]["KeyId"]  # fmt: skip
        client("kms").enable_key_rotation(KeyId=key)
        found.append(("aws_kms_key", name, key))
    # One database: the fake gives all of them the same resource id.
    client("rds").create_db_instance(
        DBInstanceIdentifier="orders",
        Engine="postgres",
        EngineVersion="16.3",
        DBInstanceClass="db.t3.medium",
        AllocatedStorage=50,
        MasterUsername="shop",
        MasterUserPassword="not-a-real-password",
        BackupRetentionPeriod=7,
        StorageEncrypted=True,
        VpcSecurityGroupIds=[ids["db"]],
        Tags=pairs(),
    )
    found.append(("aws_db_instance", "orders_db", "orders"))
    return found


def _log_groups(logs: Any) -> list[Resource]:
    for name in ("/shop/orders", "/shop/reports", "/shop/web"):
        logs.create_log_group(logGroupName=name, tags=TAGS)
        logs.put_retention_policy(logGroupName=name, retentionInDays=30)
    return [
        ("aws_cloudwatch_log_group", name.rpartition("/")[2], name)
        for name in ("/shop/orders", "/shop/reports", "/shop/web")
    ]


def _zip() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("main.py", "def handle(event, context):\n    return event\n")
    return content.getvalue()
