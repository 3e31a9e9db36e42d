"""AWS: a snapshot of AWS Config and its history, and answers of Cloud Control."""

import gzip
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ml.scenarios.chance import Chance
from ml.scenarios.render.kit import encode, iso
from ml.scenarios.thing import Thing, Values

if TYPE_CHECKING:
    from ml.scenarios.scenario import Scenario


def files(scenario: "Scenario") -> Iterator[tuple[str, bytes]]:
    """The snapshot, the history of what changed, and one answer for each type that Config does not record."""
    organisation, chance = scenario.organisation, Chance(f"config-{scenario.seed}")
    things = [thing for thing in scenario.things if thing.provider == "aws" and thing.exists]
    items = [_item(thing, scenario, chance) for thing in things if thing.kind.how == "config"]
    snapshot = {
        "fileVersion": "1.0",
        "configSnapshotId": chance.uuid(),
        "configurationItems": chance.shuffled(items),
    }
    stamp = scenario.end.strftime("%Y%m%dT%H%M%SZ")
    name = f"{organisation.account}_Config_{organisation.region}_ConfigSnapshot_{stamp}_{chance.uuid()}.json.gz"
    yield f"aws/{name}", gzip.compress(encode(snapshot), mtime=0)
    if organisation.recording.history and "aws-config-history" not in scenario.withheld:
        yield from _history(things, scenario, chance)
    asked = [thing for thing in things if thing.kind.how == "cloud_control"]
    for native in sorted({thing.kind.native for thing in asked}):
        described = [
            {"Identifier": thing.words["resource_id"], "Properties": encode(thing.answer()).decode()}
            for thing in asked
            if thing.kind.native == native
        ]
        answer = {"TypeName": native, "ResourceDescriptions": described}
        yield f"aws/cloudcontrol-{native.replace('::', '-').lower()}.json", encode(answer, indent=2)


def _history(things: list[Thing], scenario: "Scenario", chance: Chance) -> Iterator[tuple[str, bytes]]:
    """Every change that Config noticed, by type: the item before it and the item after it."""
    organisation = scenario.organisation
    by_type: dict[str, list[Values]] = {}
    for thing in things:
        for write in thing.writes:
            if thing.kind.how == "config":
                noticed = (write.at - chance.minutes(600, 4000), write.at + chance.minutes(0.5, 6))
                by_type.setdefault(thing.kind.native, []).extend(_item_at(thing, scenario, when) for when in noticed)
    for native, items in sorted(by_type.items()):
        stamp = f"{native}_{scenario.end:%Y%m%dT%H%M%SZ}_1"
        name = f"{organisation.account}_Config_{organisation.region}_ConfigHistory_{stamp}.json.gz"
        body = encode({"fileVersion": "1.0", "configurationItems": chance.shuffled(items)})
        yield f"aws-config-history/{name}", gzip.compress(body, mtime=0)


def _item(thing: Thing, scenario: "Scenario", chance: Chance) -> Values:
    changed = thing.writes[-1].at if thing.writes else scenario.end - timedelta(days=chance.number(10, 90))
    return _item_at(thing, scenario, min(changed + chance.minutes(1, 12), scenario.end))


def _item_at(thing: Thing, scenario: "Scenario", captured: datetime) -> Values:
    return {
        "configurationItemVersion": "1.3",
        "configurationItemCaptureTime": iso(captured, digits=3),
        "configurationStateId": str(int(captured.timestamp() * 1000)),
        "awsAccountId": scenario.organisation.account,
        "configurationItemStatus": "OK",
        "resourceType": thing.kind.native,
        "resourceId": thing.words["resource_id"],
        "resourceName": _name(thing),
        "ARN": thing.words["arn"],
        "awsRegion": "global" if thing.kind.is_global else scenario.organisation.region,
        "availabilityZone": "Not Applicable",
        "configurationStateMd5Hash": "",
        "resourceCreationTime": thing.words["created"],
        "tags": thing.live_at(captured)["tags"],
        "relatedEvents": [],
        "relationships": [],
        "configuration": thing.answer(at=captured),
        "supplementaryConfiguration": thing.answer("extra", captured),
    }


def _name(thing: Thing) -> str:
    return str(thing.words["id"] if thing.kind.resource_name == "{id}" else thing.name)
