"""Identities, keys and secrets."""

import json
from unittest.mock import ANY

from tests.support.terraform.case import TEAM, Case, Made, pairs
from tests.support.terraform.shapes import ACCOUNT, REGION, Attributes, Client, tags

_OTHER = {"Key": "Team", "Value": "other"}


_RETAGGED = {"tags.Team": ("shop", "other")}


def _allow(*actions: str) -> str:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _group(client: Client, name: str, _made: Made) -> Attributes:
    found = client("iam").create_group(GroupName=name, Path="/")["Group"]
    return {"id": name, "arn": found["Arn"], "name": name, "path": "/", "unique_id": found["GroupId"]}


def _group_policy(client: Client, name: str, made: Made) -> Attributes:
    group = made["aws_iam_group"]["name"]
    client("iam").put_group_policy(GroupName=group, PolicyName="read", PolicyDocument=_allow("s3:GetObject"))
    return {
        "id": f"{group}:read",
        "group": group,
        "name": "read",
        "name_prefix": "",
        "policy": _allow("s3:GetObject"),
    }


def _user(client: Client, name: str, _made: Made) -> Attributes:
    found = client("iam").create_user(UserName=name, Path="/", Tags=pairs())["User"]
    return {
        "id": name,
        "arn": found["Arn"],
        "name": name,
        "path": "/",
        "permissions_boundary": "",
        "force_destroy": False,
        "unique_id": found["UserId"],
        **tags(TEAM),
    }


def _instance_profile(client: Client, name: str, _made: Made) -> Attributes:
    iam = client("iam")
    found = iam.create_instance_profile(InstanceProfileName=name, Tags=pairs())["InstanceProfile"]
    for role in (name, f"{name}-other"):
        iam.create_role(RoleName=f"{role}-ec2", AssumeRolePolicyDocument="{}")
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=f"{name}-ec2")
    return {
        "id": name,
        "arn": found["Arn"],
        "name": name,
        "name_prefix": "",
        "path": "/",
        "role": f"{name}-ec2",
        "create_date": "2026-01-15T10:15:00Z",
        "unique_id": found["InstanceProfileId"],
        **tags(TEAM),
    }


def _change_role(client: Client, state: Attributes) -> None:
    iam, name = client("iam"), state["name"]
    iam.remove_role_from_instance_profile(InstanceProfileName=name, RoleName=state["role"])
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=f"{name}-other-ec2")


def _login(client: Client, name: str, _made: Made) -> Attributes:
    thumbprint = "990f4193972f2becf12ddeda5237f9c952f20d9e"
    arn = client("iam").create_open_id_connect_provider(
        Url=f"https://{name}.login.example",
        ClientIDList=["sts.amazonaws.com"],
        ThumbprintList=[thumbprint],
        Tags=pairs(),
    )["OpenIDConnectProviderArn"]
    return {
        "id": arn,
        "arn": arn,
        "url": f"{name}.login.example",
        "client_id_list": ["sts.amazonaws.com"],
        "thumbprint_list": [thumbprint],
        **tags(TEAM),
    }


def _alias(client: Client, name: str, _made: Made) -> Attributes:
    kms = client("kms")
    key = kms.create_key(Description=f"{name} data")["KeyMetadata"]
    kms.create_alias(AliasName=f"alias/{name}", TargetKeyId=key["KeyId"])
    return {
        "id": f"alias/{name}",
        "arn": f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/{name}",
        "name": f"alias/{name}",
        "name_prefix": "",
        "target_key_id": key["KeyId"],
        "target_key_arn": key["Arn"],
    }


def _secret(client: Client, name: str, _made: Made) -> Attributes:
    arn = client("secretsmanager").create_secret(
        Name=f"shop/{name}", Description="the database's", SecretString="not-a-real-secret", Tags=pairs()
    )["ARN"]
    return {
        "id": arn,
        "arn": arn,
        "name": f"shop/{name}",
        "name_prefix": "",
        "description": "the database's",
        "kms_key_id": "",
        "policy": "",
        "recovery_window_in_days": 30,
        "force_overwrite_replica_secret": False,
        "replica": [],
        **tags(TEAM),
    }


