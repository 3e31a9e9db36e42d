"""The standard NAB score of the detector, over a folder of labelled series with their `windows.json`.

    python -m tests.bench.measure_nab [FOLDER]

Prints a line for each series and each folder of series at the one threshold that is best for all, then the score with
that threshold and with the detector's own. Then each folder with the threshold that is best for the others: what the
threshold is worth on series that had no part in choosing it.
"""

import sys
import time
from pathlib import Path

from engine.correlate.anomaly import ANOMALOUS, Detector
from tests.bench.nab import Labelled, Score, read_corpus, score
from tests.support.paths import SHARED_DATA


def main(arguments: list[str]) -> None:
    """Measures and prints."""
    corpus = read_corpus(Path(arguments[0]) if arguments else SHARED_DATA / "nab")
    started = time.perf_counter()
    scores = {series.name: scores_of(series) for series in corpus}
    seconds = time.perf_counter() - started
    best = score(corpus, scores)
    folders = sorted({_folder(series) for series in corpus})
    for folder in folders:
        members = [series for series in corpus if _folder(series) == folder]
        for series in members:
            print(_line(series.name, score([series], scores, best.threshold)))
        print(_line(folder, score(members, scores, best.threshold)) + "\n")
    print(_line("standard NAB score", best))
    print(_line("with the detector's own threshold", score(corpus, scores, ANOMALOUS)))
    for folder in folders if len(folders) > 1 else ():
        others = score([series for series in corpus if _folder(series) != folder], scores).threshold
        left_out = [series for series in corpus if _folder(series) == folder]
        print(_line(f"left out: {folder}", score(left_out, scores, others)))
    values = sum(len(series.values) for series in corpus)
    print(f"{values} values in {seconds:.1f} s: {values / seconds:.0f} values/s")


def scores_of(series: Labelled) -> list[float]:
    """What a new detector says of each value of a series."""
    detector = Detector()
    return [detector.score(at, value) for at, value in zip(series.times, series.values, strict=True)]


def _folder(series: Labelled) -> str:
    return series.name.partition("/")[0]


def _line(name: str, result: Score) -> str:
    return (
        f"{name:56}{result.score:8.1f}   {result.found} of {result.windows} windows, {result.false} false"
        f" at {result.threshold:.3f}"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
