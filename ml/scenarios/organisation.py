"""Organisations: who works there, what they run, how they name things and which tools they use."""

from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec
from msgspec import Struct

from ml.scenarios.chance import Chance

PoolName = Literal["training", "validation", "test"]


class Pool(Struct, frozen=True, forbid_unknown_fields=True):
    """Names and texts that organisations are made of. Those of one pool are in no other."""

    companies: list[str]
    given: list[str]
    family: list[str]
    services: list[str]
    environments: list[str]
    regions: list[str]
    google_regions: list[str]
    azure_regions: list[str]
    pipelines: list[str]
    taggers: list[str]
    scalers: list[str]
    housekeepers: list[str]
    operators: list[str]
    engineer_roles: list[str]
    glass_roles: list[str]
    declined: list[str]
    alerts: dict[str, list[str]]
    texts: dict[str, list[str]]
    commits: dict[str, list[str]]


class Person(Struct, frozen=True):
    """Somebody who works there. home: where their calls usually come from."""

    login: str
    name: str
    email: str
    home: str


class Recording(Struct, frozen=True, kw_only=True):
    """How its evidence was recorded, where there is more than one way.

    trail: CloudTrail as it is delivered to a bucket (`files`), as lines (`lines`) or looked up (`lookup`).
    audit_bodies: whether the cluster's audit log holds what was written. managed_fields: whether live objects tell who
    wrote which field. in_lists: whether Google's and Azure's answers are bare lists. displayed: whether ServiceNow
    gives each value with the words shown for it, and Jira texts as documents. alertmanager: whether alerts that fire
    now were asked of Alertmanager. history: whether AWS Config delivers every change.
    """

    trail: str
    audit_bodies: bool
    managed_fields: bool
    in_lists: bool
    displayed: bool
    alertmanager: bool
    history: bool


class Organisation(Struct, frozen=True, kw_only=True):
    """One organisation.

    clouds: what it runs besides AWS. sign_on: how people reach AWS: by single sign-on (`sso`), a role under their name
    (`role`) or a session under another with them as its source (`source`), as users (`user`), or as users who take the
    role for emergencies under the name of a session (`chain`). cluster_login: how people are called in the cluster
    (`oidc`, `email`, `arn`). naming: how a resource's name is made of service, environment and suffix. offset: hours
    that the office's clocks are ahead of UTC. tickets: the tool. tagged: whether resources carry tags. office: the
    address of its network.
    """

    pool: Pool
    company: str
    short: str
    domain: str
    environment: str
    account: str
    region: str
    project: str
    google_region: str
    subscription: str
    azure_region: str
    tenant: str
    clouds: tuple[str, ...]
    services: tuple[str, ...]
    people: tuple[Person, ...]
    pipeline: str
    tagger: str
    scaler: str
    housekeeper: str
    operator: str
    engineer_role: str
    glass_role: str
    sign_on: str
    cluster_login: str
    naming: str
    offset: int
    tickets: str
    tagged: bool
    recording: Recording
    office: str


_NAMINGS = ("{service}-{env}-{suffix}", "{short}-{service}-{suffix}", "{env}-{service}-{suffix}", "{service}-{suffix}")
_LOGINS = ("{given}.{family}", "{given}_{family}", "{initial}{family}", "{family}.{given}")


def make_organisation(chance: Chance, pool_name: PoolName) -> Organisation:
    """An organisation out of a pool."""
    pool = load_pool(pool_name)
    company = chance.pick(pool.companies)
    short = "".join(letter for letter in company.lower() if letter.isalpha())[:9]
    domain = f"{short}.example"
    region = chance.pick(pool.regions)
    return Organisation(
        pool=pool,
        company=company,
        short=short,
        domain=domain,
        environment=chance.pick(pool.environments),
        account=chance.digits(12),
        region=region,
        project=f"{short}-{chance.number(1000, 9999)}",
        google_region=chance.pick(pool.google_regions),
        subscription=chance.uuid(),
        azure_region=chance.pick(pool.azure_regions),
        tenant=chance.uuid(),
        clouds=("kubernetes", *(cloud for cloud in ("gcp", "azure") if chance.maybe(0.55))),
        services=tuple(chance.some(pool.services, chance.number(4, 6))),
        people=_people(chance.child("people"), pool, domain),
        pipeline=chance.pick(pool.pipelines),
        tagger=chance.pick(pool.taggers),
        scaler=chance.pick(pool.scalers),
        housekeeper=chance.pick(pool.housekeepers),
        operator=chance.pick(pool.operators),
        engineer_role=chance.pick(pool.engineer_roles),
        glass_role=chance.pick(pool.glass_roles),
        sign_on=chance.pick(("sso", "sso", "role", "user", "source", "chain")),
        cluster_login=chance.pick(("oidc", "email", "arn")),
        naming=chance.pick(_NAMINGS),
        offset=chance.pick((-8, -5, 0, 1, 2, 9)),
        tickets=chance.pick(("jira", "servicenow")),
        tagged=chance.maybe(0.75),
        office=chance.address(),
        recording=_recording(chance.child("recording")),
    )


def _recording(chance: Chance) -> Recording:
    bodies = chance.maybe(0.8)
    return Recording(
        trail=chance.pick(("files", "files", "lines", "lookup")),
        audit_bodies=bodies,
        managed_fields=not bodies or chance.maybe(0.7),
        in_lists=chance.maybe(0.5),
        displayed=chance.maybe(0.4),
        alertmanager=chance.maybe(0.4),
        history=chance.maybe(0.35),
    )


def _people(chance: Chance, pool: Pool, domain: str) -> tuple[Person, ...]:
    style = chance.pick(_LOGINS)
    people = {}
    for given, family in zip(chance.some(pool.given, 18), chance.shuffled(pool.family), strict=False):
        low = {"given": given.lower(), "family": family.lower(), "initial": given[0].lower()}
        login = style.format(**low)
        people[login] = Person(
            login=login,
            name=f"{given} {family}",
            email=f"{login}@{domain}",
            home=chance.address(),
        )
    return tuple(people.values())


@cache
def load_pool(name: PoolName) -> Pool:
    """The names and texts of a pool."""
    raw = files("ml.scenarios").joinpath("pools", f"{name}.toml").read_bytes()
    return msgspec.toml.decode(raw, type=Pool)
