"""How well something answers: the questions that were asked, and figures over all of them."""

from collections.abc import Sequence

from msgspec import Struct

from driftguard_tui.demo.questions import Question, Verdict
from driftguard_tui.formats import Paper
from driftguard_tui.text import plain

_CELLS = 60


class Judged(Struct, frozen=True):
    """A question, who answered it, and what is wrong with the answer."""

    question: str
    answered_by: str
    wrong: tuple[str, ...]


class Evaluation(Struct, frozen=True):
    """`precision`: of the drifts that were cited, how many belong to the answer; `recall`: of those that do, how many
    were cited; `refused`: of the questions that the data have no answer to, how many were answered so. Shares of 1."""

    says: str
    questions: tuple[Judged, ...]
    right: float
    precision: float
    recall: float
    refused: float
    tokens_sent: int = 0
    tokens_received: int = 0
    dollars: float | None = None


def evaluated(says: str, questions: Sequence[Question], verdicts: Sequence[Verdict]) -> Evaluation:
    """The figures."""
    pairs = list(zip(questions, verdicts, strict=True))
    used = [verdict.answer.used for verdict in verdicts if verdict.answer.used is not None]
    prices = [one.dollars for one in used if one.dollars is not None]
    return Evaluation(
        says=says,
        questions=tuple(Judged(question.text, verdict.answer.backend, verdict.wrong) for question, verdict in pairs),
        right=_share([not verdict.wrong for verdict in verdicts]),
        precision=_ratio(sum(one.fitting for one in verdicts), sum(one.cited for one in verdicts)),
        recall=_ratio(sum(one.found for one in verdicts), sum(one.wanted for one in verdicts)),
        refused=_share([not verdict.wrong for question, verdict in pairs if question.refuses]),
        tokens_sent=sum(one.sent for one in used),
        tokens_received=sum(one.received for one in used),
        dollars=sum(prices) if prices else None,
    )


def render(told: Evaluation, paper: Paper) -> str:
    """A line for each question, then the figures."""
    lines = [_line(one) for one in told.questions]
    count = len(told.questions)
    lines += [
        "",
        f"{told.right:.1%} of {count} answers are right",
        f"citations: precision {told.precision:.3f}, recall {told.recall:.3f}",
        f"{told.refused:.0%} of what the data have no answer to is refused",
    ]
    if told.tokens_sent:
        price = f", ${told.dollars:.2f}" if told.dollars is not None else ""
        lines.append(f"{told.tokens_sent:,} tokens sent, {told.tokens_received:,} received{price}")
    return "\n".join([*lines, paper.paint(told.says, "muted")]) + "\n"


def _line(one: Judged) -> str:
    mark = "no" if one.wrong else "ok"
    return f"{mark}  {plain(one.question)[:_CELLS]:{_CELLS}}  {plain('; '.join(one.wrong))}".rstrip()


def _share(right: Sequence[bool]) -> float:
    return _ratio(sum(right), len(right))


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 1.0
