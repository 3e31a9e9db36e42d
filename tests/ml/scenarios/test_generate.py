"""Generated estates: the same for the same seed, of organisations that no other pool shares, with every cause."""

import json
from pathlib import Path

import pytest

from engine.model import Category, DriftKind
from ml.scenarios import PoolName, Scenario, generate
from ml.scenarios.kinds import load_kinds
from ml.scenarios.organisation import load_pool
from ml.scenarios.processes import PROCESSES

POOLS: tuple[PoolName, ...] = ("training", "validation", "test")


def content(scenario: Scenario, folder: Path) -> dict[str, bytes]:
    scenario.write(folder)
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def scenarios() -> list[Scenario]:
    return [generate(seed, traffic=300) for seed in range(9)]


def test_the_same_seed_gives_the_same_bundle_to_the_byte(tmp_path: Path) -> None:
    first, second = (content(generate(7, drifts=10, traffic=100), tmp_path / name) for name in ("a", "b"))
    assert first == second


def test_another_seed_gives_another_estate(tmp_path: Path) -> None:
    assert generate(1, drifts=5).organisation.people != generate(2, drifts=5).organisation.people


def test_traffic_does_not_change_what_drifts() -> None:
    quiet, busy = generate(3, traffic=0), generate(3, traffic=2000)
    assert quiet.truth == busy.truth
    assert len(busy.acts) - len(quiet.acts) == 2000


def test_every_process_of_every_cause_is_played(scenarios: list[Scenario]) -> None:
    played = {(truth.cause, truth.process) for scenario in scenarios for truth in scenario.truth}
    known = {(cause, process.__name__) for cause, processes in PROCESSES.items() for process in processes}
    assert played == known
    assert set(PROCESSES) == set(Category)


def test_every_provider_and_kind_of_drift_occurs(scenarios: list[Scenario]) -> None:
    truths = [truth for scenario in scenarios for truth in scenario.truth]
    assert {truth.provider for truth in truths} == {"aws", "kubernetes", "gcp", "azure"}
    assert {truth.kind for truth in truths} == set(DriftKind)


def test_no_resource_has_two_truths(scenarios: list[Scenario]) -> None:
    for scenario in scenarios:
        names = [truth.address or truth.id for truth in scenario.truth]
        assert len(names) == len(set(names))


def test_pools_share_neither_companies_nor_services_nor_texts() -> None:
    pools = [load_pool(name) for name in POOLS]
    for get in (
        lambda pool: pool.companies,
        lambda pool: pool.services,
        lambda pool: pool.given,
        lambda pool: pool.family,
        lambda pool: pool.pipelines,
        lambda pool: [text for texts in pool.texts.values() for text in texts],
        lambda pool: [text for texts in pool.commits.values() for text in texts],
        lambda pool: [name for names in pool.alerts.values() for name in names],
    ):
        everything = [item for pool in pools for item in get(pool)]
        assert len(everything) == len(set(everything))


def test_chosen_processes_are_the_only_ones() -> None:
    scenario = generate(4, drifts=6, processes=["tag_bot", "stale_state"])
    assert {truth.process for truth in scenario.truth} == {"tag_bot", "stale_state"}


@pytest.mark.parametrize("source", ["cloudtrail", "repos", "kubernetes-audit", "tickets", "prometheus"])
def test_a_withheld_source_is_not_in_the_bundle_and_truth_says_so(tmp_path: Path, source: str) -> None:
    scenario = generate(5, traffic=100, withheld=[source])
    names = content(scenario, tmp_path)
    assert not any(name.startswith((source, "jira" if source == "tickets" else source)) for name in names)
    told_by_it = [truth for truth in scenario.truth if source in truth.needs]
    assert all(truth.withheld == (source,) and not truth.is_knowable for truth in told_by_it)
    assert all(truth.is_knowable for truth in scenario.truth if source not in truth.needs)


def test_cut_logs_hide_early_changes_only(tmp_path: Path) -> None:
    scenario = generate(6, traffic=100, withheld=["retention"])
    assert 0 < sum(truth.is_knowable for truth in scenario.truth) < len(scenario.truth)
    first = min(act.at for act in scenario.acts)
    assert all((truth.changed_at < first) is not truth.is_knowable for truth in scenario.truth if truth.withheld)


def test_moves_write_slots_that_their_kind_has() -> None:
    for kind in load_kinds():
        for move in kind.moves:
            assert move.slot == "tags" or move.slot in kind.slots, (kind.type, move.call)


def test_json_files_of_the_bundle_are_json(tmp_path: Path) -> None:
    for name, raw in content(generate(8, drifts=8, traffic=100), tmp_path).items():
        if name.endswith((".json", ".tfstate")):
            json.loads(raw)
