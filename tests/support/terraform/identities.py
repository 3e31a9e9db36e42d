"""Terraform's attributes of roles and policies."""

from tests.support.terraform.shapes import Attributes, Client, Describe, document, tags


def _role(client: Client, identity: str) -> Attributes:
    iam = client("iam")
    role = iam.get_role(RoleName=identity)["Role"]
    return {
        "id": identity,
        "arn": role["Arn"],
        "name": identity,
        "name_prefix": "",
        "path": role["Path"],
        "description": role["Description"],
        "assume_role_policy": document(role["AssumeRolePolicyDocument"]),
        "max_session_duration": role["MaxSessionDuration"],
        "permissions_boundary": "",
        "force_detach_policies": False,
        "create_date": role["CreateDate"],
        "unique_id": role["RoleId"],
        # As the role was when it was made: policies that were added on their own came later.
        "inline_policy": [],
        "managed_policy_arns": [],
        **tags(role["Tags"]),
    }


def _role_policy(client: Client, identity: str) -> Attributes:
    role, name = identity.split(":")
    answer = client("iam").get_role_policy(RoleName=role, PolicyName=name)
    return {
        "id": identity,
        "name": name,
        "name_prefix": "",
        "role": role,
        "policy": document(answer["PolicyDocument"]),
    }


def _role_policy_attachment(_client: Client, identity: str) -> Attributes:
    role, _, arn = identity.partition("/")
    return {"id": f"{role}-20240501101500000000000001", "role": role, "policy_arn": arn}


def _managed_policy(client: Client, identity: str) -> Attributes:
    iam = client("iam")
    policy = iam.get_policy(PolicyArn=identity)["Policy"]
    version = iam.get_policy_version(PolicyArn=identity, VersionId=policy["DefaultVersionId"])["PolicyVersion"]
    return {
        "id": identity,
        "arn": identity,
        "name": policy["PolicyName"],
        "name_prefix": "",
        "path": policy["Path"],
        "description": policy["Description"],
        "policy": document(version["Document"]),
        "policy_id": policy["PolicyId"],
        "attachment_count": 0,
        **tags(policy["Tags"]),
    }


DESCRIBE: dict[str, Describe] = {
    "aws_iam_policy": _managed_policy,
    "aws_iam_role": _role,
    "aws_iam_role_policy": _role_policy,
    "aws_iam_role_policy_attachment": _role_policy_attachment,
}
