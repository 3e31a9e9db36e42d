"""IAM roles, policies and what ties them together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from driftguard_tui.demo.kit import code_of, compact, hex_of, iso, iso_millis, pairs, url_encoded
from driftguard_tui.demo.things.base import Recorded, Thing

Document = Mapping[str, Any]


def allow(actions: list[str], resources: str | list[str], sid: str = "") -> dict[str, Any]:
    """One statement of a policy that allows something."""
    named = {"Sid": sid} if sid else {}
    return {**named, "Effect": "Allow", "Action": actions, "Resource": resources}


def document(*statements: Mapping[str, Any]) -> dict[str, Any]:
    """A policy of statements."""
    return {"Version": "2012-10-17", "Statement": [dict(statement) for statement in statements]}


def trust(service: str) -> dict[str, Any]:
    """A trust policy for an AWS service."""
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}


@dataclass(frozen=True, kw_only=True)
class Role(Recorded):
    """A role with its inline policies and attachments, which sub-resources declare.

    AWS Config does not record the longest session; Cloud Control answers it.
    """

    terraform_type = "aws_iam_role"
    native = "AWS::IAM::Role"
    is_global = True
    arguments = ("name", "path", "description", "assume_role_policy", "max_session_duration", "tags")

    name: str
    trust: Document
    description: str = ""
    path: str = "/"
    session_seconds: int = 3600
    inline: Mapping[str, Document] = field(default_factory=dict)
    attached: tuple[str, ...] = ()
    profile: bool = False

    @property
    def role_id(self) -> str:
        return "AROA" + code_of("role", self.home.account, self.name, length=17)

    def attributes(self) -> dict[str, Any]:
        return {
            "arn": self.home.global_arn("iam", f"role{self.path}{self.name}"),
            "assume_role_policy": compact(self.trust),
            "create_date": iso(self.created),
            "description": self.description,
            "force_detach_policies": False,
            "id": self.name,
            "inline_policy": [{"name": name, "policy": compact(body)} for name, body in self.inline.items()],
            "managed_policy_arns": sorted(self.attached),
            "max_session_duration": self.session_seconds,
            "name": self.name,
            "name_prefix": "",
            "path": self.path,
            "permissions_boundary": "",
            **self.tag_attributes(),
            "unique_id": self.role_id,
        }

    def config_item(self) -> dict[str, Any]:
        profiles = []
        if self.profile:
            profiles = [
                {
                    "path": "/",
                    "instanceProfileName": self.name,
                    "instanceProfileId": "AIPA" + code_of("profile", self.name, length=17),
                    "arn": self.home.global_arn("iam", f"instance-profile/{self.name}"),
                    "createDate": iso_millis(self.created),
                }
            ]
        return self.recorded_item(
            self.role_id,
            self.name,
            {
                "path": self.path,
                "roleName": self.name,
                "roleId": self.role_id,
                "arn": self.arn,
                "createDate": iso_millis(self.created),
                "assumeRolePolicyDocument": url_encoded(self.trust),
                "instanceProfileList": profiles,
                "rolePolicyList": [
                    {"policyName": name, "policyDocument": url_encoded(body)} for name, body in self.inline.items()
                ],
                "attachedManagedPolicies": [
                    {"policyName": arn.rsplit("/", 1)[-1], "policyArn": arn} for arn in self.attached
                ],
                "permissionsBoundary": None,
                "tags": pairs(self.shown_tags),
                "roleLastUsed": None,
            },
        )

    def cloud_control(self) -> dict[str, Any]:
        return {
            "RoleName": self.name,
            "RoleId": self.role_id,
            "Arn": self.arn,
            "Path": self.path,
            "Description": self.description,
            "AssumeRolePolicyDocument": self.trust,
            "MaxSessionDuration": self.session_seconds,
            "ManagedPolicyArns": list(self.attached),
            "Policies": [{"PolicyName": name, "PolicyDocument": body} for name, body in self.inline.items()],
            "Tags": pairs(self.shown_tags, "Key", "Value"),
        }


@dataclass(frozen=True, kw_only=True)
class Policy(Recorded):
    terraform_type = "aws_iam_policy"
    native = "AWS::IAM::ManagedPolicy"
    is_global = True
    arguments = ("name", "path", "description", "policy", "tags")

    name: str
    body: Document
    description: str = ""
    version: int = 1
    attachments: int = 1

    @property
    def policy_id(self) -> str:
        return "ANPA" + code_of("policy", self.home.account, self.name, length=17)

    def attributes(self) -> dict[str, Any]:
        arn = self.home.global_arn("iam", f"policy/{self.name}")
        return {
            "arn": arn,
            "attachment_count": self.attachments,
            "description": self.description,
            "id": arn,
            "name": self.name,
            "name_prefix": "",
            "path": "/",
            "policy": compact(self.body),
            "policy_id": self.policy_id,
            **self.tag_attributes(),
        }

    def config_item(self) -> dict[str, Any]:
        created = iso_millis(self.created)
        version = {
            "document": url_encoded(self.body),
            "versionId": f"v{self.version}",
            "isDefaultVersion": True,
            "createDate": iso_millis(self.touched or self.created),
        }
        return self.recorded_item(
            self.policy_id,
            self.name,
            {
                "policyName": self.name,
                "policyId": self.policy_id,
                "arn": self.arn,
                "path": "/",
                "defaultVersionId": f"v{self.version}",
                "attachmentCount": self.attachments,
                "permissionsBoundaryUsageCount": 0,
                "isAttachable": True,
                "description": self.description or None,
                "createDate": created,
                "updateDate": iso_millis(self.touched or self.created),
                "policyVersionList": [version],
                "tags": pairs(self.shown_tags),
            },
            native="AWS::IAM::Policy",
        )


@dataclass(frozen=True, kw_only=True)
class RolePolicy(Thing):
    terraform_type = "aws_iam_role_policy"
    arguments = ("name", "role", "policy")

    role: Role
    name: str

    def attributes(self) -> dict[str, Any]:
        return {
            "id": f"{self.role.name}:{self.name}",
            "name": self.name,
            "name_prefix": "",
            "policy": compact(self.role.inline[self.name]),
            "role": self.role.name,
        }


@dataclass(frozen=True, kw_only=True)
class RoleAttachment(Thing):
    terraform_type = "aws_iam_role_policy_attachment"
    arguments = ("role", "policy_arn")

    role: Role
    policy_arn: str

    def attributes(self) -> dict[str, Any]:
        unique = "2025" + hex_of("attachment", self.role.arn, self.policy_arn, length=22)
        return {
            "id": f"{self.role.name}-{unique}",
            "policy_arn": self.policy_arn,
            "role": self.role.name,
        }
