"""The models that tell causes: how they stand, and what the gate says of one."""

from collections.abc import Iterator

from driftguard_tui import labels
from driftguard_tui.formats import Paper, phrases
from driftguard_tui.formats.table import aligned
from driftguard_tui.text import plain
from engine.learning.challenge import Match, Score, Verdict
from engine.learning.standing import Overview, Standing, State

_COLUMNS = ("MODEL", "STATE", "MADE (UTC)", "ACCURACY", "MACRO-F1", "CALIBRATION ERROR", "RESTS ON")
_SCORES = ("", "DRIFTS", "ACCURACY", "LOG LOSS", "UNAUTHORIZED FOUND")


def render_overview(overview: Overview, paper: Paper) -> str:
    """A line for each model, then how the one in use does, and what is wrong with it."""
    lines = aligned([_COLUMNS, *map(_cells, overview.models)]).splitlines(keepends=True)
    in_use = [model.state is State.IN_USE for model in overview.models]
    body = [paper.paint(line, "strong") if bold else line for line, bold in zip(lines[1:], in_use, strict=True)]
    return "".join([paper.paint(lines[0], "strong"), *body, *(f"{line}\n" for line in _below(overview, paper))])


def render_verdict(verdict: Verdict) -> str:
    """The two models side by side, and what speaks against the new one."""
    rows = [
        _SCORES,
        *_scores("shipped evaluation", verdict.evaluation),
        *_scores("held-out confirmations", verdict.held_out),
    ]
    objections = "".join(f"✗ {plain(each)}\n" for each in verdict.objections)
    return aligned(rows) + (objections or "✓ nothing speaks against it\n")


def _cells(model: Standing) -> tuple[str, ...]:
    return (
        plain(model.label),
        model.state.value,
        phrases.when(model.created_at) if model.created_at else "",
        *(_figure(model, name) for name in ("accuracy", "macro_f1", "ece")),
        plain(model.trained_on),
    )


def _figure(model: Standing, name: str) -> str:
    value = model.metrics.get(name)
    return f"{value:.3f}" if isinstance(value, int | float) else ""


def _below(overview: Overview, paper: Paper) -> Iterator[str]:
    yield ""
    if overview.problem:
        yield paper.paint(f"✗ {plain(overview.problem)}", "bad")
    if not overview.performance:
        yield "Nobody has confirmed a cause that the model in use named: `driftguard drifts confirm ID`."
    for window in overview.performance:
        yield (
            f"{phrases.when(window.first_at)} to {phrases.when(window.last_at)}: of "
            f"{labels.count(window.count, 'confirmed cause')} {labels.percent(window.accuracy)} had been named right, "
            f"{labels.percent(window.expected)} expected; calibration error {window.ece:.2f}"
        )
    if overview.moved:
        moved = ", ".join(f"{plain(name)} {index:.2f}" for name, index in overview.moved.items())
        yield f"moved most since training (population stability index): {moved}"
    for alert in overview.alerts:
        yield paper.paint(f"! {alert.name}: {plain(alert.says)}", "medium")


def _scores(name: str, match: Match) -> Iterator[tuple[str, ...]]:
    yield (f"{name}, model in use", *_score(match.champion))
    yield (f"{name}, challenger", *_score(match.challenger))


def _score(score: Score) -> tuple[str, ...]:
    if not score.count:
        return ("0", "", "", "")
    found = "" if score.recall is None else f"{score.recall:.3f}"
    return (f"{score.count:,}", f"{score.accuracy:.3f}", f"{score.log_loss:.3f}", found)
