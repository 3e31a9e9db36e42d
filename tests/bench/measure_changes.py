"""Whether a scan tells exactly what was changed: changes made to copies of a bundle, and what is told of them.

    python -m tests.bench.measure_changes BUNDLE [--list]

Prints a table: for each native type how many changes were told as they were made, how many were missed or told as
something else, and what was told beside them; then, for each rewrite that says nothing new, what was told of it.
Values that Terraform only computes (an ARN, a state of health) count as missed: nobody declares them. `--list` names
what was not told.
"""

import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.support.campaign import Outcome, of_absence, of_rewrite, of_turns
from tests.support.changes import NEUTRAL, turns
from tests.support.live_side import Copy

_VERDICTS = ("told", "missed", "elsewhere", "many", "extra")


def main(arguments: list[str]) -> None:
    """Measures and prints."""
    bundle = Path(arguments[0])
    with tempfile.TemporaryDirectory() as folder:
        chosen = list(turns(Copy(bundle, Path(folder) / "bundle")))
    outcomes = [*of_turns(bundle, chosen), *of_absence(bundle)]
    counts = Counter((outcome.native, outcome.verdict) for outcome in outcomes)
    print(f"{'type':44}" + "".join(f"{verdict:>11}" for verdict in _VERDICTS))
    for native in sorted({outcome.native for outcome in outcomes}):
        print(f"{native:44}" + "".join(f"{counts[native, verdict]:11}" for verdict in _VERDICTS))
    for name, rewrite in NEUTRAL.items():
        extra = of_rewrite(bundle, rewrite)
        outcomes += extra
        print(f"{name:44}{len(extra):55}")
    if "--list" in arguments:
        _list(outcomes)


def _list(outcomes: list[Outcome]) -> None:
    lines = Counter(outcome for outcome in outcomes if outcome.verdict != "told")
    for outcome, count in sorted(lines.items()):
        print(f"{count} x {outcome.native}: {outcome.verdict}: {outcome.what} {' '.join(outcome.paths)}")


if __name__ == "__main__":
    main(sys.argv[1:])
