"""Services that have to be named: by the environment, or by whoever is asked."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import msgspec
from msgspec import Struct, field

from engine.discovery.machine import Machine
from engine.discovery.proposal import Ask, Proposal, Sureness

#: Settings of which the configuration holds the variable's name and never its value.
_SECRET = frozenset({"token", "password"})


class _Service(Struct, frozen=True):
    kind: str
    name: str
    comment: str
    environ: dict[str, tuple[str, ...]] = field(default_factory=dict)
    ask: tuple[Ask, ...] = ()


class _Table(Struct, frozen=True):
    service: tuple[_Service, ...]


def find_services(machine: Machine) -> Iterator[Proposal]:
    """Every service of the table, with what is to be asked about it."""
    for service in _table().service:
        named = {
            setting: variable
            for setting, variables in service.environ.items()
            if (variable := next((name for name in variables if _usable(machine.environ.get(name), setting)), None))
        }
        asks = tuple(ask for ask in service.ask if ask.setting not in named)
        known = "url" in named
        where = f"named by ${named['url']}" if known else ""
        yield Proposal(
            name=service.name,
            kind=service.kind,
            settings={
                setting: f"env:{variable}" if setting in _SECRET else machine.environ[variable]
                for setting, variable in named.items()
            },
            comment=service.comment,
            reason=where,
            sure=Sureness.LIKELY if known else Sureness.PERHAPS,
            asks=asks,
        )


def _usable(value: str | None, setting: str) -> bool:
    """Whether a variable is set; of an address that holds a login, nothing may be written down."""
    return bool(value) and (setting in _SECRET or "@" not in str(value) or setting == "user")


@cache
def _table() -> _Table:
    return msgspec.toml.decode((files(__package__) / "services.toml").read_bytes(), type=_Table)
