"""How well a scan tells who made a drift, when and why, on generated estates whose truth is known.

    python -m tests.bench.measure_attribution [--estates 30] [--seed 1000] [--drifts 40] [--pool test] [--list]

Every third estate lacks evidence: a source that is not given, or logs that were not kept long enough. Prints what was
found of the drifts, and how often actor, time and cause are right, in all, for each process and for each provider.
`--list` names every miss.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ml.scenarios import generate
from tests.support.known_truth import Outcome, Verdict, judge, share

#: What an estate may lack, in turn.
_LACKS = (
    "cloudtrail",
    "retention",
    "repos",
    "kubernetes-audit",
    "tickets",
    "gcp-audit",
    "prometheus",
    "azure-activity",
)


def main() -> None:
    """Measures and prints."""
    options = _options()
    outcomes: list[Outcome] = []
    spent = 0.0
    for number in range(options.estates):
        lack = (_LACKS[number // 3 % len(_LACKS)],) if number % 3 == 2 else ()
        scenario = generate(options.seed + number, pool=options.pool, drifts=options.drifts, withheld=lack)
        with tempfile.TemporaryDirectory() as folder:
            began = time.perf_counter()
            outcomes.append(judge(scenario, Path(folder) / "bundle"))
            spent += time.perf_counter() - began
    verdicts = [verdict for outcome in outcomes for verdict in outcome.verdicts]
    _print_totals(verdicts, sum(len(outcome.false) for outcome in outcomes))
    print(f"{spent / options.estates:.1f} s to write and scan an estate\n")
    _print_table("process", verdicts, lambda verdict: f"{verdict.truth.cause}: {verdict.truth.process}")
    _print_table("provider", verdicts, lambda verdict: verdict.truth.provider)
    _print_table("type", verdicts, lambda verdict: verdict.truth.type)
    if options.list:
        _list(outcomes)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="How well a scan tells who, when and why, on generated estates.")
    parser.add_argument("--estates", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument("--drifts", type=int, default=40)
    parser.add_argument("--pool", default="test", choices=("training", "validation", "test"))
    parser.add_argument("--list", action="store_true", help="name every miss")
    return parser.parse_args()


def _print_totals(verdicts: list[Verdict], false: int) -> None:
    complete = [verdict for verdict in verdicts if verdict.truth.is_knowable]
    lacking = [verdict for verdict in verdicts if not verdict.truth.is_knowable]
    found = sum(verdict.is_found for verdict in verdicts)
    print(
        f"{len(verdicts)} drifts: {found} found, {len(verdicts) - found} missed or told otherwise, {false} false ones"
    )
    print(f"with all evidence ({len(complete)}):")
    print(f"  actor right       {share(v.actor == 'right' for v in complete):7.1%}   (goal 95 %)")
    print(f"  actor wrong       {share(v.actor == 'wrong' for v in complete):7.1%}")
    print(f"  kind right        {share(v.is_kind_right for v in complete):7.1%}")
    print(f"  within 5 minutes  {share(v.is_time_right for v in complete):7.1%}   (goal 95 %)")
    print(f"with evidence missing ({len(lacking)}):")
    print(f"  unknown           {share(v.actor == 'unknown' for v in lacking):7.1%}")
    print(f"  right all the same{share(v.actor == 'right' for v in lacking):7.1%}")
    print(f"  wrong             {share(v.actor == 'wrong' for v in lacking):7.1%}   (goal 0 %)")
    print(f"cause right         {share(v.is_cause_right for v in complete):7.1%} complete, "
          f"{share(v.is_cause_right for v in lacking):.1%} lacking")  # fmt: skip


def _print_table(title: str, verdicts: list[Verdict], key: Callable[[Verdict], str]) -> None:
    rows: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        rows.setdefault(key(verdict), []).append(verdict)

    def worst(row: tuple[str, list[Verdict]]) -> float:
        return share(verdict.actor == "right" and verdict.is_time_right for verdict in row[1])

    print(f"{title:52}{'drifts':>7}{'found':>7}{'actor':>7}{'wrong':>7}{'kind':>7}{'time':>7}{'cause':>7}")
    for name, members in sorted(rows.items(), key=worst):
        known = [verdict for verdict in members if verdict.truth.is_knowable]
        print(
            f"{name:52}{len(members):7}{share(v.is_found for v in members):7.0%}"
            f"{share(v.actor == 'right' for v in known):7.0%}{sum(v.actor == 'wrong' for v in members):7}"
            f"{share(v.is_kind_right for v in known):7.0%}{share(v.is_time_right for v in known):7.0%}"
            f"{share(v.is_cause_right for v in known):7.0%}"
        )
    print()


def _list(outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        for verdict in outcome.verdicts:
            faults = _faults(verdict)
            if faults:
                truth, drift = verdict.truth, verdict.drift
                told = f"{drift.actor.principal} {drift.actor.kind} {drift.changed_at}" if drift else "not told"
                print(f"seed {verdict.seed}: {', '.join(faults)}: {truth.process} {truth.type} {truth.id}\n"
                      f"    true {[(a.names, a.kind, a.at) for a in truth.answers]} {truth.paths}\n    told {told} "
                      f"{[change.path for change in drift.changes] if drift else ''}")  # fmt: skip
        for drift in outcome.false:
            paths = [(change.path, change.declared, change.actual) for change in drift.changes]
            print(f"false: {drift.resource.type} {drift.resource.id} {drift.kind}\n    {paths}")


def _faults(verdict: Verdict) -> list[str]:
    found = [] if verdict.is_found else ["not found"]
    if verdict.truth.is_knowable:
        found += [f"actor {verdict.actor}"] if verdict.actor != "right" else []
        found += [] if verdict.is_time_right else ["time"]
        found += [] if verdict.is_kind_right else ["kind"]
    elif verdict.actor == "wrong":
        found.append("actor wrong")
    return found


if __name__ == "__main__":
    main()
