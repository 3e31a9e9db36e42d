"""Accounts, projects, subscriptions and clusters that the providers' own tools know of, as sources."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from msgspec import Struct, field

from engine.discovery.proposal import Proposal, Sureness

_NO_WORD = re.compile(r"[^a-z0-9]+")
_NAME = 40
_FIELD = re.compile(r"\{(\w+)\}")


class Account(Struct, frozen=True):
    """What one entry in a tool's settings names. Never a credential.

    label: what its sources are told apart by, empty for the only or the usual one. values: what accounts.toml's
    settings are filled with. reason: where it was found.
    """

    of: str
    label: str
    reason: str
    sure: Sureness
    values: Mapping[str, str | list[str]]


class _Source(Struct, frozen=True):
    of: str
    kind: str
    name: str
    comment: str
    sure: Sureness
    settings: dict[str, Any]


class _Table(Struct, frozen=True):
    source: tuple[_Source, ...]
    azure_endpoints: dict[str, str] = field(default_factory=dict)


@cache
def table() -> _Table:
    """The shipped table."""
    return msgspec.toml.decode((files(__package__) / "accounts.toml").read_bytes(), type=_Table)


def sources_of(accounts: Iterable[Account]) -> Iterator[Proposal]:
    """The sources that accounts give, account by account."""
    for account in accounts:
        for source in table().source:
            if source.of == account.of:
                yield Proposal(
                    name=f"{source.name}-{slug(account.label)}" if account.label else source.name,
                    kind=source.kind,
                    settings=_filled(source.settings, account.values),
                    comment=source.comment,
                    reason=account.reason,
                    sure=max(source.sure, account.sure, key=list(Sureness).index),
                )


def slug(text: str) -> str:
    """A short name of small letters, digits and dashes; of an ARN or a path, its last part."""
    return _NO_WORD.sub("-", text.rpartition("/")[2].lower()).strip("-")[:_NAME].strip("-") or "other"


def _filled(settings: Mapping[str, Any], values: Mapping[str, str | list[str]]) -> dict[str, Any]:
    filled = {name: _fill(setting, values) for name, setting in settings.items()}
    return {name: setting for name, setting in filled.items() if setting not in ("", [], [""])}


def _fill(setting: Any, values: Mapping[str, str | list[str]]) -> Any:
    if isinstance(setting, list):
        return [_fill(item, values) for item in setting]
    whole = _FIELD.fullmatch(setting)
    return values.get(whole[1], "") if whole else _FIELD.sub(lambda found: str(values.get(found[1], "")), setting)