def _parameter(client: Client, name: str, _made: Made) -> Attributes:
    path = f"/shop/{name}"
    client("ssm").put_parameter(
        Name=path, Description="log level", Value="info", Type="String", Tier="Standard", Tags=pairs()
    )
    return {
        "id": path,
        "arn": f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter{path}",
        "name": path,
        "description": "log level",
        "type": "String",
        "tier": "Standard",
        "value": "info",
        "insecure_value": None,
        "data_type": "text",
        "allowed_pattern": "",
        "has_value_wo": None,
        "key_id": "",
        "overwrite": None,
        "value_wo": None,
        "value_wo_version": None,
        "version": 1,
        **tags(TEAM),
    }


CASES = [
    # All there is to a group are its name and path, and with either it becomes another one.
    Case(
        "aws_iam_group",
        _group,
        (),
        lambda client, state: client("iam").delete_group(GroupName=state["name"]),
    ),
    Case(
        "aws_iam_group_policy",
        _group_policy,
        (
            (
                lambda client, state: client("iam").put_group_policy(
                    GroupName=state["group"], PolicyName="read", PolicyDocument=_allow("s3:*")
                ),
                {"policy": (json.loads(_allow("s3:GetObject")), json.loads(_allow("s3:*")))},
            ),
        ),
        lambda client, state: client("iam").delete_group_policy(GroupName=state["group"], PolicyName="read"),
        lost=False,
        stray=False,
    ),
    Case(
        "aws_iam_user",
        _user,
        (
            (
                lambda client, state: client("iam").tag_user(
                    UserName=state["name"], Tags=[_OTHER, {"Key": "Cost", "Value": "7"}]
                ),
                {**_RETAGGED, "tags.Cost": (None, "7")},
            ),
        ),
        lambda client, state: client("iam").delete_user(UserName=state["name"]),
    ),
    Case(
        "aws_iam_instance_profile",
        _instance_profile,
        (
            (_change_role, {"role": ("orders-ec2", "orders-other-ec2")}),
            (
                lambda client, state: client("iam").tag_instance_profile(
                    InstanceProfileName=state["name"], Tags=[_OTHER]
                ),
                _RETAGGED,
            ),
        ),
        lambda client, state: (
            client("iam").remove_role_from_instance_profile(InstanceProfileName=state["name"], RoleName=state["role"]),
            client("iam").delete_instance_profile(InstanceProfileName=state["name"]),
        ),
    ),
    Case(
        "aws_iam_openid_connect_provider",
        _login,
        (
            (
                lambda client, state: client("iam").tag_open_id_connect_provider(
                    OpenIDConnectProviderArn=state["arn"], Tags=[_OTHER]
                ),
                _RETAGGED,
            ),
            (
                lambda client, state: client("iam").update_open_id_connect_provider_thumbprint(
                    OpenIDConnectProviderArn=state["arn"], ThumbprintList=["0" * 40]
                ),
                {"thumbprint_list": (["990f4193972f2becf12ddeda5237f9c952f20d9e"], ["0" * 40])},
            ),
        ),
        lambda client, state: client("iam").delete_open_id_connect_provider(OpenIDConnectProviderArn=state["arn"]),
    ),
    Case(
        "aws_kms_alias",
        _alias,
        (
            (
                lambda client, state: client("kms").update_alias(
                    AliasName=state["name"], TargetKeyId=client("kms").create_key()["KeyMetadata"]["KeyId"]
                ),
                {"target_key_id": (ANY, ANY)},
            ),
        ),
        lambda client, state: client("kms").delete_alias(AliasName=state["name"]),
    ),
    Case(
        "aws_secretsmanager_secret",
        _secret,
        (
            (
                lambda client, state: client("secretsmanager").update_secret(
                    SecretId=state["arn"], Description="anybody's"
                ),
                {"description": ("the database's", "anybody's")},
            ),
            (
                lambda client, state: client("secretsmanager").tag_resource(SecretId=state["arn"], Tags=[_OTHER]),
                _RETAGGED,
            ),
        ),
        lambda client, state: client("secretsmanager").delete_secret(
            SecretId=state["arn"], ForceDeleteWithoutRecovery=True
        ),
    ),
    Case(
        "aws_ssm_parameter",
        _parameter,
        (
            (
                lambda client, state: client("ssm").put_parameter(
                    Name=state["name"], Description="noise", Value="debug", Type="String", Overwrite=True
                ),
                {"description": ("log level", "noise")},
            ),
            (
                lambda client, state: client("ssm").add_tags_to_resource(
                    ResourceType="Parameter", ResourceId=state["name"], Tags=[_OTHER]
                ),
                _RETAGGED,
            ),
        ),
        lambda client, state: client("ssm").delete_parameter(Name=state["name"]),
    ),
]
