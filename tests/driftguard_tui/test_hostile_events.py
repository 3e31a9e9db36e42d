"""What happened around a drift shows as text, of whatever kind it is and whatever stands in it."""

import asyncio
import unicodedata
from collections.abc import Sequence
from datetime import timedelta
from itertools import product

import pytest

from driftguard_tui.text import width
from engine.model import Actor, ActorKind, Drift, Event, EventKind, Via
from tests.support.console import console, press, screen, settle
from tests.support.reports import HOSTILE, RecordedEngine, a_drift, a_report

_TEXTS = (*HOSTILE, "soft\u00adhyphen\U000e0041tag")
_KINDS = tuple(product(EventKind, _TEXTS))


class _Surrounded(RecordedEngine):
    """An engine around whose drifts hostile things of every kind happened, some of which last."""

    async def events_around(self, drift: Drift) -> Sequence[Event]:
        moment = drift.changed_at or drift.detected_at
        return [
            Event(
                id=f"{number}{text}",
                at=moment + timedelta(minutes=number - 30),
                source=text,
                kind=kind,
                operation=text,
                actor=Actor(text, ActorKind.HUMAN, Via.CLI, text, text),
                service=text,
                scope=text,
                error=text if number % 3 == 0 else None,
                touches=(text,),
                summary=text,
                request=text,
                original=text,
                ended_at=moment + timedelta(minutes=number) if number % 2 else None,
            )
            for number, (kind, text) in enumerate(_KINDS)
        ]


@pytest.mark.parametrize("size", [(80, 50), (200, 120)])
def test_in_timeline_and_evidence(size: tuple[int, int]) -> None:
    async def run() -> None:
        evidence = [(0.5, kind, text, number, text) for number, (kind, text) in enumerate(_KINDS)]
        report = a_report([a_drift(1, "aws_sqs_queue.orders", "orders", [], evidence=evidence)])
        async with console(_Surrounded(report), size) as pilot:
            await settle(pilot)
            _assert_harmless(screen(pilot), size[0])
            _assert_harmless(await press(pilot, "enter"), size[0])
            await settle(pilot)
            _assert_harmless(screen(pilot), size[0])

    asyncio.run(run())


def _assert_harmless(shown: str, cells: int) -> None:
    for row in shown.split("\n"):
        assert width(row) == cells, row
        assert all(unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for character in row), row
