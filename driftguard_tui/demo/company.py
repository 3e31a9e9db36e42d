"""Larkspur Parcel, an invented company that delivers parcels: its accounts, people, roles and habits."""

from dataclasses import dataclass, field
from datetime import datetime

from driftguard_tui.demo.kit import hex_of, when

NAME = "Larkspur Parcel"
DOMAIN = "larkspur.example"

#: When the recorded estate ends: snapshots are taken, the last log files delivered.
NOW: datetime = when("2026-03-16 07:30:00")
#: The first hour that the recorded API calls cover.
FIRST_CALL: datetime = when("2026-03-06 06:00:00")


@dataclass(frozen=True)
class Account:
    """An AWS account. `environment` is what its resources are tagged with."""

    number: str
    name: str
    environment: str
    canonical_user: str


PROD = Account("418207635194", "larkspur-prod", "prod", hex_of("canonical", "prod", length=64))
SHARED = Account("730915284063", "larkspur-shared", "staging", hex_of("canonical", "shared", length=64))
ACCOUNTS = (PROD, SHARED)

DUBLIN = "eu-west-1"
FRANKFURT = "eu-central-1"
#: Where AWS records the calls of global services.
GLOBAL_CALLS = "us-east-1"


@dataclass(frozen=True)
class Home:
    """Where a resource lives, and the default tags that the Terraform provider there puts on it."""

    account: Account
    region: str

    @property
    def default_tags(self) -> dict[str, str]:
        """The `default_tags` block of the provider configuration."""
        return {"Environment": self.account.environment, "ManagedBy": "terraform"}

    def arn(self, service: str, rest: str) -> str:
        """The ARN of something regional that lives here."""
        return f"arn:aws:{service}:{self.region}:{self.account.number}:{rest}"

    def global_arn(self, service: str, rest: str) -> str:
        """The ARN of something that belongs to the account and to no region."""
        return f"arn:aws:{service}::{self.account.number}:{rest}"

    def zone(self, index: int) -> str:
        """One of the three availability zones."""
        return self.region + "abc"[index % 3]


PROD_DUBLIN = Home(PROD, DUBLIN)
PROD_FRANKFURT = Home(PROD, FRANKFURT)
SHARED_DUBLIN = Home(SHARED, DUBLIN)


#: The egress address of the office and of the company VPN.
OFFICE_IP = "198.51.100.20"


@dataclass(frozen=True)
class Person:
    """Somebody who works here. `ip` is where their calls usually come from."""

    login: str
    name: str
    team: str
    ip: str = OFFICE_IP

    @property
    def email(self) -> str:
        """The address that is their session name in AWS and their author line in git."""
        return f"{self.login}@{DOMAIN}"


INES = Person("ines.moreau", "Inès Moreau", "platform")
TOMASZ = Person("tomasz.wilk", "Tomasz Wilk", "platform", "203.0.113.71")
PRIYA = Person("priya.raman", "Priya Raman", "platform", "203.0.113.118")
JONAS = Person("jonas.lindqvist", "Jonas Lindqvist", "tracking", "203.0.113.44")
AOIFE = Person("aoife.brennan", "Aoife Brennan", "tracking")
MATEO = Person("mateo.ibarra", "Mateo Ibarra", "payments", "203.0.113.9")
HANNAH = Person("hannah.okafor", "Hannah Okafor", "payments")
LUKAS = Person("lukas.brandt", "Lukas Brandt", "booking", "203.0.113.150")
CHIARA = Person("chiara.conti", "Chiara Conti", "labels")
DEV = Person("dev.patel", "Dev Patel", "routing", "203.0.113.87")
SOFIA = Person("sofia.lund", "Sofia Lund", "data")
PEOPLE = (INES, TOMASZ, PRIYA, JONAS, AOIFE, MATEO, HANNAH, LUKAS, CHIARA, DEV, SOFIA)

#: Permission sets of the single sign-on, with the suffix AWS gives their roles.
SSO_ROLES = {
    "PlatformAdmin": "AWSReservedSSO_PlatformAdmin_3c1f0a77d2b94e15",
    "Engineer": "AWSReservedSSO_Engineer_9be24d5108f7c6a3",
    "ReadOnly": "AWSReservedSSO_ReadOnly_51d7e9f2ab034c88",
}
CI_ROLE = "github-terraform-apply"
BREAK_GLASS_ROLE = "break-glass"
TAGGER_ROLE = "finops-tagger"
PATCH_ROLE = "patch-window-automation"


@dataclass(frozen=True)
class Service:
    """One product service. `port` is what its instances listen on."""

    name: str
    team: str
    port: int
    owner: Person
    instance_type: str = "m6i.large"
    capacity: tuple[int, int, int] = field(default=(2, 8, 3))

    def tags(self) -> dict[str, str]:
        """What every resource of the service is tagged with, besides the default tags."""
        return {"Service": self.name, "Team": self.team}


BOOKING = Service("booking", "booking", 8080, LUKAS, capacity=(3, 12, 4))
TRACKING = Service("tracking", "tracking", 8081, JONAS, "c6i.xlarge", (4, 16, 6))
PAYMENTS = Service("payments", "payments", 8443, MATEO, capacity=(3, 9, 3))
LABELS = Service("labels", "labels", 8082, CHIARA, "m6i.large", (2, 6, 2))
ROUTING = Service("routing", "routing", 8083, DEV, "r6i.xlarge", (2, 6, 3))
SERVICES = (BOOKING, TRACKING, PAYMENTS, LABELS, ROUTING)
