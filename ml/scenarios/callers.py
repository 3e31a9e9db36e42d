"""Who calls: people by their logins, the organisation's software, the provider's own."""

from functools import cache
from importlib.resources import files
from uuid import UUID, uuid5

import msgspec
from msgspec import Struct, structs

from engine.model import Via
from ml.scenarios.chance import Chance
from ml.scenarios.organisation import Organisation, Person
from ml.scenarios.story import Badge, Who

_APPLICATIONS = UUID("6f1d4c5e-0b1a-4f53-9d39-0f6a52f1b7aa")


class _Service(Struct, frozen=True, forbid_unknown_fields=True):
    provider: str
    name: str
    agent: str


class _Clients(Struct, frozen=True, forbid_unknown_fields=True):
    browsers: list[str]
    systems: list[str]
    thieves: list[str]
    tokens: list[str]
    shells: dict[str, list[str]]
    pipelines: dict[str, str]
    releases: dict[str, str]
    programs: dict[str, str]
    scripts: dict[str, str]
    services: dict[str, _Service]
    controllers: dict[str, str]


def application_id(name: str) -> str:
    """The id under which Azure knows the organisation's software of a name."""
    return str(uuid5(_APPLICATIONS, name))


def person_by(
    person: Person, provider: str, chance: Chance, *, via: Via | None = None, badge: Badge = Badge.PERSON, ip: str = ""
) -> Who:
    """A person at work, in the console or on the command line, from home unless another address is given."""
    clients = _clients()
    habits = Chance(person.email)
    tool = via or (Via.CLI if provider == "kubernetes" else chance.pick((Via.CLI, Via.CLI, Via.CONSOLE)))
    agents = {
        Via.CONSOLE: habits.pick(clients.browsers),
        Via.CLI: habits.pick(clients.shells[provider]).format(system=habits.pick(clients.systems)),
        Via.TERRAFORM: clients.pipelines[provider],
    }
    return Who(badge=badge, name=person.login, via=tool, agent=agents[tool], ip=ip or person.home, person=person)


def pipeline(organisation: Organisation, provider: str, chance: Chance) -> Who:
    """The pipeline that applies code."""
    return Who(
        badge=Badge.MACHINE,
        name=organisation.pipeline,
        via=Via.CLI if provider == "kubernetes" else Via.TERRAFORM,
        agent=_clients().pipelines[provider],
        ip=chance.address(),
        session=chance.pick(
            (f"run-{chance.number(10_000, 99_999)}", "GitHubActions", f"aws-go-sdk-{chance.digits(19)}")
        ),
    )


def software(name: str, provider: str, chance: Chance) -> Who:
    """The organisation's own software: a function, a job, an operator in the cluster."""
    inside = provider == "kubernetes"
    return Who(
        badge=Badge.MACHINE,
        name=name,
        via=Via.CONTROLLER if inside else Via.SDK,
        agent=_clients().programs[provider].format(name=name),
        ip=f"10.0.{chance.number(0, 12)}.{chance.number(3, 250)}" if inside else chance.address(),
        session=chance.pick((name, name, f"i-0{chance.hex(16)}", f"botocore-session-{chance.digits(10)}")),
    )


def script(person: Person, provider: str, chance: Chance) -> Who:
    """A program that runs with somebody's own credentials, somewhere where programs run."""
    agent = _clients().scripts[provider]
    return Who(badge=Badge.PERSON, name=person.login, via=Via.SDK, agent=agent, ip=chance.address(), person=person)


def release_tool(organisation: Organisation, provider: str, chance: Chance) -> Who:
    """The pipeline, where what it rolls out with is no Terraform."""
    via = Via.CONTROLLER if provider == "kubernetes" else Via.SDK
    return structs.replace(pipeline(organisation, provider, chance), via=via, agent=_clients().releases[provider])


def cluster_job(who: Who) -> Who:
    """The organisation's software in a cluster, where it is a scheduled job that runs a command line."""
    return structs.replace(who, via=Via.CLI, agent=_clients().pipelines["kubernetes"])


def controller(name: str, provider: str, chance: Chance) -> Who:
    """A controller of the organisation that calls the cloud it runs in."""
    return Who(
        badge=Badge.MACHINE,
        name=name,
        via=Via.CONTROLLER,
        agent=_clients().controllers[provider],
        ip=chance.address(),
        session=chance.digits(19),
    )


def service(work: str) -> Who:
    """The provider's own software that does a kind of work."""
    known = _clients().services[work]
    return Who(badge=Badge.SERVICE, name=known.name, via=Via.CONTROLLER, agent=known.agent, ip=known.name)


def provider_of(work: str) -> str:
    """Whose software does a kind of work."""
    return _clients().services[work].provider


def root(chance: Chance, ip: str = "") -> Who:
    """The account's root user, in the console."""
    agent = chance.pick(_clients().browsers)
    return Who(badge=Badge.ROOT, name="root", via=Via.CONSOLE, agent=agent, ip=ip or chance.address())


def stolen_key(owner: str, chance: Chance) -> Who:
    """Somebody with the long-lived keys of a machine's user, from an address that nobody knows."""
    agent = chance.pick(_clients().thieves)
    via = Via.CLI if agent.startswith("aws-cli") else Via.SDK
    return Who(badge=Badge.KEY, name=owner, via=via, agent=agent, ip=chance.address())


def stolen_session(role: str, chance: Chance) -> Who:
    """Somebody with the session of a machine's role, taken from the machine."""
    agent = chance.pick(_clients().thieves)
    via = Via.CLI if agent.startswith("aws-cli") else Via.SDK
    session = f"i-0{chance.hex(16)}"
    return Who(badge=Badge.MACHINE, name=role, via=via, agent=agent, ip=chance.address(), session=session)


def stolen_token(chance: Chance) -> Who:
    """Somebody with the token of a pod that has no account of its own."""
    agent = chance.pick(_clients().tokens)
    return Who(badge=Badge.KEY, name="default", via=Via.UNKNOWN, agent=agent, ip=chance.address())


def trespassing_pipeline(organisation: Organisation, provider: str, chance: Chance) -> Who:
    """Somebody with the pipeline's rights and a client of their own; in a cluster it is the pipeline that they ask."""
    if provider == "kubernetes":
        return release_tool(organisation, provider, chance)
    agent = chance.pick(_clients().thieves)
    via = Via.CLI if agent.startswith("aws-cli") else Via.SDK
    return structs.replace(pipeline(organisation, provider, chance), via=via, agent=agent)


def machine_user_of(service: str) -> str:
    """The user whose keys a service's programs call with."""
    return f"svc-{service}-export"


def machine_user(service: str, provider: str, chance: Chance) -> Who:
    """A service's program at its work, with the keys of its user."""
    name = machine_user_of(service)
    agent = _clients().programs[provider].format(name=name)
    via = Via.CONTROLLER if provider == "kubernetes" else Via.SDK
    return Who(badge=Badge.KEY, name=name, via=via, agent=agent, ip=chance.address())


def names_of(who: Who, provider: str) -> tuple[str, ...]:
    """Texts of which one must occur in what a report calls the principal."""
    if who.person:
        return (who.person.email.lower(), who.person.login.lower())
    if provider == "azure" and who.badge is Badge.MACHINE:
        return (application_id(who.name), who.name.lower())
    if provider == "kubernetes" and who.badge is Badge.SERVICE:
        return (who.name.lower(), "kube-controller-manager")
    return (who.name.lower(),)


@cache
def _clients() -> _Clients:
    raw = files("ml.scenarios").joinpath("clients.toml").read_bytes()
    return msgspec.toml.decode(raw, type=_Clients)
