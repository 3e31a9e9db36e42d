"""Things: the resources of an estate, with what code, state and provider each say of them."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from ml.scenarios.chance import Chance
from ml.scenarios.kinds import Kind, Move
from ml.scenarios.organisation import Organisation
from ml.scenarios.templates import fill

if TYPE_CHECKING:
    from ml.scenarios.story import Who

Values = dict[str, Any]


class Thing:
    """One resource. Of its slots, `written` is what the code says now, `stated` what Terraform's state says and
    `live` what is there; `first` is what the code said when its history began.

    address: where Terraform code declares it. stack: the state it is in. exists, declared: whether it is there, and
    whether anybody declares it. writes: the moves that made it what it is, the first first.
    """

    def __init__(self, kind: Kind, organisation: Organisation, service: str, mark: str, chance: Chance) -> None:
        self.kind = kind
        self.service = service
        self.stack = ""
        self.address = ""
        self.exists = True
        self.declared = True
        self.writes: list[Write] = []
        names: Values = {
            "service": service, "env": organisation.environment, "short": organisation.short,
            "suffix": f"{kind.suffix}{mark}", "number": chance.number(1000, 9999),
        }  # fmt: skip
        self.name = str(fill(kind.name or organisation.naming, names))
        self.words: Values = {
            **names, "name": self.name, "org": organisation.short, "account": organisation.account,
            "region": organisation.region, "project": organisation.project, "domain": organisation.domain,
            "google_region": organisation.google_region, "google_zone": f"{organisation.google_region}-b",
            "azure_region": organisation.azure_region, "subscription": organisation.subscription,
            "group": f"rg-{organisation.short}", "namespace": f"{service}-{organisation.environment}",
            "vpc": f"vpc-{organisation.account:0>17}", "subnet": f"subnet-0{organisation.account:0>16}",
            "hex16": chance.hex(16), "hex17": f"0{chance.hex(16)}", "hex32": chance.hex(32), "uuid": chance.uuid(),
            "upper17": chance.upper(17), "upper26": chance.upper(26), "octet": chance.number(2, 250),
            "created": "2023-11-04T09:12:40.000Z",
        }  # fmt: skip
        self.words["id"] = fill(kind.id, self.words)
        self.words["arn"] = fill(kind.arn, self.words)
        self.words["resource_id"] = fill(kind.resource_id, self.words)
        self.first: Values = {slot: chance.pick(about.values) for slot, about in kind.slots.items()}
        self.first["tags"] = _tags(organisation, service, self.name)
        self.written, self.stated, self.live = (deepcopy(self.first) for _ in range(3))

    @property
    def id(self) -> str:
        """As reports name it."""
        return str(self.words["id"])

    @property
    def provider(self) -> str:
        """The kind's provider."""
        return self.kind.provider

    def state(self, values: Values) -> Any:
        """Terraform's attributes, or the manifest, with these values of its slots."""
        return fill(self.kind.state, {**self.words, **values})

    def answer(self, part: str = "live", at: datetime | None = None) -> Any:
        """What the provider says of it, now or at a time: the part `live` or `extra`, or a manifest's live object."""
        template = getattr(self.kind, part) if self.provider != "kubernetes" else self.kind.state
        return fill(template, {**self.words, **(self.live_at(at) if at else self.live)})

    def path(self, slot: str) -> str:
        """Where reports show a change of the slot."""
        return _TAGS.get(self.provider, "tags") if slot == "tags" else self.kind.slots[slot].path

    def words_for(self, extra: Mapping[str, Any], at: datetime | None = None) -> Values:
        """The words that a request of one of its moves may hold, with the values that were live at a time."""
        return {**self.words, **(self.live_at(at) if at else self.live), **extra}

    def live_at(self, at: datetime) -> Values:
        """The values that were live at a time."""
        later = [write.part for write in self.writes if write.at > at]
        return {**self.live, **{part.move.slot: part.old for part in reversed(later)}}

    def next_value(self, move: Move, chance: Chance) -> tuple[Any, Any]:
        """A new value for the move's slot, and what in it was added."""
        old = self.live[move.slot]
        if move.to:
            new = chance.pick([value for value in move.to if value != old] or move.to)
            return new, None
        if move.add:
            added = chance.pick([value for value in move.add if value not in old] or move.add)
            return [*old, added], added
        added = dict([chance.pick(list(_NEW_TAGS.items()))])
        return {**old, **added}, added


class Part(Struct, frozen=True):
    """A thing and a way to change it, with the value that the process will give it and what is added by it."""

    thing: Thing
    move: Move
    old: Any
    new: Any
    added: Any

    @property
    def provider(self) -> str:
        """The thing's provider."""
        return self.thing.provider


class Write(Struct, frozen=True):
    """A move that was made and lasts."""

    at: datetime
    who: "Who"
    part: Part


#: What providers call tags.
_TAGS = {"gcp": "labels"}
_NEW_TAGS = {
    "CostCenter": "4711", "owner-hint": "ask-platform", "Review": "2025-q3", "DataClass": "internal",
    "Backup": "weekly", "Squad": "kestrel",
}  # fmt: skip


def _tags(organisation: Organisation, service: str, name: str) -> Values:
    if not organisation.tagged:
        return {}
    return {"Service": service, "Environment": organisation.environment, "Name": name}
