"""What an evaluation measured, as text."""

from collections.abc import Iterator, Sequence

from driftguard_tui import labels
from driftguard_tui.formats import Paper
from driftguard_tui.formats.table import aligned
from engine.learning.evaluate import DETERMINED, Evaluation
from engine.learning.telltale import LIMIT, Asks, Field, Rule
from engine.model import Category
from ml.signals import SIGNALS
from ml.training.metrics import Score

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
    yield "Single questions, each with the cause, the bound and the direction that do best", _rules(evaluation)
    yield "Single fields, each with the causes that fit the ranges of its values best", _fields(evaluation)


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


def _rules(evaluation: Evaluation) -> str:
    rows = [
        (
            f"{rule.name} {_question(rule)}",
            labels.CAUSES[rule.category],
            _percent(rule.right),
            _percent(rule.found),
            f"{rule.f1:.3f}",
            _mark(rule),
        )
        for rule in evaluation.rules[:_SHOWN]
    ]
    return aligned([("QUESTION", "CAUSE", "RIGHT", "FINDS", "F1", ""), *rows]) + _verdict(evaluation.rules)


def _question(rule: Rule) -> str:
    if rule.bound is None:
        return "is missing"
    if rule.name in SIGNALS:
        return "is seen" if rule.asks is Asks.FROM else "is not seen"
    return f"{rule.asks.value} {rule.bound:.3g}"


def _fields(evaluation: Evaluation) -> str:
    rows = [(field.name, _percent(field.accuracy), _mark(field)) for field in evaluation.fields[:_SHOWN]]
    return aligned([("FIELD", "ACCURACY", ""), *rows]) + _verdict(evaluation.fields)


def _mark(one: Rule | Field) -> str:
    return "gives it away" if one.is_telltale else ""


def _verdict(every: Sequence[Rule | Field]) -> str:
    count = sum(one.is_telltale for one in every)
    limit = _percent(LIMIT)
    return f"{count} above {limit}: the estates give the cause away\n" if count else f"none above {limit}\n"


def _percent(share: float) -> str:
    return f"{share:.1%}"
