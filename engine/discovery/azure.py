"""Azure subscriptions that the command az is logged in to."""

from collections.abc import Iterator

import msgspec
from msgspec import Struct, field

from engine.discovery.accounts import Account, table
from engine.discovery.machine import Machine, content
from engine.discovery.proposal import Sureness

_BOM = b"\xef\xbb\xbf"


class _Subscription(Struct, rename="camel"):
    id: str = ""
    name: str = ""
    state: str = "Enabled"
    is_default: bool = False
    environment_name: str = ""


class _Profile(Struct):
    subscriptions: list[_Subscription] = field(default_factory=list)


def find_azure(machine: Machine) -> Iterator[Account]:
    """Every subscription that can be used, the one in use first."""
    raw = content(machine.place("AZURE_CONFIG_DIR", ".azure") / "azureProfile.json") or b""
    try:
        profile = msgspec.json.decode(raw.removeprefix(_BOM), type=_Profile)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return
    usable = [item for item in profile.subscriptions if item.id and item.state == "Enabled"]
    for item in sorted(usable, key=lambda item: (not item.is_default, item.name)):
        is_used = item.is_default or len(usable) == 1
        yield Account(
            of="azure",
            label="" if is_used else item.name or item.id,
            reason=f"subscription {item.name or item.id}{', the one in use' if is_used else ''}",
            sure=Sureness.LIKELY if is_used else Sureness.PERHAPS,
            values={"subscription": item.id, "endpoint": table().azure_endpoints.get(item.environment_name, "")},
        )
