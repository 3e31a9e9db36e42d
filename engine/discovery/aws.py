"""AWS profiles, by their names and regions. Keys and tokens that stand beside them are passed over."""

from collections.abc import Iterator, Mapping

from engine.discovery.accounts import Account
from engine.discovery.machine import Machine, content, sections
from engine.discovery.proposal import Sureness

_WANTED = ("region", "sso_account_id", "sso_session", "sso_start_url", "role_arn")
#: Where an account's global services are recorded, which every account has.
_ANY_REGION = "us-east-1"


def find_aws(machine: Machine) -> Iterator[Account]:
    """The credentials in the environment, and every profile: the one in use first."""
    environ = machine.environ
    region = environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION", "")
    profiles = _profiles(machine)
    named = environ.get("AWS_PROFILE") or environ.get("AWS_DEFAULT_PROFILE", "")
    if named:
        profiles.setdefault(named, {})
    in_use = named or ("default" if "default" in profiles else next(iter(profiles)) if len(profiles) == 1 else "")
    if environ.get("AWS_ACCESS_KEY_ID") and not named:
        reason = "credentials in the environment"
        yield _account(reason, Sureness.CERTAIN, region=region)
        in_use = ""
    for profile in sorted(profiles, key=lambda profile: (profile != in_use, profile)):
        is_used = profile == in_use
        reason = f"profile {profile}{', the one in use' if is_used else ''}{_told(profiles[profile])}"
        own = profiles[profile].get("region", "")
        if is_used:
            yield _account(reason, Sureness.LIKELY, region=region or own, profile=profile)
        else:
            yield _account(reason, Sureness.PERHAPS, region=own, profile=profile, label=profile)


def _profiles(machine: Machine) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name, settings in sections(content(machine.place("AWS_CONFIG_FILE", ".aws/config")), _WANTED):
        kind, _, profile = name.partition(" ")
        if kind == "profile" or name == "default":
            found.setdefault(profile.strip().strip("\"'") or name, {}).update(settings)
    for name, settings in sections(content(machine.place("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials")), _WANTED):
        found[name] = settings | found.get(name, {})
    return found


def _account(reason: str, sure: Sureness, *, region: str, profile: str = "", label: str = "") -> Account:
    if not region:
        reason = f"{reason}; it names no region"
    return Account(
        of="aws",
        label=label,
        reason=reason,
        sure=sure,
        values={"profile": profile, "regions": [region or _ANY_REGION]},
    )


def _told(settings: Mapping[str, str]) -> str:
    """What else tells a profile from others: the account, and how one logs in."""
    account = settings.get("sso_account_id") or next(iter(settings.get("role_arn", "").split(":")[4:5]), "")
    through = "sso" if settings.get("sso_session") or settings.get("sso_start_url") else ""
    words = (f"account {account}" if account else "", f"through {through}" if through else "")
    return "".join(f", {word}" for word in words if word)
