"""Scenarios: an estate, what happened in it and what is true of it; and the bundle in which all of it is told."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec import Struct

from engine.model import Category
from ml.scenarios.chance import Chance
from ml.scenarios.estate import build_estate
from ml.scenarios.noise import add_commits, add_confounders, add_status_updates, add_tickets_and_alarms, add_traffic
from ml.scenarios.organisation import Organisation, PoolName, make_organisation
from ml.scenarios.processes import PROCESSES
from ml.scenarios.stage import NoPartError, Stage
from ml.scenarios.story import Act, Alarm, Commit, Ticket, Truth
from ml.scenarios.thing import Thing
from ml.scenarios.withhold import withhold


class Scenario(Struct, kw_only=True):
    """One estate with its evidence. `end` is when its snapshots were taken; `withheld` names sources not given."""

    seed: int
    organisation: Organisation
    end: datetime
    things: list[Thing]
    acts: list[Act]
    tickets: list[Ticket]
    alarms: list[Alarm]
    commits: list[Commit]
    truth: tuple[Truth, ...]
    withheld: frozenset[str] = frozenset()

    def write(self, folder: Path) -> Path:
        """Writes the bundle into the folder, and returns it."""
        from ml.scenarios.render import write_bundle

        write_bundle(self, folder)
        return folder


def generate(
    seed: int, *, pool: PoolName = "training", drifts: int = 40, traffic: int = 4000, withheld: Collection[str] = (),
    processes: Collection[str] = (),
) -> Scenario:  # fmt: skip
    """An estate with about so many drifts, the same for the same arguments.

    pool: where its names and texts come from. traffic: calls of ordinary days. withheld: sources without which it is
    told (`cloudtrail`, `repos`, …), or `retention` for logs that only reach back some days, or
    `records` for logs that lack some. processes: the names of
    those to choose from, all without any.
    """
    chance = Chance(f"{pool}-{seed}")
    organisation = make_organisation(chance.child("organisation"), pool)
    end = datetime(2025, 1, 6, 4, tzinfo=UTC) + timedelta(
        hours=chance.number(0, 24 * 400), minutes=chance.number(0, 59)
    )
    things = build_estate(organisation, chance.child("estate"), max(24, drifts * 3))
    stage = Stage(organisation, things, chance.child("story"), end)
    _play(stage, chance.child("processes"), drifts, processes)
    add_confounders(stage)
    add_tickets_and_alarms(stage)
    add_commits(stage)
    add_status_updates(stage)
    add_traffic(stage, traffic)
    acts = sorted(stage.acts, key=lambda act: act.at)
    scenario = Scenario(
        seed=seed,
        organisation=organisation,
        end=end,
        things=stage.things,
        acts=acts,
        tickets=sorted(stage.tickets, key=lambda ticket: ticket.opened),
        alarms=stage.alarms,
        commits=sorted(stage.commits, key=lambda commit: commit.at),
        truth=tuple(stage.truths),
    )
    withhold(scenario, frozenset(withheld))
    return scenario


def _play(stage: Stage, chance: Chance, drifts: int, wanted: Collection[str]) -> None:
    """Plays processes of each cause in turn, until there are enough drifts or nothing is left to play on."""
    decks = {
        cause: chance.shuffled([process for process in known if not wanted or process.__name__ in wanted])
        for cause, known in PROCESSES.items()
    }
    causes: list[Category] = [cause for cause, deck in decks.items() if deck]
    failures = 0
    turn = 0
    while len(stage.truths) < drifts and failures < 60:
        cause = causes[turn % len(causes)]
        deck = decks[cause]
        process = deck[turn // len(causes) % len(deck)]
        turn += 1
        try:
            process(stage)
        except NoPartError:
            failures += 1
