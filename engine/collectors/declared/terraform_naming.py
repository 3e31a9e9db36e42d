"""Who a resource in a Terraform state is: its provider, scope and identities; and what of it is secret."""

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import msgspec
from msgspec import Struct

from engine.collectors.declared.statefile import Instance
from engine.model import ResourceRef
from engine.secret_names import is_secret_name

_QUOTED_PROVIDER = re.compile(r'provider\["(?:[^"]*/)?([^"/]+)"\]')
_PLAIN_PROVIDER = re.compile(r"(?:^|\.)provider\.\s*([\w-]+)")
_ACCOUNT = re.compile(r"\d{12}")
_PROJECT = re.compile(r"(?:^|/)projects/([^/]+)")
_SUBSCRIPTION = re.compile(r"^/subscriptions/([^/]+)", re.IGNORECASE)


class _Attributes(Struct, frozen=True, forbid_unknown_fields=True):
    identities: tuple[str, ...]
    names: tuple[str, ...]


class _Table(Struct, frozen=True, forbid_unknown_fields=True):
    providers: dict[str, str]
    attributes: _Attributes
    secrets: dict[str, frozenset[str]]


class Naming:
    """Names the resources of one state. The state as a whole tells the account of what does not name its own."""

    def __init__(self, instances: Iterable[Instance]) -> None:
        table = _table()
        self._identities = table.attributes.identities
        self._names = table.attributes.names
        self._accounts = _agreed_accounts(instances)

    def ref(self, instance: Instance) -> ResourceRef:
        """The resource as the rest of the engine names it."""
        attributes = instance.attributes
        provider = provider_of(instance.provider, instance.type)
        return ResourceRef(
            provider=provider,
            type=instance.type,
            id=_text(attributes.get("id")) or _text(attributes.get("arn")) or _text(attributes.get("name")),
            scope=self._scope(provider, instance),
            address=instance.address,
            name=next((name for key in self._names if (name := _text(attributes.get(key)))), "")
            or _name_tag(attributes),
        )

    def keys(self, instance: Instance) -> tuple[str, ...]:
        """Every identity by which the live resource may be found, most exact first."""
        get = instance.attributes.get
        return tuple(dict.fromkeys(value for key in self._identities if isinstance(value := get(key), str) and value))

    def _scope(self, provider: str, instance: Instance) -> str:
        if provider == "aws":
            return self._aws_scope(instance)
        attributes = instance.attributes
        if provider == "gcp":
            named = _found(_PROJECT, attributes, "self_link", "id")
            return named if named and not named.isdigit() else _text(attributes.get("project")) or named
        if provider == "azure":
            return _found(_SUBSCRIPTION, attributes, "id") or _text(attributes.get("subscription_id"))
        return ""

    def _aws_scope(self, instance: Instance) -> str:
        """Account and region, as far as known: from the ARN, what the provider recorded, the rest of the state."""
        account, region = _arn_place(instance)
        account = account or self._accounts.get(instance.provider, "")
        region = region or _text(instance.attributes.get("region")) or _text(instance.identity.get("region"))
        if not account:
            return ""
        return f"{account}/{region}" if region else account


@lru_cache(maxsize=1024)
def provider_of(configuration: str, resource_type: str) -> str:
    """A provider's short name, from `provider["registry.terraform.io/hashicorp/aws"].eu`, `provider.aws.eu`, a
    registry address or, where the state names none, the first word of the type."""
    match = _QUOTED_PROVIDER.search(configuration) or _PLAIN_PROVIDER.search(configuration)
    name = match[1] if match else configuration.rpartition("/")[2] or resource_type.partition("_")[0]
    return _table().providers.get(name, name)


def secret_attributes(instance: Instance) -> frozenset[str]:
    """The attributes that are secret by their name or by their type, whether the state marks them or not."""
    named = _secret_names(instance.type, tuple(instance.attributes))
    if not named:
        return named
    return frozenset(name for name in named if not isinstance(instance.attributes[name], bool))


@lru_cache(maxsize=8192)
def _secret_names(resource_type: str, names: tuple[str, ...]) -> frozenset[str]:
    by_type = _table().secrets.get(resource_type, frozenset())
    return frozenset(name for name in names if name in by_type or is_secret_name(name))


def _agreed_accounts(instances: Iterable[Instance]) -> dict[str, str]:
    """The account of each provider configuration whose resources all name the same one."""
    seen: dict[str, set[str]] = {}
    for instance in instances:
        if account := _arn_place(instance)[0]:
            seen.setdefault(instance.provider, set()).add(account)
    return {provider: next(iter(accounts)) for provider, accounts in seen.items() if len(accounts) == 1}


def _arn_place(instance: Instance) -> tuple[str, str]:
    """Account and region that the ARN names, or else the identity that newer providers record; empty where unknown."""
    attributes = instance.attributes
    arn = attributes.get("arn") or attributes.get("id")
    if isinstance(arn, str) and arn.startswith("arn:"):
        _, _, _, region, account, *_ = f"{arn}:::::".split(":", 5)
        if _ACCOUNT.fullmatch(account):
            return account, region
    return _text(instance.identity.get("account_id")), ""


def _name_tag(attributes: Mapping[str, Any]) -> str:
    tags = attributes.get("tags")
    return _text(tags.get("Name")) if isinstance(tags, dict) else ""


def _found(pattern: re.Pattern[str], attributes: Mapping[str, Any], *names: str) -> str:
    for name in names:
        if match := pattern.search(_text(attributes.get(name))):
            return match[1]
    return ""


def _text(value: Any) -> str:
    """A name as text: states hold some ids as numbers."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


@cache
def _table() -> _Table:
    text = files(__package__).joinpath("terraform.toml").read_bytes()
    return msgspec.toml.decode(text, type=_Table)
