"""How well CloudFormation is compared, on the recorded corpus: every case scanned as a bundle.

    python -m tests.bench.measure_cfn_corpus [--list]

Prints one JSON object: false differences against the declaration for each 1,000 resources, true ones found, and of
what nobody declared the true ones found through the baseline of a sibling case or, without one, the known defaults.
`halves` tells the same of the types that the rules were first built from and of the others. `--list` names what is
false or missed.
"""

import asyncio
import json
import re
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from engine.compare.cloudformation.properties import Properties
from engine.compare.estate import Estate
from engine.config import bundle_config
from engine.pipeline import scan
from engine.providers import load_knowledge
from tests.support.cfn_corpus import Case, cases, write_bundles

Outcome = dict[str, Any]


def declared_outcomes(chosen: Iterable[Case]) -> list[Outcome]:
    """For each case what a scan of its bundle reports against the declaration: false, found and missed paths."""
    outcomes = []
    with tempfile.TemporaryDirectory() as folder:
        for bundle, by_address in write_bundles(Path(folder), chosen).items():
            report = asyncio.run(scan(bundle_config(bundle)))
            drifts = {drift.resource.address: drift for drift in report.drifts}
            for address, case in by_address.items():
                drift = drifts.get(address)
                told = [change.path for change in drift.changes] if drift else []
                if drift is not None and drift.kind != "modified":
                    told = [f"({drift.kind})"]
                outcomes.append(_outcome(case, told))
            compared = report.summary.declared - report.summary.not_compared
            print(f"{bundle.name}: {compared} of {report.summary.declared} compared", file=sys.stderr)
    return outcomes


def _outcome(case: Case, told: list[str]) -> Outcome:
    true = [finding.path for finding in case.of_tier("declared")]
    return {
        "case": case,
        "false": [path for path in told if _property(path) not in set(map(_property, true))],
        "found": [path for path in true if _property(path) in set(map(_property, told))],
        "missed": [path for path in true if _property(path) not in set(map(_property, told))],
    }


def undeclared_outcomes(chosen: Iterable[Case]) -> list[Outcome]:
    """For each case what stands out of its silent properties, against a sibling of its type where there is one."""
    knowledge = load_knowledge()
    silent: dict[str, dict[str, Any]] = {}
    chosen = list(chosen)
    for case in chosen:
        estate, declared = Estate(knowledge), case.declared()
        estate.add(case.observed())
        comparer = Properties([declared, *case.siblings()], knowledge)
        live = comparer.find(declared, estate)
        silent[case.name] = dict(comparer.undeclared(declared, live)) if live else {}
    outcomes = []
    for case in chosen:
        siblings = [
            silent[other.name]
            for other in chosen
            if other.resource.resource_type == case.resource.resource_type and other.name != case.name
        ]
        news = {
            _property(path)
            for path, value in silent[case.name].items()
            if not siblings or any(other.get(path) != value for other in siblings)
        }
        true = [finding.path for finding in case.of_tier("undeclared")]
        outcomes.append({"case": case, "found": [path for path in true if _property(path) in news], "true": true})
    return outcomes


def figures(declared: list[Outcome], undeclared: list[Outcome]) -> dict[str, Any]:
    """The figures of some cases."""
    false = sum(len(outcome["false"]) for outcome in declared)
    found = sum(len(outcome["found"]) for outcome in declared)
    return {
        "resources": len(declared),
        "false_declared": false,
        "false_declared_per_1000": round(1000 * false / max(len(declared), 1), 2),
        "declared_found": f"{found} of {found + sum(len(outcome['missed']) for outcome in declared)}",
        "undeclared_found": f"{sum(len(outcome['found']) for outcome in undeclared)}"
        f" of {sum(len(outcome['true']) for outcome in undeclared)}",
    }


def main(arguments: list[str]) -> None:
    """Measures and prints."""
    declared, undeclared = declared_outcomes(cases()), undeclared_outcomes(cases())
    result = figures(declared, undeclared)
    result["halves"] = [
        figures(
            [outcome for outcome in declared if outcome["case"].is_first_half == first],
            [outcome for outcome in undeclared if outcome["case"].is_first_half == first],
        )
        for first in (True, False)
    ]
    if "--list" in arguments:
        result["false"] = [(outcome["case"].name, outcome["false"]) for outcome in declared if outcome["false"]]
        result["missed"] = [(outcome["case"].name, outcome["missed"]) for outcome in declared if outcome["missed"]]
    print(json.dumps(result, indent=2))


def _property(path: str) -> str:
    return re.split(r"[.\[]", path)[0]


if __name__ == "__main__":
    main(sys.argv[1:])
