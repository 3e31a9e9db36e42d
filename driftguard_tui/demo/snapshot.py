"""AWS Config snapshots and further answers: the live estate in the provider's own words and file layout."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from driftguard_tui.demo.company import NOW, Home
from driftguard_tui.demo.kit import compact, uuid_of
from driftguard_tui.demo.things.base import Recorded
from driftguard_tui.demo.things.functions import Function
from driftguard_tui.demo.things.identity import Role
from driftguard_tui.demo.things.keeping import LogGroup
from driftguard_tui.demo.things.messaging import Queue

#: The types whose properties are asked of Cloud Control, since AWS Config leaves some of them out.
_ASKED_OF_CLOUD_CONTROL: dict[type[Recorded], str] = {
    LogGroup: "LogGroupName",
    Function: "FunctionName",
    Role: "RoleName",
}


def config_snapshots(live: Sequence[Recorded]) -> Iterator[tuple[str, dict[str, Any]]]:
    """One snapshot for each account and region, under the path that AWS Config delivers it to."""
    for home, things in _by_home(live):
        items = [item for thing in things if (item := thing.config_item()) is not None]
        snapshot = uuid_of("snapshot", home)
        number, stamp = home.account.number, NOW.strftime("%Y%m%dT%H%M%SZ")
        folder = f"AWSLogs/{number}/Config/{home.region}/{NOW.year}/{NOW.month}/{NOW.day}/ConfigSnapshot"
        name = f"{number}_Config_{home.region}_ConfigSnapshot_{stamp}_{snapshot}.json.gz"
        yield (
            f"{folder}/{name}",
            {
                "fileVersion": "1.0",
                "configSnapshotId": snapshot,
                "configurationItems": items,
            },
        )


def cloud_control_answers(live: Sequence[Recorded]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Answers of Cloud Control, one file for each account, region and type."""
    for home, things in _by_home(live):
        for kind, identifier in _ASKED_OF_CLOUD_CONTROL.items():
            described = [thing.cloud_control() for thing in things if isinstance(thing, kind)]
            properties = [body for body in described if body is not None]
            if properties:
                name = kind.native.lower().replace("::", "-")
                yield (
                    f"{_folder(home)}/cloudcontrol-{name}.json",
                    {
                        "TypeName": kind.native,
                        "ResourceDescriptions": [
                            {"Identifier": body[identifier], "Properties": compact(body)} for body in properties
                        ],
                    },
                )


def queue_answers(live: Sequence[Recorded]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Answers of `aws sqs get-queue-attributes`, one file for each queue."""
    for thing in live:
        if isinstance(thing, Queue):
            name = f"{_folder(thing.home)}/get-queue-attributes.{thing.name}.json"
            yield name, {"Attributes": thing.live_attributes()}


def _folder(home: Home) -> str:
    return f"answers/{home.account.number}/{home.region}"


def _by_home(live: Sequence[Recorded]) -> Iterator[tuple[Home, list[Recorded]]]:
    def key(thing: Recorded) -> tuple[str, str]:
        return thing.home.account.number, thing.home.region

    for _, group in groupby(sorted(live, key=key), key=key):
        things = list(group)
        yield things[0].home, things
