"""What an evaluation measured, as text."""

from collections.abc import Iterator, Sequence

from driftguard_tui import labels
from driftguard_tui.formats import Paper
from driftguard_tui.formats.table import aligned
from engine.learning.evaluate import DETERMINED, Evaluation
from engine.model import Category
from ml.training.metrics import Score

#: A single field that gets this far would give the answer away.
TELLTALE = 0.6
_SHOWN = 10
_GAPS = {
    "cloudtrail": "CloudTrail",
    "records": "records of every other change",
    "repos": "repositories",
    "retention": "logs before the last days",
    "tickets": "tickets",
    "kubernetes-audit": "Kubernetes audit log",
    "prometheus": "alerts",
    "gcp-audit": "Google's audit log",
    "azure-activity": "Azure's activity log",
}


def render(evaluation: Evaluation, paper: Paper) -> str:
    """Every part of an evaluation under its title."""
    return "\n".join(f"{paper.paint(title, 'strong')}\n{text}" for title, text in _parts(evaluation))


def _parts(evaluation: Evaluation) -> Iterator[tuple[str, str]]:
    whole = evaluation.voices["ensemble"]
    yield (
        "Organisations that no model saw, with all of their evidence",
        _scores(
            [
                *evaluation.voices.items(),
                ("ensemble, processes that no model saw", evaluation.kept_processes),
            ]
        ),
    )
    yield (
        "The ensemble, where texts, roles or evidence are not what they were",
        _scores(
            [
                ("as they are", evaluation.plain),
                ("roles renamed, texts of tickets shuffled", evaluation.disguised),
                ("with estates that lack evidence", evaluation.everything),
            ]
        ),
    )
    yield "True causes (rows) and named ones", _confusion(whole)
    yield (
        f"Without a source: what is still named (from {DETERMINED:.0%} on), and how much of that is right",
        aligned(
            [
                ("LACKING", "DRIFTS", "NAMED", "RIGHT OF NAMED", "RIGHT OF ALL"),
                *(
                    (
                        _GAPS.get(row.lacking, row.lacking),
                        str(row.count),
                        *map(_percent, (row.named, row.right_of_named, row.right)),
                    )
                    for row in evaluation.coverage
                ),
            ]
        ),
    )
    sets = evaluation.sets
    yield (
        "Causes that remain possible",
        (
            f"the true one is among them in {_percent(sets.coverage)} of the drifts; "
            f"they are {sets.size:.2f} in the mean\n"
        ),
    )
    yield (
        "Single signals, taken alone for the cause they speak for",
        aligned(
            [
                ("SIGNAL", "CAUSE", "RIGHT", "FINDS"),
                *(
                    (rule.signal, labels.CAUSES[rule.category], _percent(rule.right), _percent(rule.found))
                    for rule in evaluation.rules[:_SHOWN]
                ),
            ]
        ),
    )
    yield "Single fields: the best that questions to one alone can do", _fields(evaluation)


def _scores(scores: Sequence[tuple[str, Score]]) -> str:
    heads = ("", "DRIFTS", "ACCURACY", "MACRO-F1", "CALIBRATION ERROR", "BRIER", "LOG LOSS")
    return aligned(
        [
            heads,
            *(
                (
                    name,
                    str(score.count),
                    _percent(score.accuracy),
                    f"{score.macro_f1:.3f}",
                    f"{score.ece:.3f}",
                    f"{score.brier:.3f}",
                    f"{score.log_loss:.3f}",
                )
                for name, score in scores
            ),
        ]
    )


def _confusion(score: Score) -> str:
    names = [labels.CAUSES[category] for category in Category]
    rows = [(name, *map(str, row)) for name, row in zip(names, score.confusion, strict=True)]
    return aligned([("", *names), *rows])


def _fields(evaluation: Evaluation) -> str:
    rows = [(field.name, _percent(field.accuracy)) for field in evaluation.fields[:_SHOWN]]
    telltale = [field.name for field in evaluation.fields if field.accuracy > TELLTALE]
    verdict = f"{', '.join(telltale)} alone: the estates give it away" if telltale else "none gives the cause away"
    return f"{aligned([('FIELD', 'ACCURACY'), *rows])}{verdict}\n"


def _percent(share: float) -> str:
    return f"{share:.1%}"
