"""How long the learned model takes, and how large it is.

    python -m tests.bench.measure_cause [--drifts 10000] [--seed 7]

Prints the size of the shipped files, the time to import what they need, to load them and to explain a first drift,
and to explain many at once, sentences included. `driftguard model evaluate` measures how good the answers are.
"""

import argparse
import asyncio
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from engine.config import bundle_config
from engine.model import Attribution, Category, Difference
from engine.pipeline import scan
from ml.case import Case
from ml.cause import Known, explain_all
from ml.ensemble.model import SHIPPED, Ensemble, load_ensemble
from ml.evidence import evidence_table, vocabulary
from ml.features import feature_table, matrix_of
from ml.scenarios import generate
from ml.severity_rules import load_rules
from ml.signals import see
from ml.transparent import opinion_of


def main() -> None:
    """Measures and prints."""
    options = _options()
    size = sum(file.stat().st_size for file in SHIPPED.iterdir())
    print(f"{size / 1e6:.2f} MB of shipped files (goal: under 3)")
    # A scan explains, and so imports and loads all that is to be measured: it runs in a process of its own.
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        known, at = pool.submit(_drifts, options.seed).result()
    evidence_table(), feature_table(), load_rules()  # the tables that other steps of a scan load as well
    began = time.perf_counter()
    import xgboost  # noqa: F401 - the time of importing it is what is measured

    imported = time.perf_counter()
    model = load_ensemble(SHIPPED)
    explain_all(known[:1], at, model)
    first = time.perf_counter()
    print(f"{imported - began:.2f} s to import xgboost")
    print(f"{(first - imported) * 1000:.0f} ms to load the model and explain the first drift (goal: under 300)")
    many = [known[place % len(known)] for place in range(options.drifts)]
    began = time.perf_counter()
    _classify(many, at, model)
    classified = time.perf_counter()
    print(f"{classified - began:.1f} s to classify {len(many)} drifts (goal: under 5 for 10,000)")
    explain_all(many, at, model)
    print(f"{time.perf_counter() - classified:.1f} s to classify and explain them, every reason in a sentence")


def _classify(known: list[Known], at: datetime, model: Ensemble) -> None:
    cases = [Case(each.difference, each.attribution, at, vocabulary()) for each in known]
    seen = [see(case) for case in cases]
    opinions = [opinion_of(each).distribution for each in seen]
    evidence = np.array([[opinion[category] for category in Category] for opinion in opinions])
    model.probabilities(matrix_of(cases, seen), evidence)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="How long the learned model takes, and how large it is.")
    parser.add_argument("--drifts", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=7)
    return parser.parse_args()


def _drifts(seed: int) -> tuple[list[Known], datetime]:
    """The drifts of a generated estate, as models see them."""
    known: list[Known] = []
    moments: list[datetime] = []

    def witness(difference: Difference, attribution: Attribution, at: datetime) -> None:
        known.append(Known(difference, attribution))
        moments.append(at)

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(scan(bundle_config(generate(seed, pool="test").write(Path(folder) / "bundle")), witness=witness))
    return known, moments[0]


if __name__ == "__main__":
    main()
