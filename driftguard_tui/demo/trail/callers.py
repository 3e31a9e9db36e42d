"""Who calls the API: people, pipelines, bots and AWS itself, as `userIdentity` tells them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from driftguard_tui.demo.company import (
    BREAK_GLASS_ROLE,
    CI_ROLE,
    PROD,
    SSO_ROLES,
    TAGGER_ROLE,
    Account,
    Person,
)
from driftguard_tui.demo.kit import code_of, iso

CHROME = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/122.0.0.0 Safari/537.36"
)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:124.0) Gecko/20100101 Firefox/124.0"
CLI = "aws-cli/2.15.30 Python/3.11.8 Darwin/23.4.0 exe/x86_64 prompt/off command/{}"
TERRAFORM = (
    "APN/1.0 HashiCorp/1.0 Terraform/1.7.5 (+https://www.terraform.io) terraform-provider-aws/5.41.0 "
    "(+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.25.3 os/linux lang/go#1.21.8 "
    "md/GOOS#linux md/GOARCH#amd64"
)
LAMBDA_SDK = (
    "Boto3/1.34.42 md/Botocore#1.34.42 ua/2.0 os/linux#5.10.210 md/arch#x86_64 lang/python#3.12.1 "
    "exec-env/AWS_Lambda_python3.12"
)


@dataclass(frozen=True)
class Caller:
    """Somebody with credentials. `identity` gives `userIdentity` for a session that began at a time."""

    account: Account
    type: str
    agent: str
    ip: str
    name: str = ""
    role: str = ""
    role_path: str = ""
    session_length: timedelta = timedelta(minutes=25)
    invoked_by: str = ""
    console: bool = False
    mfa: bool = True
    source_identity: str = ""
    federated: Mapping[str, Any] = field(default_factory=dict)
    access_key: str = ""

    def identity(self, at: datetime) -> dict[str, Any]:
        """`userIdentity` of a call at this time. Calls within the same hour share a session."""
        invoked = {"invokedBy": self.invoked_by} if self.invoked_by else {}
        if self.type == "AWSService":
            return {"type": self.type, **invoked}
        number = self.account.number
        if self.type == "Root":
            attributes = self._attributes(at)
            return {
                "type": "Root",
                "principalId": number,
                "arn": f"arn:aws:iam::{number}:root",
                "accountId": number,
                "accessKeyId": self._key(at),
                "sessionContext": {"attributes": attributes},
            }
        if self.type == "IAMUser":
            return {
                "type": "IAMUser",
                "principalId": "AIDA" + code_of("user", self.name, length=17),
                "arn": f"arn:aws:iam::{number}:user/{self.name}",
                "accountId": number,
                "accessKeyId": self.access_key,
                "userName": self.name,
            }
        role_id = "AROA" + code_of("role", self.account, self.role, length=17)
        named = {"sourceIdentity": self.source_identity} if self.source_identity else {}
        return {
            "type": "AssumedRole",
            "principalId": f"{role_id}:{self.name}",
            "arn": f"arn:aws:sts::{number}:assumed-role/{self.role}/{self.name}",
            "accountId": number,
            "accessKeyId": self._key(at),
            "sessionContext": {
                "sessionIssuer": {
                    "type": "Role",
                    "principalId": role_id,
                    "arn": f"arn:aws:iam::{number}:role/{self.role_path}{self.role}",
                    "accountId": number,
                    "userName": self.role,
                },
                "webIdFederationData": dict(self.federated),
                "attributes": self._attributes(at),
                **named,
            },
            **invoked,
        }

    def _session_start(self, at: datetime) -> datetime:
        return at.replace(minute=at.minute - at.minute % 30, second=11) - self.session_length

    def _attributes(self, at: datetime) -> dict[str, str]:
        mfa = "true" if self.mfa and not self.invoked_by else "false"
        return {"creationDate": iso(self._session_start(at)), "mfaAuthenticated": mfa}

    def _key(self, at: datetime) -> str:
        return "ASIA" + code_of("key", self.account, self.role, self.name, self._session_start(at))


def person(
    who: Person, role: str = "Engineer", *, via: str = "console", account: Account = PROD, ip: str | None = None
) -> Caller:
    """Somebody signed in through the company's single sign-on, in the console or on the command line."""
    console = via == "console"
    return Caller(
        account=account,
        type="AssumedRole",
        agent=CHROME if console else CLI,
        ip=ip or who.ip,
        name=who.email,
        role=SSO_ROLES[role],
        role_path="aws-reserved/sso.amazonaws.com/",
        console=console,
    )


def break_glass(who: Person, *, via: str = "console") -> Caller:
    """Somebody who took the emergency role."""
    console = via == "console"
    return Caller(
        account=PROD,
        type="AssumedRole",
        agent=CHROME if console else CLI,
        ip=who.ip,
        name=who.email,
        role=BREAK_GLASS_ROLE,
        console=console,
        source_identity=who.email,
        session_length=timedelta(minutes=4),
    )


def pipeline(account: Account = PROD) -> Caller:
    """Terraform, run by the pipeline."""
    provider = "token.actions.githubusercontent.com"
    return Caller(
        account=account,
        type="AssumedRole",
        agent=TERRAFORM,
        ip="192.0.2.140",
        name="GitHubActions",
        role=CI_ROLE,
        mfa=False,
        session_length=timedelta(minutes=2),
        federated={
            "federatedProvider": f"arn:aws:iam::{account.number}:oidc-provider/{provider}",
            "attributes": {},
        },
    )


def tagger(account: Account = PROD) -> Caller:
    """The nightly job that writes cost tags."""
    return Caller(
        account=account,
        type="AssumedRole",
        agent=LAMBDA_SDK,
        ip="192.0.2.173",
        name="finops-tagger",
        role=TAGGER_ROLE,
        mfa=False,
    )


def service_role(role: str, service: str, session: str, account: Account = PROD) -> Caller:
    """A managed service that acts through its service-linked role."""
    return Caller(
        account=account,
        type="AssumedRole",
        agent=service,
        ip=service,
        name=session,
        role=role,
        role_path=f"aws-service-role/{service}/",
        invoked_by=service,
        mfa=False,
    )


def aws_service(service: str, account: Account = PROD) -> Caller:
    """A managed service that acts in its own name."""
    return Caller(account=account, type="AWSService", agent=service, ip=service, invoked_by=service)


def instance(role: str, instance_id: str, account: Account = PROD) -> Caller:
    """A program on a virtual machine."""
    return Caller(
        account=account,
        type="AssumedRole",
        agent="aws-sdk-java/2.25.11 Linux/5.10.210 OpenJDK_64-Bit_Server_VM/21.0.2 vendor/Amazon exec-env/unknown",
        ip="192.0.2.141",
        name=instance_id,
        role=role,
        mfa=False,
    )


#: The address that none of the company's people or machines has ever called from.
STRANGER_IP = "192.0.2.231"
#: A contractor who left in 2024; the user and its key stayed.
FORGOTTEN_USER = Caller(
    account=PROD,
    type="IAMUser",
    agent="Boto3/1.28.62 md/Botocore#1.31.62 ua/2.0 os/linux#6.5.0-kali3-amd64 md/arch#x86_64 lang/python#3.11.6",
    ip=STRANGER_IP,
    name="marek.novak",
    access_key="AKIA" + code_of("contractor-key"),
    mfa=False,
)
ROOT = Caller(account=PROD, type="Root", agent=FIREFOX, ip="192.0.2.198", console=True, mfa=False)
