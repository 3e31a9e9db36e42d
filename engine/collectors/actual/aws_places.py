"""Which account and region a recorded answer is about, when the answer does not say so outright."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

_ARN = re.compile(rb"arn:aws[a-z-]*:[a-z0-9-]+:([a-z0-9-]*):(\d{12}):")
_REGION = re.compile(r"(?<![a-z0-9])(?:[a-z]{2}(?:-[a-z]+)+-\d)(?![a-z0-9])")
_ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")
_OWNERS = ("OwnerId", "AWSAccountId", "AccountId", "Owner")


class Place(NamedTuple):
    """An account and a region; either is empty when it is not known."""

    account: str = ""
    region: str = ""

    def or_else(self, other: "Place") -> "Place":
        """This place with its gaps filled from another one."""
        return Place(self.account or other.account, self.region or other.region)

    @property
    def scope(self) -> str:
        """`account/region`; the account alone, or nothing, leaves open what is not known."""
        if not self.account:
            return ""
        return f"{self.account}/{self.region}" if self.region else self.account


class Surroundings:
    """What the files of a folder say together: their one account and their one region, if they agree."""

    def __init__(self) -> None:
        self._places: dict[Path, tuple[set[str], set[str]]] = {}
        self._known: dict[Path, Place] = {}

    def read(self, file: Path, data: bytes) -> None:
        """Takes note of the ARNs in a file."""
        for region, account in set(_ARN.findall(data)):
            self.note(file, Place(account.decode(), region.decode()))

    def note(self, file: Path, place: Place) -> None:
        """Takes note of a place that a file names."""
        self._known.clear()
        accounts, regions = self._places.setdefault(file.parent, (set(), set()))
        accounts.update({place.account} - {""})
        regions.update({place.region} - {"", "global"})

    def of(self, file: Path) -> Place:
        """What is known of the place of a file: its path says, else its folder, else all folders together."""
        if file not in self._known:
            here, everywhere = self._agreed([file.parent]), self._agreed(self._places)
            self._known[file] = _from_path(file).or_else(here).or_else(everywhere)
        return self._known[file]

    def _agreed(self, folders: Iterable[Path]) -> Place:
        known = [self._places[folder] for folder in folders if folder in self._places]
        accounts = set().union(*(accounts for accounts, _ in known))
        regions = set().union(*(regions for _, regions in known))
        return Place(
            accounts.pop() if len(accounts) == 1 else "",
            regions.pop() if len(regions) == 1 else "",
        )


def place_of_arns(texts: Iterable[str]) -> Place:
    """The place that ARNs or queue addresses among a resource's identities name."""
    place = Place()
    for text in texts:
        if place.account and place.region:
            break
        if text.startswith("arn:"):
            parts = text.split(":")
            if len(parts) > 5:
                place = place.or_else(Place(parts[4], parts[3]))
        elif text.startswith("https://"):
            place = place.or_else(_from_path(text))
    return place


def place_in(body: Any) -> Place:
    """The place that the well-known fields of an answer name: its owner, its availability zone."""
    if not isinstance(body, Mapping):
        return Place()
    owner = next((body[name] for name in _OWNERS if _ACCOUNT.fullmatch(str(body.get(name, "")))), "")
    zone = body.get("AvailabilityZone")
    zones = body.get("AvailabilityZones")
    if zone is None and isinstance(zones, list) and zones:
        zone = zones[0] if isinstance(zones[0], str) else None
    place = Place(str(owner), _region_of_zone(zone))
    if not place.region:
        place = place.or_else(Place("", _region_of_zone((_mapping(body.get("Placement"))).get("AvailabilityZone"))))
    interfaces = body.get("NetworkInterfaces")
    if not place.account and isinstance(interfaces, list) and interfaces:
        place = place.or_else(Place(str(_mapping(interfaces[0]).get("OwnerId", ""))))
    return place


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _region_of_zone(zone: Any) -> str:
    found = _REGION.match(zone[:-1]) if isinstance(zone, str) else None
    return found[0] if found else ""


def _from_path(path: Path | str) -> Place:
    text = str(path)
    regions, accounts = _REGION.findall(text), _ACCOUNT.findall(text)
    return Place(accounts[-1] if accounts else "", regions[-1] if regions else "")
